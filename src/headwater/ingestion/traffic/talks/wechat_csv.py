"""WeChat chats as delimited text of the MemoTrace kind, one conversation a file, whatever the order of its columns."""
# localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender
# 7931,2,1,0,0,1515486624,,您好 外卖放门口了,2018-01-09 16:30:24,,老王,wxid_ab12cd34

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.delimited import Rows, read_delimited
from headwater.exhibits.dialect import Dialect
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.kinds import kinds
from headwater.ingestion.traffic.talks.mended import mended
from headwater.ingestion.traffic.talks.messages import TORN, Fact, empty_as_null, facts, messages, pairs, same
from headwater.ingestion.traffic.talks.times import first_told
from headwater.ingestion.traffic.talks.wechat_sides import Sides, sides_of
from headwater.model.exhibit import NotRead

NEEDED = frozenset({"createtime", "strcontent"})
_TELLING = frozenset({"issender", "talkerid", "sender", "strtalker", "localid"})
_USED = ("type", "subtype", "issender", "createtime", "strcontent", "strtime", "remark", "nickname", "sender")
_SAMPLE = 1 << 18
_DELIMITERS = (",", "\t", ";")
Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads WeChat exports whose columns carry the names of WeChat's own table."""

    name: str = "wechat-csv"
    ceiling: float = 0.95

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where the header names the columns of WeChat's table of messages."""
        encoding = encoding_of(head)
        found = _header(head.decode(encoding, "replace")) if encoding else None
        return 0.95 if found else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages; who is who is told from the first rows, then facts follow at the end."""
        with member.open() as stream:
            head = stream.read(_SAMPLE)
        encoding = encoding_of(head[: 1 << 16]) or "utf-8"
        dialect = _dialect(head.decode(encoding, "replace"))
        if dialect is None:
            yield NotRead(member.path, "is no chat export: its header names no columns of messages")
            return
        named = file_name(member.path)
        sides: Sides | None = None
        told: list[Fact] = []
        with member.open() as stream:
            for columns, rejected in _batches(read_delimited(stream, dialect, encoding), dialect):
                sides = sides or sides_of(columns, named)
                rows = messages(member.path, _message_columns(columns, sides, named, zone), rejected)
                told = list({fact[1:]: fact for fact in reversed([*told, *_facts(columns, sides)])}.values())
                yield rows
        yield facts(told)


def _header(text: str) -> tuple[str, list[str]] | None:
    """The delimiter and the columns that the first line names, or ``None`` where they are no chat's."""
    first = next((line for line in text.lstrip("\ufeff").split("\n", 200)[:200] if line.strip()), "")
    for delimiter in _DELIMITERS:
        names = _split(first.strip(), delimiter) if len(first) < 4000 else []
        folded = {name.strip().lower() for name in names}
        if folded >= NEEDED and folded & _TELLING:
            return delimiter, [name.strip().lower() for name in names]
    return None


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _dialect(text: str) -> Dialect | None:
    found = _header(text)
    if found is None:
        return None
    delimiter, names = found
    body = text.lstrip("\ufeff")
    blank = len(body) - len(body.lstrip("\r\n"))
    skip = body[:blank].count("\n") + 1
    records = csv.reader(
        io.StringIO(body.split("\n", skip)[-1] if body.count("\n") >= skip else ""), delimiter=delimiter
    )
    widths: Counter[int] = Counter()
    try:
        for number, record in enumerate(records):
            widths[len(record)] += 1
            if number == 500:
                break
    except csv.Error:
        pass
    least = 1 + max(place for place, name in enumerate(names) if name in NEEDED)
    wide = [width for width in widths if width >= len(names)] or [width for width in widths if width >= least]
    usual = max(wide, key=lambda width: (widths[width], width), default=len(names))
    columns: list[str] = []
    for place in range(usual):
        name = names[place] if place < len(names) and names[place] else f"#{place + 1}"
        columns.append(name if name not in columns else f"{name}#{place + 1}")
    return Dialect(delimiter, tuple(columns), True, skip)


def _batches(parts: Iterator[Rows], dialect: Dialect) -> Iterator[tuple[Columns, list[tuple[int, str]]]]:
    """Columns of a batch of rows, and the lines that were set aside; rows of another length are put together again."""
    for part in parts:
        torn = {line for line, _ in part.torn}
        rejected = [bad for bad in part.rejected if bad[0] not in torn]
        if part.table.num_rows:
            yield {"line": part.lines, **_used(part.table)}, rejected
            rejected = []
        if part.torn:
            table, numbers, bad = _mended(part, dialect)
            yield {"line": numbers, **_used(table)}, rejected + bad
        elif rejected:
            yield {"line": pa.array([], pa.int64()), **_used(part.table.slice(0, 0))}, rejected


def _mended(part: Rows, dialect: Dialect) -> tuple[pa.Table, pa.Array, list[tuple[int, str]]]:
    width = len(dialect.columns)
    least = sum(not name.startswith("#") for name in dialect.columns)
    good: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, str]] = []
    for line, cells in mended(part.torn, dialect.delimiter, least):
        if cells is None:
            bad.append((line, TORN))
        else:
            good.append((line, [*cells, *[""] * (width - len(cells))][:width]))
    columns = [pa.array([row[place] or None for _, row in good], pa.string()) for place in range(width)]
    return pa.table(columns, names=list(dialect.columns)), pa.array([line for line, _ in good], pa.int64()), bad


def _used(table: pa.Table) -> Columns:
    made = {}
    for name in _USED:
        column = table[name].combine_chunks() if name in table.column_names else pa.nulls(table.num_rows, pa.string())
        column = pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) and column.chunks else column
        made[name] = pa.array([], pa.string()) if isinstance(column, pa.ChunkedArray) else column
    return made


def _message_columns(columns: Columns, sides: Sides, named: FileName, zone: ZoneInfo) -> Columns:
    count = len(columns["line"])
    outgoing = _outgoing(columns["issender"])
    sender, receiver = sides.between(columns["sender"], outgoing)
    text = columns["strcontent"]
    return {
        "line": columns["line"],
        "time": first_told([columns["createtime"], columns["strtime"]], zone),
        "chat": same(sides.chat, count),
        "chat_name": same(named.name or None, count),
        "group": same(sides.group, count, pa.bool_()),
        "sender": sender,
        "sender_name": empty_as_null(columns["nickname"]),
        "receiver": receiver,
        "outgoing": outgoing,
        "remark": sides.remarks(columns["remark"], outgoing),
        "kind": kinds(columns["type"], columns["subtype"]),
        "text": _without_account(text) if sides.group else text,
    }


def _outgoing(flags: pa.Array) -> pa.Array:
    flag = pc.utf8_lower(pc.utf8_trim_whitespace(flags))
    own = pc.is_in(flag, pa.array(["1", "true", "是", "yes", "send", "发送"]))
    return pc.if_else(pc.is_in(flag, pa.array(["", None], pa.string())), pa.scalar(None, pa.bool_()), own)


def _without_account(text: pa.Array) -> pa.Array:
    """Texts of a group without the account that its database puts before them."""
    return pc.replace_substring_regex(text, r"^(?:wxid_[\w-]+|[A-Za-z][\w-]{5,19}):\r?\n", "")


def _facts(columns: Columns, sides: Sides) -> Iterator[Fact]:
    outgoing = _outgoing(columns["issender"])
    sender, _ = sides.between(columns["sender"], outgoing)
    spoken = pc.fill_null(pc.invert(pc.is_in(columns["type"], pa.array(["10000", "10002", "0"]))), True)
    lines, sender, outgoing = (each.filter(spoken) for each in (columns["line"], sender, outgoing))
    nickname, remark = (empty_as_null(columns[name].filter(spoken)) for name in ("nickname", "remark"))
    for line, (account, name, known_as, way) in pairs(lines, sender, nickname, remark, outgoing.cast(pa.string())):
        if account is None:
            continue
        if way == "true":
            yield line, account, "self", name or account
        if name:
            yield line, account, "nickname", name
        if known_as and way != "true":
            yield line, account, "remark", known_as
        if sides.group and sides.chat:
            yield line, account, "member", sides.chat


READER = _Reader()
