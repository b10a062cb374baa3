"""Counters written by hand: one table, the others quiet."""

from __future__ import annotations

from datetime import date

import numpy as np

from headwater.baselines.counters import COUNTERS, Counters, Table

FIRST = date(2024, 3, 4)


def made(subjects: Table, group: list[int] | None = None, **others: Table) -> Counters:
    """Counters in which only what is given varies; the rest is 0 wherever there is a subject count."""
    quiet = np.where(np.isnan(subjects), np.nan, 0.0)
    table = {c.name: others.get(c.name, quiet) for c in COUNTERS} | {"subjects": subjects}
    names = tuple(f"u{n}" for n in range(len(subjects)))
    return Counters(names, FIRST, table, np.array(group or [0] * len(names)), np.zeros(len(names), bool))


def noisy(accounts: int, days: int, seed: int = 1) -> Counters:
    """A small house whose people read some ten records a day, and nothing on Sundays."""
    rng = np.random.default_rng(seed)
    tables = {c.name: rng.poisson(10.0, (accounts, days)).astype(float) for c in COUNTERS}
    for table in tables.values():
        table[:, 6::7] = np.nan
    return made(tables.pop("subjects"), [n % 2 for n in range(accounts)], **tables)
