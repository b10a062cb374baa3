"""Requests that another site makes a browser send: every change from a session carries a token of that session.

Three things must agree: what the browser says of the site that asks (``Sec-Fetch-Site``, ``Origin``), the token in the
form or a header, and the cookie, which other sites cannot send (``SameSite=Strict``).
"""

from __future__ import annotations

import hmac

from fastapi import Request

from headwater.console.door.passing import CSRF, presented
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError

HEADER = "x-csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_token(book: Casebook, ticket: str) -> str:
    """The token that belongs to a session."""
    return book.sealer.signature(CSRF, ticket)


def insist_same_site(request: Request) -> None:
    """Insist that no other site's page made the browser send this, as far as the browser tells.

    :raises NotAllowedError: where it says so
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site not in (None, "same-origin", "none") or (origin is not None and site is None and origin != own):
        raise NotAllowedError("this came from another site")


async def insist_own(request: Request) -> None:
    """Insist that a change comes from a page of ours: by a form's field or a header. Tokens of the API need none.

    :raises NotAllowedError: where it does not
    """
    if request.headers.get("authorization"):  # then no cookie counts: see `passing.presented`
        return
    insist_same_site(request)
    told = request.headers.get(HEADER)
    if told is None and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF, "")
        told = field if isinstance(field, str) else ""
    book: Casebook = request.app.state.house.book
    if not hmac.compare_digest((told or "").encode(), csrf_token(book, presented(request)).encode()):
        raise NotAllowedError("the page is out of date; load it again")
