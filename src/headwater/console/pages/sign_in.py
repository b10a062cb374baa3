"""Signing in and out, and the language: what has no twin, because REST has tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from headwater.console import faces
from headwater.console.door.forging import insist_own
from headwater.console.door.passing import COOKIE, SECURE_COOKIE
from headwater.console.here import LANGUAGE_COOKIE, AnyHere
from headwater.console.models import Shown
from headwater.console.twin import Page
from headwater.model.errors import CaseError
from headwater.store.casebook.signing_in import sign_in
from headwater.store.casebook.users import sign_out

ROUTES = APIRouter()


class SignIn(Shown):
    """The form of signing in."""

    to: str
    refused: str = ""


@ROUTES.get("/sign-in")
def form(request: Request, to: str = "/cases") -> Response:
    """The form."""
    return faces.html(request, None, "sign_in", "sign_in.html.j2", SignIn(to=to))


@ROUTES.post("/sign-in")
def enter(
    request: Request, name: Annotated[str, Form()], password: Annotated[str, Form()], to: Annotated[str, Form()] = "/"
) -> Response:
    """Sign in; the ticket goes into a cookie that scripts cannot read and other sites cannot send."""
    try:
        ticket = sign_in(request.app.state.house.book, name, password, datetime.now(UTC))
    except CaseError as error:
        return faces.html(request, None, "sign_in", "sign_in.html.j2", SignIn(to=to, refused=str(error)), 403)
    secure = request.url.scheme == "https"
    answer = RedirectResponse(to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/", 303)
    answer.set_cookie(
        SECURE_COOKIE if secure else COOKIE, ticket, httponly=True, secure=secure, samesite="strict", path="/"
    )
    return answer


@ROUTES.post("/sign-out", dependencies=[Depends(insist_own)])
def leave(request: Request, here: AnyHere) -> Response:
    """Sign out everywhere: every ticket of this person ends."""
    with here.writing() as tx:
        sign_out(tx, here.user)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@ROUTES.get("/language/{lang}")
def speak(lang: str, to: str = "/cases") -> Response:
    """Choose a language."""
    answer = RedirectResponse(to if to.startswith("/") and not to.startswith(("//", "/\\")) else "/", 303)
    if lang in ("en", "zh"):
        answer.set_cookie(LANGUAGE_COOKIE, lang, samesite="strict", httponly=True, max_age=31_536_000)
    return answer


@ROUTES.get("/")
def begin() -> Response:
    """Everybody begins with the cases."""
    return RedirectResponse("/cases", 303)


PAGE = Page("sign_in", more=ROUTES)
