"""The replay: every control against every case, what each would have stopped from which row on, and what it costs the house."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np

from headwater.casework.limits import WANT
from headwater.casework.prevention.case_acts import CaseActs, case_acts
from headwater.casework.prevention.combining import Combined, combined
from headwater.casework.prevention.control import Cannot, Control, Ruling
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.loading import load
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.evidence import Citation
from headwater.model.failing import way
from headwater.model.incident import Incident
from headwater.model.words import Text

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a control bites: the first act (or post) that it denies, and what had gone before. ``row`` counts from 1."""

    time: datetime
    day: date
    day_number: int
    row: int
    rows_before: int
    persons_before: int
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One control on one case: ``saved`` rows in the acts that it denies by itself, ``followed`` when the first denial is looked into."""

    control: Control
    ruling: Ruling
    cost: Cost
    stop: Stop | None
    saved: int
    followed: int
    followed_persons: int


@dataclass(frozen=True, slots=True)
class CasePrevention:
    """A case with the controls that were replayed, the best first, and those that could not be."""

    case: CaseActs = field(repr=False)
    replayed: tuple[Replayed, ...]
    cannot: tuple[tuple[Control, Text], ...]
    sets: tuple[Combined, ...]
    persons: int


@dataclass(frozen=True, slots=True)
class Prevention:
    """What would have stopped each case; ``person_weeks`` of the others are what costs are held against."""

    cases: tuple[CasePrevention, ...] = ()
    others: int = 0
    person_weeks: int = 0
    broken: tuple[tuple[str, str], ...] = ()


NO_CASE = Prevention()


def prevention(
    scene: Scene, incidents: Sequence[Incident], attribution: Attribution, controls: Sequence[Control] | None = None
) -> Prevention:
    """Replay every incident, and every taker that no incident tells of, with each control in place.

    Costs one group-by over ``access`` for the house, a window over the days on which innocent people pass a limit, and the
    acts of the accounts concerned in memory. Nothing is done where there is no incident.
    """
    cases = case_acts(scene, incidents, attribution)
    if not cases:
        return NO_CASE
    known = load()
    chosen = known.controls if controls is None else tuple(controls)
    house = House(scene, _suspects(cases), _taken(cases))
    broken, costs = list(known.broken), dict[str, Cost]()
    wanting = {t for control in chosen for t in control.needs if not scene.has(t)}
    made = [_case(house, case, chosen, costs, broken, wanting) for case in cases]
    others = int(house.innocent["person"].nunique())
    return Prevention(tuple(made), others, house.person_weeks, tuple(dict.fromkeys(broken)))


def _suspects(cases: Sequence[CaseActs]) -> frozenset[str]:
    told = {e for c in cases for e in c.employees}
    return frozenset(told | {str(p) for c in cases for p in c.frame.loc[c.taken, "person"]})


def _taken(cases: Sequence[CaseActs]) -> frozenset[tuple[str, date]]:
    return frozenset(
        pair for c in cases for pair in c.frame.loc[c.taken, ["account", "day"]].itertuples(index=False, name=None)
    )


def _case(
    house: House,
    case: CaseActs,
    chosen: Sequence[Control],
    costs: dict[str, Cost],
    broken: list[tuple[str, str]],
    wanting: set[str],
) -> CasePrevention:
    replayed: list[Replayed] = []
    cannot: list[tuple[Control, Text]] = []
    for control in chosen:
        missing = [t for t in control.needs if t in wanting]
        if control.id in {name for name, _error in broken}:
            continue
        if missing:
            cannot.append((control, _for_want(missing)))
            continue
        try:
            ruling = control.ruling(house, case)
            if isinstance(ruling, Ruling) and control.id not in costs:
                costs[control.id] = control.cost(house)
        except Exception as error:  # stands around one plug-in only: its failure is shown, the others count
            _log.error("control %s failed: %s", control.id, way(error))
            broken.append((control.id, type(error).__name__))
            continue
        if isinstance(ruling, Cannot):
            cannot.append((control, ruling.because))
        else:
            replayed.append(_replayed(case, control, ruling, costs[control.id]))
    ordered = sorted(replayed, key=lambda r: (-r.saved / (1 + r.cost.acts), -r.saved, r.control.id))
    persons = int(case.frame["new"].sum())
    sets = combined(case, [(r.control.id, r.ruling.denied, r.cost) for r in ordered if r.saved], house.person_weeks)
    return CasePrevention(case, tuple(ordered), tuple(cannot), sets, persons)


def _for_want(missing: Sequence[str]) -> Text:
    wants = [WANT.get(t, Text(t, t)) for t in missing]
    return Text("; ".join(w.en for w in wants), "；".join(w.zh for w in wants))


def _replayed(case: CaseActs, control: Control, ruling: Ruling, cost: Cost) -> Replayed:
    denied = ruling.denied & case.taken
    stop = _stop(case, ruling, denied)
    saved = int(case.rows[denied].sum())
    if stop is None:
        return Replayed(control, ruling, cost, None, saved, 0, 0)
    persons = int(case.frame["new"].sum())
    return Replayed(control, ruling, cost, stop, saved, case.total - stop.rows_before, persons - stop.persons_before)


def _stop(case: CaseActs, ruling: Ruling, denied: np.ndarray) -> Stop | None:
    """The first denial. What had gone before it is what was read before and not itself denied."""
    at = np.flatnonzero(denied)
    if not len(at):
        return None
    first = case.frame.iloc[at[0]]
    before = np.arange(len(denied)) < at[0]
    gone = int(case.rows[before].sum())
    persons = int(case.frame["new"].to_numpy()[before].sum())
    day, when, cited = first.day, first.time.to_pydatetime(), Citation(first.source, int(first.line))
    if ruling.event is not None:
        day, when, cited = ruling.event.day, ruling.event.time, ruling.event.cited
    number = (day - case.days[0]).days + 1
    return Stop(when, day, number, gone + 1, gone, persons, tuple(dict.fromkeys((cited, *ruling.rests))))
