"""What is told, and to whom: messages, and hooks that take them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

from headwater.model.words import Lang

HookKind = Literal["webhook", "apprise", "ocsf"]

RELEASED, UPDATED, ANSWERED, TRIED = "alert.released", "alert.updated", "answer.changed", "hook.tried"
EVENTS: Mapping[str, str] = MappingProxyType(
    {
        RELEASED: "an alert was let through",
        UPDATED: "an alert that was let through has grown",
        ANSWERED: "a case has a new answer",
        TRIED: "somebody tries the hook",
    }
)
"""What is told of. Each message has its pseudonyms alone; whoever may look at the case finds the rest behind its address."""

TAKES: Mapping[HookKind, frozenset[str]] = MappingProxyType(
    {
        "webhook": frozenset(EVENTS),
        "apprise": frozenset({RELEASED, UPDATED, TRIED}),
        "ocsf": frozenset({RELEASED, UPDATED, ANSWERED, TRIED}),
    }
)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where somebody wants to be told. The address and the secret are shown nowhere."""

    id: str
    case: str
    """The slug of the case."""
    kind: HookKind
    address: str = field(repr=False)
    secret: str = field(repr=False)
    """Of a web hook the signing secret; of a SIEM what stands behind ``Authorization:``, or nothing."""
    since: datetime
    """What happened before is not told."""
    events: frozenset[str] = frozenset(EVENTS)
    """Of which messages it is told."""
    lang: Lang = "en"

    def takes(self, message: Message) -> bool:
        """Whether a message is for this hook."""
        if message.hook:
            return message.hook == self.id
        wanted = message.kind in self.events & TAKES[self.kind]
        return wanted and message.case == self.case and message.at > self.since


@dataclass(frozen=True, slots=True)
class Message:
    """Something that happened, with what is told of it as JSON values. ``hook`` is set where one alone is meant."""

    id: str
    case: str
    kind: str
    at: datetime
    told: Mapping[str, Any]
    hook: str = ""

    @property
    def alert(self) -> str:
        """The alert that it tells of; empty where it is of something else."""
        return str(self.told["id"]) if self.kind in (RELEASED, UPDATED) else ""


def message_id(*parts: str) -> str:
    """An id that is the same for the same happening: it enters the outbox once, and the receiver counts it once."""
    told = "\0".join(parts).encode()
    return f"evt_{hashlib.sha256(told).hexdigest()[:32]}"
