"""Names behind pseudonyms: one asks with a reason, somebody else agrees or refuses, then they are shown for minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query
from pydantic import Field

from headwater.casework.reports.words import words as report_words
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Badge, Body, Cell, Column, Done, Link, Shown, Table
from headwater.console.triage import revealed
from headwater.console.triage.desktop import Desktop
from headwater.console.twin import Act, Page, View
from headwater.store.casebook import revealing
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.revealing import LONGEST_MINUTES, MINUTES, Asked

RequestId = Annotated[str, InPath(pattern=r"^[A-Z]-[0-9]{8,}$", description="The request's id.")]
Of = Annotated[str, Query(max_length=80, description="What names are wanted of: fills the form.")]
TONES = {"waiting": "warn", "approved": "good", "open": "bad", "refused": "plain", "lapsed": "soft", "used": "soft"}
OPEN, APPROVED, WAITING = "open", "approved", "waiting"


class Request(Shown):
    """A request for names."""

    id: str
    kind: str
    thing: str
    by: str
    reason: str
    at: datetime
    state: str
    badge: Badge
    second: str | None
    closes: datetime | None
    href: str
    about: Link
    """What names are wanted of. Where the incident's rank is another story's by now, it leads to the list."""


class Reveals(Shown):
    """Who asked for whose names, and what became of it."""

    requests: Table
    """The newest first."""
    to_answer: list[Request]
    """Those of others that wait for a second person, where you may be that."""
    mine: list[Request]
    """Yours that wait, are agreed to, or are open."""
    of: str
    """What the form asks for."""
    minutes: int
    """So long names are shown where nothing else is said."""


class NameShown(Shown):
    """What stands behind a pseudonym."""

    pseudonym: str
    name: str


class OneReveal(Shown):
    """A request, and the names while they may be seen."""

    request: Request
    may_answer: bool
    may_look: bool
    """Whether it is yours and agreed to: the time runs from the first look."""
    names: list[NameShown]
    """Empty but while they are open, for the one who asked."""
    sentences: list[str]
    """Of an alert, its sentences with the names in them."""
    seconds: int
    """So long they are still shown."""


class Asking(Body):
    """What somebody asks for."""

    of: str = Field(max_length=80)
    """An alert (`A-…`), an incident (`incident:2`) or a pseudonym (`S-…`, `U-…`, `D-…`)."""
    reason: str
    """Why the names are needed. It is masked as it comes in, sealed, and shown to whoever shall agree."""


class Answer(Body):
    """What the second person says."""

    agrees: bool
    minutes: int = Field(MINUTES, ge=1, le=LONGEST_MINUTES)
    """So long the names are shown, from the first look."""


def reveals(here: CaseHere, of: Of = "") -> Reveals:
    """Who asked for whose names, why, and who agreed."""
    with here.reading() as tx:
        asked = revealing.requests(tx, here.case)
    desktop = Desktop(here)
    found = [_request(each, desktop) for each in reversed(asked)]
    mine = [r for r in found if r.by == here.user.name and r.state in (WAITING, APPROVED, OPEN)]
    others = [r for r in found if r.by != here.user.name and r.state == WAITING]
    return Reveals(
        requests=_table(found, desktop),
        to_answer=others if here.user.may(Permission.approve) else [],
        mine=mine,
        of=of,
        minutes=MINUTES,
    )


def reveal(here: CaseHere, request: RequestId) -> OneReveal:
    """One request; the names too, for the one who asked, while they are open. Each look is logged."""
    asked = _asked(here, request)
    mine = asked.by == here.user.name
    found = revealed.shown(here, asked) if mine and asked.state == OPEN and here.scopes is None else None
    return OneReveal(
        request=_request(asked, Desktop(here)),
        may_answer=not mine and asked.state == WAITING and here.user.may(Permission.approve),
        may_look=mine and asked.state == APPROVED,
        names=[NameShown(pseudonym=n.pseudonym, name=n.name) for n in found.names] if found else [],
        sentences=list(found.sentences) if found else [],
        seconds=max(0, int((found.closes - here.now).total_seconds())) if found else 0,
    )


def ask(here: CaseHere, body: Asking) -> Done:
    """Ask for names, with a reason. Somebody else must agree within a day."""
    kind, name = revealed.thing(here, body.of)
    with here.writing() as tx:
        made = revealing.ask(tx, here.user, here.case, kind, name, body.reason)
    return Done(to=f"{here.root}/reveals/{made}", said=here.say("reveals.asked"), id=made)


def answer(here: CaseHere, request: RequestId, body: Answer) -> Done:
    """Agree that somebody else sees names for some minutes, or refuse that."""
    with here.writing() as tx:
        revealing.answer(tx, here.user, here.case, request, agrees=body.agrees, minutes=body.minutes)
    said = here.say("reveals.agreed" if body.agrees else "reveals.refused")
    return Done(to=f"{here.root}/reveals/{request}", said=said, id=request)


def open_names(here: CaseHere, request: RequestId) -> Done:
    """Begin to look: the minutes run from now."""
    asked = _asked(here, request)
    revealed.shown(here, asked)
    return Done(to=f"{here.root}/reveals/{request}", said=here.say("reveals.opened"), id=request)


def _asked(here: InCase, request: str) -> Asked:
    with here.reading() as tx:
        found = next((asked for asked in revealing.requests(tx, here.case) if asked.id == request), None)
    if found is None:
        raise GoneError("there is no such request in this case")
    return found


def _request(asked: Asked, desktop: Desktop) -> Request:
    here = desktop.here
    label = report_words(here.lang).name("casebook.state", asked.state)
    return Request(
        id=asked.id,
        kind=asked.kind,
        thing=asked.thing,
        by=asked.by,
        reason=desktop.written(asked.reason),
        at=asked.at,
        state=asked.state,
        badge=Badge.model_validate({"text": label, "tone": TONES.get(asked.state, "plain")}),
        second=asked.second,
        closes=asked.closes,
        href=f"{here.root}/reveals/{asked.id}",
        about=_about(asked, desktop),
    )


def _about(asked: Asked, desktop: Desktop) -> Link:
    here, name = desktop.here, asked.thing.partition("@")[0]
    if asked.kind == "alert":
        return Link(text=name, href=f"{here.root}/today/{name}")
    if asked.kind == "incident":
        if not revealed.is_same(desktop, asked.thing):
            return Link(text=here.say("reveals.of_earlier", of=name), href=f"{here.root}/incidents")
        rank = name.partition(":")[2]
        return Link(text=here.say("incidents.one", rank=rank), href=f"{here.root}/incidents/{rank}")
    return Link(text=name, href=f"{here.root}/staff/{name}")


def _table(several: list[Request], desktop: Desktop) -> Table:
    say, zone = desktop.here.say, desktop.zone
    rows: list[dict[str, Cell]] = [
        {
            "request": Link(text=r.id, href=r.href),
            "of": r.about,
            "by": r.by,
            "at": r.at.astimezone(zone).isoformat(timespec="minutes"),
            "reason": r.reason,
            "state": r.badge,
            "second": r.second,
        }
        for r in several
    ]
    columns = [
        Column(key="request", title=say("reveals.request")),
        Column(key="of", title=say("reveals.of")),
        Column(key="by", title=say("reveals.by")),
        Column(key="at", title=say("reveals.at", zone=zone.key), kind="when"),
        Column(key="reason", title=say("reveals.reason")),
        Column(key="state", title=say("reveals.state"), kind="badge"),
        Column(key="second", title=say("reveals.second")),
    ]
    return Table(name="requests", title=say("reveals.requests"), columns=columns, rows=rows, total=len(rows))


PAGE = Page(
    "reveals",
    views=(
        View("/cases/{case}/reveals", reveals, "reveals.html.j2", "Who asked for whose names"),
        View("/cases/{case}/reveals/{request}", reveal, "reveal.html.j2", "One request, and names while they are open"),
    ),
    acts=(
        Act("/cases/{case}/reveals", ask, "Ask for names", permission=Permission.ask),
        Act("/cases/{case}/reveals/{request}/answer", answer, "Agree or refuse", permission=Permission.approve),
        Act(
            "/cases/{case}/reveals/{request}/open",
            open_names,
            "Begin to look at names",
            permission=Permission.ask,
            browser_only=True,
        ),
    ),
)
