"""Who speaks on the command line: a name by ``--by``, a password by prompt, environment or file descriptor, never as an argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from headwater.casework.judging.watched import settled_in
from headwater.cli import run
from headwater.model.errors import CaseError
from headwater.store.casebook import users
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.opening import Casebook, open_casebook
from headwater.store.casebook.place import ENVIRONMENT, place
from headwater.store.casebook.signing_in import sign_in, who
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

PASSWORD = "HEADWATER_PASSWORD"
NEW_PASSWORD = "HEADWATER_NEW_PASSWORD"
_LONGEST = 4096

Book = Annotated[
    str | None,
    typer.Option("--casebook", envvar=ENVIRONMENT, help="The casebook's address (default: WORKSPACE/casebook.sqlite)."),
]
By = Annotated[str, typer.Option("--by", help="Your name in the casebook; the password is asked for.")]
Descriptor = Annotated[
    int | None, typer.Option("--password-fd", help="Read the password from this file descriptor.", min=0)
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody signed in at an open casebook, on a case."""

    book: Casebook
    ticket: str = field(repr=False)
    case: CaseEntry
    root: Path

    @contextmanager
    def transaction(self) -> Iterator[tuple[Transaction, User]]:
        """One transaction, with who is signed in as the casebook knows him now."""
        with self.book.transaction(now()) as tx:
            yield tx, who(tx, self.ticket)


def now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def password(name: str, descriptor: int | None = None) -> str:
    """The password of a user: from a file descriptor, ``HEADWATER_PASSWORD``, or asked for on a terminal.

    :raises CaseError: when there is none of these
    """
    if descriptor is not None:
        return _read(descriptor)
    if (given := os.environ.get(PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise CaseError(f"no terminal to ask for a password; give it by {PASSWORD} or --password-fd")
    return getpass(f"Password of {name}: ")


def may_choose(descriptor: int | None) -> None:
    """Insist that a new password can be had, before anything is made that waits for one.

    :raises CaseError: when nobody can be asked
    """
    given = descriptor is not None or PASSWORD in os.environ or NEW_PASSWORD in os.environ
    if not given and not sys.stdin.isatty():
        raise CaseError(f"no terminal to ask for a new password; give it by {NEW_PASSWORD}")


def new_password(name: str) -> str:
    """A password to be set: from ``HEADWATER_NEW_PASSWORD``, or asked for twice.

    :raises CaseError: when both are not the same, or nobody can be asked
    """
    if (given := os.environ.get(NEW_PASSWORD)) is not None:
        return given
    if not sys.stdin.isatty():
        raise CaseError(f"no terminal to ask for a new password; give it by {NEW_PASSWORD}")
    first = getpass(f"New password of {name}: ")
    if first != getpass("Once more: "):
        raise CaseError("the two are not the same")
    return first


@contextmanager
def at_desk(
    where: run.Place, casebook: str | None, by: str, descriptor: int | None, *, upgrade: bool = False
) -> Iterator[Desk]:
    """Sign somebody in at the casebook of a case.

    :raises CaseError: when name or password is wrong, or the casebook does not know the case
    """
    root = where.workspace
    book = open_casebook(place(root, casebook), upgrade=upgrade)
    try:
        with book.reading() as tx:
            if not users.has_users(tx):
                raise CaseError("the casebook has no users yet; `headwater casebook init` makes the first")
        ticket = sign_in(book, by, password(by, descriptor), now())
        case = settled_in(book, root, case_name(where), now())
        if case is None:
            raise CaseError("the casebook does not know this case; `headwater casebook init` enters it")
        yield Desk(book, ticket, case, root)
    finally:
        book.close()


def case_name(where: run.Place) -> str:
    """The case's name: that of its folder."""
    named = where.case.resolve()
    return named.parent.name if named.name == "case" else named.name


def _read(descriptor: int) -> str:
    try:
        with os.fdopen(os.dup(descriptor), "rb") as opened:
            return opened.readline(_LONGEST).decode("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CaseError("no password can be read from that file descriptor") from error
