"""Reads address books, friend lists and member lists of any layout into facts about accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.grids import Strip, heads, strips
from headwater.ingestion.traffic.headings import Header, Names, find_header, names_in
from headwater.ingestion.traffic.raw import RAW_FACTS, RawRows, raw_table
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead, Rejected

_SEVERAL = frozenset({"phone", "card", "wallet", "name", "remark", "nickname"})
_WORDS = (
    ("nickname", "nickname"),
    ("nickname", "group_nickname"),
    ("nickname", "alias"),
    ("remark", "remark"),
    ("name", "name"),
)
_PARTED = r"[;；,，、/|\n\r]+|\s{2,}"
_LABEL = r"^[^\d+]*[:：]\s*"
_NUMBER = r"^\+?[\d][\d \-()]{3,24}$"
_WALLET = r"^[^@\s]+@[^@\s]+\.[^@\s]+$|^\+?[\d][\d \-()]{3,24}$|\*{2,}"
_SUFFIX = r"@wx\.tenpay\.com$"
_NO_ACCOUNT = "names no account and no number"
_YES = pa.array(["1", "是", "本人", "true", "True", "TRUE", "Y", "y", "yes", "自己"])


@dataclass(frozen=True, slots=True)
class BookReader:
    """Reads the tables of one kind of address book; ``sure`` says from 0 to 1 how surely a header in a file is of it."""

    name: str
    sure: Callable[[Header, Member], float]

    def fits(self, member: Member, head: bytes) -> float:
        """Tell by the names of the columns, wherever the header stands."""
        return max((self.sure(header, member) for header in book_headers(member, head)), default=0.0)

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Give the facts of every table of the file that is an address book."""
        with member.open() as stream:
            head = stream.read(HEAD)
        for header in book_headers(member, head):
            if self.sure(header, member) > 0.5:
                for strip in strips(member, header.head, header.line, header.width):
                    yield facts(member.path, header, strip)


@cache
def _names() -> Names:
    return names_in(__package__, "columns.toml", _SEVERAL, lambda name: None)


@lru_cache(maxsize=2)
def book_headers(member: Member, head: bytes) -> tuple[Header, ...]:
    """Give the header of each table of a file that may be an address book."""
    try:
        found = [header for each in heads(member, head) if (header := find_header(each, _names(), _is_book, 2))]
    except UnreadableError:
        return ()
    if len(found) > 1 and found[0].head.delimiter is not None:
        return (max(found, key=lambda header: len(header.columns)),)
    return tuple(found)


def _is_book(header: Header) -> bool:
    known = header.has("account") or header.has("phone")
    return known and any(header.has(field) for field in ("nickname", "remark", "name", "phone", "group"))


def facts(path: str, header: Header, strip: Strip) -> RawRows:
    """Give what some rows of an address book tell. Whoever has no account is named by the first number given for him."""
    columns = {field: [strip.columns[n] for n in places] for field, places in header.columns.items()}
    numbers = [_parts(column, _NUMBER) for column in columns.get("phone", [])]
    cards = [_parts(column, _NUMBER) for column in columns.get("card", [])]
    accounts = [pc.replace_substring_regex(column, _SUFFIX, "") for column in columns.get("account", [])]
    named = _named(accounts, [*cards, *numbers], len(strip.lines))
    made = [_told(kind, named, _whole(column), strip) for kind, field in _WORDS for column in columns.get(field, [])]
    for second in accounts[1:]:  # a number of QQ beside an account of WeChat, or the name that its owner chose for it
        figures = pc.fill_null(pc.match_substring_regex(second, r"^\d+$"), False)
        nothing = pa.scalar(None, pa.string())
        made.append(_told("wallet", named, _whole(pc.if_else(figures, second, nothing)), strip))
        made.append(_told("nickname", named, _whole(pc.if_else(figures, nothing, second)), strip))
    made += [_told("phone", named, parts, strip) for parts in numbers]
    made += [_told("card", named, parts, strip) for parts in cards]
    made += [_told("wallet", named, _parts(column, _WALLET), strip) for column in columns.get("wallet", [])]
    groups = [column for field in ("group", "group_name") for column in columns.get(field, [])]
    if groups:
        made.append(_told("member", named, _whole(pc.coalesce(*groups)), strip))
    for own in columns.get("own", []):
        mine = pc.if_else(pc.fill_null(pc.is_in(own, value_set=_YES), False), named, pa.scalar(None, pa.string()))
        made.append(_told("self", named, _whole(mine), strip))
    nameless = strip.lines[named.is_null().to_numpy(zero_copy_only=False)].tolist()
    bad = sorted([*strip.rejected, *((line, _NO_ACCOUNT) for line in nameless)])
    return RawRows("facts", ordered(made), tuple(Rejected(path, *each) for each in bad))


def _named(accounts: Sequence[pa.Array], numbers: Sequence[Parts], count: int) -> pa.Array:
    """By what each row is named: its account, else the first number of it."""
    named = pc.coalesce(*accounts) if accounts else pa.nulls(count, pa.string())
    for parts in numbers:
        rows, firsts = np.unique(parts.rows, return_index=True)
        mask = np.zeros(count, dtype=bool)
        mask[rows] = True
        first = pc.replace_with_mask(pa.nulls(count, pa.string()), pa.array(mask), parts.values.take(pa.array(firsts)))
        named = pc.coalesce(named, first)
    return named


@dataclass(frozen=True, slots=True)
class Parts:
    """Values that stand in cells, several in one perhaps, and the row of each."""

    rows: npt.NDArray[np.int64]
    values: pa.Array


def _whole(column: pa.Array) -> Parts:
    known = column.is_valid()
    return Parts(np.flatnonzero(known.to_numpy(zero_copy_only=False)), column.filter(known))


def _parts(column: pa.Array, pattern: str) -> Parts:
    """The values of a pattern in cells that may hold several, each with a label."""
    lists = pc.split_pattern_regex(column, _PARTED)
    values = pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.list_flatten(lists), _LABEL, ""))
    good = pc.match_substring_regex(values, pattern)
    rows = pc.list_parent_indices(lists).to_numpy(zero_copy_only=False)
    return Parts(rows[good.to_numpy(zero_copy_only=False)], values.filter(good))


def _told(kind: str, named: pa.Array, parts: Parts, strip: Strip) -> pa.Table:
    accounts = named.take(pa.array(parts.rows))
    columns = {
        "line": pa.array(strip.lines[parts.rows]),
        "account": accounts,
        "kind": pa.repeat(pa.scalar(kind, pa.string()), len(parts.rows)),
        "value": parts.values,
    }
    return raw_table(RAW_FACTS, dict(columns), len(parts.rows)).filter(accounts.is_valid())


def ordered(made: Sequence[pa.Table]) -> pa.Table:
    """Facts in the order of their lines."""
    table = pa.concat_tables([raw_table(RAW_FACTS, {}, 0), *made]).combine_chunks()
    return table.take(pc.sort_indices(table, [("line", "ascending"), ("kind", "ascending"), ("value", "ascending")]))
