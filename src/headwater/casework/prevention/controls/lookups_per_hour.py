"""A person may open only so many records one by one in an hour: against software that goes through them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.limits import Meter
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class LookupsPerHour:
    """A person may open only so many records one by one in an hour: against software that goes through them.

    It costs a pause in the busiest hours. It misses whoever waits between records as people do.
    """

    limit: float | None = None
    """The limit of everybody; without it each job's own, taken from its innocent people."""
    yearly: float = 1.0
    """How often a year the limit may stop an innocent person, where it is taken from the house."""

    id: ClassVar[str] = "lookups-per-hour"
    title: ClassVar[Text] = Text("Records opened an hour", "每小时打开记录数")
    does: ClassVar[Text] = Text(
        "more records opened one by one in an hour than colleagues open are denied",
        "单小时逐条打开的记录超过同事水平即被拒绝",
    )
    needs: ClassVar[tuple[str, ...]] = ("access",)

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts from the first one on that would pass the limit, to the end of the hour."""
        return self._meter(house).ruling(case, Text("records opened", "条逐条打开的记录"))

    def cost(self, house: House) -> Cost:
        """What innocent people lose beyond the same limits."""
        return self._meter(house).cost()

    def _meter(self, house: House) -> Meter:
        return Meter(house, "opened", "hour", self.yearly, self.limit)


CONTROL = LookupsPerHour()
