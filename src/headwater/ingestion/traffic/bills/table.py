"""Reads a bill of any layout: finds its header, reads its rows column by column, and holds them against what it states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.bills import amounts, kinds
from headwater.ingestion.traffic.bills.cells import Cells, Columns
from headwater.ingestion.traffic.bills.checks import Checks
from headwater.ingestion.traffic.bills.header import find_bill
from headwater.ingestion.traffic.bills.preamble import Stated, account_in_name, is_note, is_total
from headwater.ingestion.traffic.bills.values import currencies
from headwater.ingestion.traffic.books.registration import registered, registrations
from headwater.ingestion.traffic.grids import heads, strips
from headwater.ingestion.traffic.headings import Header, plain_name
from headwater.ingestion.traffic.long_numbers import numbers
from headwater.ingestion.traffic.raw import RAW_PAYMENTS, RawRows, raw_table
from headwater.ingestion.traffic.when import moments
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead, Rejected

Mask = npt.NDArray[np.bool_]
_NO_TIME = "has no time that can be read"
_NO_AMOUNT = "has no sum that can be read"
_NO_WAY = "does not tell whether money came in or went out"
_EMPTY = raw_table(RAW_PAYMENTS, {}, 0)
_TORN = "the file ends inside this line"


@dataclass(frozen=True, slots=True)
class Layout:
    """What is a layout's own: its name, the channel, how its header is known, and what its words mean.

    ``sure`` gives from 0 to 1 how surely a header is of the layout. ``meaning`` is given the rows and the columns that all bills have in
    common, and gives the columns as they are to be; ``sides`` names, where the layout has its own, by what the stated sums go;
    ``whole`` sees all rows of a bill at once. ``wallet`` bills hold a messenger's account in the name of their file. Rows of ``quiet``
    bills that say nothing of a way moved nothing.
    """

    name: str
    channel: str
    sure: Callable[[Header], float]
    meaning: Callable[[Cells, Columns], Columns]
    sides: Callable[[Cells], pa.Array | None] = lambda cells: None
    whole: Callable[[pa.Table], pa.Table] | None = None
    wallet: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class BillReader:
    """Reads the bills of one layout."""

    layout: Layout

    @property
    def name(self) -> str:
        """The layout's name."""
        return self.layout.name

    def fits(self, member: Member, head: bytes) -> float:
        """Tell by the names of the columns, wherever the header stands."""
        return max((self.layout.sure(header) for header in headers(member, head)), default=0.0)

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Give the rows of every table of the file that is a bill of the layout, and what does not add up in each."""
        with member.open() as stream:
            head = stream.read(HEAD)
        found = headers(member, head)
        mine = [header for header in found if self.layout.sure(header) > 0.5]
        for header in mine:
            yield from rows_under(self.layout, member, header, zone)
        read = {header.head.sheet for header in mine}
        for header in registrations(member, head):
            if header.head.delimiter is None and header.head.sheet not in read:
                read.add(header.head.sheet)
                yield from registered(member, header)
        for each in heads(member, head):
            if each.delimiter is None and each.rows and each.sheet not in read:
                yield NotRead(f"{member.path}#{each.sheet}", "the sheet is no bill")


def rows_under(layout: Layout, member: Member, header: Header, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
    """Give the rows below one header, and what in them does not add up."""
    yield from _Reading(layout, member, header, zone).run()


@lru_cache(maxsize=2)
def headers(member: Member, head: bytes) -> tuple[Header, ...]:
    """Give the header of each table of a file that has one: a text is cut by the delimiter that tells most."""
    try:
        found = [header for each in heads(member, head) if (header := find_bill(each)) is not None]
    except UnreadableError:
        return ()
    if len(found) > 1 and found[0].head.delimiter is not None:
        return (max(found, key=lambda header: len(header.columns)),)
    return tuple(found)


class _Reading:
    def __init__(self, layout: Layout, member: Member, header: Header, zone: ZoneInfo) -> None:
        self.layout, self.member, self.header, self.zone = layout, member, header, zone
        self.stated, self.checks, self.seen = Stated(), Checks(), amounts.Seen()
        for line, cells in header.head.rows[: header.place]:
            self.stated.take(line, cells)
        self.lost = 0
        self.account = account_in_name(member.path, layout.wallet) or self.stated.account

    def run(self) -> Iterator[RawRows | NotRead]:
        header = self.header
        cut = strips(self.member, header.head, header.line, header.width)
        pieces: Iterator[RawRows] = (self._piece(Cells(header, strip)) for strip in cut)
        if self.layout.whole is not None:
            pieces = iter([_as_one(list(pieces), self.layout.whole)])
        yield from pieces
        yield RawRows("payments", _EMPTY, (), self.checks.doubts(self.stated))
        if self.lost:
            reason = f"a spreadsheet took {self.lost} long numbers for figures: their last digits are lost, and they are left out"
            yield NotRead(self.member.path, reason)

    def _piece(self, cells: Cells) -> RawRows:
        times = moments(cells.maybe("day"), cells.maybe("time"), self.zone)
        moved = amounts.moved(cells, self.seen)
        dated = times.is_valid().to_numpy(zero_copy_only=False)
        told = moved.told | np.asarray(cells.get("direction").is_null()) if self.layout.quiet else moved.told
        good = dated & ~np.isnan(moved.amount) & told
        if cells.strip.torn is not None:
            torn = cells.strip.lines == cells.strip.torn
            good &= ~(torn & cells.strip.columns[-1].is_null().to_numpy(zero_copy_only=False))
        rejected = [Rejected(self.member.path, *bad) for bad in cells.strip.rejected]
        rejected += self._set_aside(cells, good, dated, moved)
        kept = cells.filtered(good)
        columns = self._columns(kept, times.filter(pa.array(good)), moved.filtered(good))
        self._check(kept, columns)
        rows = raw_table(RAW_PAYMENTS, dict(columns), len(kept))
        return RawRows("payments", rows, tuple(sorted(rejected, key=lambda each: each.line)))

    def _set_aside(self, cells: Cells, good: Mask, dated: Mask, moved: amounts.Moved) -> Iterator[Rejected]:
        """Lines that are no rows: notes say their sums, headers that come again say nothing, all others are told with a reason."""
        rest = np.flatnonzero(~good)
        columns = [column.take(pa.array(rest)).to_pylist() for column in cells.strip.columns]
        for place, row in zip(rest.tolist(), zip(*columns, strict=True), strict=True):
            line = int(cells.strip.lines[place])
            if not dated[place] and self._is_note(cells, line, row, moved, place):
                continue
            reason = _NO_TIME if not dated[place] else _NO_AMOUNT if np.isnan(moved.amount[place]) else _NO_WAY
            yield Rejected(self.member.path, line, _TORN if line == cells.strip.torn else reason)

    def _is_note(self, cells: Cells, line: int, row: tuple[str | None, ...], moved: amounts.Moved, place: int) -> bool:
        names = [plain_name(cell) for cell in row if cell]
        if sum(name in self.header.names for name in names) > len(names) / 2:
            return True
        if not np.isnan(moved.amount[place]) and not is_total(row):
            return False
        said = self.stated.take(line, row)
        if not said and is_total(row):
            for what, sums in (("income", moved.income), ("outgo", moved.outgo)):
                if sums is not None and not np.isnan(sums[place]):
                    self.stated.sums.append((what, float(sums[place]), line))
        return said or is_note(row)

    def _columns(self, cells: Cells, times: pa.Array, moved: amounts.Moved) -> Columns:
        count = len(cells)
        told = cells.get("currency")
        currency = pc.coalesce(currencies(told), moved.currency, self._said_currency(count))
        balance, _ = amounts.sums(cells, "balance")
        fee, _ = amounts.sums(cells, "fee")
        text = cells.joined("text")
        status = kinds.states(cells.get("status"))
        columns = {
            "line": pa.array(cells.strip.lines),
            "time": times,
            "channel": _same(self.layout.channel, count),
            "account": pc.coalesce(
                self._numbers(cells.get("card")), self._numbers(cells.get("account")), _same(self.account, count)
            ),
            "account_name": pc.coalesce(cells.get("account_name"), _same(self.stated.name, count)),
            "direction": moved.direction,
            "other": self._numbers(cells.get("other")),
            "other_name": cells.get("other_name"),
            "amount": pa.array(moved.amount),
            "currency": currency,
            "fee": pa.array(fee, mask=np.isnan(fee)),
            "balance": pa.array(balance, mask=np.isnan(balance)),
            "kind": kinds.kinds(cells.joined("kind"), text),
            "status": status,
            "reference": self._numbers(cells.get("reference")),
            "other_reference": self._numbers(cells.get("other_reference")),
            "method": cells.get("method"),
            "text": text,
        }
        return self.layout.meaning(cells, columns)

    def _numbers(self, texts: pa.Array) -> pa.Array:
        kept, lost = numbers(texts)
        self.lost += lost
        return kept

    def _said_currency(self, count: int) -> pa.Array:
        said = currencies(pa.array([self.stated.currency], pa.string()))[0].as_py()
        return _same(said or "CNY", count)

    def _check(self, cells: Cells, columns: Columns) -> None:
        amount = columns["amount"].to_numpy(zero_copy_only=False)
        way = columns["direction"].to_numpy(zero_copy_only=False).astype(str)
        failed = pc.fill_null(pc.equal(columns["status"], "failed"), False).to_numpy(zero_copy_only=False)
        sides = self.layout.sides(cells)
        named = _side(way) if sides is None else pc.fill_null(sides, "none").to_numpy(zero_copy_only=False).astype(str)
        self.checks.add_sums(named, amount, set(pc.unique(columns["currency"]).to_pylist()))
        if "balance" not in cells.header.columns:
            return
        sign = np.where(way == "in", 1.0, np.where(way == "out", -1.0, 0.0))
        left = columns["balance"].to_numpy(zero_copy_only=False).astype(float)
        moments_ = columns["time"].cast(pa.int64()).to_numpy(zero_copy_only=False)
        purses = self.checks.purses(columns["account"], columns["currency"])
        live = ~failed
        self.checks.add_balances(
            cells.strip.lines[live], moments_[live], (amount * sign)[live], left[live], purses[live]
        )


def _as_one(pieces: list[RawRows], whole: Callable[[pa.Table], pa.Table]) -> RawRows:
    rows = pa.concat_tables([_EMPTY, *(piece.rows for piece in pieces)]).combine_chunks()
    return RawRows("payments", whole(rows), tuple(bad for piece in pieces for bad in piece.rejected))


def _side(way: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    return np.where(way == "in", "income", np.where(way == "out", "outgo", "neutral"))


def _same(value: str | None, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), count)
