# 2018-05-07 01:30:34 105 192.0.2.7 u0001 GET shop.example /p/1 200 1025 15589
"""Logs in the W3C extended log file format: proxies of many makers, and IIS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.columns import holds, numbers_of, pieces, put, raw_table, set_aside, shielded, text_of
from headwater.ingestion.extended_fields import STANDARD_ZONE, about_requests, meaning, moments, roles_of
from headwater.ingestion.parsing import BadLine, Context, Lines, Parsed

_SHIELD = "\x1f"  # stands for the separator inside of quotes while a line is split
_FIELDS = re.compile(r"#\s*fields\s*:\s*(.*)", re.IGNORECASE)
_DATE = re.compile(r"#\s*date\s*:\s*(\d{4}-\d\d-\d\d)(?:[T ][\d:.]+\s*([+-]\d\d:?\d\d|[A-Za-z_/]+)?)?", re.IGNORECASE)
_ZONE = re.compile(r"#\s*(?:time-?zone|(?:gmt|utc)-?offset)\s*:\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Header:
    """What the directives said so far."""

    fields: tuple[str, ...] = ()
    separator: str = " "
    day: str | None = None
    stated: str | None = None  # a zone

    def after(self, line: str) -> _Header:
        if found := _FIELDS.match(line):
            text = found[1].strip()
            separator = next((mark for mark in "\t," if mark in text), " ")
            names = (name.strip(' "') for name in text.split(separator))
            return replace(self, fields=tuple(name for name in names if name), separator=separator)
        if found := _DATE.match(line):
            return replace(self, day=found[1], stated=found[2] or self.stated)
        if found := _ZONE.match(line):
            return replace(self, stated=found[1])
        return self


class Elff:
    """Reads W3C extended logs by their ``#Fields`` line, also where it changes in mid-file.

    Times are in ``zone``: GMT, as the format's draft says, unless a caller knows better; a directive (``#Date`` with an
    offset, ``#Timezone``) or a field (``x-timezone``, ``localtime``) that says otherwise is believed.
    The host is null where a web server logged requests to itself.
    """

    name: ClassVar[str] = "elff"
    ceiling: ClassVar[float] = 0.97

    def __init__(self, context: Context, zone: tzinfo = STANDARD_ZONE) -> None:
        self._context = context
        self._zone = zone
        self._header = _Header()
        self._directives: dict[str, str] = {}

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Be sure of a text with a ``#Fields`` line that speaks of web requests."""
        header = _Header()
        for line in head:
            header = header.after(line.lstrip("\ufeff"))
        return cls.ceiling if about_requests(header.fields) else 0.0

    def feed(self, lines: Lines) -> Parsed:
        """Parse lines; each gives a row, is rejected, or is blank or a directive."""
        text, numbers = text_of(lines), numbers_of(lines)
        directive = pc.starts_with(text, "#")
        passed = pc.or_(directive, pc.match_substring_regex(text, r"^\s*$"))
        tables: list[pa.Table] = []
        rejected: list[BadLine] = []
        start = 0
        for place in [*pc.indices_nonzero(directive).to_pylist(), len(text)]:
            data = pc.invert(passed[start:place])
            if pc.any(data).as_py():
                table, bad = self._rows(text[start:place].filter(data), numbers[start:place].filter(data))
                tables += [table] if table is not None else []
                rejected += bad
            if place < len(text):
                self._obey(text[place].as_py())
            start = place + 1
        rows = {"requests": pa.concat_tables(tables, promote_options="default")} if tables else {}
        return Parsed(rows, rejected, pc.sum(passed).as_py() or 0)

    def finish(self) -> Parsed:
        """Give nothing: a line is a record."""
        return Parsed()

    def state(self) -> str:
        """Give the directives in force, one a line."""
        return "\n".join(self._directives.values())

    def resume(self, state: str) -> None:
        """Take up the directives that were in force."""
        for line in state.splitlines():
            self._obey(line)

    def _obey(self, line: str) -> None:
        header = self._header.after(line)
        if header != self._header:
            kind = "fields" if _FIELDS.match(line) else "date" if _DATE.match(line) else "zone"
            self._directives[kind] = line
        self._header = header

    def _rows(self, text: pa.Array, numbers: pa.Array) -> tuple[pa.Table | None, Sequence[BadLine]]:
        fields = self._header.fields
        if not about_requests(fields):
            reason = "its fields are not those of a request" if fields else "no #Fields line before it"
            return None, set_aside(numbers, pa.array([True] * len(text)), reason)
        fits, values = _split(text, self._header)
        time = moments(values, self._header.day, self._header.stated, self._context.zone, self._zone)
        rejected = [
            *set_aside(numbers, pc.invert(fits), f"does not have the {len(fields)} fields of the header"),
            *set_aside(numbers, pc.and_(fits, pc.is_null(time)), "the time cannot be read"),
        ]
        columns = {"time": time, "line": numbers, **meaning(values, fields)}
        return raw_table("requests", columns, pc.and_(fits, pc.is_valid(time))), rejected


def _split(text: pa.Array, header: _Header) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Take lines apart; give those that have as many fields as the header, and the columns by role."""
    mark, width, roles = header.separator, len(header.fields), roles_of(header.fields)
    quoted = holds(text, '"')
    counts, columns = pieces(shielded(text, mark, _SHIELD) if quoted else text, mark, [*roles.values(), width])
    fits = _complete(counts, columns[-1], width)
    if not pc.all(fits).as_py():
        rest = pc.invert(fits)
        again = text.filter(rest)  # as it stands: a lone quote, or fields that are padded or parted by tabs
        again = pc.replace_substring_regex(again, r"[ \t]+", " ") if mark == " " else again
        counts, others = pieces(again, mark, [*roles.values(), width])
        fits = put(fits, rest, _complete(counts, others[-1], width))
        columns = [put(column, rest, other) for column, other in zip(columns, others, strict=True)]
    values = dict(zip(roles, columns[:-1], strict=True))
    return fits, {role: _unquoted(column, mark) for role, column in values.items()} if quoted else values


def _complete(counts: pa.Array, after: pa.Array, width: int) -> pa.Array:
    trailing = pc.and_(pc.equal(counts, width + 1), pc.fill_null(pc.equal(after, ""), False))
    return pc.or_(pc.equal(counts, width), trailing)


def _unquoted(column: pa.Array, mark: str) -> pa.Array:
    if not holds(column, '"'):
        return column
    bare = pc.replace_substring_regex(column, r'^"(.*)"$', r"\1")
    return pc.replace_substring(pc.replace_substring(bare, _SHIELD, mark), '""', '"')
