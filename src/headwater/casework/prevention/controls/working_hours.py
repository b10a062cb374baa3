"""Nothing is read at hours at which the house does not work."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import pandas as pd

from headwater.casework.prevention.control import where_each
from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.limits import WORKING
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class WorkingHours(RowRule):
    """Denies reading at hours at which hardly any innocent person reads, working days and weekends apart.

    It costs those who work late now and then. It misses theft in the open, at noon.
    """

    yearly: float = 4.0
    """Hours are closed, the emptiest first, as long as an innocent person is stopped on no more than so many days a year."""

    id: ClassVar[str] = "working-hours"
    title: ClassVar[Text] = Text("Working hours only", "仅限工作时间")
    does: ClassVar[Text] = Text(
        "reading at hours at which hardly anybody works is denied", "在几乎无人工作的时段读取被拒绝"
    )
    needs: ClassVar[tuple[str, ...]] = ("access",)

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Acts of people (no services) in closed hours."""
        closed = house.keep(f"closed hours {self.yearly}", lambda: self.closed(house))
        return where_each(
            frame, ["day", "hour", "kind"], lambda d, h, k: (_weekend(d), int(h)) in closed and k != "service"
        )

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Which hour."""
        when, when_zh = ("on weekends", "周末") if _weekend(act.day) else ("on working days", "工作日")
        return Text(
            f"hardly anybody reads between {int(act.hour):02d}:00 and {int(act.hour):02d}:59 {when}",
            f"{when_zh} {int(act.hour):02d}:00–{int(act.hour):02d}:59 几乎无人读取",
        ), ()

    def closed(self, house: House) -> set[tuple[bool, int]]:
        """The hours that are closed: weekend or not, and the hour of the day."""
        people = house.innocent[house.innocent["kind"] != "service"]
        worked = people[["person", "day", "hour"]].drop_duplicates()
        done: Counter[tuple[bool, int]] = Counter()
        for (day, hour), count in worked.groupby(["day", "hour"]).size().items():
            done[_weekend(day), int(hour)] += int(count)
        allowed = self.yearly / WORKING["day"] * len(worked[["person", "day"]].drop_duplicates())
        closed, lost = set(), 0
        for slot in sorted(((w, h) for w in (False, True) for h in range(24)), key=lambda s: (done[s], s)):
            lost += done[slot]
            if lost > allowed:
                break
            closed.add(slot)
        return closed


def _weekend(day: date) -> bool:
    return day.weekday() >= 5


CONTROL = WorkingHours()
