"""Canaries: plans of decoys from proposal to withdrawal, marked copies, who was shown what, and what leaks show of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import Field

from headwater.console.errors import BusyError, ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Badge, Body, Cell, Column, Done, Link, Shown, Table
from headwater.console.planted import tables
from headwater.console.planted.registries import Planted, area, planted
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError, StoreError
from headwater.planting.canaries.registry import PlanEntry, Registry
from headwater.store.casebook import settings
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.settings import Setting, StaleError
from headwater.store.workspace import open_workspace

Name = Annotated[str, Path(pattern="^P-[0-9a-f]{8}$", description="The plan's name.")]
Reason = Annotated[str, Field(max_length=2000)]
JOB = "showings"


class Canaries(Shown):
    """What was planted, and what leaks show of it."""

    known: bool
    """Whether anything was ever planted in this case."""
    plans: Table
    copies: Table
    """Marked copies that were handed out."""
    found: Table
    """What leaks show of decoys and marks."""
    faults: list[str]
    """Registries that cannot be read, and why."""
    may_look: bool
    """Whether one may have the logs searched for who read decoys."""


class Plan(Shown):
    """One plan of decoys."""

    id: str
    dataset: str
    state: Badge
    shared: bool
    """Whether each decoy is shown to several accounts, by chance."""
    reaches: bool
    """Whether they can be told so little that nobody needs to say why he approves the plan all the same."""
    said: str
    """How well its decoys can be told from people, in a sentence."""
    steps: Table
    decoys: Table
    showings: Table
    asked: str
    """Who approved it first, and why; empty where nobody did yet."""
    version: int
    """Of that first approval: to be sent with the second one."""
    may_ask: bool
    may_agree: bool
    may_plant: bool
    may_withdraw: bool


class Ask(Body):
    """A first approval: why, and why all the same where the plan does not reach its figures."""

    because: Reason
    although: Reason = ""
    version: int = 0


class Agree(Body):
    """A second approval of what was asked in that version."""

    version: int


class Because(Body):
    """Why."""

    because: Reason = ""


def canaries(here: CaseHere) -> Canaries:
    """Plans of decoys, marked copies, and what leaks show of them."""
    known, say = planted(here.served.workspace), here.say
    plans: list[dict[str, Cell]] = [_row(here, plan) for plan in known.book.plans] if known else []
    heads = [
        Column(key="plan", title=say("canaries.plan")),
        Column(key="state", title=say("canaries.state")),
        Column(key="dataset", title=say("canaries.dataset")),
        Column(key="decoys", title=say("canaries.decoys"), kind="number"),
        Column(key="whom", title=say("canaries.whom")),
        Column(key="area", title=say("canaries.area"), kind="number"),
        Column(key="at", title=say("canaries.at")),
    ]
    return Canaries(
        known=known is not None,
        plans=Table(name="plans", title=say("canaries.plans"), columns=heads, rows=plans, total=len(plans)),
        copies=tables.copies(here, known),
        found=tables.found(here),
        faults=list(known.faults) if known else [],
        may_look=here.user.may(Permission.settings) and here.served.case_folder is not None,
    )


def plan(here: CaseHere, id: Name) -> Plan:
    """One plan: its figures, what became of it, its decoys and who was shown them."""
    known, entry = _plan(here, id)
    asked = _asked(here, id) if entry.state == "proposed" else None
    value = asked.value if asked else {}
    first = str(value.get("by_id") or "")
    may = here.user.may(Permission.settings) and here.served.workspace.exists()
    return Plan(
        id=id,
        dataset=entry.dataset,
        state=tables.state(here, entry),
        shared=entry.shared,
        reaches=entry.reaches,
        said=tables.said(here, entry),
        steps=tables.steps(here, entry),
        decoys=tables.decoys(here, known, entry),
        showings=tables.showings(here, known, entry),
        asked=here.say("canaries.asked", **_words(asked)) if asked and first else "",
        version=asked.version if asked else 0,
        may_ask=may and entry.state == "proposed" and not first,
        may_agree=may and bool(first) and first != here.user.id and not _proposed(entry, here.user.name),
        may_plant=may and entry.state == "approved",
        may_withdraw=may and entry.state != "withdrawn",
    )


def ask(here: CaseHere, id: Name, body: Ask) -> Done:
    """Approve a plan as the first of two people."""
    _known, entry = _plan(here, id)
    if entry.state != "proposed":
        raise ConflictError("it waits for no approval", entry.state)
    value = {
        "by": here.user.name,
        "by_id": here.user.id,
        "because": body.because.strip(),
        "although": body.although.strip(),
    }
    if not value["because"]:
        raise CaseError("an approval needs a reason")
    if not entry.reaches and not value["although"]:  # else nobody could agree to it, nor ask any more
        raise CaseError("the plan does not reach its figures: say why it is approved all the same")
    known = _asked(here, id)
    if known is not None and known.value.get("by_id") not in (
        None,
        here.user.id,
    ):  # his word stands: agree to it, or not
        raise ConflictError("somebody was quicker", here.say("canaries.asked", **_words(known)))
    try:
        with here.writing() as tx:
            settings.put(tx, here.user, here.case, _setting(id), value, body.version)
    except StaleError as error:
        raise ConflictError(str(error), here.say("canaries.asked", **_words(error.stands))) from error
    return Done(to=_to(here, id), said=here.say("canaries.asked_done"), id=id)


def agree(here: CaseHere, id: Name, body: Agree) -> Done:
    """Approve a plan as the second of two people: it may be planted then."""
    asked = _asked(here, id)
    if asked is None or not asked.value.get("by_id"):
        raise ConflictError("nobody approved it first")
    if asked.version != body.version:
        raise ConflictError("somebody was quicker", str(asked.value.get("because")))
    if asked.value["by_id"] == here.user.id:
        raise NotAllowedError("the second one must be somebody else")
    with here.writing() as tx:  # undone where the registry refuses
        settings.put(tx, here.user, here.case, _setting(id), {}, asked.version)
        tx.log(here.user.id, "canary.approved", here.case.id, None, {"plan": id})
        told = {
            "second": here.user.name,
            "because": str(asked.value["because"]),
            "although": str(asked.value["although"]),
        }
        _step(here, id, "approved", str(asked.value["by"]), **told)
    return Done(to=_to(here, id), said=here.say("canaries.approved_done"), id=id)


def plant(here: CaseHere, id: Name) -> Done:
    """Say that the decoys of an approved plan stand in the data set from now on."""
    with here.writing() as tx:
        tx.log(here.user.id, "canary.planted", here.case.id, None, {"plan": id})
        _step(here, id, "planted", here.user.name)
    return Done(to=_to(here, id), said=here.say("canaries.planted_done"), id=id)


def withdraw(here: CaseHere, id: Name, body: Because) -> Done:
    """Say that the decoys of a plan do not stand in the data set any more. They are still looked for."""
    with here.writing() as tx:
        tx.log(here.user.id, "canary.withdrawn", here.case.id, None, {"plan": id})
        _step(here, id, "withdrawn", here.user.name, because=body.because)
    return Done(to=_to(here, id), said=here.say("canaries.withdrawn_done"), id=id)


def showings(here: CaseHere) -> Done:
    """Write down who read decoys by what the logs say, as a job."""
    job = here.house.jobs.start(JOB, here.served, here.user.id)
    return Done(to=f"{here.root}/jobs/{job.id}", said=here.say("canaries.showings_begun"), id=job.id)


def _step(here: InCase, id: str, state: str, by: str, **more: str) -> None:
    """Write to the registry; refused while a run holds the workspace."""
    _plan(here, id)
    try:
        with open_workspace(here.served.workspace) as space:
            Registry(space).step(id, state, by, here.now, **more)
    except StoreError as error:
        raise BusyError(
            "the registry cannot be written now: a run is at work, or it was changed; look again", 30
        ) from error


def _plan(here: InCase, id: str) -> tuple[Planted, PlanEntry]:
    known = planted(here.served.workspace)
    found = next((p for p in known.book.plans if p.id == id), None) if known else None
    if known is None or found is None:
        raise GoneError("there is no such plan in this case")
    return known, found


def _asked(here: InCase, id: str) -> Setting | None:
    with here.reading() as tx:
        return settings.get(tx, here.case, _setting(id))


def _words(asked: Setting) -> dict[str, str]:
    """Who approved a plan first, and all that he gave as his reasons: the second agrees to these very words."""
    reasons = (str(asked.value.get(name) or "") for name in ("because", "although"))
    return {"by": str(asked.value.get("by") or ""), "because": "; ".join(filter(None, reasons))}


def _proposed(entry: PlanEntry, name: str) -> bool:
    """Whether somebody of that name proposed the plan: he cannot be the second who approves it."""
    return entry.steps[0].by.strip().casefold() == name.strip().casefold()


def _setting(id: str) -> str:
    return f"canary:{id.lower()}"


def _to(here: InCase, id: str) -> str:
    return f"{here.root}/canaries/{id}"


def _row(here: InCase, entry: PlanEntry) -> dict[str, Cell]:
    labels = {d.label for d in entry.decoys}
    shared = here.say("canaries.shared_among", n=len(entry.accounts))
    return {
        "plan": Link(text=entry.id, href=_to(here, entry.id)),
        "state": tables.state(here, entry),
        "dataset": entry.dataset,
        "decoys": len(entry.decoys),
        "whom": shared if entry.shared else here.say("canaries.for_labels", n=len(labels)),
        "area": area(entry).get("value"),
        "at": tables.when(here, entry.steps[-1].at),
    }


PAGE = Page(
    "canaries",
    views=(
        View("/cases/{case}/canaries", canaries, "canaries.html.j2", "What was planted, and what leaks show of it"),
        View("/cases/{case}/canaries/{id}", plan, "canary_plan.html.j2", "One plan of decoys"),
    ),
    acts=(
        Act("/cases/{case}/canaries/showings", showings, "Write down who read decoys", permission=Permission.settings),
        Act(
            "/cases/{case}/canaries/{id}/ask",
            ask,
            "Approve a plan, as the first of two",
            permission=Permission.settings,
            browser_only=True,
        ),
        Act(
            "/cases/{case}/canaries/{id}/agree",
            agree,
            "Approve a plan, as the second",
            permission=Permission.settings,
            browser_only=True,
        ),
        Act(
            "/cases/{case}/canaries/{id}/plant",
            plant,
            "Say that decoys stand in the data",
            permission=Permission.settings,
        ),
        Act("/cases/{case}/canaries/{id}/withdraw", withdraw, "Withdraw a plan", permission=Permission.settings),
    ),
)
