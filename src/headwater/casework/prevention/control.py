"""What a control is, and what it says of a case: which acts it denies, why, and what it costs everybody else."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import Cost, House, Mask
from headwater.model.evidence import Citation
from headwater.model.words import Text

NO_REASON = Text("", "")
"""What is said where nothing is denied."""


@dataclass(frozen=True, slots=True)
class Lower:
    """How long the same haul takes at least when the thief stays just under the limit: ``days`` (or ``acts``) against those it took.

    ``None``: a limit of nothing, which no patience passes.
    """

    unit: str  # days, weeks, hours, acts
    least: int | None
    took: int


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the trade-off: a stricter or laxer setting, what it stops and what it takes from others."""

    setting: float
    limit: float | None
    row: int | None
    saved: int
    days: float


@dataclass(frozen=True, slots=True)
class Event:
    """Something other than an act of reading that a control stops: when, on which local day, and its line."""

    time: datetime
    day: date
    cited: Citation


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a control does to the acts of one case.

    ``denied`` marks acts of the case's frame. ``because`` says why the first of them is, ``rests`` on which lines of the house's
    tables. ``settings`` are limits that were worked out for this case's people.
    """

    denied: Mask = field(repr=False)
    because: Text = NO_REASON
    rests: tuple[Citation, ...] = ()
    settings: Mapping[str, float] = field(default_factory=dict)
    adaptive: Lower | None = None
    curve: tuple[Step, ...] = ()
    assumptions: tuple[Text, ...] = ()
    statements: tuple[Text, ...] = ()
    event: Event | None = None
    """What is stopped first, where that is no act of reading; ``denied`` are then the acts whose rows stay in the house."""


@dataclass(frozen=True, slots=True)
class Cannot:
    """Why a control cannot be replayed on this case, or on this house."""

    because: Text


class Control(Protocol):
    """One rule that a house can put in place. The class docstring is what the reader sees: what it does, costs and misses."""

    id: ClassVar[str]
    title: ClassVar[Text]
    does: ClassVar[Text]
    needs: ClassVar[tuple[str, ...]]  # tables of the lake without which it cannot be replayed

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Which acts of a case it denies. The same house and case give the same ruling."""
        ...

    def cost(self, house: House) -> Cost:
        """What it denies to everybody else in the same time."""
        ...


def first(case: CaseActs, denied: Mask) -> Any:
    """The first act of the case that is denied, as a row of its frame; ``None`` where none is."""
    at = np.flatnonzero(denied & case.taken)
    return case.frame.iloc[at[0]] if len(at) else None


def lower(unit: str, haul: float, limit: float, took: int) -> Lower:
    """How many stretches a haul takes at a limit for each of them."""
    return Lower(unit, math.ceil(haul / limit) if limit >= 1 else None, took)


def where_each(frame: pd.DataFrame, keys: list[str], rule: Callable[..., bool]) -> Mask:
    """A mask over a frame from a rule on some columns, which is asked once for each combination of them."""
    told = frame[keys].drop_duplicates(ignore_index=True)
    told["answer"] = [bool(rule(*row)) for row in told.itertuples(index=False, name=None)]
    return np.asarray(frame[keys].merge(told, on=keys, how="left")["answer"].to_numpy(bool))
