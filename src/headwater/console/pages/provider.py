"""Signing in by the house's own provider, and joining an account to it: what leads out of the console and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from headwater.console import faces
from headwater.console.door.forging import insist_own
from headwater.console.door.leading import local
from headwater.console.door.limiting import Limiter
from headwater.console.door.passing import cookie_value, set_cookie
from headwater.console.door.rules import DoorRules, Provider
from headwater.console.door.vouching import BACK, COOKIE, HOLDS, PATH, ProviderError, Vouched
from headwater.console.errors import GoneError
from headwater.console.here import AnyHere
from headwater.console.pages.sign_in import Onward, SignIn, device
from headwater.console.proving import Proving
from headwater.console.twin import Page, needs
from headwater.model.errors import CaseError
from headwater.store.casebook import identities
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.signing_in import sign_in_vouched, who

ROUTES = APIRouter()


@ROUTES.get(PATH)
def leave(request: Request, to: str = "/cases") -> Response:
    """Go to the provider."""
    provider = _provider(request)
    from headwater.console.door import providing  # needs the extra `oidc`

    book: Casebook = request.app.state.house.book
    try:
        with _limiter(request).asking():
            begun = providing.begin(provider, _base(request), book.sealer, datetime.now(UTC), local(to))
    except ProviderError:
        return _failed(request)
    return _with_cookie(request, RedirectResponse(begun.address, 303), begun.cookie)


@ROUTES.post("/account/join", dependencies=[Depends(insist_own), Depends(needs(None, "write", browser_only=True))])
def join(
    request: Request, here: AnyHere, proving: Proving, password: Annotated[str, Form(max_length=1024)]
) -> Response:
    """Go to the provider, to join one's account to the sign-in that one has there."""
    provider = _provider(request)
    from headwater.console.door import providing  # needs the extra `oidc`

    proving.insist(here, password)
    try:
        with _limiter(request).asking():
            begun = providing.begin(provider, _base(request), here.book.sealer, here.now, "/account", here.ticket)
    except ProviderError as error:
        raise CaseError(str(error)) from error
    page = faces.html(request, here, "sign_in", "onward.html.j2", Onward(to=begun.address))
    return _with_cookie(request, page, begun.cookie)  # a form of ours may lead to no other site, a page may


@ROUTES.get(BACK)
def come_back(request: Request) -> Response:
    """Come back from the provider: signed in, or with an account that is joined."""
    provider = _provider(request)
    from headwater.console.door import providing  # needs the extra `oidc`

    book, now = request.app.state.house.book, datetime.now(UTC)
    came, cookie = dict(request.query_params), request.cookies.get(COOKIE, "")
    try:
        with _limiter(request).asking():
            vouched = providing.finish(provider, _base(request), book.sealer, now, cookie, came)
    except ProviderError:
        return _failed(request)
    answer = _joined(request, book, vouched, now) if vouched.ticket else _entered(request, book, vouched, now)
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _entered(request: Request, book: Casebook, vouched: Vouched, now: datetime) -> Response:
    rules: DoorRules = request.app.state.rules
    try:
        ticket = sign_in_vouched(book, vouched.issuer, vouched.subject, now, rules.signing, device(request))
    except CaseError:
        return _failed(request, "unjoined")
    answer = faces.html(request, None, "sign_in", "onward.html.j2", Onward(to=vouched.to))
    set_cookie(answer, request.url.scheme, cookie_value(book.sealer, ticket, now))
    return answer


def _joined(request: Request, book: Casebook, vouched: Vouched, now: datetime) -> Response:
    with book.transaction(now) as tx:
        identities.join(tx, who(tx, vouched.ticket), vouched.issuer, vouched.subject)
    return faces.html(request, None, "sign_in", "onward.html.j2", Onward(to="/account?said=account_joined"))


def _failed(request: Request, word: str = "provider_failed") -> Response:
    model = SignIn(to="/cases", refused=word, provider=True)
    return faces.html(request, None, "sign_in", "sign_in.html.j2", model, 403)


def _limiter(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


def _provider(request: Request) -> Provider:
    rules: DoorRules = request.app.state.rules
    if rules.provider is None:
        raise GoneError("this house has no sign-in of its own")
    return rules.provider


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _with_cookie(request: Request, answer: Response, cookie: str) -> Response:
    """The cookie must come along when the provider leads back, which is another site: so it is not strict, and holds little."""
    answer.set_cookie(
        COOKIE,
        cookie,
        max_age=int(HOLDS.total_seconds()),
        path=PATH,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    return answer


PAGE = Page("provider", more=ROUTES)
