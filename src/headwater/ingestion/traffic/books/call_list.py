"""Lists of calls, of a telephone or of its company: who called whom, when, and for how long.

``15400000001,15400000002,2018-04-07 18:26:27,83,主叫``
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.arrays import each
from headwater.ingestion.traffic.books.owner import own_number
from headwater.ingestion.traffic.books.table import ordered
from headwater.ingestion.traffic.grids import Head, Strip, heads, strips
from headwater.ingestion.traffic.headings import Header, Names, find_header, names_in
from headwater.ingestion.traffic.raw import RAW_FACTS, RAW_MESSAGES, RawRows, raw_table
from headwater.ingestion.traffic.when import moments
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead, Rejected

_OUT, _IN = (
    ("主叫", "呼出", "拨出", "去电", "已拨", "out", "dial"),
    ("被叫", "呼入", "来电", "已接", "未接", "拒接", "in", "missed", "received", "reject"),
)
_NUMBER = r"^\+?\d[\d \-]{2,24}$"
_NO_TIME, _NO_NUMBER = "has no time that can be read", "names no number that was called or that called"


@cache
def _names() -> Names:
    return names_in(__package__, "calls.toml", frozenset(), lambda name: None)


def _is_list(header: Header) -> bool:
    numbers = header.has("other") or header.has("caller", "callee")
    return numbers and (header.has("time") or header.has("day")) and (header.has("duration") or header.has("way"))


class CallList:
    """Reads lists of calls: each call as a message of kind ``call``, and whom the owner called as facts."""

    name = "call-list"

    def fits(self, member: Member, head: bytes) -> float:
        """Tell by the names of the columns: numbers, times, durations."""
        if member.exhibit.part == "chats":  # there it may be what was traded
            return 0.0
        found = _headers(member, head)
        timed = any(header.has("duration") for header in found)
        return (
            0.92
            if timed
            else 0.6
            if found and any(h.named("呼叫类型", "通话类型", "主被叫", "calltype") for h in found)
            else 0.0
        )

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Give the calls of every table of the file."""
        with member.open() as stream:
            head = stream.read(HEAD)
        for header in _headers(member, head):
            own = own_number(member.path, header)
            for strip in strips(member, header.head, header.line, header.width):
                yield from _Calls(member.path, header, strip, own).rows(zone)


@lru_cache(maxsize=2)
def _headers(member: Member, head: bytes) -> tuple[Header, ...]:
    try:
        found = [h for each in heads(member, head) if (h := _header(each)) is not None]
    except UnreadableError:
        return ()
    several = len(found) > 1 and found[0].head.delimiter is not None
    return (max(found, key=lambda header: len(header.columns)),) if several else tuple(found)


def _header(head: Head) -> Header | None:
    return find_header(head, _names(), _is_list)


class _Calls:
    def __init__(self, path: str, header: Header, strip: Strip, own: str | None) -> None:
        self.path, self.header, self.strip, self.printed = path, header, strip, own

    def _column(self, name: str) -> pa.Array:
        places = self.header.columns.get(name)
        return self.strip.columns[places[0]] if places else pa.nulls(len(self.strip.lines), pa.string())

    def rows(self, zone: ZoneInfo) -> Iterator[RawRows]:
        """Give the calls, and of each number that it was called."""
        own, other, outgoing = self._sides()
        columns = self.header.columns
        day, time = (self._column(name) if name in columns else None for name in ("day", "time"))
        times = moments(day, time, zone)
        numbered = pc.fill_null(pc.match_substring_regex(other, _NUMBER), False)
        good = pc.and_(numbered, times.is_valid())
        bad = [(int(n), _NO_NUMBER) for n in self._lines(pc.invert(numbered))]
        bad += [(int(n), _NO_TIME) for n in self._lines(pc.and_(numbered, times.is_null()))]
        rejected = tuple(Rejected(self.path, *each) for each in sorted([*self.strip.rejected, *bad]))
        said = pc.binary_join_element_wise(*(pc.fill_null(self._column(name), "") for name in ("way", "duration")), " ")
        made = {
            **{
                "line": pa.array(self.strip.lines),
                "time": times,
                "chat": other,
                "chat_name": self._column("other_name"),
            },
            "group": pa.repeat(pa.scalar(False), len(other)),
            "sender": pc.if_else(outgoing, own, other),
            "receiver": pc.if_else(outgoing, other, own),
            "outgoing": outgoing,
            "kind": pa.repeat(pa.scalar("call"), len(other)),
            "text": pc.utf8_trim_whitespace(said),
        }
        calls = raw_table(RAW_MESSAGES, dict(made), len(other)).filter(good)
        yield RawRows("messages", calls, rejected)
        yield RawRows("facts", ordered([_facts(calls)]))

    def _lines(self, mask: pa.Array) -> list[int]:
        told: list[int] = self.strip.lines[mask.to_numpy(zero_copy_only=False)].tolist()
        return told

    def _sides(self) -> tuple[pa.Array, pa.Array, pa.Array]:
        """The owner's number, the other's, and whether the owner called."""
        if not self.header.has("caller", "callee"):
            own = pc.coalesce(self._column("own"), pa.scalar(self.printed, pa.string()))
            return own, self._column("other"), each(self._column("way"), _called).cast(pa.bool_())
        caller, callee = self._column("caller"), self._column("callee")
        own = pc.coalesce(self._column("own"), pa.scalar(self.printed or _most_common(caller, callee), pa.string()))
        outgoing = pc.equal(caller, own)
        return own, pc.if_else(outgoing, callee, caller), outgoing


def _called(text: str) -> str | None:
    word = text.lower()
    if any(each in word for each in _OUT):
        return "true"
    return "false" if any(each in word for each in _IN) else None


def _most_common(caller: pa.Array, callee: pa.Array) -> str | None:
    """The number that stands on most lines: whose list it is."""
    counted = pc.value_counts(pa.concat_arrays([caller, callee]).drop_null()).to_pylist()
    best = min(counted, key=lambda each: (-each["counts"], each["values"]), default=None)
    return best["values"] if best else None


def _facts(calls: pa.Table) -> pa.Table:
    first = calls.group_by(["chat", "chat_name"]).aggregate([("line", "min")])
    kind = pa.repeat(pa.scalar("call"), first.num_rows)
    called = {"line": first["line_min"], "account": first["chat"], "kind": kind, "value": first["chat"]}
    named = called | {"kind": pa.repeat(pa.scalar("remark"), first.num_rows), "value": first["chat_name"]}
    made = [raw_table(RAW_FACTS, dict(each), first.num_rows) for each in (called, named)]
    return pa.concat_tables([made[0], made[1].filter(pc.is_valid(made[1]["value"]))])


READER = CallList()
