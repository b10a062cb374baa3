"""Signing in and out, links that open once, and the language: what has no twin, because REST has tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from headwater.console import faces
from headwater.console.door.forging import insist_own, insist_same_site
from headwater.console.door.leading import local
from headwater.console.door.limiting import Limiter
from headwater.console.door.passing import cookie_name, cookie_value, set_cookie
from headwater.console.door.recognising import recognised, remember
from headwater.console.door.rules import DoorRules
from headwater.console.errors import BusyError, GoneError, TooOftenError, status
from headwater.console.here import LANGUAGE_COOKIE, AnyHere, language
from headwater.console.models import Shown
from headwater.console.refusals import refusal
from headwater.console.twin import Page
from headwater.console.words import words
from headwater.model.errors import CaseError, HeadwaterError
from headwater.store.casebook import factors, links, sessions
from headwater.store.casebook.cases import cases, enter_invited
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.signing_in import Given, sign_in
from headwater.store.casebook.users import SHORTEST_PASSWORD

ROUTES = APIRouter()
Typed = Annotated[str, Form(max_length=1024)]


class SignIn(Shown):
    """The form of signing in."""

    to: str
    name: str = ""
    refused: str = ""
    """Why not: a word of ``sign_in``."""
    provider: bool = False
    """Whether the house has a provider of its own."""


class Opened(Shown):
    """A link that opens once: what it is for, and what was typed already."""

    purpose: str
    roles: list[str]
    name: str = ""
    display: str = ""
    refused: str = ""
    shortest: int = SHORTEST_PASSWORD


class Onward(Shown):
    """A page that leads on by itself, so that the browser counts the next request as one of this site."""

    to: str


@ROUTES.get("/sign-in")
def form(request: Request, to: str = "/cases") -> Response:
    """The form; who came by a link on another site is led on first, because his cookie was not sent with that request."""
    rules: DoorRules = request.app.state.rules
    if request.headers.get("sec-fetch-site") == "cross-site":
        return faces.html(request, None, "sign_in", "onward.html.j2", Onward(to=local(to)))
    model = SignIn(to=local(to), provider=rules.provider is not None)
    return faces.html(request, None, "sign_in", "sign_in.html.j2", model)


@ROUTES.post("/sign-in", dependencies=[Depends(insist_same_site)])
def enter(request: Request, name: Typed, password: Typed, code: Typed = "", to: Typed = "/") -> Response:
    """Sign in: by name, password and the code of the second factor, where the account has one."""
    try:
        return _entered(request, name, password, code, local(to))
    except (CaseError, BusyError) as error:
        word = "often" if isinstance(error, TooOftenError) else "busy" if isinstance(error, BusyError) else "refused"
        rules: DoorRules = request.app.state.rules
        model = SignIn(to=local(to), name=name[:64], refused=word, provider=rules.provider is not None)
        code_ = 403 if word == "refused" else status(error)
        answer = faces.html(request, None, "sign_in", "sign_in.html.j2", model, code_)
        if isinstance(error, BusyError):
            answer.headers["Retry-After"] = str(error.seconds)
        return answer


def _entered(request: Request, name: str, password: str, code: str, to: str) -> Response:
    limiter: Limiter = request.app.state.limiter
    rules: DoorRules = request.app.state.rules
    book: Casebook = request.app.state.house.book
    address = request.client.host if request.client else ""
    browser = recognised(request, book.sealer, name, datetime.now(UTC))
    with limiter.signing_in(address, name, browser):
        now = datetime.now(UTC)
        given = Given(code, device(request), known=bool(browser))
        ticket = sign_in(book, name, password, now, rules.signing, given=given)
    answer = RedirectResponse(to, 303)
    set_cookie(answer, request.url.scheme, cookie_value(book.sealer, ticket, now))
    remember(request, answer, book.sealer, name, now)
    return answer


@ROUTES.get("/first/{secret}")
@ROUTES.get("/join/{secret}")
def opened(request: Request, secret: str) -> Response:
    """What a link is for, and the form to take it up. Looking does not use it up."""
    return faces.html(request, None, "sign_in", "link.html.j2", _opened(request, secret))


@ROUTES.post("/first/{secret}", dependencies=[Depends(insist_same_site)])
@ROUTES.post("/join/{secret}", dependencies=[Depends(insist_same_site)])
def taken_up(
    request: Request,
    secret: str,
    password: Typed,
    again: Typed,
    name: Typed = "",
    display: Typed = "",
    alone: Typed = "",
) -> Response:
    """Take a link up: make the account, or choose the new password, and be signed in."""
    book: Casebook = request.app.state.house.book
    model, hasher = _opened(request, secret), request.app.state.rules.signing.hasher
    wants_code = False
    try:
        if password != again:
            raise CaseError(words(language(request))("sign_in.differ"))
        with book.transaction(datetime.now(UTC)) as tx:
            if model.purpose == links.Purpose.password:
                owner = links.choose_password(tx, secret, password, hasher)
                name, wants_code = owner.name, factors.has_factor(tx, owner.id)
            else:
                roles = [Role.investigator] if alone else []
                made = links.accept(tx, secret, name, display, password, roles, hasher)
                name = made.name
                for case in cases(tx) if roles and model.purpose == links.Purpose.first else ():
                    enter_invited(tx, made.id, case.id, made)  # who works alone works on every case
    except CaseError as error:
        kept = {
            "name": name[:64],
            "display": display[:200] or model.display,
            "refused": refusal(str(error), language(request)),
        }
        told = model.model_copy(update=kept)
        return faces.html(request, None, "sign_in", "link.html.j2", told, 400)
    if wants_code:  # to try without would stand in the log as a failure of his
        return RedirectResponse("/sign-in", 303)
    try:
        return _entered(request, name, password, "", "/cases")
    except HeadwaterError:  # too many sign in at this moment, say
        return RedirectResponse("/sign-in", 303)


def _opened(request: Request, secret: str) -> Opened:
    book: Casebook = request.app.state.house.book
    try:
        with book.reading(datetime.now(UTC)) as tx:
            found = links.find(tx, secret)
    except CaseError as error:
        raise GoneError(str(error)) from error
    return Opened(purpose=found.purpose.value, roles=sorted(found.roles), display=found.display)


@ROUTES.post("/sign-out", dependencies=[Depends(insist_own)])
def leave(request: Request, here: AnyHere) -> Response:
    """Sign out here; other browsers stay signed in (the account's page ends them all)."""
    with here.writing() as tx:
        sessions.end_here(tx, here.user, here.ticket)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(cookie_name(request.url.scheme), path="/", secure=request.url.scheme == "https", httponly=True)
    return answer


@ROUTES.get("/language/{lang}")
def speak(request: Request, lang: str, to: str = "/cases") -> Response:
    """Choose a language."""
    answer = RedirectResponse(local(to), 303)
    if lang in ("en", "zh"):
        secure = request.url.scheme == "https"
        answer.set_cookie(LANGUAGE_COOKIE, lang, samesite="strict", httponly=True, secure=secure, max_age=31_536_000)
    return answer


@ROUTES.get("/")
def begin() -> Response:
    """Everybody begins with the cases."""
    return RedirectResponse("/cases", 303)


def device(request: Request) -> str:
    """What the browser says it is, and from where, for its owner to know it again."""
    address = request.client.host if request.client else ""
    return f"{request.headers.get('user-agent', '')[:200]} ({address})"


PAGE = Page("sign_in", more=ROUTES)
