"""Watermarks: who took something out of the console, when and from where, so signed that nobody can lay it on another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.users import User

PURPOSE = "watermark"
DIGITS = 16
_MARK = re.compile(r"\(?(?P<told>\S.*\S) #(?P<sign>[0-9a-f]{16})\)?")


@dataclass(frozen=True, slots=True)
class Read:
    """What a mark says, and whether this house made it."""

    told: str
    genuine: bool


def mark(sealer: Sealer, user: User, now: datetime, path: str) -> str:
    """The mark on what somebody takes: his name, the time, the address, his id, and a signature of these."""
    told = f"{user.name} {now.isoformat(timespec='seconds')} {path} {user.id}"
    return f"{told} #{_sign(sealer, told)}"


def read(sealer: Sealer, text: str) -> Read:
    """What a mark says, and whether it is genuine."""
    found = _MARK.fullmatch(" ".join(text.split()))
    if found is None:
        return Read("", False)
    return Read(found["told"], sealer.is_signed(PURPOSE, found["told"], _whole(sealer, found["told"], found["sign"])))


def _sign(sealer: Sealer, told: str) -> str:
    return sealer.signature(PURPOSE, told)[:DIGITS]


def _whole(sealer: Sealer, told: str, sign: str) -> str:
    """A signature cut short, with the rest that it should have: compared in constant time as a whole one."""
    return sign + sealer.signature(PURPOSE, told)[DIGITS:]
