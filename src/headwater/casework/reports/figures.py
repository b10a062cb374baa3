"""How numbers, probabilities, sizes and times are written for a reader."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup

from headwater.casework.reports.visible import visible

MINUS = "−"
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: Any) -> str:
    """A count or amount with thousands separated; text stays as it is.

    >>> number(1234567), number(1.11760), number(None)
    ('1,234,567', '1.1176', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.4f}".rstrip("0").rstrip(".").replace("-", MINUS)
    return f"{int(value):,}".replace("-", MINUS)


def bits(value: Any) -> str:
    """A weight of evidence, signed.

    >>> bits(12.34), bits(-3), bits(0)
    ('+12.3', '−3.0', '0.0')
    """
    if not isinstance(value, int | float):
        return ""
    shown = f"{value:+.1f}"
    return "0.0" if shown in ("+0.0", "-0.0") else shown.replace("-", MINUS)


def percent(value: Any) -> str:
    """A probability, never rounded to certainty.

    >>> percent(0.5), percent(0.0004), percent(0.99999), percent(1.0), percent(0.984)
    ('50 %', '< 0.1 %', '> 99.9 %', '> 99.9 %', '98.4 %')
    """
    if not isinstance(value, int | float):
        return ""
    if value < 0.001:
        return "< 0.1 %"
    if value > 0.999:
        return "> 99.9 %"
    return f"{value * 100:.1f}".removesuffix(".0") + " %"


def share(part: Any, whole: Any) -> str:
    """A part of a whole in percent; empty where there is no whole.

    >>> share(1, 3), share(3, 3), share(0, 0)
    ('33.3 %', '100 %', '')
    """
    if not isinstance(part, int | float) or not isinstance(whole, int | float) or not whole:
        return ""
    return f"{part / whole * 100:.1f}".removesuffix(".0") + " %"


def part_of_all(value: Any) -> str:
    """A part that was counted, in percent; all of them is said, and nearly all is not.

    >>> part_of_all(1.0), part_of_all(0.9999), part_of_all(0.5), part_of_all(None)
    ('100 %', '> 99.9 %', '50 %', '')
    """
    return "100 %" if value == 1 and not isinstance(value, bool) else percent(value)


def different(found: Any, distinct: Any) -> str:
    """How many different values were found; a dash where values of a kind are not compared, as balances are not.

    >>> different(1500, 0), different(3, 2), different(0, 0)
    ('–', '2', '0')
    """
    return "–" if found and not distinct else number(distinct)


def cut(text: Any, most: int = 240) -> str:
    """A name that is not longer than a few lines: of a longer one the middle goes, its end tells most.

    >>> cut("a/b.csv"), cut("0123456789.csv", 9)
    ('a/b.csv', '01…89.csv')
    """
    shown = "" if text is None else str(text)
    head = most // 4
    return shown if len(shown) <= most else f"{shown[:head]}…{shown[len(shown) - (most - head - 1) :]}"


def p_value(value: Any) -> str:
    """A probability by chance, in powers of ten where it is small.

    >>> p_value(0.031), p_value(3.2e-7)
    ('0.031', '3.2 × 10⁻⁷')
    """
    if not isinstance(value, int | float):
        return ""
    if value == 0 or value >= 0.001:
        return f"{value:.3f}".rstrip("0").rstrip(".") or "0"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(SUPERSCRIPT)}"


def size(value: Any) -> str:
    """A number of bytes.

    >>> size(999), size(12_300_000)
    ('999 B', '12.3 MB')
    """
    if not isinstance(value, int | float):
        return ""
    amount = float(value)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"


def when(value: Any) -> Markup:
    """An ISO 8601 time as its own local wall clock to the minute, with the full time in the markup."""
    return _time(value, 16)


def day(value: Any) -> Markup:
    """An ISO 8601 time or date as its local day."""
    return _time(value, 10)


def days(start: Any, end: Any) -> Markup:
    """From–to in local days, said once where they are the same."""
    if not end or str(start)[:10] == str(end)[:10]:
        return day(start)
    return Markup("{} – {}").format(day(start), day(end))


def span(start: Any, end: Any) -> Markup:
    """From–to, the day said once where it is the same."""
    if not end or start == end:
        return when(start)
    if start and str(start)[:10] == str(end)[:10] and parsed(end) is not None:
        tail = Markup('<time datetime="{}">{}</time>').format(visible(str(end)), visible(str(end)[11:16]))
        return Markup("{}–{}").format(when(start), tail)
    return Markup("{} – {}").format(when(start), when(end))


def parsed(value: Any) -> datetime | None:
    """An ISO 8601 text as a time, ``None`` where it is none."""
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def _time(value: Any, length: int) -> Markup:
    if not value:
        return Markup("")
    text = visible(str(value))
    if parsed(value) is None:
        return Markup("{}").format(text)
    return Markup('<time datetime="{}">{}</time>').format(text, text[:length].replace("T", " "))
