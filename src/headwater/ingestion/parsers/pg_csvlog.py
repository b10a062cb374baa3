# 2018-05-07 02:03:00.318 CST,"u1011","crm",3001,"10.20.0.13:40001",5aef4354.bb9,1,"SELECT",2018-05-07 02:03:00 CST,3/1,0,LOG,00000,"AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.policyholders,select * from crm.policyholders,<not logged>,30",,,,,,,,,"psql","client backend",,0  # noqa: E501
"""PostgreSQL's ``csvlog``, of every version from 8.4 on, with what pgaudit and ``log_statement`` write into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion import clock
from headwater.ingestion.csv_records import BEGUN, WHOLE, split
from headwater.ingestion.parsing import BadLine, Context, Lines, Parsed
from headwater.ingestion.postgres import ENTRIES, Activity
from headwater.ingestion.records import Counts, flags, joined, texts

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Za-z0-9+:-]{1,8},"
_HEAD = re.compile(rf'{_TIME}(?:"[^"]*"|[^",]*),(?:"[^"]*"|[^",]*),\d+,.*,[A-Z\d]+,[0-9A-Z]{{5}},')
_COLUMNS = {
    "time": 0,
    "account": 1,
    "database": 2,
    "peer": 4,
    "session": 5,
    "severity": 11,
    "code": 12,
    "message": 13,
    "detail": 14,
    "statement": 19,
    "application": 22,
}
_WIDTHS = (22, 23, 24, 26)  # 8.4, 9.0, 13, 14
_LONGEST = 50_000  # lines of one record: a quote that never closes must not hold the rest of the file
_INSIDE = "inside"


class PgCsvlog:
    """Reads records that may span lines. Where a record was cut off, reads on at the next line that begins one.

    Quotes decide where a record ends, not its look: text inside a statement cannot pass for a record of its own.
    """

    name: ClassVar[str] = "pg_csvlog"

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._activity = Activity()
        self._open: list[str] = []  # the lines of a record that has not ended
        self._next = 1
        self._inside = False  # reading on within a record whose beginning was given up

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Look for the fixed columns: time, names, process id, severity and SQLSTATE."""
        if not head:
            return 0.0
        if _HEAD.match(head[0]):
            return 1.0
        return 0.8 if sum(bool(_HEAD.match(line)) for line in head) * 4 >= len(head) else 0.0

    def feed(self, lines: Lines) -> Parsed:
        """Read the next lines; a record that has not ended waits."""
        first = lines.first - len(self._open)
        self._next = lines.first + len(lines.text)
        waiting, self._open = self._open, []
        return self._read([*waiting, *lines.text], first, len(lines.text) + len(waiting))

    def finish(self) -> Parsed:
        """Give what was kept back; a record that never ended is a rejected line."""
        left, self._open = self._open, []
        bad = [BadLine(self._next - len(left), "a record that never ends")] if left else []
        self._inside = self._inside or bool(left)
        return self._activity.take(ENTRIES.empty_table(), len(left), bad, final=True)

    def state(self) -> str:
        """Whether the next line is inside a record."""
        return _INSIDE if self._open or self._inside else ""

    def resume(self, state: str) -> None:
        """Skip the rest of a record whose beginning was given up."""
        self._inside = state == _INSIDE

    def _read(self, lines: list[str], first: int, count: int) -> Parsed:
        column = texts(lines)
        number = 0 if not self._inside else self._skipped(column)
        bad: list[BadLine] = []
        tables = []
        while number < len(column):
            table, broken, number = self._stretch(column, number, first)
            tables.append(table)
            bad += broken
        self._open = lines[len(lines) - len(self._open) :] if self._open else []
        entries = pa.concat_tables(tables) if tables else ENTRIES.empty_table()
        return self._activity.take(entries, count - len(self._open), bad)

    def _skipped(self, column: pa.StringArray) -> int:
        """How many lines end the record that was given up: to the first that closes its quotes."""
        odd = np.flatnonzero(pc.count_substring(column, '"').to_numpy() % 2)
        self._inside = not odd.size
        return int(odd[0]) + 1 if odd.size else len(column)

    def _stretch(self, column: pa.StringArray, begin: int, first: int) -> tuple[pa.Table, list[BadLine], int]:
        """Records from a line on, up to the end or to a damaged one that threw the quotes out of step."""
        lines = column.slice(begin)
        quotes = np.cumsum(pc.count_substring(lines, '"').to_numpy()) % 2
        starts = np.concatenate(([True], quotes[:-1] == 0))
        records, offsets, heights = joined(lines, starts)
        right = flags(pc.match_substring_regex(records, rf"\A{_TIME}"))
        whole = right & flags(pc.match_substring_regex(records, WHOLE))
        if quotes[-1]:  # the last one is open
            tail = records[-1].as_py()
            may_wait = right[-1] and heights[-1] < _LONGEST and pc.match_substring_regex(tail, BEGUN).as_py()
            whole[-1] = may_wait
        out_of_step = np.flatnonzero(~whole & ((heights > 1) | (np.arange(len(whole)) == len(whole) - 1) & quotes[-1]))
        stop = int(out_of_step[0]) if out_of_step.size else len(whole)
        if stop == len(whole) and quotes[-1]:
            self._open = [""] * int(heights[-1])
            stop -= 1
        table, bad = self._entries(records[:stop], offsets[:stop] + begin + first, heights[:stop])
        if not out_of_step.size:
            return table, bad, len(column)
        at = begin + int(offsets[stop])
        again = self._next_start(column, at + 1)
        bad += [BadLine(first + i, "a record that is cut off or malformed") for i in range(at, again)]
        return table, bad, again

    def _next_start(self, column: pa.StringArray, begin: int) -> int:
        looks = flags(pc.match_substring_regex(column.slice(begin), rf"\A{_TIME}"))
        found = np.flatnonzero(looks)
        return begin + int(found[0]) if found.size else len(column)

    def _entries(self, records: pa.StringArray, lines: Counts, heights: Counts) -> tuple[pa.Table, list[BadLine]]:
        table, record = split(records, _WIDTHS)
        columns = {name: table[f"f{place}"] for name, place in _COLUMNS.items()}
        columns["time"] = clock.parse(columns["time"], "iso", self._zone)
        which = record.to_numpy()
        columns |= {"line": pa.array(lines[which]), "lines": pa.array(heights[which])}
        entries = pa.table(columns).select(ENTRIES.names).cast(ENTRIES)
        timed = flags(pc.is_valid(entries["time"]))
        read = np.zeros(len(records), dtype=np.bool_)
        read[which[timed]] = True
        bad = [BadLine(int(line), "not a record of a csvlog") for line in lines[~read]]
        return entries.filter(pa.array(timed)), bad
