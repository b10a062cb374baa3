"""A large list needs a second person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.acts import LISTING
from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling, Step, first, lower
from headwater.casework.prevention.house import Cost, House, Mask
from headwater.casework.prevention.limits import TRIED, WORKING
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Lets a list above so many rows through only when a second person has agreed.

    It costs a colleague's minute for each large list. The thief's are held to be refused: nobody signs for them. It misses
    lists below the limit, jobs of services, records opened one by one, and two who act together.
    """

    limit: float | None = None
    """A list of more rows than this needs a second person; without it the limit is taken from the house."""
    yearly: float = 12.0
    """On how many days a year an innocent person may need the second one, where the limit is taken from the house."""

    id: ClassVar[str] = "four-eyes"
    title: ClassVar[Text] = Text("Four eyes for large lists", "大批量读取须双人")
    does: ClassVar[Text] = Text(
        "a list of more rows than a limit is given only with a second person's consent",
        "超过限额行数的批量读取须第二人同意",
    )
    needs: ClassVar[tuple[str, ...]] = ("access",)

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Single lists above the limit."""
        limit = self._limit(house, self.yearly)
        if not self._lists(case.frame)[case.taken].any():
            return Cannot(Text("the case drew no list", "本案未批量读取"))
        denied = self._above(case.frame, limit)
        act = first(case, denied)
        settings = {"limit": limit}
        if act is None:
            return Ruling(denied, settings=settings, curve=self._curve(house, case))
        told = Text(
            f"a list of {int(act.rows):,} rows, above {limit:,.0f}, would have needed a second person",
            f"{int(act.rows):,} 行的批量读取超过 {limit:,.0f} 行，须第二人同意",
        )
        haul = int(case.rows[denied].sum())
        drawn = int((denied & case.taken).sum())
        patient = lower("acts", haul, limit, drawn)
        assumed = Text(
            "The second person is held to refuse what is not explained.", "假定第二人会拒绝无法说明理由的读取。"
        )
        return Ruling(denied, told, (), settings, patient, self._curve(house, case), (assumed,))

    def cost(self, house: House) -> Cost:
        """Innocent lists above the limit: each needs a second person, and none is lost."""
        lists = self._by_people(house)
        lists = lists[lists["rows"] > self._limit(house, self.yearly)]
        days = lists[["person", "day"]].drop_duplicates()
        return Cost(int(lists["acts"].sum()), int(lists["person"].nunique()), len(days))

    def _limit(self, house: House, yearly: float) -> float:
        """The least size above which those who draw lists have one on at most that share of their days."""
        if self.limit is not None:
            return self.limit
        rows = house.innocent
        mine = self._by_people(house)
        worked = len(rows[rows["person"].isin(set(mine["person"]))][["person", "day"]].drop_duplicates())
        largest = np.sort(mine.groupby(["person", "day"])["rows"].max().to_numpy(float))[::-1]
        allowed = int(yearly / WORKING["day"] * worked + 1e-9)
        return float(largest[allowed]) if allowed < len(largest) else 0.0

    @staticmethod
    def _by_people(house: House) -> pd.DataFrame:
        """Lists that innocent people drew: a service's jobs are agreed upon once."""
        rows = house.innocent
        return house.lists[~house.lists["person"].isin(set(rows.loc[rows["kind"] == "service", "person"]))]

    @staticmethod
    def _lists(frame: pd.DataFrame) -> Mask:
        listed = frame["action"].isin(LISTING) & (frame["opened"] == 0) & (frame["kind"] != "service")
        return np.asarray(listed.to_numpy(bool))

    def _above(self, frame: pd.DataFrame, limit: float) -> Mask:
        return np.asarray(self._lists(frame) & (frame["rows"] > limit).to_numpy(bool))

    def _curve(self, house: House, case: CaseActs) -> tuple[Step, ...]:
        if self.limit is not None:
            return ()
        made, through = [], case.rows.cumsum() - case.rows
        for yearly in TRIED:
            limit = self._limit(house, yearly)
            denied = self._above(case.frame, limit) & case.taken
            at = np.flatnonzero(denied)
            row = int(through[at[0]]) + 1 if len(at) else None
            lists = self._by_people(house)
            asked = lists[lists["rows"] > limit][["person", "day"]].drop_duplicates()
            made.append(Step(yearly, limit, row, int(case.rows[denied].sum()), len(asked)))
        return tuple(made)


CONTROL = FourEyes()
