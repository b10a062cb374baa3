"""The incidents of an answer and their findings, out of a file that may hold a million others.

``result.json`` is written with one space of indentation for each depth: a line that begins with one space and a quote is a
key of the answer itself, and no text of a log can make one, since texts hold no raw line end. So the few parts that are
wanted are found by their bytes. A file that is laid out otherwise is parsed whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import ijson

from headwater.model.errors import StoreError

Row = Mapping[str, Any]
_ID = re.compile(rb'\n   "id": ("(?:[^"\\\n]|\\.)*")')
_ROW, _ROW_END = b"\n  {", b"\n  }"


def stories(result: Path) -> tuple[list[Row], dict[str, Row]]:
    """Every incident, and by id the findings that they name.

    :raises StoreError: where the file is no answer
    """
    try:
        with result.open("rb") as opened, mmap(opened.fileno(), 0, access=ACCESS_READ) as data:
            found = _laid_out(data)
        return found if found is not None else _parsed(result)
    except (ijson.JSONError, UnicodeDecodeError, OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"is no answer that can be read ({type(error).__name__})", str(result)) from error


def _laid_out(data: mmap) -> tuple[list[Row], dict[str, Row]] | None:
    """Both, by the bytes between keys of the answer; ``None`` where the file has another layout."""
    places = {name: _part(data, name) for name in ("findings", "incidents")}
    if None in places.values() or data[:3] != b"{\n ":
        return None
    incidents: list[Row] = json.loads(data[slice(*places["incidents"])])  # type: ignore[misc]
    wanted = {str(name) for incident in incidents for name in incident["findings"]}
    start, end = places["findings"]  # type: ignore[misc]
    told = {json.dumps(name, ensure_ascii=False).encode(): name for name in wanted}
    findings: dict[str, Row] = {}
    for hit in _ID.finditer(data, start, end):
        if hit[1] in told:
            row = json.loads(
                data[data.rfind(_ROW, start, hit.start()) : data.find(_ROW_END, hit.end(), end) + len(_ROW_END)]
            )
            findings[row["id"]] = row
    return (incidents, findings) if set(findings) == wanted else None


def _part(data: mmap, name: str) -> tuple[int, int] | None:
    """Where the value of a key of the answer begins and ends."""
    key = f'\n "{name}": '.encode()
    at = data.find(key)
    if at < 0:
        return None
    start, end = at + len(key), data.find(b'\n "', at + len(key))
    end = end if end >= 0 else data.rfind(b"\n}")
    value = data[max(start, end - 2) : end].rstrip()
    return start, end - (value.endswith(b","))


def _parsed(result: Path) -> tuple[list[Row], dict[str, Row]]:
    incidents = list(_items(result, "incidents.item"))
    wanted = {name for incident in incidents for name in incident["findings"]}
    if not wanted:
        return incidents, {}
    return incidents, {f["id"]: f for f in _items(result, "findings.item") if f["id"] in wanted}


def _items(result: Path, prefix: str) -> Iterator[Row]:
    with result.open("rb") as opened:
        yield from ijson.items(opened, prefix, use_float=True)
