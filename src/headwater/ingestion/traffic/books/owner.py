"""Whose list of calls it is: by the lines above it, or by the name of the file."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from headwater.ingestion.traffic.headings import Header

_SAID = re.compile(r"(?:本机|机主|用户|查询|手机|电话|客户)?号码\s*[:：\t]\s*(\+?\d[\d -]{6,20}\d)")
_IN_NAME = re.compile(r"(?<!\d)(1[3-9]\d{9})(?!\d)", re.ASCII)


def own_number(path: str, header: Header) -> str | None:
    """Give the number of the owner that a list of calls states, or ``None``."""
    for _, cells in header.head.rows[: header.place]:
        if found := _SAID.search("\t".join(cell for cell in cells if cell)):
            return found[1]
    named = _IN_NAME.search(PurePosixPath(path.rpartition("!")[2]).name)
    return named[1] if named else None
