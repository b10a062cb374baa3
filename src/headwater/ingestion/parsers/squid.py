# 1525656634.123    105 192.0.2.7 TCP_MISS/200 15589 1025 GET http://shop.example/p/1 u0001 HIER_DIRECT/198.51.100.4 -
"""Access logs of Squid: its native format, and formats of a site's own with tokens parted by blanks."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.addresses import ADDRESS, address
from headwater.ingestion.clock import parse_any
from headwater.ingestion.columns import (
    holds,
    known,
    nothing,
    numbers_of,
    pieces,
    raw_table,
    set_aside,
    shielded,
    text_of,
    whole,
)
from headwater.ingestion.parsing import BadLine, Context, Lines, Parsed
from headwater.ingestion.targets import split_target
from headwater.ingestion.token_layout import RESULT, TokenLayout, learn
from headwater.model.tables import TEXT

_SHIELD = "\x1f"  # stands for a blank inside of quotes
_LOOKED_AT = 200
_ENOUGH = 50  # lines from which a layout is learned for good
_LAYOUTS = 8
_FORMS = ("epoch", "auto", "%d/%b/%Y:%H:%M:%S %z")
_STATUS = rf"^(?:{RESULT}|\d{{3}}|-)$"


class Squid:
    """Reads Squid's lines by what their tokens look like, so that columns may be added, moved or left out.

    A single size is that of the reply, as in the native format: what was sent is then unknown. Of two sizes the first
    is the reply's, unless the other is far larger in plain downloads.
    """

    name: ClassVar[str] = "squid"
    ceiling: ClassVar[float] = 0.93

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._layouts: list[TokenLayout] = []

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Give the share of lines that the commonest layout fits."""
        lines = [line for line in head if line.strip() and not line.startswith("#")]
        text = _tidy(text_of(Lines(1, lines)))
        found = learn(_tokens(text))
        if found is None or (found.of("result") is None and not _has_address(found, _tokens(text))):
            return 0.0
        return cls.ceiling * (pc.sum(_read(text, found)[0]).as_py() or 0) / len(lines)

    def feed(self, lines: Lines) -> Parsed:
        """Parse lines; each gives a row, is rejected, or is blank or a comment."""
        text, numbers = _tidy(text_of(lines)), numbers_of(lines)
        passed = pc.match_substring_regex(text, r"^(?:#|$)")
        data = pc.invert(passed)
        text, numbers = text.filter(data), numbers.filter(data)
        batch = _Batch([], [])
        for layout in self._layouts:
            text, numbers = self._take(text, numbers, layout, batch)
        while len(text) and (learned := self._learned(text)):
            before = len(text)
            text, numbers = self._take(text, numbers, learned, batch)
            if len(text) == before:
                break
        everything = pa.array([True] * len(text), pa.bool_())
        batch.rejected.extend(set_aside(numbers, everything, "not a request to a proxy"))
        made = batch.tables
        rows = (
            {"requests": pa.concat_tables(made, promote_options="default").combine_chunks().sort_by("line")}
            if made
            else {}
        )
        return Parsed(rows, batch.rejected, pc.sum(passed).as_py() or 0)

    def finish(self) -> Parsed:
        """Give nothing: a line is a record."""
        return Parsed()

    def state(self) -> str:
        """Give the layouts that were learned."""
        return json.dumps([layout.places for layout in self._layouts])

    def resume(self, state: str) -> None:
        """Take up the layouts that were learned."""
        kept = json.loads(state or "[]")
        self._layouts = [TokenLayout(tuple((role, place) for role, place in places)) for places in kept]

    def _learned(self, text: pa.Array) -> TokenLayout | None:
        """Learn the layout of lines that none so far fits, and keep it if it rests on enough of them."""
        found = learn(_tokens(text))
        if found and len(text) >= _ENOUGH and len(self._layouts) < _LAYOUTS:
            self._layouts.append(found)
        return found

    def _take(self, text: pa.Array, numbers: pa.Array, layout: TokenLayout, batch: _Batch) -> tuple[pa.Array, pa.Array]:
        """Read the lines that a layout fits, and give back the others."""
        if not len(text):
            return text, numbers
        fits, columns = _read(text, layout)
        time = parse_any(columns["time"], _FORMS, self._zone)
        dated = pc.and_(fits, pc.is_valid(time))
        batch.tables.append(raw_table("requests", columns | {"time": time, "line": numbers}, dated))
        batch.rejected.extend(set_aside(numbers, pc.and_(fits, pc.is_null(time)), "the time cannot be read"))
        rest = pc.invert(fits)
        return text.filter(rest), numbers.filter(rest)


@dataclass(frozen=True, slots=True)
class _Batch:
    """What has come of the lines so far."""

    tables: list[pa.Table]
    rejected: list[BadLine]


def _tidy(text: pa.Array) -> pa.Array:
    """Leave no blanks at the ends, in a bracketed time and between quotes."""
    if holds(text, '"'):
        text = pc.replace_substring(shielded(text, " ", _SHIELD), '"', "")
    if holds(text, "["):
        text = pc.replace_substring_regex(text, r"\[(\d[^\]\s]*)(?: ([+-]\d{4}))?\]", r"\1\2")
    return pc.ascii_trim_whitespace(text)


def _tokens(text: pa.Array) -> Sequence[Sequence[str]]:
    step = max(1, len(text) // _LOOKED_AT)
    return [re.split(r"[ \t\n\v\f\r]+", line) for line in text[: step * _LOOKED_AT].to_pylist()[::step]]


def _has_address(layout: TokenLayout, lines: Sequence[Sequence[str]]) -> bool:
    """Tell whether whole addresses are asked for, as only a proxy is."""
    place = layout.of("url") or 0
    return any("://" in line[place] for line in lines if len(line) > place)


def _read(text: pa.Array, layout: TokenLayout) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Give the lines that the layout fits, and their columns; the time as text."""
    roles = dict(layout.places)
    got = dict(zip(roles, pieces(text, None, roles.values())[1], strict=True))
    status = got.get("result", got.get("status"))
    empty = nothing(len(text))
    like = pc.match_substring_regex
    checks = [like(got["method"], r"^[A-Z][A-Z_-]{1,23}$"), pc.is_valid(got["url"])]
    checks += [like(status, _STATUS)] if status is not None else []
    checks += [like(got[size], r"^(?:\d{1,18}|-)$") for size in ("reply", "request") if size in got]
    checks += [like(got["ip"], rf"^(?:\[?{ADDRESS}\]?(?::\d+)?)$")] if "ip" in got else []
    fits = pc.fill_null(checks[0], False)
    for check in checks[1:]:
        fits = pc.and_(fits, pc.fill_null(check, False))
    host, path = split_target(pc.if_else(fits, got["url"], pa.scalar(None, TEXT)))
    columns = {"time": got["time"], "host": host, "path": path, "method": got["method"]}
    columns["account"] = _decoded(known(got["user"])) if "user" in got else empty
    columns["ip"] = address(got["ip"]) if "ip" in got else empty
    columns["bytes_in"] = whole(got.get("reply", empty))
    columns["bytes_out"] = whole(got.get("request", empty))
    columns["status"] = _status(status if status is not None else empty)
    return fits, columns


def _status(text: pa.Array) -> pa.Array:
    """Give the status behind the proxy's own code; ``000`` is none."""
    digits = pc.replace_substring_regex(text, r"^.*/", "")
    return whole(pc.if_else(pc.equal(digits, "000"), pa.scalar(None, TEXT), digits), pa.int32())


def _decoded(account: pa.Array) -> pa.Array:
    """Undo the percent signs with which Squid writes odd characters of a name."""
    if not holds(account, "%"):
        return account
    coded = account.dictionary_encode()
    return pa.array([unquote(name) for name in coded.dictionary.to_pylist()], TEXT).take(coded.indices)
