"""While its owner is away, an account is asleep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from headwater.casework.prevention.control import where_each
from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class AbsentOwner(RowRule):
    """Blocks an account on days on which its owner is on recorded leave.

    It costs those who work on days off, half days and leave that was called off. It misses use while the owner is in.
    """

    margin: int = 0
    """So many first and last days of each absence are left open, for half days."""

    id: ClassVar[str] = "absent-owner"
    title: ClassVar[Text] = Text("Accounts asleep while owners are away", "休假期间账号停用")
    does: ClassVar[Text] = Text(
        "accounts are blocked on days of their owner's recorded leave", "所有人休假期间其账号停用"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "accounts", "absences")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Acts on days of leave."""
        return where_each(frame, ["owner", "day"], lambda o, d: self._span(house, o, d) is not None)

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Whose leave, by which line."""
        span = self._span(house, act.owner, act.day)
        if span is None:
            return Text("", ""), ()
        return Text(
            f"{act.owner}, its owner, was on leave from {span.starts} to {span.ends}",
            f"其所有人 {act.owner} 自 {span.starts} 至 {span.ends} 休假",
        ), (span.cited,)

    def _span(self, house: House, owner: Any, day: Any) -> Any:
        if not isinstance(owner, str):
            return None
        spans = [s for s in house.scene.listed.absences.get(owner, ()) if s.covers(day)]
        return next(
            (s for s in spans if (day - s.starts).days >= self.margin and (s.ends - day).days >= self.margin), None
        )


CONTROL = AbsentOwner()
