"""The verbs ``headwater casebook …``: cases, members, notes, tasks, exhibits and their chain of custody."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from headwater.casework.judging.booked import contents
from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import casebook_users, run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.judging import day
from headwater.cli.signing_in import Book, By, Descriptor, at_desk, case_name, may_choose, new_password, now, password
from headwater.exhibits.folder import open_case
from headwater.model.errors import CaseError
from headwater.store.casebook import cases, exhibits, notes, users
from headwater.store.casebook.exhibits import Act, Handling, digests
from headwater.store.casebook.notes import State
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import sign_in, who

app = typer.Typer(
    help="The casebook: who works on a case, notes, tasks, exhibits, custody (see docs/casebook.md).",
    no_args_is_help=True,
)
task = typer.Typer(help="Tasks of a case.", no_args_is_help=True)
app.add_typer(casebook_users.app, name="user")
app.add_typer(task, name="task")

Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the answer.")]
STDIN = "-"


@app.command(epilog="Example: `headwater casebook init CASE --by li --display '李 Investigation'`")
def init(
    case: Case,
    by: By,
    display: Annotated[str, typer.Option(help="How reports call the first user.")] = "",
    role: Annotated[
        list[Role] | None, typer.Option("--role", help="Roles of the first user beside administrator.")
    ] = None,
    two_person: Annotated[bool, typer.Option("--two-person", help="What is confirmed needs two people.")] = False,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Make the casebook with its first user, an administrator; or enter a further case into one that is there."""
    where = run.place(case, out, workspace)
    may_choose(descriptor)
    book = open_casebook(place(where.workspace, casebook), make=True)
    try:
        with book.reading() as tx:
            first = not users.has_users(tx)
        if first:
            chosen = new_password(by)
            with book.transaction(now()) as tx:
                maker = users.add_first(tx, by, display, chosen, roles=role or ())
                _enter(tx, maker, case_name(where), two_person)
        else:
            ticket = sign_in(book, by, password(by, descriptor), now())
            with book.transaction(now()) as tx:
                _enter(tx, who(tx, ticket), case_name(where), two_person)
    finally:
        book.close()
    typer.echo(words(lang.value)("casebook.made", place=book.shown))


def _enter(tx: Any, maker: users.User, name: str, two_person: bool) -> None:
    known = cases.find_case(tx, name)
    if known is None:
        cases.add_case(tx, maker, name, two_person=two_person)
        return
    if two_person != known.two_person:
        cases.set_two_person(tx, maker, known, two_person)
    cases.set_member(tx, maker, known, maker)


@app.command(epilog="Example: `headwater casebook upgrade CASE -w WORKSPACE`")
def upgrade(
    case: Case, casebook: Book = None, out: OutFolder = None, workspace: Space = None, lang: Lang_ = Language.en
) -> None:
    """Bring the tables of an earlier version to this one."""
    book = open_casebook(place(run.place(case, out, workspace).workspace, casebook), upgrade=True)
    book.close()
    typer.echo(words(lang.value)("casebook.upgraded"))


@app.command(epilog="Example: `headwater casebook member CASE wang --by li`")
def member(
    case: Case,
    name: Annotated[str, typer.Argument(help="The user's name.", metavar="NAME")],
    by: By,
    remove: Annotated[bool, typer.Option("--remove", help="Not a member any more.")] = False,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Make a user a member of the case, or end that."""
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, maker):
        cases.set_member(tx, maker, desk.case, users.find(tx, name), active=not remove)
    typer.echo(words(lang.value)("casebook.done"))


@app.command(epilog="Example: `headwater casebook note CASE - --by li < note.txt`")
def note(
    case: Case,
    text: Annotated[str, typer.Argument(help="The note; - reads it from standard input.", metavar="TEXT")],
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
) -> None:
    """Write a note on the case. Numbers, cards and addresses in it are masked; the note is sealed."""
    told = sys.stdin.read() if text == STDIN else text
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, writer):
        typer.echo(notes.add_note(tx, writer, desk.case, told))


@task.command(
    "add", epilog="Example: `headwater casebook task add CASE 'ask the branch for its leave list' --for wang --by li`"
)
def add_task(
    case: Case,
    text: Annotated[str, typer.Argument(help="What is to be done.", metavar="TEXT")],
    by: By,
    assignee: Annotated[str | None, typer.Option("--for", help="Who shall do it.")] = None,
    due: Annotated[str | None, typer.Option("--due", help="Until when, e.g. 2026-12-31.")] = None,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
) -> None:
    """Note something to be done."""
    until = day(due, "--due")
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, writer):
        doer = users.find(tx, assignee) if assignee else None
        typer.echo(notes.add_task(tx, writer, desk.case, text, doer, until))


@task.command("close", epilog="Example: `headwater casebook task close CASE T-00000051 --by wang`")
def close_task(
    case: Case,
    name: Annotated[str, typer.Argument(help="The task's id.", metavar="TASK")],
    by: By,
    state: Annotated[State, typer.Option("--as", help="What became of it.")] = State.done,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Say that a task is done or was dropped."""
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, writer):
        notes.close_task(tx, writer, desk.case, name, state)
    typer.echo(words(lang.value)("casebook.done"))


@app.command("exhibits", epilog="Example: `headwater casebook exhibits CASE --by li`")
def enter_exhibits(
    case: Case,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Enter every file of the case folder with size, SHA-256 and SM3; a file that has changed is entered beside what it was."""
    where = run.place(case, out, workspace)
    folder = open_case(case)
    with at_desk(where, casebook, by, descriptor) as desk:
        with run.busy("reading exhibits"):
            found = [(e.path, digests(folder.root / e.path)) for e in folder.exhibits]
        with desk.transaction() as (tx, keeper):
            new = sum(exhibits.enter_exhibit(tx, keeper, desk.case, path, told)[1] for path, told in found)
    typer.echo(words(lang.value)("casebook.exhibits", n=len(found), new=new))


@app.command(epilog="Example: `headwater casebook custody CASE leak/list.csv verified --by li`")
def custody(
    case: Case,
    path: Annotated[
        str, typer.Argument(help="The exhibit's path below the case folder, or its id.", metavar="EXHIBIT")
    ],
    act: Annotated[Act, typer.Argument(help="What was done.")],
    by: By,
    at: Annotated[str | None, typer.Option(help="When, with zone: 2026-03-02T09:30+08:00 (default: now).")] = None,
    giver: Annotated[str, typer.Option("--from", help="Who gave it.")] = "",
    receiver: Annotated[str, typer.Option("--to", help="Who got it.")] = "",
    note: Annotated[str, typer.Option(help="What else is to be known.")] = "",
    file: Annotated[
        Path | None, typer.Option(help="The copy that is verified (default: the file in the case folder).")
    ] = None,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Write down what happened to an exhibit; `verified` and `copied` read the file. Exit code 1 when it is not the same any more."""
    where = run.place(case, out, workspace)
    reads = act in (Act.verified, Act.copied) or file is not None
    found = digests(file or open_case(case).root / path) if reads else None
    happened = _moment(at)  # before the transaction begins: what happens now must not lie in its time to come
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, keeper):
        known = exhibits.find_exhibits(tx, desk.case, path)
        if not known:
            raise CaseError("there is no such exhibit; `headwater casebook exhibits` enters them")
        handling = Handling(act, happened, giver, receiver, found, note)
        same = exhibits.handle(tx, keeper, desk.case, known[-1], handling)
    say = words(lang.value)
    if same is False:
        typer.echo(say("casebook.changed"), err=True)
        raise typer.Exit(1)
    typer.echo(say("casebook.same" if same else "casebook.done"))


@app.command(epilog="Example: `headwater casebook show CASE --by li --json`")
def show(
    case: Case,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
    json: Json = False,
) -> None:
    """Show what the casebook has of the case: members, verdicts, notes, tasks, exhibits, custody. The look is written down."""
    where = run.place(case, out, workspace)
    with at_desk(where, casebook, by, descriptor) as desk, desk.transaction() as (tx, reader):
        found = contents(tx, reader, desk.case)
    if json:
        sys.stdout.buffer.write(result_json.dumps(found))
        return
    say = words(lang.value)
    for part, rows in found.items():
        if isinstance(rows, list):
            typer.echo(f"{say(f'casebook.part.{part}')}: {len(rows)}")
            for row in rows:
                typer.echo(visible("  " + "  ".join(_cell(v) for v in row.values() if v not in (None, "", []))))


def _cell(value: object) -> str:
    """A value as lists show it."""
    if isinstance(value, dict):
        return " ".join(_cell(v) for v in value.values() if v not in (None, "", []))
    return "; ".join(map(_cell, value)) if isinstance(value, list) else str(value)


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter("write for example 2026-03-02T09:30+08:00", param_hint="--at") from error
    if found is not None and found.tzinfo is None:
        raise typer.BadParameter("a time needs a zone: 2026-03-02T09:30+08:00", param_hint="--at")
    return found
