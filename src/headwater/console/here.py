"""Who is here, and on which case: what every page gets from its request.

:data:`AnyHere` insists that somebody is signed in, :data:`CaseHere` also that he may look at the case of the address. A
case that one may not see and one that is not there give the same answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request
from fastapi import Path as InPath

from headwater.casework.reports.words import Words
from headwater.console.door.passing import Pass, passed, presented
from headwater.console.errors import GoneError, NotSignedInError
from headwater.console.house import House, Served
from headwater.console.words import words
from headwater.model.errors import CaseError
from headwater.model.words import LANGS, Lang
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

if TYPE_CHECKING:
    from headwater.console.desk.desk import Desk

LANGUAGE_COOKIE = "headwater-lang"


@dataclass(frozen=True)
class Here:
    """Somebody who is signed in, at a time, in a language. ``ticket`` is what he presented; never shown."""

    house: House
    user: User
    ticket: str = field(repr=False)
    lang: Lang
    now: datetime
    scopes: frozenset[str] | None = None
    """What a token allows; ``None`` for somebody at a browser, who may whatever his roles allow."""

    @property
    def book(self) -> Casebook:
        """The casebook."""
        return self.house.book

    @property
    def say(self) -> Words:
        """The words of the language."""
        return words(self.lang)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction of the casebook in which he is known; it counts, logged and on the disk, when it ends."""
        with self.book.transaction(self.now) as tx:
            passed(tx, self.ticket)
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """One state of the casebook to read, in which he is known."""
        with self.book.reading(self.now) as tx:
            passed(tx, self.ticket)
            yield tx


@dataclass(frozen=True)
class InCase(Here):
    """Somebody on a case that he may look at."""

    served: Served = None  # type: ignore[assignment]  # given always: dataclasses want a default after scopes
    case: CaseEntry = None  # type: ignore[assignment]

    @cached_property
    def desk(self) -> Desk:
        """The read model of the case's answer.

        :raises GoneError: where there is no answer yet
        """
        return self.house.desk(self.served, self.lang)

    @property
    def root(self) -> str:
        """The address of the case: ``/cases/SLUG``."""
        return f"/cases/{self.served.slug}"


def language(request: Request) -> Lang:
    """The language of a request: ``?lang=``, else the one that was chosen, else the browser's, else English."""
    told = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if not told:
        told = request.headers.get("accept-language", "")[:2]
    return next((known for known in LANGS if known == told), "en")


def here(request: Request) -> Here:
    """Who asks.

    :raises NotSignedInError: where nobody is signed in
    """
    house: House = request.app.state.house
    now = datetime.now(UTC)
    ticket = presented(request)
    if not ticket:
        raise NotSignedInError("sign in first")
    try:
        with house.book.reading(now) as tx:
            who: Pass = passed(tx, ticket)
    except NotAllowedError:
        raise
    except CaseError as error:
        raise NotSignedInError(str(error)) from error
    return Here(house, who.user, ticket, language(request), now, who.scopes)


AnyHere = Annotated[Here, Depends(here)]


def in_case(
    request: Request, someone: AnyHere, case: Annotated[str, InPath(max_length=80, description="The slug of a case.")]
) -> InCase:
    """Who asks, on the case of the address.

    :raises GoneError: where there is no such case, or not for him
    """
    served = someone.house.served(case)
    if served is not None:
        with someone.reading() as tx:
            entry = someone.house.entry(tx, served)
            may = entry is not None and _may_look(tx, someone.user, entry)
        if may and entry is not None:
            _note(request, someone, entry)
            return InCase(
                someone.house,
                someone.user,
                someone.ticket,
                someone.lang,
                someone.now,
                someone.scopes,
                served,
                entry,
            )
    raise GoneError("there is no such case, or you are no member of it")


CaseHere = Annotated[InCase, Depends(in_case)]


def _note(request: Request, someone: Here, case: CaseEntry) -> None:
    """Write down that somebody looked at this page of a case; its twin in REST counts as the same."""
    address = request.url.path.removeprefix("/api/v1")
    if request.method == "GET" and someone.house.looks.is_new(someone.user.id, address, someone.now):
        with someone.writing() as tx:
            tx.log(someone.user.id, "console.looked", case.id, None, {"page": address})


def _may_look(tx: Transaction, user: User, case: CaseEntry) -> bool:
    try:
        insist(tx, user, case, Permission.look)
    except NotAllowedError:
        return False
    return True
