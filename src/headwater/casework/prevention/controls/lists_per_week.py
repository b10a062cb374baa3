"""A person may draw only so many rows a week by exports, statements and searches: against the patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.limits import Meter
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class ListsPerWeek:
    """A person may draw only so many rows a week by exports, statements and searches: against the patient.

    It costs a block until Monday in the heaviest weeks. It misses whoever stays below what colleagues draw.
    """

    limit: float | None = None
    """The limit of everybody; without it each job's own, taken from its innocent people."""
    yearly: float = 1.0
    """How often a year the limit may stop an innocent person, where it is taken from the house."""

    id: ClassVar[str] = "lists-per-week"
    title: ClassVar[Text] = Text("Rows drawn in lists a week", "每周批量读取行数")
    does: ClassVar[Text] = Text(
        "more rows drawn in lists in a week than colleagues draw are denied", "单周批量读取的行数超过同事水平即被拒绝"
    )
    needs: ClassVar[tuple[str, ...]] = ("access",)

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts from the first one on that would pass the limit, to the end of the week."""
        return self._meter(house).ruling(case, Text("rows in lists", "行批量读取"))

    def cost(self, house: House) -> Cost:
        """What innocent people lose beyond the same limits."""
        return self._meter(house).cost()

    def _meter(self, house: House) -> Meter:
        return Meter(house, "listed", "week", self.yearly, self.limit)


CONTROL = ListsPerWeek()
