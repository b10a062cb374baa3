"""The verbs ``headwater casebook user …``: accounts, passwords and roles."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headwater.casework.reports import json as result_json
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.cli import run
from headwater.cli.case_options import Case, Json, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.signing_in import Book, By, Descriptor, Desk, at_desk, new_password
from headwater.model.errors import CaseError
from headwater.store.casebook import users
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.users import User

app = typer.Typer(help="Users of the casebook: accounts, passwords, roles.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The user's name.", metavar="NAME")]
Lang_ = Annotated[Language, typer.Option("--lang", help="Language of the answer.")]
Roles = Annotated[list[Role], typer.Option("--role", help="May be repeated.")]


@app.command(epilog="Example: `headwater casebook user add CASE wang --role auditor --by li`")
def add(
    case: Case,
    name: Name,
    role: Roles,
    by: By,
    display: Annotated[str, typer.Option(help="How reports call the user.")] = "",
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Make an account. Its owner must choose a password of his own before he may approve anything."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk:
        chosen = new_password(name)
        with desk.transaction() as (tx, who):
            users.add(tx, who, name, display, chosen, role)
    typer.echo(words(lang.value)("casebook.done"))


@app.command(epilog="Example: `headwater casebook user password CASE wang --by wang`")
def password(
    case: Case,
    name: Name,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Set a password: one's own, or as administrator somebody else's."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk:
        chosen = new_password(name)
        with desk.transaction() as (tx, who):
            users.set_password(tx, who, users.find(tx, name), chosen)
    typer.echo(words(lang.value)("casebook.done"))


@app.command(epilog="Example: `headwater casebook user role CASE wang --role auditor --role investigator --by li`")
def role(
    case: Case,
    name: Name,
    role: Roles,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Give a user these roles and no others."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk, desk.transaction() as (tx, who):
        users.set_roles(tx, who, users.find(tx, name), role)
    typer.echo(words(lang.value)("casebook.done"))


@app.command(epilog="Example: `headwater casebook user disable CASE wang --by li`")
def disable(
    case: Case,
    name: Name,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Shut an account; whoever is signed in by it is not any more. What its owner said stays."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk:
        _set_disabled(desk, name, True)
    typer.echo(words(lang.value)("casebook.done"))


@app.command(epilog="Example: `headwater casebook user enable CASE wang --by li`")
def enable(
    case: Case,
    name: Name,
    by: By,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Lang_ = Language.en,
) -> None:
    """Open a shut account again."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk:
        _set_disabled(desk, name, False)
    typer.echo(words(lang.value)("casebook.done"))


@app.command("list", epilog="Example: `headwater casebook user list CASE --by li`")
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
    """List the accounts and their roles."""
    with at_desk(run.place(case, out, workspace), casebook, by, descriptor) as desk, desk.transaction() as (tx, who):
        if not who.roles:
            raise CaseError("somebody without a role sees nothing")
        tx.log(who.id, "users.listed")
        found = users.users(tx)
    if json:
        sys.stdout.buffer.write(result_json.dumps({"users": [_plain(u) for u in found]}))
        return
    for user in found:
        shut = f" ({words(lang.value)('casebook.disabled')})" if user.disabled else ""
        typer.echo(visible(f"{user.name:<20} {', '.join(sorted(user.roles))}{shut}  {user.display}"))


def _set_disabled(desk: Desk, name: str, disabled: bool) -> None:
    with desk.transaction() as (tx, who):
        users.set_disabled(tx, who, users.find(tx, name), disabled)


def _plain(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "display": user.display,
        "roles": sorted(r.value for r in user.roles),
        "disabled": user.disabled,
        "own_password": user.own_password,
    }
