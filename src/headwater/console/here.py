"""Who is here, and on which case: what every page gets from its request.

:data:`AnyHere` insists that somebody is signed in, :data:`CaseHere` also that he may look at the case of the address. A
case that one may not see and one that is not there give the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, NoReturn

from fastapi import Depends, Request
from fastapi import Path as InPath

from headwater.casework.reports.words import Words
from headwater.console.door.passing import Pass, passed, presented
from headwater.console.door.rules import DoorRules
from headwater.console.errors import FactorNeededError, GoneError, NotSignedInError
from headwater.console.house import House, Served
from headwater.console.words import words
from headwater.model.errors import CaseError
from headwater.model.words import LANGS, Lang
from headwater.store.casebook import factors
from headwater.store.casebook.cases import CaseEntry, insist, is_allowed
from headwater.store.casebook.entering import masked
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

if TYPE_CHECKING:
    from headwater.console.desk.desk import Desk

LANGUAGE_COOKIE = "headwater-lang"
WITHOUT_FACTOR = frozenset({"/account", "/account/factor", "/account/factor/confirm", "/sign-out"})
"""What is open to somebody who has yet to set up the second factor that the house demands; to a token nothing is."""
_OF_CASE = re.compile(r"/cases/(?P<slug>[^/]+)")


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

    def on(self, served: Served, case: CaseEntry) -> InCase:
        """The same on a case, which the caller knows that he may look at."""
        return InCase(self.house, self.user, self.ticket, self.lang, self.now, self.scopes, served, case)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """A transaction of the casebook in which he is known; it counts, logged and on the disk, when it ends."""
        with self.book.transaction(self.now) as tx:
            passed(tx, self.ticket)
            yield tx

    def refuse(self, why: str) -> NoReturn:
        """Refuse what he tries, and write down that he did.

        :raises NotAllowedError: always
        """
        with self.writing() as tx:
            tx.log(self.user.id, "refused", details={"why": why})
        raise NotAllowedError(why)

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

    def insist(self, permission: Permission) -> None:
        """Insist that he may do this in this case, by roles and membership; that he may not is written down.

        :raises NotAllowedError: where he may not
        """
        with self.reading() as tx:
            if is_allowed(tx, self.user, self.case, permission):
                return
        with self.writing() as tx:
            insist(tx, self.user, self.case, permission)


def language(request: Request) -> Lang:
    """The language of a request: ``?lang=``, else the one that was chosen, else the browser's, else English."""
    told = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if not told:
        told = request.headers.get("accept-language", "")[:2]
    return next((known for known in LANGS if known == told), "en")


def here(request: Request) -> Here:
    """Who asks.

    :raises NotSignedInError: where nobody is signed in
    :raises FactorNeededError: where the house demands a second factor that he has not set up yet
    """
    house: House = request.app.state.house
    rules: DoorRules = request.app.state.rules
    now, ticket = datetime.now(UTC), presented(request)
    if not ticket:
        raise NotSignedInError("sign in first")
    try:
        with house.book.reading(now) as tx:
            who: Pass = passed(tx, ticket)
            lacks = rules.second_factor and not factors.has_factor(tx, who.user.id)
    except NotAllowedError:
        raise
    except CaseError as error:
        raise NotSignedInError(str(error)) from error
    if lacks and (who.scopes is not None or request.url.path not in WITHOUT_FACTOR):
        raise FactorNeededError("this house demands a second factor of everybody: set yours up on My account first")
    return Here(house, who.user, ticket, language(request), now, who.scopes)


AnyHere = Annotated[Here, Depends(here)]


def in_case(
    request: Request, someone: AnyHere, case: Annotated[str, InPath(max_length=80, description="The slug of a case.")]
) -> InCase:
    """Who asks, on the case of the address; that he looked at it is written down.

    :raises GoneError: where there is no such case, or not for him
    """
    found = _on_case(someone, case)
    if found is None:
        raise GoneError("there is no such case, or you are no member of it")
    if request.method == "GET":
        note(found, request.url.path.removeprefix("/api/v1"))
    return found


CaseHere = Annotated[InCase, Depends(in_case)]


def at(request: Request) -> Here:
    """Who asks, on the case of the address where he may look at it: for pages that show nothing of it, as errors.

    :raises HeadwaterError: where nobody is signed in
    """
    someone = here(request)
    named = _OF_CASE.match(request.scope["path"])
    return (_on_case(someone, named["slug"]) if named else None) or someone


def note(someone: InCase, address: str) -> None:
    """Write down that somebody looked at something of a case, once in a while; its twin in REST counts as the same."""
    looks, who = someone.house.looks, someone.user.id
    if not looks.is_new(who, address, someone.now):
        return
    try:
        with someone.writing() as tx:
            tx.log(who, "console.looked", someone.case.id, None, {"page": masked(address)})
    except BaseException:
        looks.forget(who, address)
        raise


def _on_case(someone: Here, slug: str) -> InCase | None:
    """Somebody on a case, where there is one of that slug and he may look at it."""
    served = someone.house.served(slug)
    if served is None:
        return None
    with someone.reading() as tx:
        entry = someone.house.entry(tx, served)
        if entry is None or not is_allowed(tx, someone.user, entry, Permission.look):
            return None
    return someone.on(served, entry)
