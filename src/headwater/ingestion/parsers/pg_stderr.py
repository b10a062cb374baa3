# 2018-05-07 02:03:00.318 CST [3001] u1011@crm LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.policyholders,select * from crm.policyholders,<not logged>,30  # noqa: E501
"""PostgreSQL's plain log (``stderr``), whatever its ``log_line_prefix``, with pgaudit and ``log_statement``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion import clock, log_line_prefix
from headwater.ingestion.log_line_prefix import DETAIL, MAIN, SEVERITY, STATEMENT
from headwater.ingestion.parsing import BadLine, Context, Lines, Parsed
from headwater.ingestion.postgres import ENTRIES, Activity
from headwater.ingestion.postgres_sessions import Sessions, last_of_same
from headwater.ingestion.records import Counts, Flags, flags, joined, texts

_PREFIXES = 16  # settings that one file may have been written with
_LOOKS = rf"^.{{0,400}}?(?:{SEVERITY}):  "


class PgStderr:
    """Reads lines whose prefix it works out itself; a line that begins with a tab goes on with the one before.

    The name of an application is the client's own choice and stands in the line unquoted: a csvlog is the better
    witness where both are at hand.
    """

    name: ClassVar[str] = "pg_stderr"
    ceiling: ClassVar[float] = 0.9

    def __init__(self, context: Context) -> None:
        self._zone = context.zone
        self._activity = Activity()
        self._sessions = Sessions()
        self._prefixes: list[str] = []
        self._open: list[str] = []  # the last entry and what belongs to it
        self._next = 1

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """Look for a severity and two spaces after a prefix that has a time."""
        starts = [line for line in head if line and not line.startswith("\t")]
        known = sum(log_line_prefix.infer(line) is not None for line in starts)
        return cls.ceiling if known * 2 > len(starts) else 0.0

    def feed(self, lines: Lines) -> Parsed:
        """Read the next lines; the last entry waits, for it may go on."""
        waiting, self._open = self._open, []
        whole = [*waiting, *lines.text]
        self._next = lines.first + len(lines.text)
        return self._read(whole, lines.first - len(waiting), final=False)

    def finish(self) -> Parsed:
        """Give the last entry and what was kept back."""
        left, self._open = self._open, []
        return self._read(left, self._next - len(left), final=True)

    def state(self) -> str:
        """The prefixes that were found so far, as settings."""
        return "\n".join(self._prefixes)

    def resume(self, state: str) -> None:
        """Take up the prefixes."""
        self._prefixes = [form for form in state.split("\n") if form]

    def _read(self, lines: list[str], first: int, *, final: bool) -> Parsed:
        if not lines:
            return self._activity.take(ENTRIES.empty_table(), 0, [], final=final)
        column = texts(lines)
        starts = ~flags(pc.starts_with(column, "\t"))
        orphan = not starts[0]
        starts[0] = True
        records, offsets, heights = joined(column, starts)
        fields = self._fields(pc.replace_substring(records, "\n\t", "\n"))
        main = flags(pc.match_substring_regex(fields["severity"], MAIN))
        stop = len(records) if final or not main.any() else int(np.flatnonzero(main)[-1])
        closed = len(lines) if stop == len(records) else int(offsets[stop])
        self._open = lines[closed:]
        entries, bad = self._entries(fields.slice(0, stop), main[:stop], offsets[:stop] + first, heights[:stop])
        if orphan and stop and fields["severity"][0].as_py() is None:
            bad = [
                BadLine(first + i, "goes on with an entry whose beginning is missing") for i in range(heights[0])
            ] + [b for b in bad if b.line != first]
        return self._activity.take(entries, closed, bad, final=final)

    def _fields(self, records: pa.StringArray) -> pa.Table:
        """What the prefixes say, with severity and message; null where no prefix fits. Learns prefixes as needed."""
        found = _nothing(len(records))
        for form in self._ordered():
            found = _merged(found, records, form)
        for _ in range(_PREFIXES):
            unread = pc.and_(pc.is_null(found["severity"]), pc.match_substring_regex(records, _LOOKS))
            place = pc.index(unread, True).as_py()
            learned = log_line_prefix.infer(records[place].as_py()) if place >= 0 else None
            if learned is None or learned in self._prefixes or len(self._prefixes) >= _PREFIXES:
                return found
            self._prefixes.append(learned)
            found = _merged(found, records, learned)
        return found

    def _ordered(self) -> list[str]:
        return sorted(self._prefixes, key=log_line_prefix.fields, reverse=True)

    def _entries(self, fields: pa.Table, main: Flags, lines: Counts, heights: Counts) -> tuple[pa.Table, list[BadLine]]:
        """Main entries with the DETAIL and STATEMENT that follow them, and the lines that are no entry."""
        time = pc.coalesce(
            clock.parse(fields["time"], "iso", self._zone), clock.parse(fields["epoch"], "epoch", self._zone)
        )
        readable = flags(pc.is_valid(time))
        bad = [BadLine(int(line), "no known log_line_prefix") for line in lines[~readable]]
        session = pc.coalesce(fields["session"], fields["pid"]).combine_chunks()
        of = last_of_same(main & readable, session)
        columns = {name: _said(fields[name]) for name in ("account", "database", "peer", "application", "code")}
        columns |= {
            "line": pa.array(lines), "lines": pa.array(heights), "time": time, "session": session,
            "severity": fields["severity"], "message": fields["message"],
            "detail": _added(fields, DETAIL, of), "statement": _added(fields, STATEMENT, of),
        }  # fmt: skip
        entries = pa.table(columns).select(ENTRIES.names).cast(ENTRIES).filter(pa.array(main & readable))
        return self._sessions.filled(entries), bad


_COLUMNS = (*log_line_prefix.GROUPS, "severity", "message")


def _nothing(size: int) -> pa.Table:
    return pa.table({name: pa.nulls(size, pa.string()) for name in _COLUMNS})


def _merged(found: pa.Table, records: pa.StringArray, form: str) -> pa.Table:
    """The fields found so far, and those that this prefix finds in records that none has fitted."""
    open_ = pc.if_else(pc.is_null(found["severity"]), records, None)
    parts = pc.extract_regex(open_, log_line_prefix.pattern(form))
    parts = parts.combine_chunks() if isinstance(parts, pa.ChunkedArray) else parts
    names = {field.name for field in parts.type}
    columns = {
        name: pc.coalesce(found[name], pc.struct_field(parts, name)) if name in names else found[name]
        for name in _COLUMNS
    }
    return pa.table(columns)


def _said(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_in(column, pa.array(["", "[unknown]"])), None, column)


def _added(fields: pa.Table, words: tuple[str, ...], of: Counts) -> pa.Array:
    """For each entry, the message of the first line of that kind that belongs to it."""
    rows = np.flatnonzero(flags(pc.is_in(fields["severity"], pa.array(words))) & (of >= 0))[::-1]
    place = np.full(len(fields), -1)
    place[of[rows]] = rows
    return pc.take(fields["message"], pa.array(place, mask=place < 0))
