"""Statements without a header: what the columns hold is told by their cells, and believed where balances follow from sums.

``2018-01-16,12:38:57,6200000000000005,-38.54,7710.01,消费,大润发``
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.bills.banking import banked
from headwater.ingestion.traffic.bills.table import Layout, headers, rows_under
from headwater.ingestion.traffic.bills.values import currencies, directions, money
from headwater.ingestion.traffic.grids import Head, heads
from headwater.ingestion.traffic.headings import Header
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.when import moments
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_LAYOUT = Layout("bank-headless", "bank", lambda header: 0.0, banked)
_SURE = 0.55
_FEWEST, _NARROWEST, _WIDEST, _MOST_SUMS = 4, 4, 40, 8
_SHARE = 0.9
_CENT = 0.005
_CLOCK = r"^\d{1,2}:\d{2}(?::\d{2})?$"
_DAY = r"^\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?(?:[ T]|$)"
_NUMBER = r"^[0-9*]{6,25}$"
_SUM = r"^[-+(]?[¥￥$]?[-+]?\d{1,3}(?:,?\d{3}){0,3}(?:\.\d{1,2})?\)?$"
_WORDS = r"[\p{Han}A-Za-z]"
Floats = npt.NDArray[np.float64]
Columns = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads tables of payments that nobody put names above."""

    name: str = _LAYOUT.name
    ceiling: float = _SURE

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where there is no header, and where a column of balances follows from one of sums."""
        return _SURE if _guessed(member, head) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the rows of each such table."""
        with member.open() as stream:
            head = stream.read(HEAD)
        for header in _guessed(member, head):
            yield from rows_under(_LAYOUT, member, header, zone)


@lru_cache(maxsize=2)
def _guessed(member: Member, head: bytes) -> tuple[Header, ...]:
    try:
        tables = () if headers(member, head) else heads(member, head)
    except UnreadableError:
        return ()
    found = [header for each in tables if (header := _header(each)) is not None]
    return tuple(found) if not found or found[0].head.delimiter is None else (max(found, key=lambda h: h.width),)


def _header(head: Head) -> Header | None:
    """A header that nobody wrote, with the columns that the cells tell."""
    rows = [cells for _, cells in head.rows if sum(bool(cell.strip()) for cell in cells) >= _NARROWEST - 1]
    widths = np.bincount([len(cells) for cells in rows]) if rows else np.zeros(1, np.int64)
    width = int(widths.argmax())
    rows = [cells for cells in rows if len(cells) == width]
    if not _NARROWEST <= width <= _WIDEST or len(rows) < _FEWEST:
        return None
    columns = _columns([pa.array([cells[n].strip() or None for cells in rows], pa.string()) for n in range(width)])
    names = tuple(str(n + 1) for n in range(width))
    return Header(head, 0, 0, names, columns, frozenset()) if columns else None


def _columns(cells: Sequence[pa.Array]) -> Columns:
    """The columns by what they hold; none where no balance follows."""
    left = {place: column for place, column in enumerate(cells) if column.null_count < len(column)}
    day = next((n for n, column in left.items() if _are(column, _DAY) and _dated(column)), None)
    if day is None or left[day].null_count:
        return {}
    found: Columns = {"day": (day,)}
    del left[day]
    if clock := [n for n, column in left.items() if _are(column, _CLOCK)]:
        found["time"] = (clock[0],)
        del left[clock[0]]
    sums = _sums({n: column for n, column in left.items() if _are(column, _SUM)})
    if not sums:
        return {}
    told = {place for places in sums.values() for place in places}
    return found | sums | _rest({n: column for n, column in left.items() if n not in told})


def _sums(columns: dict[int, pa.Array]) -> Columns:
    """The columns of sums and balances: those that fit each other in the order of the rows or against it."""
    values = {n: money(columns[n])[0] for n in sorted(columns)[:_MOST_SUMS]}
    for amount, balance in permutations(values, 2):
        if not np.isnan(values[amount]).any() and _follow(np.abs(values[amount]), values[balance], signed=False):
            return {"amount": (amount,), "balance": (balance,)}
    for income, outgo, balance in permutations(values, 3):
        moved = np.nan_to_num(values[income]) - np.abs(np.nan_to_num(values[outgo]))
        if (np.nan_to_num(values[income]) >= 0).all() and _follow(moved, values[balance], signed=True):
            return {"income": (income,), "outgo": (outgo,), "balance": (balance,)}
    return {}


def _follow(moved: Floats, balance: Floats, *, signed: bool) -> bool:
    if np.isnan(balance).any() or len(np.unique(np.abs(moved))) < 2 or not moved.any():
        return False
    for step, made in ((np.diff(balance), moved[1:]), (-np.diff(balance), moved[:-1])):
        fits = np.abs((step if signed else np.abs(step)) - made) < _CENT
        if np.count_nonzero(~fits) <= max(
            len(fits) >= _FEWEST, int(len(fits) * (1 - _SHARE))
        ):  # one was edited perhaps
            return True
    return False


def _rest(columns: dict[int, pa.Array]) -> Columns:
    """Ways, currencies, numbers of accounts, names and words, each by what its cells look like."""
    found: dict[str, list[int]] = {}
    for place, column in columns.items():
        known = column.drop_null()
        distinct = len(known.unique())
        if directions(known).null_count == 0 and distinct > 1:
            found.setdefault("direction", []).append(place)
        elif not pc.any(pc.equal(currencies(known), "XXX")).as_py():
            found.setdefault("currency", []).append(place)
        elif _are(column, _NUMBER):
            field = "account" if distinct == 1 else "reference" if distinct == len(column) else "other"
            found.setdefault(field, []).append(place)
        elif _are(column, _WORDS):
            found.setdefault("text", []).append(place)
    words = found.pop("text", [])
    names = sorted(words, key=lambda place: (-len(columns[place].unique()), place))
    if names and len(columns[names[0]].unique()) > 1:
        found["other_name"] = [names[0]]
        words = [place for place in words if place != names[0]]
    texts = {"text": tuple(words)} if words else {}
    return {field: (places[0],) for field, places in found.items()} | texts


def _are(column: pa.Array, pattern: str) -> bool:
    known = column.drop_null()
    return bool(len(known) and pc.sum(pc.match_substring_regex(known, pattern)).as_py() >= _SHARE * len(known))


def _dated(column: pa.Array) -> bool:
    return bool(moments(column, None, ZoneInfo("UTC")).null_count == column.null_count)


READER = _Reader()
