"""The number of records a day that a right allows is enforced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.acts import over
from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Lower, Ruling, first, lower
from headwater.casework.prevention.house import NOTHING, Cost, House
from headwater.model.organisation import Entitlement
from headwater.model.words import Text

KEYS = ["account", "dataset", "action", "day"]


@dataclass(frozen=True, slots=True)
class GrantedAmount:
    """Denies what goes beyond the rows a day that the right itself allows; the house wrote the limit, nobody enforced it.

    It costs those whose work the table of rights does not foresee. It misses rights without a number, and who stays below it.
    """

    factor: float = 1.0
    """What the table allows is multiplied by this."""

    id: ClassVar[str] = "granted-amount"
    title: ClassVar[Text] = Text("The right's own limit enforced", "执行授权表自身的限额")
    does: ClassVar[Text] = Text("more rows a day than the right allows are denied", "超出授权表每日条数的读取被拒绝")
    needs: ClassVar[tuple[str, ...]] = ("access", "entitlements")

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts after the day's rows pass the largest limit that any right of the account gives."""
        frame = case.frame
        limits, rights = self._limits(house, frame)
        if not np.isfinite(limits[case.taken]).any():
            return Cannot(
                Text("no right of these accounts has a number of rows a day", "这些账号的授权均未载明每日条数")
            )
        sofar = frame["rows"].groupby([frame[k] for k in KEYS], dropna=False).cumsum().to_numpy()
        denied = (sofar > limits) & (frame["rows"].to_numpy() > 0)
        act = first(case, denied)
        if act is None:
            return Ruling(denied)
        right = rights[(act.account, act.dataset, act.action, act.day)]
        told = Text(
            f"the right of {right.principal} allows {right.rows_per_day:,} rows a day ({right.action}), and with it they were passed",
            f"{right.principal} 的授权为每日 {right.rows_per_day:,} 条（{right.action}），该次已超出",
        )
        return Ruling(denied, told, (right.cited,), {}, self._patient(case, limits))

    def cost(self, house: House) -> Cost:
        """Innocent acts beyond their rights' numbers, counted act by act on the days that pass them."""
        rows = house.innocent.reset_index(drop=True)
        limits, _rights = self._limits(house, rows)
        sums = rows.groupby(KEYS, dropna=False)["rows"].transform("sum").to_numpy()
        beyond = rows.assign(limit=limits)[sums > limits]
        if beyond.empty:
            return NOTHING
        beyond = beyond.assign(stretch=beyond.groupby(KEYS).ngroup())
        found = over(house.scene, KEYS, "rows", beyond.drop_duplicates(KEYS))
        who = beyond.drop_duplicates("stretch").set_index("stretch")["person"]
        told = found.assign(person=found["stretch"].map(who))
        days = told[["person", "day"]].drop_duplicates()
        return Cost(int(told["denied"].sum()), int(told["person"].nunique()), len(days))

    def _limits(self, house: House, frame: pd.DataFrame) -> tuple[np.ndarray, Mapping[Any, Entitlement]]:
        """The most rows of each row's day that a right allows: infinite without a number, a right or under a ticket."""
        org, told, rights = house.scene.listed, {}, {}
        for key in frame[KEYS].drop_duplicates().itertuples(index=False, name=None):
            account, dataset, action, day = key
            told[key] = np.inf
            if dataset is None or org.ticket(account, dataset, day):
                continue
            given = list(org.rights(account, dataset, action, day))
            if given and all(r.rows_per_day is not None for r in given):
                rights[key] = max(given, key=lambda r: r.rows_per_day or 0)
                told[key] = self.factor * (rights[key].rows_per_day or 0)
        index = pd.MultiIndex.from_tuples(list(told), names=KEYS) if told else pd.MultiIndex.from_frame(frame[KEYS])
        limits = pd.Series(list(told.values()), index, dtype=float).rename("limit").reset_index()
        return frame[KEYS].merge(limits, on=KEYS, how="left")["limit"].to_numpy(float), rights

    @staticmethod
    def _patient(case: CaseActs, limits: np.ndarray) -> Lower:
        mine = case.frame.assign(limit=limits)[case.taken & np.isfinite(limits)]
        each = mine.groupby(["account", "dataset", "action"]).agg(haul=("rows", "sum"), limit=("limit", "max"))
        return lower("days", each["haul"].sum(), each["limit"].sum(), len(case.days))


CONTROL = GrantedAmount()
