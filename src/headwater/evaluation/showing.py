"""Numbers as a reader sees them: shares with their counts, intervals, spreads."""

from __future__ import annotations

from headwater.evaluation.intervals import wilson
from headwater.evaluation.spread import Spread

NONE = "–"


def percent(value: float | None) -> str:
    """A share as a percentage; one digit more below ten per cent."""
    if value is None:
        return NONE
    return f"{100 * value:.1f} %" if 0 < value < 0.1 else f"{100 * value:.0f} %"


def share(hits: int, total: int) -> str:
    """``7/10 70 %``; a dash where nothing was tried."""
    return f"{hits:,}/{total:,} {percent(hits / total)}" if total else NONE


def share_with_interval(hits: int, total: int) -> str:
    """``7/10 70 % (40–89)``: count, share and Wilson interval."""
    if not total:
        return NONE
    low, high = wilson(hits, total)
    return f"{share(hits, total)} ({100 * low:.0f}–{100 * high:.0f})"


def number(value: float | None) -> str:
    """A number in few digits."""
    if value is None:
        return NONE
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def rate(value: float, low: float, high: float) -> str:
    """``2.4 (1.9–3.1)``."""
    return f"{number(value)} ({number(low)}–{number(high)})"


def days(values: Spread) -> str:
    """``12 · 30``: median and 90th percentile."""
    return f"{number(values.median)} · {number(values.p90)}" if values.count else NONE


def error(values: Spread) -> str:
    """``3.1 % · 20 %``: median and 90th percentile of errors."""
    return f"{percent(values.median)} · {percent(values.p90)}" if values.count else NONE


def error_with_near(values: Spread) -> str:
    """``3.1 % · 20 %, 8/10 80 %``: median, 90th percentile, and how many are within five per cent."""
    return f"{error(values)}, {share(values.near, values.count)}" if values.count else NONE


def counts(values: dict[str, int]) -> str:
    """``audit 3, backup 1``."""
    return ", ".join(f"{name} {count:,}" for name, count in values.items())
