"""Files of no known layout, as the report lists them: with the reason and their first line, masked."""

from __future__ import annotations

import re

import pyarrow as pa

from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.identifiers import normal
from headwater.ingestion.traffic.spans import rewritten, spans
from headwater.model.exhibit import NotRead

UNKNOWN_CHAT = "no reader of chats knows this layout, and no message names it as sent"
UNKNOWN_BILL = "no reader of bills or address books knows this layout"
_LONGEST, _LOOKED_AT = 200, 2000
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_LONG = re.compile("[0-9]{9,}")
"""Figures that are nothing known here may be half of something that is, where a text is torn."""


def unknown(member: Member, head: bytes, reason: str) -> NotRead:
    """Say that nobody knows the layout of a file that begins with ``head``."""
    encoding = encoding_of(head[:HEAD]) if head else None
    text = head[:HEAD].decode(encoding, "replace").lstrip("\ufeff") if encoding else ""
    line = next((line.strip() for line in text.replace("\0", "").splitlines() if line.strip()), "")
    line = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), line[:_LOOKED_AT]).encode("utf-8", "replace").decode()
    shown = next((masked for _, masked, _ in rewritten([line], spans(pa.array([line], pa.string())))), line)
    return NotRead(member.path, reason, _LONG.sub(lambda found: normal.covered(found[0], 3, 2), shown)[:_LONGEST])
