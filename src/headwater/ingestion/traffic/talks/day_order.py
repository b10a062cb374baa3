"""In which order a text writes day, month and year: told from all its dates, by what can be no month and by time going on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.clock import parse

Whole = npt.NDArray[np.int64]
_DATE = r"^(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?$"
_CLOCK = (
    r"(?i)^(?P<p1>[ap]|上午|下午)?[^\d]*(?P<h>\d{1,2})[:.](?P<m>\d\d)(?:[:.](?P<s>\d\d))?[^\dapAP]*(?P<p2>[ap])?.*$"
)


@dataclass(frozen=True, slots=True)
class Order:
    """The places of year, month and day among the three numbers of a date."""

    year: int
    month: int
    day: int


DAY_FIRST, MONTH_FIRST, YEAR_FIRST = Order(2, 1, 0), Order(2, 0, 1), Order(0, 1, 2)


def day_order(batches: Iterable[pa.Array]) -> Order:
    """The order that dates are in: what is impossible goes first, then what goes back in time least; in doubt the day is first."""
    impossible, back = {DAY_FIRST: 0, MONTH_FIRST: 0}, {DAY_FIRST: 0, MONTH_FIRST: 0}
    years = 0
    for dates in batches:
        numbers = _numbers(dates)
        years += int((numbers[:, 0] > 31).sum()) - int((numbers[:, 2] > 31).sum())
        for order in impossible:
            impossible[order] += int((numbers[:, order.month] > 12).sum())
            stamps = _year(numbers[:, 2]) * 372 + numbers[:, order.month] * 31 + numbers[:, order.day]
            back[order] += int((np.diff(stamps) < 0).sum())
    if years > 0:
        return YEAR_FIRST
    return min((DAY_FIRST, MONTH_FIRST), key=lambda order: (impossible[order], back[order]))


def moments_of(
    dates: pa.Array, clocks: pa.Array, order: Order, zone: tzinfo, offsets: pa.Array | None = None
) -> pa.Array:
    """Turn dates and clock times into moments, null where they are none; ``offsets`` from UTC (``+08:00``, ``Z``) go before the zone."""
    numbers = _numbers(dates)
    parts = pc.extract_regex(clocks, _CLOCK)
    hour, minute, second = (_whole(pc.struct_field(parts, name)) for name in ("h", "m", "s"))
    half = pc.utf8_lower(pc.binary_join_element_wise(pc.struct_field(parts, "p1"), pc.struct_field(parts, "p2"), ""))
    known = pc.fill_null(pc.not_equal(half, ""), False).to_numpy(zero_copy_only=False)
    late = pc.fill_null(pc.is_in(half, pa.array(["p", "下午"])), False).to_numpy(zero_copy_only=False)
    hour = np.where(known & (hour <= 12), hour % 12 + 12 * late, hour)
    fields = [_year(numbers[:, order.year]), numbers[:, order.month], numbers[:, order.day], hour, minute, second]
    widths = (4, 2, 2, 2, 2, 2)
    texts = [
        pc.utf8_lpad(pa.array(each).cast(pa.string()), width, "0") for each, width in zip(fields, widths, strict=True)
    ]
    day = pc.binary_join_element_wise(*texts[:3], "-")
    whole = pc.binary_join_element_wise(day, pc.binary_join_element_wise(*texts[3:], ":"), " ")
    if offsets is not None:
        whole = pc.binary_join_element_wise(whole, pc.fill_null(offsets, ""), "")
    return parse(whole, "iso", zone)


def _numbers(dates: pa.Array) -> Whole:
    parts = pc.extract_regex(dates, _DATE)
    return np.stack([_whole(pc.struct_field(parts, name)) for name in "abc"], axis=1)


def _whole(column: pa.Array) -> Whole:
    filled = pc.if_else(pc.fill_null(pc.equal(column, ""), True), "0", column)
    numbers: Whole = filled.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return numbers


def _year(numbers: Whole) -> Whole:
    return np.where(numbers < 100, numbers + 2000, numbers)
