"""Rules that look at one act at a time: who, where, when and what, never how much. One rule serves the case and the house alike."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling, first
from headwater.casework.prevention.house import Cost, House, Mask
from headwater.model.evidence import Citation
from headwater.model.words import Text


class RowRule(ABC):
    """A control that denies an act for what it is; only the rule itself and its reason are left to be said."""

    @abstractmethod
    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Which rows it denies: acts of a case, or cells of the house; both have the columns of :func:`acts.known`."""

    @abstractmethod
    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Why an act is denied, and the lines of the house's own tables on which that rests."""

    def cannot(self, house: House, case: CaseActs) -> Text | None:
        """Why it cannot be replayed on this case, if so."""
        return None

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Which acts of a case it denies."""
        reason = self.cannot(house, case)
        if reason is not None:
            return Cannot(reason)
        denied = self.denied(house, case.frame)
        act = first(case, denied)
        told, rests = self.because(house, act) if act is not None else (Text("", ""), ())
        return Ruling(denied, told, rests)

    def cost(self, house: House) -> Cost:
        """What it denies to innocent people."""
        return house.cost(self.denied(house, house.innocent))
