"""Tables of messages in spreadsheets, delimited texts and pages, as forensic suites and people make them, known by their columns."""
# From | To | Timestamp: Time (UTC+8) | Body          发送人 | 接收人 | 发送时间(UTC+08:00) | 内容

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.contents import Given
from headwater.exhibits.delimited import read_delimited
from headwater.exhibits.member import Member
from headwater.exhibits.readers.html import READER as HTML
from headwater.exhibits.sheets import Sheet, delimited_layout, sheets, table_format
from headwater.exhibits.text import lines
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.messages import empty_as_null
from headwater.ingestion.traffic.talks.parties import split
from headwater.ingestion.traffic.talks.roles import roles
from headwater.ingestion.traffic.talks.sheet_heads import heading
from headwater.ingestion.traffic.talks.table_times import column_moments, joined_clock
from headwater.ingestion.traffic.talks.told_rows import TableTalk
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_LARGEST = 64 << 20
_SAMPLE = 200
_NULL = pa.scalar(None, pa.string())


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads tables whose columns are those of messages."""

    name: str = "message-tables"
    ceiling: float = 0.7

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where a table has a time, a text and a sender, receiver or direction, and its times can be read."""
        if HTML.fits(head, member):
            found = _is_chat(next(_page(member, 1), None))
        elif table_format(head) == "delimited":
            found = _is_chat(next(_delimited(member), None))
        else:
            small = member.size is not None and member.size <= _LARGEST
            found = table_format(head) is not None and small and any(_is_chat(sheet) for sheet in _sheets(member))
        return 0.7 if found else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read every table of messages, then the facts of accounts; tables of other things are left to others."""
        with member.open() as stream:
            head = stream.read(1 << 16)
        talks = _Talks(member.path, zone)
        if table_format(head) == "delimited" and not HTML.fits(head, member):
            for sheet in _delimited(member):
                yield from talks.of([sheet])
        else:
            yield from talks.of(list(_page(member) if HTML.fits(head, member) else _sheets(member)))
        for talk in talks.talks.values():
            yield talk.facts()


class _Talks:
    """The conversations of one file: tables above which the same stands are one, and tell together whose device it is."""

    def __init__(self, path: str, zone: ZoneInfo) -> None:
        self.path, self.zone, self.named = path, zone, _named(path)
        self.talks: dict[FileName, TableTalk] = {}

    def of(self, parts: list[Sheet]) -> Iterator[RawRows]:
        """The messages of some tables; those of other things are left to others."""
        read = []
        for sheet in parts:
            if are_columns(sheet.columns) and sheet.rows.num_rows + len(sheet.rejected):
                read.append((heading(sheet.above, self.named), *_columns(sheet, self.zone), sheet.rejected))
        for told in dict.fromkeys(told for told, *_ in read):
            talk = self.talks.setdefault(told, TableTalk(self.path, told, self.zone))
            talk.meet([(columns, numbers) for each, columns, numbers, _ in read if each == told])
        for told, columns, numbers, rejected in read:
            yield self.talks[told].table(columns, numbers, rejected)


def are_columns(names: tuple[str, ...]) -> bool:
    """Whether these are columns of messages: more is asked than of JSON, for a table may be of anything."""
    found = roles(names)
    who = {"sender", "outgoing", "incoming", "direction", "receiver"} & found.keys()
    return bool({"time", "clock"} & found.keys()) and "text" in found and bool(who)


def _is_chat(sheet: Sheet | None) -> bool:
    if sheet is None or not sheet.header or not are_columns(sheet.columns) or not sheet.rows.num_rows:
        return False
    few = Sheet(sheet.name, sheet.columns, sheet.rows.slice(0, _SAMPLE), 1, True, sheet.lines.slice(0, _SAMPLE))
    columns, _ = _columns(few, ZoneInfo("UTC"))
    times = pc.coalesce(*columns["time"]) if columns["time"] else pa.nulls(few.rows.num_rows)
    return bool(len(times) - times.null_count >= 0.6 * len(times))


def _named(path: str) -> FileName:
    named = file_name(path)
    return FileName("", named.peer, named.own)


def _sheets(member: Member) -> Iterator[Sheet]:
    yield from (sheet for sheet in sheets(member) if isinstance(sheet, Sheet) and sheet.header)


def _page(member: Member, most: int = 1 << 30) -> Iterator[Sheet]:
    try:
        for part in HTML.read(member, Given()):
            if isinstance(part, Sheet) and are_columns(part.columns):
                yield part
                most -= 1
            if most <= 0:
                return
    except UnreadableError:
        return


def _delimited(member: Member) -> Iterator[Sheet]:
    """A delimited text in batches."""
    layout = delimited_layout(member)
    if layout is None or not layout[1].header:
        return
    encoding, dialect = layout
    with member.open() as stream:
        first = next(lines(stream, encoding), None)
        stream.seek(0)
        titles = first.text[: dialect.skip - 1] if first else []
        above = tuple(
            (n, "\t".join(cell.strip() for cell in text.split(dialect.delimiter) if cell.strip()))
            for n, text in enumerate(titles, start=1)
        )
        for part in read_delimited(stream, dialect, encoding):
            yield Sheet("", dialect.columns, part.table, 1, True, part.lines, part.rejected, above=above)


def _columns(sheet: Sheet, zone: ZoneInfo) -> tuple[dict[str, list[pa.Array]], pa.Array]:
    """The columns of a sheet by role: times as moments, parties split into account and name."""
    found = roles(sheet.columns)
    made = {
        role: [_cells(sheet, name) for name in names] for role, names in found.items() if role not in ("time", "clock")
    }
    made["time"] = _times(sheet, found, zone)
    owner: pa.Array | None = None
    for role in ("sender", "receiver"):
        if role not in made:
            continue
        account, name, own, several = split(empty_as_null(pc.coalesce(*made[role])))
        made[role] = [account]
        made[f"{role}_name"] = [*made.get(f"{role}_name", []), name]
        told = pc.if_else(pc.fill_null(own, False), "1" if role == "sender" else "0", _NULL)
        owner = told if owner is None else pc.coalesce(owner, told)
        if role == "receiver":
            made["group"] = [*made.get("group", []), pc.if_else(pc.fill_null(several, False), "1", _NULL)]
    if "chat" in made:
        account, name, _, _ = split(_no_ordinals(empty_as_null(pc.coalesce(*made["chat"]))))
        made["chat"] = [account]
        made["chat_name"] = [*made.get("chat_name", []), name]
    if owner is not None and owner.null_count < len(owner):
        made["outgoing"] = [*made.get("outgoing", []), owner]
    return made, sheet.lines


def _no_ordinals(cells: pa.Array) -> pa.Array:
    """Names of conversations without the numbers by which a suite counts them."""
    return pc.if_else(pc.fill_null(pc.match_substring_regex(cells, r"^\d{1,4}$"), False), _NULL, cells)


def _times(sheet: Sheet, found: dict[str, list[str]], zone: ZoneInfo) -> list[pa.Array]:
    names, clocks = found.get("time", []), found.get("clock", [])
    if clocks and names:
        whole = joined_clock(_cells(sheet, names[0]), _cells(sheet, clocks[0]))
        return [column_moments(whole, f"{names[0]} {clocks[0]}", zone)]
    return [column_moments(_cells(sheet, name), name, zone) for name in names or clocks]


def _cells(sheet: Sheet, name: str) -> pa.Array:
    column = sheet.rows[name].cast(pa.string())
    return pa.concat_arrays([pa.array([], pa.string()), *column.chunks])


READER = _Reader()
