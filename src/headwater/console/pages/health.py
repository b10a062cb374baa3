"""The health of a case: inputs that are missing and who is blind for it, alerts against their budget, calibration curves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from headwater.casework.limits import WANT
from headwater.console.care.drawn import against_budget, reliability
from headwater.console.care.inputs import Input, inputs, people
from headwater.console.care.rates import rate
from headwater.console.desk.detectors import title
from headwater.console.here import CaseHere, InCase
from headwater.console.jobs.chosen_in_casebook import chosen_for
from headwater.console.jobs.told import zone_of
from headwater.console.models import Badge, Cell, Chart, Column, Link, Shown, Table
from headwater.console.triage.raised import Kept, kept
from headwater.console.twin import Page, View
from headwater.detection.detector import Loaded, load
from headwater.investigation import calibrating
from headwater.model.errors import StoreError


class Watching(Shown):
    """How far the evenings were looked at."""

    evening: str
    """The last evening that was asked; empty where nobody watches."""
    written: str
    """When that was kept."""
    per_10000: float
    """Alerts a day for each 10,000 staff that the settings ask for."""
    staff: int
    """People of the roster who are in service on that evening, or accounts where there is no roster."""
    roster: bool
    """Whether a roster says so."""
    failing: list[str]
    """Detectors that saw nothing, or failed, on that evening."""


class Health(Shown):
    """What was read, what could not be seen, and how far claims can be trusted."""

    inputs: Table
    """One row per kind of input."""
    missing: int
    detectors: Table
    """Detectors that are blind for want of an input, or cannot be loaded."""
    limits: list[str]
    """What the answer says it could not do, and for want of which input."""
    watching: Watching
    rate: Chart | None
    """Alerts let through against the budget."""
    curves: list[Chart]
    """One curve per calibrated data set."""
    calibrated: str
    """When the calibration was made; empty where there is none."""
    trouble: list[str]
    """What could not be read of all this."""


def health(here: CaseHere) -> Health:
    """Inputs that are missing and what is blind for it, alert rate against budget, calibration curves."""
    loaded, trouble = load(), list[str]()
    found = inputs(here.served.workspace, loaded.detectors)
    watched = _watched(here, trouble)
    with here.reading() as tx:
        per_day = chosen_for(tx, here.case).alerts_per_day
    staff, roster = _staff(here, watched, trouble)
    told = None
    if staff and watched is not None and watched.evening is not None:
        told = rate(watched.ledger.alerts, watched.evening, per_day, staff)
    curves, made = _curves(here, trouble)
    return Health(
        inputs=_inputs(here, found),
        missing=sum(i.missing for i in found),
        detectors=_detectors(here, found, loaded),
        limits=_limits(here),
        watching=_watching(here, watched, per_day, staff, roster),
        rate=against_budget(told, here.say) if told else None,
        curves=curves,
        calibrated=made,
        trouble=trouble,
    )


def _watched(here: InCase, trouble: list[str]) -> Kept | None:
    try:
        return kept(here.served.workspace)
    except StoreError as error:
        trouble.append(str(error).replace(str(here.served.workspace), "…"))
        return None


def _staff(here: InCase, watched: Kept | None, trouble: list[str]) -> tuple[int, bool]:
    """For how many people the budget is on the last evening that was asked, or today, and whether a roster says so."""
    today = here.now.astimezone(zone_of(here.served.out).zone).date()
    try:
        return people(here.served.workspace, (watched and watched.evening) or today)
    except StoreError as error:
        trouble.append(str(error))
        return 0, False


def _watching(here: InCase, watched: Kept | None, per_day: float, staff: int, roster: bool) -> Watching:
    zone = zone_of(here.served.out)
    return Watching(
        evening=watched.evening.isoformat() if watched and watched.evening else "",
        written=zone.told(datetime.fromtimestamp(watched.written, UTC)) if watched else "",
        per_10000=per_day,
        roster=roster,
        staff=staff,
        failing=[title(d, here.lang) for d in watched.ledger.troubles] if watched else [],
    )


def _limits(here: InCase) -> list[str]:
    if not (here.served.out / "result.json").exists():
        return []
    return [str(limit) for limit in here.desk.part("limits")]


def _curves(here: InCase, trouble: list[str]) -> tuple[list[Chart], str]:
    try:
        found = calibrating.kept(here.served.workspace)
    except StoreError as error:
        trouble.append(str(error).replace(str(here.served.workspace), "…"))
        return [], ""
    if not found:
        return [], ""
    made = (here.served.workspace / calibrating.FILE).stat().st_mtime
    charts = [reliability(one, n, here.say) for n, (_, one) in enumerate(sorted(found.items()), 1) if one.leaks]
    return charts, zone_of(here.served.out).told(datetime.fromtimestamp(made, UTC))


def _inputs(here: InCase, found: tuple[Input, ...]) -> Table:
    rows: list[dict[str, Cell]] = [
        {
            "input": here.say(f"health.input_{i.table}"),
            "state": _state(here, i),
            "rows": i.rows,
            "first": i.first.isoformat() if i.first else None,
            "last": i.last.isoformat() if i.last else None,
            "days": i.days or None,
            "needed": here.say("console.comma").join(title(d, here.lang) for d in i.needed_by) or None,
        }
        for i in found
    ]
    kinds: dict[str, Literal["number", "day"]] = {
        "rows": "number",
        "days": "number",
        "first": "day",
        "last": "day",
    }
    columns = [
        Column(key=key, title=here.say(f"health.{key}"), kind=kinds.get(key, "text"))
        for key in ("input", "state", "rows", "first", "last", "days", "needed")
    ]
    return Table(name="inputs", title=here.say("health.inputs"), columns=columns, rows=rows, total=len(rows))


def _state(here: InCase, one: Input) -> Badge:
    if one.missing:
        return Badge(text=here.say("health.missing"), tone="bad" if one.needed_by else "warn")
    return Badge(text=here.say("health.there"), tone="good")


def _detectors(here: InCase, found: tuple[Input, ...], loaded: Loaded) -> Table:
    lacking = {i.table for i in found if i.missing}
    rows: list[dict[str, Cell]] = []
    for one in loaded.detectors:
        wants = [WANT[t].said(here.lang) if t in WANT else t for t in one.needs if t in lacking]
        if wants:
            href = f"{here.root}/settings#detector-{one.id}"
            rows.append(
                {
                    "detector": Link(text=title(one.id, here.lang), href=href),
                    "why": here.say("console.semicolon").join(wants),
                }
            )
    rows += [{"detector": name, "why": here.say("health.not_loaded")} for name, _why in loaded.broken]
    columns = [
        Column(key="detector", title=here.say("health.detector")),
        Column(key="why", title=here.say("health.why")),
    ]
    called = here.say("health.blind", n=len(rows), of=len(loaded.detectors))
    return Table(name="blind", title=called, columns=columns, rows=rows, total=len(rows))


PAGE = Page(
    "health",
    views=(
        View(
            "/cases/{case}/health",
            health,
            "health.html.j2",
            "Missing inputs and what is blind for it, alert rate against budget, calibration curves",
        ),
    ),
)
