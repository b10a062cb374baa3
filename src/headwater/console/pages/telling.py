"""Hand-over: who is told of new alerts and answers of a case, what became of each message, and the case for monitoring as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import Field

from headwater.casework.reports.json_lines import lines
from headwater.console.door import watermarks
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.jobs.told import Zone, zone_of
from headwater.console.models import After, Badge, Body, Cell, Column, Done, Limit, Shown, Table
from headwater.console.rest import cursors
from headwater.console.telling import answers, booked, guarding, news, ringing, siem, signing
from headwater.console.telling.allowing import allowed
from headwater.console.telling.hooks import ANSWERED, RELEASED, TAKES, TRIED, UPDATED, Hook
from headwater.console.telling.outbox import DROPPED, GIVEN_UP, TAKEN, WAITING, Delivery, Outbox
from headwater.console.telling.rounds import FILE, Rounds
from headwater.console.twin import Act, Page, View, needs_here
from headwater.model.errors import CaseError
from headwater.store.casebook import hooks as kept
from headwater.store.casebook.permissions import Permission

TONES: dict[str, Literal["plain", "good", "warn", "bad", "soft"]] = {
    WAITING: "warn",
    TAKEN: "good",
    GIVEN_UP: "bad",
    DROPPED: "soft",
}
TOLD = (RELEASED, UPDATED, ANSWERED)
"""What a hook may be told of."""


class Failed(Shown):
    """A message that a hook did not take."""

    message: str
    hook: str


class Telling(Shown):
    """Who is told of this case, and what became of it."""

    hooks: Table
    """One row per hook; the address is shown by its host alone."""
    deliveries: Table
    """One row per message and hook, the newest first."""
    ids: list[str]
    """The ids of the hooks, in the table's order."""
    events: list[str]
    """What a hook may be told of."""
    failed: list[Failed]
    """What was given up and can be sent again."""
    proposed: str
    """A new secret for a web hook. It is shown now and kept sealed: give it to the receiver before you add the hook."""


class NewHook(Body):
    """A hook to be added."""

    kind: Literal["webhook", "apprise", "ocsf"]
    """`webhook`: JSON signed by Standard Webhooks; `apprise`: mail or a chat; `ocsf`: events for monitoring, as JSON lines."""
    address: Annotated[str, Field(min_length=1, max_length=kept.LONGEST_ADDRESS)]
    """Where to: `https://…`, or an address of Apprise."""
    events: Annotated[
        list[Literal["alert.released", "alert.updated", "answer.changed"]], Field(min_length=1, max_length=3)
    ]
    """What it is told of."""
    secret: Annotated[str, Field(max_length=500)] = ""
    """Of a web hook its signing secret (`whsec_…`; one is made where this is empty); of monitoring what stands behind `Authorization:`."""
    lang: Literal["en", "zh"] = "en"
    """The language of sentences for people."""


class Made(Done):
    """A hook was added."""

    secret: str = ""
    """The signing secret of a web hook. It is not shown again."""


class OneHook(Body):
    """One hook by its id."""

    id: Annotated[str, Field(max_length=40)]


class OneDelivery(Body):
    """One message to one hook."""

    message: Annotated[str, Field(max_length=80)]
    hook: Annotated[str, Field(max_length=40)]


def telling(here: CaseHere, after: After = None, limit: Limit = 50) -> Telling:
    """Who is told of this case, and what became of each message."""
    with here.reading() as tx:
        found = [h for h in (booked.hook(here.served.slug, k) for k in kept.hooks(tx, here.case)) if h is not None]
    place = f"deliveries of {here.case.id}"
    start = cursors.read(here.book.sealer, place, after) if after else None
    deliveries = _outbox(here).of_case(here.served.slug, limit + 1, start)
    shown = deliveries[:limit]
    more = cursors.told(here.book.sealer, place, shown[-1].place) if len(deliveries) > limit else None
    return Telling(
        hooks=_hooks(here, found, _outbox(here).shut()),
        deliveries=_deliveries(here, shown, more),
        ids=[h.id for h in found],
        events=list(TOLD),
        failed=[Failed(message=d.message.id, hook=d.hook) for d in shown if d.state == GIVEN_UP],
        proposed=signing.new_secret(),
    )


def add(here: CaseHere, body: NewHook) -> Made:
    """Tell somebody of this case from now on. What happened before is not told."""
    secret = body.secret.strip()
    if body.kind == "webhook":
        secret = secret or signing.new_secret()
        signing.signed(secret, "", here.now, b"")
    elif body.kind == "apprise" or secret.startswith(signing.PREFIX):
        secret = ""  # what the form proposes is of web hooks alone
    elif any(not c.isprintable() or not c.isascii() for c in secret):
        raise CaseError("what stands behind Authorization: is one line of plain characters")
    _insist_reachable(body)
    rounds = Rounds(here.house, allowed())
    rounds.look([here.served], here.now - timedelta(microseconds=1))
    wanted = set(body.events) & TAKES[body.kind]
    if not wanted:
        raise CaseError("a hook of this kind is told nothing of that")
    with here.writing() as tx:
        rounds.outbox.spread(booked.all_hooks(here.house, tx).values(), here.now)
        told = booked.words(wanted, body.lang)
        made = kept.add_hook(tx, here.user, here.case, body.kind, body.address.strip(), told, secret or None)
    shown = secret if body.kind == "webhook" else ""
    return Made(to=f"{here.root}/telling?said=hook_added", said="added", id=made.id, secret=shown)


def end(here: CaseHere, body: OneHook) -> Done:
    """Tell a hook nothing more."""
    with here.writing() as tx:
        kept.end_hook(tx, here.user, here.case, body.id)
    _outbox(here).dropped(body.id, "the hook was taken away", here.now)
    return Done(to=f"{here.root}/telling?said=hook_ended", said="ended", id=body.id)


def attempt(here: CaseHere, body: OneHook) -> Done:
    """Send a hook a message that only tries it; it goes out with the next round."""
    with here.writing() as tx:
        if body.id not in {k.id for k in kept.hooks(tx, here.case)}:
            raise GoneError("there is no such hook")
        tx.log(here.user.id, "hook.tried", here.case.id, None, {"hook": body.id})
    message = news.of_trial(here.served.slug, body.id, here.now)
    _outbox(here).put([message])
    return Done(to=f"{here.root}/telling?said=hook_tried", said="tried", id=message.id)


def again(here: CaseHere, body: OneDelivery) -> Done:
    """Send a message again that was given up."""
    with here.writing() as tx:
        open_hooks = {k.id for k in kept.hooks(tx, here.case)}
        if body.hook not in open_hooks or not _outbox(here).again(body.message, body.hook, here.now):
            raise GoneError("there is no such message to be sent again")
        tx.log(here.user.id, "hook.again", here.case.id, None, {"hook": body.hook, "message": body.message})
    return Done(to=f"{here.root}/telling?said=hook_again", said="waiting", id=body.message)


def ocsf(here: CaseHere) -> StreamingResponse:
    """The case as events of the Open Cybersecurity Schema Framework, one on a line; staff under pseudonyms. It is logged."""
    desk = here.desk
    with here.writing() as tx:
        tx.log(here.user.id, "console.exported", here.case.id, None, {"format": "ocsf", "answer": desk.version})
    mark = {"watermark": watermarks.mark(here.book.sealer, here.user, here.now, f"{here.root}/telling/case.ocsf.jsonl")}

    def told() -> Iterator[bytes]:
        for event in answers.events(desk):
            event["unmapped"] = {**event.get("unmapped", {}), **mark}
            yield lines([event])

    name = f"{here.served.slug}.ocsf.jsonl".encode("ascii", "ignore").decode().lstrip("-.")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(told(), headers=headers, media_type=siem.KIND)


def _insist_reachable(body: NewHook) -> None:
    if body.kind == "apprise":
        ringing.insist_known(body.address.strip(), allowed())
    else:
        guarding.target(body.address.strip(), allowed())


def _outbox(here: InCase) -> Outbox:
    return Outbox(here.house.folder / FILE)


def _hooks(here: InCase, found: list[Hook], shut: frozenset[str]) -> Table:
    say, zone = here.say, zone_of(here.served.out)
    rows: list[dict[str, Cell]] = [
        {
            "id": hook.id,
            "kind": say.name("telling.kind", hook.kind),
            "host": _host(hook),
            "events": ", ".join(say.name("telling.event", _word(e)) for e in sorted(hook.events - {TRIED})),
            "lang": say.name("telling.lang", hook.lang),
            "since": _iso(hook.since, zone),
            "state": Badge(text=say("telling.shut"), tone="bad")
            if hook.id in shut
            else Badge(text=say("telling.open")),
        }
        for hook in found
    ]
    columns = [
        Column(key="id", title=say("telling.id"), kind="code"),
        Column(key="kind", title=say("telling.kind_title")),
        Column(key="host", title=say("telling.host")),
        Column(key="events", title=say("telling.events")),
        Column(key="lang", title=say("telling.language")),
        Column(key="since", title=say("telling.since", zone=zone.name), kind="when"),
        Column(key="state", title=say("telling.state_title"), kind="badge"),
    ]
    return Table(name="hooks", title=say("telling.hooks"), columns=columns, rows=rows, total=len(rows))


def _deliveries(here: InCase, found: list[Delivery], more: str | None) -> Table:
    say, zone = here.say, zone_of(here.served.out)
    rows: list[dict[str, Cell]] = [
        {
            "at": _iso(d.message.at, zone),
            "kind": say.name("telling.event", _word(d.message.kind)),
            "hook": d.hook,
            "state": Badge(text=say.name("telling.state", _word(d.state)), tone=TONES[d.state]),
            "tries": d.tries,
            "why": d.why,
            "due": _iso(d.due, zone) if d.state == WAITING else None,
            "message": d.message.id,
        }
        for d in found
    ]
    columns = [
        Column(key="at", title=say("telling.at", zone=zone.name), kind="when"),
        Column(key="kind", title=say("telling.what")),
        Column(key="hook", title=say("telling.id"), kind="code"),
        Column(key="state", title=say("telling.state_title"), kind="badge"),
        Column(key="tries", title=say("telling.tries"), kind="number"),
        Column(key="why", title=say("telling.why")),
        Column(key="due", title=say("telling.due", zone=zone.name), kind="when"),
        Column(key="message", title=say("telling.message"), kind="code"),
    ]
    return Table(name="deliveries", title=say("telling.deliveries"), columns=columns, rows=rows, next=more)


def _host(hook: Hook) -> str:
    """The host of a web address; of Apprise's only the service, since secrets stand where a host would."""
    parts = urlsplit(hook.address)
    return f"{parts.scheme}://{'…' if hook.kind == 'apprise' else parts.netloc}"


def _iso(moment: datetime, zone: Zone) -> str:
    """A moment in the case's zone."""
    return moment.astimezone(zone.zone).isoformat(timespec="seconds")


def _word(code: str) -> str:
    return code.replace(".", "_").replace(" ", "_")


ROUTES = APIRouter()
ROUTES.add_api_route(
    "/cases/{case}/telling/case.ocsf.jsonl",
    ocsf,
    response_class=StreamingResponse,
    dependencies=[Depends(needs_here(Permission.settings, "read"))],
    summary="The case as OCSF events, one on a line",
    operation_id="telling.ocsf",
    responses={200: {"content": {siem.KIND: {"schema": {"type": "string"}}}, "description": "JSON lines"}},
)

PAGE = Page(
    "telling",
    views=(
        View(
            "/cases/{case}/telling", telling, "telling.html.j2", "Who is told of a case", permission=Permission.settings
        ),
    ),
    acts=(
        Act("/cases/{case}/telling/hooks", add, "Add a hook", permission=Permission.settings, scope="admin"),
        Act("/cases/{case}/telling/hooks/end", end, "Take a hook away", permission=Permission.settings, scope="admin"),
        Act("/cases/{case}/telling/hooks/try", attempt, "Try a hook", permission=Permission.settings, scope="admin"),
        Act(
            "/cases/{case}/telling/again", again, "Send a message again", permission=Permission.settings, scope="admin"
        ),
    ),
    more=ROUTES,
    files=ROUTES,
)
