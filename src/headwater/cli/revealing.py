"""The verbs ``headwater reveal …``: one asks for names with a reason, another agrees, then the first may look for a while."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from headwater.casework import ledgers
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.casework.reveals import earlier_reveals, shown
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.signing_in import Book, By, Descriptor, at_desk, now
from headwater.investigation.notifying import line
from headwater.store.casebook import revealing
from headwater.store.casebook.cases import insist
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.revealing import MINUTES, Asked
from headwater.store.workspace import open_workspace

app = typer.Typer(
    help="Names of alerts: asked for with a reason, agreed to by somebody else, shown for a while. Nothing else shows them.",
    no_args_is_help=True,
)
Request = Annotated[str, typer.Argument(help="The request's id.", metavar="REQUEST")]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the sentences.")]


@app.command(epilog="Example: `headwater reveal request CASE A-1f2e3d4c5b6a --reason 'complaint 17' --by li`")
def request(
    case: Case,
    alert: Annotated[str, typer.Argument(help="The alert's id.", metavar="ALERT")],
    reason: Annotated[str, typer.Option(help="Why the names are needed.")],
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Ask for the names of an alert. Somebody else must agree within a day."""
    where = _kept(case, out, workspace)
    with open_workspace(where.workspace) as space:
        known = ledgers.known_alert(space.root, space.tokeniser, alert)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, asker):
        made = revealing.ask(tx, asker, desk.case, "alert", known.id, reason)
    if json:
        _print_json({"request": made})
        return
    typer.echo(words(lang.value)("casebook.asked", request=made))


@app.command(epilog="Example: `headwater reveal approve CASE R-00000041 --by wang`")
def approve(
    case: Case,
    request: Request,
    by: By,
    minutes: Annotated[int, typer.Option(help="So long the names are shown, from the first look.", min=1)] = MINUTES,
    refuse: Annotated[bool, typer.Option("--refuse", help="Say no.")] = False,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Agree to somebody else's request (or refuse it). Nobody can agree to his own."""
    with at_desk(_kept(case, out, workspace), casebook, by, descriptor) as desk, desk.transaction() as (tx, second):
        revealing.answer(tx, second, desk.case, request, agrees=not refuse, minutes=minutes)
    said = words(lang.value)
    typer.echo(said("casebook.refused") if refuse else said("casebook.agreed", n=minutes))


@app.command(epilog="Example: `headwater reveal show CASE R-00000041 --by li`")
def show(
    case: Case,
    request: Request,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Show the alert with its names, to the one who asked, while the time runs. Each look is written down."""
    where = _kept(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, open_workspace(where.workspace) as space:
        alert, leave = shown(space, desk.book, desk.ticket, desk.case, request, now())
    if json:
        _print_json(ledgers.plain(alert) | {"closes": leave.closes.isoformat()})
        return
    typer.echo(line(alert, lang.value))
    for statement in alert.statements:
        typer.echo(f"  {statement.bits:+6.1f}  {visible(statement.text.said(lang.value))}")
    for person in alert.people:
        typer.echo(f"  {person.probability:.0%} {visible(person.employee)}")
    typer.echo(words(lang.value)("casebook.closes", at=_minute(leave.closes)), err=True)


@app.command("list", epilog="Example: `headwater reveal list CASE --by wang`")
def listing(
    case: Case,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """List who asked for which names, why, and who agreed; also what earlier versions wrote down. Nobody is named."""
    where = _kept(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, reader):
        insist(tx, reader, desk.case, Permission.look)
        tx.log(reader.id, "reveals.listed", desk.case.id)
        found = revealing.requests(tx, desk.case)
    with open_workspace(where.workspace) as space:
        earlier = earlier_reveals(space)
    if json:
        bare = [{k: v for k, v in e.items() if k not in ("before", "digest")} for e in earlier]
        _print_json({"requests": [_plain(a) for a in found], "earlier": bare})
        return
    say = words(lang.value)
    for entry in earlier:
        told = f"{entry['at']} {entry['alert']} {say('casebook.earlier')}: {entry['by']}, {entry['second']}: {entry['because']}"
        typer.echo(visible(told))
    for asked in found:
        second = f", {asked.second}" if asked.second else ""
        state = say.name("casebook.state", asked.state)
        typer.echo(visible(f"{asked.id} {_minute(asked.at)} {asked.thing} {state}: {asked.by}{second}: {asked.reason}"))


def _kept(case: Case, out: OutFolder, workspace: Space) -> run.Place:
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "watch", "ingest")
    return where


def _plain(asked: Asked) -> dict[str, Any]:
    times = {
        n: getattr(asked, n).isoformat() if getattr(asked, n) else None for n in ("at", "answered", "opened", "closes")
    }
    names = ("id", "kind", "thing", "by", "reason", "state", "second")
    return {**{name: getattr(asked, name) for name in names}, **times}


def _minute(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.buffer.write(result_json.dumps(value))
    sys.stdout.buffer.flush()
