"""Controls on what leaves the house: posts, sticks, letters. What was read stays when the act that was to carry it out is stopped.

An act of reading is held to leave with the next act of leaving that the case's findings tell of. What nobody saw leave is not
guessed: then the control cannot be replayed.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Event, Ruling
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.limits import WORKING
from headwater.model.evidence import Citation
from headwater.model.words import Text

COLUMNS = ["time", "day", "person", "size", "to", "source", "line"]
"""What is known of an act of leaving: ``size`` in bytes, ``to`` a host, a domain or a drive."""
ASSUMED = (
    Text(
        "Rows are held to leave with the next such act that findings tell of; those read after the last one never left that way.",
        "假定数据随其后首次（发现所指的）此类外带离开；最后一次之后读取的未由此外流。",
    ),
)


@dataclass(frozen=True, slots=True)
class Leaving(ABC):
    """A way out that is closed above a size; only what leaves by it is left to be said."""

    bytes: float | None = None
    """What is larger is stopped; without it the limit is taken from the house."""
    yearly: float = 12.0
    """On how many days a year an innocent person may be stopped, where the limit is taken from the house."""

    assumed: ClassVar[tuple[Text, ...]] = ASSUMED

    @abstractmethod
    def leaving(self, house: House) -> pd.DataFrame:
        """Every act of leaving of the house, in order of time: COLUMNS."""

    @abstractmethod
    def told(self, case: CaseActs, acts: pd.DataFrame) -> pd.DataFrame:
        """Those that the case's findings tell of."""

    @abstractmethod
    def said(self, size: str, to: str, limit: str) -> Text:
        """What is stopped."""

    def least(self, house: House) -> float:
        """What is as small or smaller is not in ``leaving``: no limit below it is taken from the house."""
        return 0.0

    def larger(self, house: House) -> pd.DataFrame:
        """Every act of leaving of the house above a size that was given: COLUMNS."""
        return self.leaving(house)

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts whose rows were to leave with something that is stopped."""
        acts = self.told(case, self.leaving(house))
        acts = acts[acts["time"] >= case.frame["time"][case.taken].min()].reset_index(drop=True)
        if acts.empty:
            return Cannot(
                Text("no finding tells that rows of this case left that way", "没有发现表明本案数据由此途径外流")
            )
        limit = self._limit(house)
        stopped = (acts["size"] > limit).to_numpy(bool)
        after = np.searchsorted(acts["time"].to_numpy(), case.frame["time"].to_numpy(), side="left")
        leaves = after < len(acts)
        denied = np.zeros(len(case.frame), bool)
        denied[leaves] = stopped[after[leaves]]
        at = np.flatnonzero(stopped)
        settings = {"bytes": limit}
        if not len(at):
            return Ruling(denied, settings=settings, assumptions=self.assumed)
        act = acts.iloc[at[0]]
        event = Event(act.time.to_pydatetime(), act.day, Citation(act.source, int(act.line)))
        told = self.said(f"{int(act['size']):,}", str(act.to), f"{limit:,.0f}")
        return Ruling(denied, told, (), settings, assumptions=self.assumed, event=event)

    def cost(self, house: House) -> Cost:
        """What innocent people send or carry that is larger."""
        acts = self._innocent(house)
        lost = acts[acts["size"] > self._limit(house)]
        return Cost(len(lost), int(lost["person"].nunique()), len(lost[["person", "day"]].drop_duplicates()))

    def _limit(self, house: House) -> float:
        """The least size above which innocent people have something on no more than that share of their days."""
        if self.bytes is not None:
            return self.bytes
        acts, least = self._innocent(house), self.least(house)
        if acts.empty:
            return least
        days = len(house.innocent[["person", "day"]].drop_duplicates())
        largest = np.sort(acts.groupby(["person", "day"])["size"].max().to_numpy(float))[::-1]
        allowed = math.floor(self.yearly / WORKING["day"] * days + 1e-9)
        return max(float(largest[allowed]), least) if allowed < len(largest) else least

    def _innocent(self, house: House) -> pd.DataFrame:
        acts = self.leaving(house) if self.bytes is None else self.larger(house)
        return acts[~acts["person"].isin(house.suspects)]


def cited(case: CaseActs, acts: pd.DataFrame) -> pd.DataFrame:
    """Those acts whose very line a finding of the case cites."""
    if case.incident is None or acts.empty:
        return acts.iloc[:0]
    lines = {(c.source, c.line) for f in case.incident.findings for c in f.evidence}
    return acts[[pair in lines for pair in zip(acts["source"], acts["line"], strict=True)]]
