"""Cursors: where a list goes on, as a text that only this house makes, for this list alone.

>>> from headwater.store.casebook.sealing import Sealer
>>> here = Sealer(bytes(32))
>>> read(here, "deliveries of one", told(here, "deliveries of one", ["2026-03-02", 7]))
['2026-03-02', 7]
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

from headwater.model.errors import CaseError
from headwater.store.casebook.sealing import Sealer

PURPOSE = "cursor"
_DIGITS = 32
LONGEST = 2000


def told(sealer: Sealer, place: str, position: Any) -> str:
    """The cursor of a position (JSON values) in a list; ``place`` names the list with its filters and order."""
    body = json.dumps(position, ensure_ascii=False, separators=(",", ":"))
    made = urlsafe_b64encode(f"{_mark(sealer, place, body)}{body}".encode()).decode().rstrip("=")
    if len(made) > LONGEST:
        raise CaseError("this list cannot be told in parts")
    return made


def read(sealer: Sealer, place: str, cursor: str) -> Any:
    """The position that a cursor tells.

    :raises CaseError: when it was made elsewhere, changed, or is of another list
    """
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (Error, ValueError):
        text = ""
    mark, body = text[:_DIGITS], text[_DIGITS:]
    if not body or not sealer.is_signed(PURPOSE, f"{place}\0{body}", _whole(sealer, place, body, mark)):
        raise CaseError("this cursor is of another list, or none of ours; begin anew without `after`")
    return json.loads(body)


def _mark(sealer: Sealer, place: str, body: str) -> str:
    return sealer.signature(PURPOSE, f"{place}\0{body}")[:_DIGITS]


def _whole(sealer: Sealer, place: str, body: str, mark: str) -> str:
    """The signature that begins with the mark, if the mark is right."""
    return mark + sealer.signature(PURPOSE, f"{place}\0{body}")[_DIGITS:]
