"""Accounts in use on days of their owner's recorded leave, and how much that says in this house."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from headwater.model.organisation import Organisation

LENT = 0.3
"""Share of days of leave on which a lent account is used. Believed, not measured."""
BELIEVED, WORTH = 0.01, 50.0
"""Share of days of leave on which people work all the same (half days, leave called off), before the house says so, and how many
days that is worth. Believed, not measured."""
MOST = 5.0


@dataclass(frozen=True, slots=True)
class Leave:
    """``rows`` marks sittings on days of the owner's leave; days of leave by owner: all, and with the account in use."""

    rows: pd.Series
    total: Mapping[str, int]
    used: Mapping[str, int]

    def others(self, employee: str) -> tuple[int, int]:
        """Days of leave of everybody else on which an account was in use, and all of them."""
        return (
            sum(self.used.values()) - self.used.get(employee, 0),
            sum(self.total.values()) - self.total.get(employee, 0),
        )

    def bits(self, employee: str) -> float:
        """What use during this person's leave weighs against the owner: nothing where many work on such days."""
        used, total = self.others(employee)
        share = (used + BELIEVED * WORTH) / (total + WORTH)
        return float(np.clip(np.log2(LENT / share), 0.0, MOST))


def leave(org: Organisation, sittings: pd.DataFrame) -> Leave:
    """Look at the leave of everybody whose account is in the log, on days on which anybody read anything."""
    days = sorted(set(sittings["day"]))
    at = {day: i for i, day in enumerate(days)}
    rows = np.zeros(len(sittings), bool)
    total: dict[str, int] = {}
    used: dict[str, int] = {}
    numbers = sittings["day"].map(at).to_numpy()
    for employee, positions in sittings.groupby("owner").indices.items():
        absent = _days(org, str(employee), days)
        if not absent.any():
            continue
        hit = absent[numbers[positions]]
        rows[positions[hit]] = True
        total[str(employee)] = int(absent.sum())
        used[str(employee)] = len(set(numbers[positions[hit]].tolist()))
    return Leave(pd.Series(rows, sittings.index), total, used)


def _days(org: Organisation, employee: str, days: list[date]) -> np.ndarray:
    """Which days are days of leave of somebody in service."""
    person = org.people.get(employee)
    spans = org.absences.get(employee, ())
    return np.array([bool(person and person.here(d) and any(s.covers(d) for s in spans)) for d in days], bool)
