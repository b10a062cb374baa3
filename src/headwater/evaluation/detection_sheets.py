"""The tables on detection: found by budget, what happened before the alert, false alarms."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

from headwater.evaluation.alarm_rows import AlarmRow
from headwater.evaluation.alerts import BUDGETS
from headwater.evaluation.detecting import ALL, HOUSE, PER_STAFF
from headwater.evaluation.merging import Table
from headwater.evaluation.recall_rows import EVERY, RecallRow
from headwater.evaluation.scoring import FINDING, INCIDENT, MATTER
from headwater.evaluation.sheets import Cell, Sheet, sheet
from headwater.evaluation.showing import NONE, counts, days, number, percent, rate, share, share_with_interval
from headwater.evaluation.words import Lang, known, word

USUAL = 5
"""The budget of the tables that show one: five alerts a day per 10,000 staff."""

Across = tuple[RecallRow, ...]


def recall_sheets(table: Table, lang: Lang) -> Iterator[Sheet]:
    """Found by budget: one sheet for each unit and each reading of the budget."""
    for reading, unit in product((PER_STAFF, HOUSE), (MATTER, FINDING, INCIDENT)):
        rows = list(_across(table, unit, reading))
        remark = f"{word(unit, lang)} · {word(reading, lang)}"
        yield sheet("recall", lang, _recall_cells(lang), rows, remark=remark, name=f"recall-{unit}-{reading[:3]}")


def _across(table: Table, unit: str, reading: str) -> Iterator[Across]:
    """Rows of one method, kind and strength at every budget, and without one."""
    found: dict[tuple[str, str, str], list[RecallRow]] = {}
    for row in table.recall:
        if row.unit == unit and row.reading in (reading, ALL):
            found.setdefault((row.method, row.kind, row.strength), []).append(row)
    rows = _telling([each[0] for each in found.values() if any(row.reading == reading for row in each)])
    yield from (tuple(found[row.method, row.kind, row.strength]) for row in rows)


def _telling(rows: Sequence[RecallRow]) -> list[RecallRow]:
    """The rows without those that repeat another: a kind that was done in one strength alone needs no row for all strengths."""
    strengths = Counter((row.method, row.kind) for row in rows)
    return [r for r in rows if r.strength != EVERY or r.kind == EVERY or strengths[r.method, r.kind] > 2]


def _recall_cells(lang: Lang) -> list[Cell[Across]]:
    budgets = [Cell(f"budget{b}", True, partial(_at_budget, budget=b)) for b in (*BUDGETS, 0)]
    return [
        Cell("method", False, lambda rows: rows[0].method),
        Cell("kind", False, lambda rows: _named(rows[0].kind, lang)),
        Cell("strength", False, lambda rows: _named(rows[0].strength, lang)),
        *budgets,
    ]


def _at_budget(rows: Across, budget: int) -> str:
    return next((share_with_interval(r.found, r.doings) for r in rows if r.budget == budget), NONE)


def _named(name: str, lang: Lang) -> str:
    return word("every", lang) if name == EVERY else known(name, lang)


def loss_sheets(table: Table, lang: Lang) -> Iterator[Sheet]:
    """What happened before the alert and in it, at five alerts a day, for each unit."""
    for unit in (MATTER, FINDING, INCIDENT):
        reading = usual_reading(table)
        rows = _telling([r for r in table.recall if (r.unit, r.reading, r.budget) == (unit, reading, USUAL)])
        remark = f"{word(unit, lang)} · {USUAL} {word(reading, lang)}"
        yield sheet("loss", lang, _loss_cells(lang), rows, remark=remark, name=f"loss-{unit}")


def usual_reading(table: Table) -> str:
    """Per 10,000 staff, or per house where no world says how large it is."""
    return PER_STAFF if any(row.reading == PER_STAFF for row in table.recall) else HOUSE


def _loss_cells(lang: Lang) -> list[Cell[RecallRow]]:
    return [
        Cell("method", False, lambda r: r.method),
        Cell("kind", False, lambda r: _named(r.kind, lang)),
        Cell("strength", False, lambda r: _named(r.strength, lang)),
        Cell("found", True, lambda r: share_with_interval(r.found, r.doings)),
        Cell("late", True, lambda r: number(r.late)),
        Cell("days", True, lambda r: days(r.days)),
        Cell("lost", True, lambda r: share(r.lost, r.taken)),
        Cell("saved", True, lambda r: percent(r.saved)),
        Cell("account", True, lambda r: share(r.account, r.found)),
        Cell("person", True, lambda r: share_with_interval(r.person, r.found)),
        Cell("anyone", True, lambda r: share(r.anyone, r.found)),
        Cell("blamed", True, lambda r: number(r.blamed)),
        Cell("overlap", True, lambda r: percent(r.overlap)),
    ]


def alarm_sheets(table: Table, lang: Lang) -> Iterator[Sheet]:
    """False alarms of matters, of findings and of incidents."""
    for unit in (MATTER, FINDING, INCIDENT):
        rows = [row for row in table.alarms if row.unit == unit]
        yield sheet("alarms", lang, _alarm_cells(lang), rows, remark=word(unit, lang), name=f"alarms-{unit}")


def _alarm_cells(lang: Lang) -> list[Cell[AlarmRow]]:
    return [
        Cell("method", False, lambda r: r.method),
        Cell("reading", False, lambda r: word(r.reading, lang)),
        Cell("budget", True, lambda r: number(r.budget) if r.budget else NONE),
        Cell("worlds_are", False, lambda r: word(r.worlds_are, lang)),
        Cell("worlds", True, lambda r: number(r.worlds)),
        Cell("alerts", True, lambda r: number(r.alerts)),
        Cell("false", True, lambda r: number(r.false)),
        Cell("rate", True, lambda r: rate(r.rate, r.low, r.high)),
        Cell("alikes", False, lambda r: f"{r.alikes:,}" + (f": {counts(dict(r.by_alike))}" if r.alikes else "")),
        Cell("week", True, lambda r: f"{r.worst_week:,} ({number(r.worst_week_scaled)})"),
        Cell("day", True, lambda r: number(r.worst_day)),
    ]
