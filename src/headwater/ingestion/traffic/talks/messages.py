"""Columns that a reader found become a batch of messages: kinds and sums told, bad times set aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.raw import RAW_FACTS, RAW_MESSAGES, RawRows, raw_table
from headwater.ingestion.traffic.talks.said import told
from headwater.model.exhibit import Rejected

NO_TIME = "the time of the message cannot be read"
TORN = "the message is torn off or damaged"
Fact = tuple[int, str | None, str, str]
"""Line, account, kind and value of a fact."""


def messages(
    source: str, columns: Mapping[str, pa.Array], rejected: Iterable[tuple[int, str]] = (), *, plain: bool = True
) -> RawRows:
    """Put columns (``line`` and ``time`` among them) into raw messages; a row without a time is set aside.

    With ``plain``, the words are looked at for marks such as ``[图片]``; what the columns say themselves goes first.
    """
    made = dict(columns)
    count = len(made["line"])
    text = made.get("text", pa.nulls(count, pa.string()))
    kind = made.get("kind", pa.nulls(count, pa.string()))
    if plain:
        for name, column in told(text, kind).items():
            given = made.get(name)
            made[name] = column if given is None or name in ("text", "kind") else pc.coalesce(given, column)
    spoken = pc.fill_null(pc.not_equal(made["kind"], "system"), True)
    for name in ("sender", "sender_name", "outgoing", "receiver"):  # nobody writes what the program says
        if name in made:
            made[name] = pc.if_else(spoken, made[name], pa.scalar(None, made[name].type))
    rows = raw_table(RAW_MESSAGES, made, count)
    bad = [Rejected(source, line, reason) for line, reason in rejected]
    if rows["time"].null_count:
        timed = pc.is_valid(rows["time"])
        bad += [Rejected(source, line, NO_TIME) for line in rows["line"].filter(pc.invert(timed)).to_pylist()]
        rows = rows.filter(timed)
    return RawRows("messages", rows, tuple(sorted(bad, key=lambda each: (each.line, each.reason))))


def facts(found: Iterable[Fact]) -> RawRows:
    """Facts about accounts, each once, by the line where it is first told."""
    first: dict[tuple[str, str, str], Fact] = {}
    for fact in found:
        line, account, kind, value = fact
        key = (account or "", kind, value)
        if key not in first or line < first[key][0]:
            first[key] = fact
    rows = sorted(first.values(), key=lambda each: (each[0], each[1] or "", each[2], each[3]))
    columns: dict[str, Sequence[object]] = {}
    if rows:
        columns = dict(zip(("line", "account", "kind", "value"), zip(*rows, strict=True), strict=True))
    return RawRows("facts", raw_table(RAW_FACTS, columns, len(rows)))


def same(value: str | bool | None, count: int, kind: pa.DataType | None = None) -> pa.Array:
    """A column of one value."""
    return pa.repeat(pa.scalar(value, kind or pa.string()), count)


def empty_as_null(column: pa.Array) -> pa.Array:
    """A column of texts without blanks at the ends, null where nothing is left."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def pairs(lines: pa.Array, *columns: pa.Array) -> list[tuple[int, tuple[str | None, ...]]]:
    """Each distinct combination of texts with the first line on which it stands, in the order of these lines."""
    names = [f"c{place}" for place in range(len(columns))]
    table = pa.table([lines, *columns], names=["line", *names])
    grouped = table.group_by(names, use_threads=False).aggregate([("line", "min")])
    rows = grouped.select([*names, "line_min"]).to_pylist()
    found = [(row["line_min"], tuple(row[name] for name in names)) for row in rows]
    return sorted(found, key=lambda each: (each[0], tuple(value or "" for value in each[1])))
