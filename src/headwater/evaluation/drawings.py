"""What the page draws: recall and loss by budget, reliability, false alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from headwater.evaluation.alarm_rows import ANY, WITHOUT, AlarmRow
from headwater.evaluation.alerts import BUDGETS
from headwater.evaluation.detection_sheets import USUAL, usual_reading
from headwater.evaluation.merging import Table
from headwater.evaluation.plots import Axis, Dot, Line, interval_plot, line_plot, percent_axis
from headwater.evaluation.recall_rows import EVERY, RecallRow
from headwater.evaluation.scoring import MATTER
from headwater.evaluation.showing import number
from headwater.evaluation.words import Lang, word

TICKS = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """A plot and the sentence below it; ``key`` is the topic that it belongs to."""

    key: str
    caption: str
    svg: Markup


def drawings(table: Table, lang: Lang) -> Iterator[Drawing]:
    """Every plot of which something was measured."""
    yield from _by_budget(table, lang)
    yield from _reliability(table, lang)
    yield from _alarms(table, lang)


def _by_budget(table: Table, lang: Lang) -> Iterator[Drawing]:
    x = Axis(word("axis.budget", lang), -0.5, len(BUDGETS) - 0.5, tuple((n, str(b)) for n, b in enumerate(BUDGETS)))
    for key, name, dot in (("recall", "axis.found", _found), ("loss", "axis.lost", _lost)):
        lines = _lines(table, dot)
        caption = word("plot.recall" if key == "recall" else "plot.lost", lang)
        if lines:
            yield Drawing(key, caption, line_plot(caption, x, percent_axis(word(name, lang)), lines))


def _lines(table: Table, dot: Callable[[int, RecallRow], Dot | None]) -> list[Line]:
    reading = usual_reading(table)
    found: dict[str, list[Dot]] = {}
    for row in table.recall:
        if (row.unit, row.reading, row.kind, row.strength) == (MATTER, reading, EVERY, EVERY):
            made = dot(BUDGETS.index(row.budget), row)
            if made:
                found.setdefault(row.method, []).append(made)
    return [Line(method, tuple(sorted(dots, key=lambda d: d.x))) for method, dots in found.items()]


def _found(place: int, row: RecallRow) -> Dot | None:
    return Dot(place, row.share, row.low, row.high) if row.share is not None else None


def _lost(place: int, row: RecallRow) -> Dot | None:
    if row.saved is None:
        return None
    return Dot(place, 1 - row.saved, 1 - row.saved, 1 - row.saved)


def _reliability(table: Table, lang: Lang) -> Iterator[Drawing]:
    lines = [
        Line(row.method, tuple(Dot(b.mean, b.right / b.claims, b.low, b.high) for b in row.bins))
        for row in table.calibration
        if row.about == "account" and row.bins
    ]
    if lines:
        caption = word("plot.reliability", lang)
        x, y = percent_axis(word("axis.claimed", lang)), percent_axis(word("axis.true", lang))
        yield Drawing("calibration", caption, line_plot(caption, x, y, lines, diagonal=True))


def _alarms(table: Table, lang: Lang) -> Iterator[Drawing]:
    """In worlds without crime where there are any, otherwise in all."""
    rows = [r for r in table.alarms if (r.unit, r.reading, r.budget) == (MATTER, usual_reading(table), USUAL)]
    shown = [r for r in rows if r.worlds_are == WITHOUT] or [r for r in rows if r.worlds_are == ANY]
    if shown:
        caption = f"{word('plot.alarms', lang)} ({word(shown[0].worlds_are, lang)})"
        lines = [Line(row.method, (Dot(row.rate, row.rate, row.low, row.high),)) for row in shown]
        yield Drawing("alarms", caption, interval_plot(caption, _rates(shown, lang), lines))


def _rates(rows: list[AlarmRow], lang: Lang) -> Axis:
    last = max(row.high for row in rows)
    ticks = tuple((last * n / TICKS, number(float(f"{last * n / TICKS:.2g}"))) for n in range(TICKS + 1))
    return Axis(word("axis.rate", lang), 0, last, ticks)
