"""One delivery: what is sent to a hook, and what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from headwater.casework.reports.json_lines import line
from headwater.console.telling import posting, ringing, siem
from headwater.console.telling.guarding import Reach, Resolve, resolved, target
from headwater.console.telling.hooks import Hook, Message
from headwater.console.telling.outbox import Delivery, Outbox
from headwater.console.telling.posting import Answer
from headwater.console.telling.signing import signed
from headwater.model.errors import HeadwaterError, StoreError
from headwater.model.failing import way

GONE = "the receiver wants to be told nothing more"
ENDED = "the hook was taken away"
OVERTAKEN = "the case has a newer answer; the rest of this one is left out"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends what an outbox holds, to where the house allows."""

    outbox: Outbox
    allowed: Reach
    answers: siem.Answers
    resolve: Resolve = resolved

    def round(self, hooks: Mapping[str, Hook], now: datetime) -> int:
        """Send what is due, one message to each hook; gives how many were tried. ``hooks`` are all that are open."""
        self.outbox.spread(hooks.values(), now)
        due, begun = self.outbox.due(now), time.monotonic()
        for delivery in due:
            hook = hooks.get(delivery.hook)
            at = _later(now, begun)  # slow receivers must not make signatures old
            if hook is None:
                self.outbox.dropped(delivery.hook, ENDED, at)
            else:
                self.send(hook, delivery, at)
        return len(due)

    def send(self, hook: Hook, delivery: Delivery, now: datetime) -> None:
        """Send one message, and note what came of it."""
        try:
            answer = self._sent(hook, delivery, now)
        except Exception as error:  # whatever one message meets, the others go on
            answer = Answer(None, _why(error))
        if answer is None:
            self.outbox.left_out(delivery, OVERTAKEN, now)
        elif answer.taken:
            self.outbox.taken(delivery, now)
        elif answer.gone:
            self.outbox.closed(hook.id, GONE, now)
        else:
            self.outbox.failed(delivery, answer.why, now, answer.wait)

    def _sent(self, hook: Hook, delivery: Delivery, now: datetime) -> Answer | None:
        """What the receiver answered; ``None`` where there is nothing to send any more."""
        message = delivery.message
        if hook.kind == "apprise":
            rung = ringing.ring(hook, message, self.allowed, self.resolve)
            return Answer(200 if rung else None, "" if rung else "could not be reached")
        if hook.kind == "webhook":
            headers = {"Content-Type": "application/json"} | dict(signed(hook.secret, message.id, now, body(message)))
            return posting.post(target(hook.address, self.allowed, self.resolve), body(message), headers, now)
        return self._handed_over(hook, delivery, now)

    def _handed_over(self, hook: Hook, delivery: Delivery, now: datetime) -> Answer | None:
        """Every part in order; what has been taken is not sent again."""
        events = siem.events(hook, delivery.message, self.answers)
        if events is None:
            return None
        answer, begun = Answer(204, ""), time.monotonic()
        headers = {"Content-Type": siem.KIND} | ({"Authorization": hook.secret} if hook.secret else {})
        rest = islice(siem.parts(events), delivery.position, None)
        for place, part in enumerate(rest, delivery.position):
            told = headers | {"Idempotency-Key": f"{delivery.message.id}-{place}"}
            answer = posting.post(target(hook.address, self.allowed, self.resolve), part, told, now)
            if not answer.taken:
                return answer
            self.outbox.moved(delivery, place + 1, _later(now, begun))
        return answer


def body(message: Message) -> bytes:
    """A message as a web hook has it: what happened, when, and what is told of it."""
    told = {"type": message.kind, "timestamp": message.at.isoformat(), "data": dict(message.told)}
    return line(told).encode()


def _later(now: datetime, begun: float) -> datetime:
    """The moment that ``now`` has become since a reading of the monotonic clock, in whole seconds."""
    return now + timedelta(seconds=int(time.monotonic() - begun))


def _why(error: Exception) -> str:
    """Why nothing was sent, for everybody who may see the hook. Errors of ours hold neither address nor secret."""
    if isinstance(error, HeadwaterError) and not isinstance(error, StoreError):
        return str(error)
    _log.warning("a message was not sent: %s", way(error))
    return "what is kept cannot be used now" if isinstance(error, StoreError) else f"failed ({type(error).__name__})"
