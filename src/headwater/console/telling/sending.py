"""One delivery: what is sent to a hook, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from headwater.casework.reports.json_lines import line
from headwater.console.telling import posting, ringing, siem
from headwater.console.telling.guarding import Reach, Resolve, resolved, target
from headwater.console.telling.hooks import Hook, Message
from headwater.console.telling.outbox import Delivery, Outbox
from headwater.console.telling.posting import Answer
from headwater.console.telling.signing import signed
from headwater.model.errors import HeadwaterError

GONE = "the receiver wants to be told nothing more"
ENDED = "the hook was taken away"


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
        due = self.outbox.due(now)
        for delivery in due:
            hook = hooks.get(delivery.hook)
            if hook is None:
                self.outbox.dropped(delivery.hook, ENDED, now)
            else:
                self.send(hook, delivery, now)
        return len(due)

    def send(self, hook: Hook, delivery: Delivery, now: datetime) -> None:
        """Send one message, and note what came of it."""
        try:
            answer = self._sent(hook, delivery, now)
        except HeadwaterError as error:  # its messages hold neither address nor secret
            answer = Answer(None, str(error))
        if answer.taken:
            self.outbox.taken(delivery, now)
        elif answer.gone:
            self.outbox.dropped(hook.id, GONE, now)
        else:
            self.outbox.failed(delivery, answer.why, now, answer.wait)

    def _sent(self, hook: Hook, delivery: Delivery, now: datetime) -> Answer:
        message = delivery.message
        if hook.kind == "apprise":
            rung = ringing.ring(hook, message, self.allowed, self.resolve)
            return Answer(200 if rung else None, "" if rung else "could not be reached")
        if hook.kind == "webhook":
            headers = {"Content-Type": "application/json"} | dict(signed(hook.secret, message.id, now, body(message)))
            return posting.post(target(hook.address, self.allowed, self.resolve), body(message), headers, now)
        return self._handed_over(hook, delivery, now)

    def _handed_over(self, hook: Hook, delivery: Delivery, now: datetime) -> Answer:
        """Every part in order; what has been taken is not sent again."""
        answer = Answer(204, "")
        headers = {"Content-Type": siem.KIND} | ({"Authorization": hook.secret} if hook.secret else {})
        rest = islice(siem.parts(hook, delivery.message, self.answers), delivery.position, None)
        for place, part in enumerate(rest, delivery.position):
            told = headers | {"Idempotency-Key": f"{delivery.message.id}-{place}"}
            answer = posting.post(target(hook.address, self.allowed, self.resolve), part, told, now)
            if not answer.taken:
                return answer
            self.outbox.moved(delivery, place + 1, now)
        return answer


def body(message: Message) -> bytes:
    """A message as a web hook has it: what happened, when, and what is told of it."""
    told = {"type": message.kind, "timestamp": message.at.isoformat(), "data": dict(message.told)}
    return line(told).encode()
