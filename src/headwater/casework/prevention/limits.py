"""Limits on how much one person may read in a stretch of time, taken from what innocent people of the same job read.

A limit is the least number that stops an innocent person at most so often a year: of the n stretches (days, weeks, hours)
that people of a job worked, at most a share x may lie above it, so it is the (⌊xn⌋ + 1)-th largest. What was read in a stretch
adds up, act by act; from the first act that would pass the limit to the end of the stretch the person is denied.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from headwater.casework.prevention.acts import over
from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import NO_REASON, Cannot, Lower, Ruling, Step, first, lower
from headwater.casework.prevention.house import NOTHING, Cost, House
from headwater.model.words import Text

WORKING: Mapping[str, int] = {"day": 230, "week": 46, "hour": 230 * 8}
"""How many stretches a person works in a year (assumed): it turns "once a year" into a share of stretches."""
STRETCH: Mapping[str, list[str]] = {"day": ["day"], "week": ["week"], "hour": ["day", "hour"]}
TRIED = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""How often a year an innocent person may be stopped: the points of the trade-off curve."""
UNIT: Mapping[str, str] = {"day": "天", "week": "周", "hour": "小时"}
FEW = 20
"""A job with fewer stretches than this has no distribution of its own: it gets the limit of all people."""
ASSUMED = (
    Text(
        "The limit is taken from what innocent colleagues of the same job read in the same months: in hindsight.",
        "限额取自同期同岗位无嫌疑同事的读取量，属事后得出。",
    ),
)


@dataclass(frozen=True)
class Meter:
    """Counts an ``amount`` (``opened`` or ``listed`` rows) per person and stretch, and bounds it.

    ``limit`` fixes the bound for everybody; else it is the one that stops an innocent person ``yearly`` times a year.
    """

    house: House
    amount: str
    stretch: str
    yearly: float
    limit: float | None = None

    @property
    def _name(self) -> str:
        return f"{self.amount} {self.stretch}"

    @property
    def _keys(self) -> list[str]:
        return ["person", *STRETCH[self.stretch]]

    @property
    def totals(self) -> pd.DataFrame:
        """What each innocent person counted in each stretch in which anything was read: person, job, total."""
        return self.house.keep(f"totals {self._name}", self._totals)

    def _totals(self) -> pd.DataFrame:
        rows = self.house.innocent
        return rows.groupby(self._keys, as_index=False, sort=False).agg(
            total=(self.amount, "sum"), job=("job", "first")
        )

    def limits(self, yearly: float) -> dict[str, float]:
        """The limit of each job, by how often a year an innocent person of it is stopped; under ``""`` that of everybody."""
        return self.house.keep(f"limits {self._name} {yearly}", lambda: self._limits(yearly))

    def _limits(self, yearly: float) -> dict[str, float]:
        share = min(yearly / WORKING[self.stretch], 1.0)
        ordered = self.house.keep(f"ordered {self._name}", self._ordered)
        return {job: _quantile(values, share) for job, values in ordered.items()}

    def _ordered(self) -> dict[str, np.ndarray]:
        """The totals of each job that has enough of them, the largest first; under ``""`` those of all people."""
        by_job = {str(j): np.sort(g.to_numpy(float))[::-1] for j, g in self.totals.groupby("job")["total"]}
        people = [values for job, values in by_job.items() if not job.startswith("=")]
        everybody = {"": np.sort(np.concatenate(people))[::-1]} if people else {}
        return {job: values for job, values in {**everybody, **by_job}.items() if len(values) >= FEW}

    def bounds(self, jobs: pd.Series, yearly: float) -> pd.Series:
        """The limit of each row by its job; NaN where nobody innocent tells one."""
        if self.limit is not None:
            return pd.Series(float(self.limit), jobs.index)
        known = self.limits(yearly)
        rest = known.get("", math.nan)
        table = {j: known.get(j, math.nan if j.startswith("=") else rest) for j in jobs.unique()}
        return jobs.map(table).astype(float)

    def ruling(self, case: CaseActs, what: Text) -> Ruling | Cannot:
        """Which acts pass the limit, how long patience would have taken, and what other limits would do."""
        frame = case.frame
        bounds = self.bounds(frame["job"], self.yearly)
        if not bounds[case.taken].notna().any():
            return Cannot(
                Text(
                    f"fewer than {FEW} {self.stretch}s of innocent people to take a limit from",
                    f"无嫌疑人员的数据不足 {FEW} 个{UNIT[self.stretch]}，无从得出限额",
                )
            )
        counted = _counted(frame, self.amount)
        sofar = counted.groupby([frame[k] for k in self._keys]).cumsum().where(counted > 0, 0)
        denied = np.asarray((sofar > bounds).to_numpy(bool))
        act = first(case, denied)
        return Ruling(
            denied,
            because=self._because(act, bounds, what) if act is not None else NO_REASON,
            settings={f"limit {p}": b for p, b in self._settings(case, bounds)},
            adaptive=self._patient(case, bounds, counted) if act is not None else None,
            curve=self._curve(case, sofar),
            assumptions=ASSUMED if self.limit is None else (),
        )

    def cost(self) -> Cost:
        """How many acts of innocent people come after their limit, on how many days and of how many people: counted act by act."""
        rows = self.house.innocent
        sums = rows.groupby(self._keys)[self.amount].transform("sum")
        limits = self.bounds(rows["job"], self.yearly)
        beyond = rows.assign(limit=limits)[sums > limits]  # an empty frame would grow by what is assigned
        if beyond.empty:
            return NOTHING
        beyond = beyond.assign(stretch=beyond.groupby(self._keys).ngroup())
        names = ["account", "day", *(["hour"] if self.stretch == "hour" else [])]
        wanted = beyond.drop_duplicates(names)
        found = over(self.house.scene, names, self.amount, wanted)
        who = wanted.drop_duplicates("stretch").set_index("stretch")["person"]
        told = found.assign(person=found["stretch"].map(who))
        days = told[["person", "day"]].drop_duplicates()
        return Cost(int(told["denied"].sum()), int(told["person"].nunique()), len(days))

    def _because(self, act: Any, bounds: pd.Series, what: Text) -> Text:
        limit = bounds[act.name]
        return Text(
            f"with it {act.person} would have passed {limit:,.0f} {what.en} in one {self.stretch}",
            f"该次将使 {act.person} 在一{UNIT[self.stretch]}内超过 {limit:,.0f} {what.zh}",
        )

    @staticmethod
    def _settings(case: CaseActs, bounds: pd.Series) -> list[tuple[str, float]]:
        told = case.frame.assign(limit=bounds)[case.taken].drop_duplicates("person").sort_values("person")
        return [(str(p), float(b)) for p, b in zip(told["person"], told["limit"], strict=True) if b == b]

    def _patient(self, case: CaseActs, bounds: pd.Series, counted: pd.Series) -> Lower:
        """So many stretches the same haul takes at least, all persons of the case reading just what their limits let through."""
        mine = case.frame.assign(limit=bounds, counted=counted)[case.taken]
        each = mine.groupby("person").agg(haul=("counted", "sum"), limit=("limit", "max"))
        each = each[each["limit"].notna() & (each["haul"] > 0)]
        took = len(mine[STRETCH[self.stretch]].drop_duplicates())
        return lower(f"{self.stretch}s", each["haul"].sum(), each["limit"].sum(), took)

    def _curve(self, case: CaseActs, sofar: pd.Series) -> tuple[Step, ...]:
        if self.limit is not None:
            return ()
        made, through = [], case.rows.cumsum() - case.rows
        for yearly in TRIED:
            bounds = self.bounds(case.frame["job"], yearly)
            denied = np.asarray((sofar > bounds).to_numpy(bool)) & case.taken
            at = np.flatnonzero(denied)
            limit = bounds[case.taken].min()
            row = int(through[at[0]]) + 1 if len(at) else None
            stopped = self._stopped(yearly)
            made.append(
                Step(yearly, None if limit != limit else float(limit), row, int(case.rows[denied].sum()), stopped)
            )
        return tuple(made)

    def _stopped(self, yearly: float) -> int:
        """How many stretches of innocent people lie above their limit."""
        return self.house.keep(f"stopped {self._name} {yearly}", lambda: self._above(yearly))

    def _above(self, yearly: float) -> int:
        return int((self.totals["total"] > self.bounds(self.totals["job"], yearly)).sum())


def _counted(frame: pd.DataFrame, amount: str) -> pd.Series:
    return frame["opened"] if amount == "opened" else frame["rows"] - frame["opened"]


def _quantile(ordered: np.ndarray, share: float) -> float:
    """The least number above which at most this share of the values lies; they come the largest first."""
    allowed = int(np.floor(share * len(ordered) + 1e-9))
    return float(ordered[allowed]) if allowed < len(ordered) else 0.0
