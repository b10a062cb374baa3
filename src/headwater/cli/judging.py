"""The verb ``verdict``: what people say of alerts, incidents, findings, takers and persons."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from headwater.casework.judging.naming import FORMS, Words, read_result, saying
from headwater.casework.judging.watched import about, settled_in
from headwater.casework.ledgers import known_alert
from headwater.casework.reports.words import words as words_of
from headwater.cli import run, signing_in
from headwater.cli.case_options import Case, OutFolder, Space
from headwater.cli.choices import Language
from headwater.cli.signing_in import Book, Descriptor
from headwater.store.casebook import verdicts
from headwater.store.casebook.cases import add_case
from headwater.store.casebook.opening import opened
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import sign_in, who
from headwater.store.casebook.users import has_users
from headwater.store.casebook.verdicts import Said, Saying
from headwater.store.workspace import open_workspace


def verdict(
    case: Case,
    what: Annotated[str, typer.Argument(help=f"What is judged: {FORMS}.", metavar="WHAT")],
    said: Annotated[Said, typer.Argument(help="What is said of it.")],
    by: Annotated[str, typer.Option(help="Who says so; where the casebook has users, sign in.")],
    because: Annotated[str, typer.Option(help="Why.")] = "",
    until: Annotated[str | None, typer.Option(help="An explanation holds until this day, e.g. 2026-12-31.")] = None,
    descriptor: Descriptor = None,
    casebook: Book = None,
    out: OutFolder = None,
    workspace: Space = None,
    lang: Annotated[Language, typer.Option("--lang", help="Language of the answer.")] = Language.en,
) -> None:
    """Say of something that it is confirmed, explained (because … until …), refuted, unsure; or withdraw what you said.

    An explanation of an alert forgives further stories of nobody else than these accounts and people, by no other detectors,
    until its day; a later `confirmed` about one of them ends it. Verdicts outlive re-runs.
    """
    if said is Said.explained and not (because.strip() and until):
        raise typer.BadParameter("an explanation needs --because and --until")
    where = run.place(case, out, workspace)
    run.must_be_kept(where.workspace, "watch", "ingest")
    telling = _telling(where, what, Words(said, because, day(until)))
    attested = _say(where, telling, by, descriptor, casebook)
    typer.echo(words_of(lang.value)("casebook.said" if attested else "casebook.said_unattested"))


def _say(where: run.Place, telling: Saying, by: str, descriptor: int | None, casebook: str | None) -> bool:
    """Write it down; whether somebody signed in for it."""
    root, name = where.workspace, signing_in.case_name(where)
    with opened(place(root, casebook), make=True) as book:
        with book.reading(signing_in.now()) as tx:
            signs = has_users(tx)
        ticket = sign_in(book, by, signing_in.password(by, descriptor), signing_in.now()) if signs else None
        known = settled_in(book, root, name, signing_in.now())
        with book.transaction(signing_in.now()) as tx:
            if ticket is None:
                verdicts.say_unattested(tx, known or add_case(tx, None, name), telling, by)
            else:
                speaker = who(tx, ticket)
                verdicts.say(tx, speaker, known or add_case(tx, speaker, name), telling)
    return signs


def _result(where: run.Place) -> Path:
    """The result of this workspace: in the output folder, else beside the workspace, as `investigate --out` leaves it."""
    beside = where.workspace.parent / "result.json"
    named = where.out / "result.json"
    return beside if beside.exists() and not named.exists() else named


def _telling(where: run.Place, what: str, words: Words) -> Saying:
    if not what.startswith("A-"):
        return saying(read_result(_result(where)), what, words)
    with open_workspace(where.workspace) as space:
        alert = known_alert(space.root, space.tokeniser, what)
    return about(alert, words.said, words.because, words.until)


def day(text: str | None, option: str = "--until") -> date | None:
    """A day that was given as an option."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; write for example 2026-12-31", param_hint=option) from error
