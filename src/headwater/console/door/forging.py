"""Requests that another site makes a browser send: every change from a session carries a token of that session."""

from __future__ import annotations

import hmac

from fastapi import Request

from headwater.console.door.passing import CSRF, presented
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError

HEADER = "x-csrf"


def csrf_token(book: Casebook, ticket: str) -> str:
    """The token that belongs to a session."""
    return book.sealer.signature(CSRF, ticket)


async def insist_own(request: Request) -> None:
    """Insist that a change comes from a page of ours: by a form's field or a header. Tokens of the API need none.

    :raises NotAllowedError: where it does not
    """
    if request.headers.get("authorization"):
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowedError("this came from another site")
    told = request.headers.get(HEADER)
    if told is None and request.headers.get("content-type", "").startswith(("application/x-www-form", "multipart/")):
        told = str((await request.form()).get(CSRF, ""))
    book: Casebook = request.app.state.house.book
    if not hmac.compare_digest((told or "").encode(), csrf_token(book, presented(request)).encode()):
        raise NotAllowedError("the page is out of date; load it again")
