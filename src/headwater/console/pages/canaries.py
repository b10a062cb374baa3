"""Canaries: plans of decoys from proposal to withdrawal, marked copies, who was shown what, and what leaks show of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Path
from pydantic import Field

from headwater.console.desk.citing import place
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Badge, Body, Cell, Column, Done, Link, Shown, Table
from headwater.console.planted.registries import Planted, area, label, planted
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError
from headwater.planting.canaries.figures import MOST
from headwater.planting.canaries.registry import PlanEntry, Registry
from headwater.store.casebook import settings
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.settings import Setting, StaleError
from headwater.store.workspace import open_workspace

Name = Annotated[str, Path(pattern="^P-[0-9a-f]{8}$", description="The plan's name.")]
Reason = Annotated[str, Field(max_length=2000)]
JOB = "showings"
LISTED = 1000
KINDS = ("canary", "mark")
TONES: Mapping[str, Literal["plain", "good", "warn", "soft"]] = {
    "proposed": "warn",
    "approved": "plain",
    "planted": "good",
    "withdrawn": "soft",
}


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


class Plan(Shown):
    """One plan of decoys."""

    id: str
    dataset: str
    state: Badge
    shared: bool
    """Whether each decoy is shown to several accounts, by chance."""
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
        copies=_copies(here, known),
        found=_found(here),
        faults=list(known.faults) if known else [],
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
        state=_state(here, entry),
        shared=entry.shared,
        said=_said(here, entry),
        steps=_steps(here, entry),
        decoys=_decoys(here, known, entry),
        showings=_showings(here, known, entry),
        asked=here.say("canaries.asked", by=value["by"], because=value["because"]) if first else "",
        version=asked.version if asked else 0,
        may_ask=may and entry.state == "proposed" and not first,
        may_agree=may and bool(first) and first != here.user.id,
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
    try:
        with here.writing() as tx:
            settings.put(tx, here.user, here.case, _setting(id), value, body.version)
    except StaleError as error:
        stands = error.stands.value
        raise ConflictError(
            str(error), here.say("canaries.asked", by=stands.get("by"), because=stands.get("because"))
        ) from error
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
    with open_workspace(here.served.workspace) as space:
        Registry(space).step(id, state, by, here.now, **more)


def _plan(here: InCase, id: str) -> tuple[Planted, PlanEntry]:
    known = planted(here.served.workspace)
    found = next((p for p in known.book.plans if p.id == id), None) if known else None
    if known is None or found is None:
        raise GoneError("there is no such plan in this case")
    return known, found


def _asked(here: InCase, id: str) -> Setting | None:
    with here.reading() as tx:
        return settings.get(tx, here.case, _setting(id))


def _setting(id: str) -> str:
    return f"canary:{id.lower()}"


def _to(here: InCase, id: str) -> str:
    return f"{here.root}/canaries/{id}"


def _row(here: InCase, entry: PlanEntry) -> dict[str, Cell]:
    labels = {d.label for d in entry.decoys}
    shared = here.say("canaries.shared_among", n=len(entry.accounts))
    return {
        "plan": Link(text=entry.id, href=_to(here, entry.id)),
        "state": _state(here, entry),
        "dataset": entry.dataset,
        "decoys": len(entry.decoys),
        "whom": shared if entry.shared else here.say("canaries.for_labels", n=len(labels)),
        "area": area(entry).get("value"),
        "at": _when(here, entry.steps[-1].at),
    }


def _state(here: InCase, entry: PlanEntry) -> Badge:
    return Badge(text=here.say.name("canaries.states", entry.state), tone=TONES.get(entry.state, "plain"))


def _said(here: InCase, entry: PlanEntry) -> str:
    told = area(entry)
    figures = {k: f"{float(told.get(k) or 0.0):.3f}" for k in ("value", "low", "high")}
    return here.say("canaries.reaches" if entry.reaches else "canaries.misses", most=MOST, **figures)


def _when(here: InCase, at: datetime) -> str:
    case = here.desk.part("case")
    zone = str(case.get("timezone") or "UTC") if isinstance(case, Mapping) else "UTC"
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _steps(here: InCase, entry: PlanEntry) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = [
        {
            "state": say.name("canaries.states", s.state), "at": _when(here, s.at), "by": s.by, "second": s.second or None,
            "because": "; ".join(part for part in (s.because, s.although) if part) or None,
        }
        for s in entry.steps
    ]  # fmt: skip
    heads = [Column(key=k, title=say(f"canaries.{k}")) for k in ("state", "at", "by", "second", "because")]
    return Table(name="steps", title=say("canaries.steps"), columns=heads, rows=rows, total=len(rows))


def _decoys(here: InCase, known: Planted, entry: PlanEntry) -> Table:
    say, times = here.say, Counter(s.decoy for s in known.book.showings)
    rows: list[dict[str, Cell]] = [
        {
            "decoy": d.id,
            "whom": _whom(here, known, entry, d.label) if d.label else None,
            "chance": d.chance,
            "showings": times[d.id],
        }
        for d in entry.decoys[:LISTED]
    ]
    heads = [
        Column(key="decoy", title=say("canaries.decoy"), kind="code"), Column(key="whom", title=say("canaries.whom")),
        Column(key="chance", title=say("canaries.chance"), kind="percent"),
        Column(key="showings", title=say("canaries.showings"), kind="number"),
    ]  # fmt: skip
    return Table(name="decoys", title=say("canaries.decoys"), columns=heads, rows=rows, total=len(entry.decoys))


def _whom(here: InCase, known: Planted, entry: PlanEntry, name: str) -> Cell:
    told = label(known, entry, name, lambda hidden: here.desk.one("accounts", hidden) is not None)
    return Link(text=told, href=f"{here.root}/staff/{told}") if told != name else told


def _showings(here: InCase, known: Planted, entry: PlanEntry) -> Table:
    say, own = here.say, {d.id for d in entry.decoys}
    found = sorted(s for s in known.book.showings if s.decoy in own)
    rows: list[dict[str, Cell]] = []
    for each in found[:LISTED]:
        account = known.account(each.account)
        where = place({"source": each.source, "line": each.line}) if each.source else None
        told = {
            "account": Link(text=account, href=f"{here.root}/staff/{account}"),
            "at": each.at or None,
            "where": where,
        }
        rows.append({"decoy": each.decoy, **told})
    heads = [Column(key=k, title=say(f"canaries.{k}")) for k in ("decoy", "account", "at", "where")]
    return Table(name="showings", title=say("canaries.table_showings"), columns=heads, rows=rows, total=len(found))


def _copies(here: InCase, known: Planted | None) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = []
    for copy in (known.copies if known else ())[-LISTED:]:
        account = known.account(copy.recipient) if known else ""
        is_known = here.desk.one("accounts", account) is not None
        shown: Cell = Link(text=account, href=f"{here.root}/staff/{account}") if is_known else account
        rows.append(
            {"export": copy.export, "recipient": shown, "at": copy.at, "rows": copy.rows, "sha256": copy.sha256[:16]}
        )
    heads = [
        Column(key="export", title=say("canaries.export"), kind="code"), Column(key="recipient", title=say("canaries.recipient")),
        Column(key="at", title=say("canaries.at")), Column(key="rows", title=say("canaries.rows"), kind="number"),
        Column(key="sha256", title="SHA-256", kind="code"),
    ]  # fmt: skip
    total = len(known.copies) if known else 0
    return Table(name="copies", title=say("canaries.copies"), columns=heads, rows=rows, total=total)


def _found(here: InCase) -> Table:
    """Statements on decoys and marks in the waterfalls of takers."""
    say = here.say
    rows: list[dict[str, Cell]] = []
    for leak in here.desk.rows("leaks", limit=500, whole=True).rows:
        href = f"{here.root}/leaks/one?leak={quote(str(leak['leak']), safe='')}"
        for taker in leak.get("takers") or ():
            for said in taker.get("statements") or ():
                if isinstance(said, Mapping) and said.get("kind") in KINDS:
                    account = str(taker["account"])
                    rows.append(
                        {
                            "leak": Link(text=str(leak["leak"]), href=href), "text": said.get("text"), "bits": said.get("bits"),
                            "account": Link(text=account, href=f"{here.root}/staff/{account}"),
                        }
                    )  # fmt: skip
    heads = [
        Column(key="leak", title=say("canaries.leak")), Column(key="account", title=say("canaries.account")),
        Column(key="text", title=say("canaries.text")), Column(key="bits", title=say("canaries.bits"), kind="bits"),
    ]  # fmt: skip
    return Table(name="found", title=say("canaries.found"), columns=heads, rows=rows[:LISTED], total=len(rows))


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
