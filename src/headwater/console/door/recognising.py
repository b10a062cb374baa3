"""Browsers in which somebody signed in to an account before: they may try again although strangers had it shut by failing.

Whoever knows a name can fail on purpose. So a success leaves a signed cookie for that name in the browser; with it,
failures of others do not count, and its own are counted apart. Source: OWASP, device cookies.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.users import name_token

COOKIE = "headwater-known"
SECURE_COOKIE = "__Host-headwater-known"
PURPOSE = "known browser"
HOLDS = timedelta(days=90)
_BETWEEN = "~"


def recognised(request: Request, sealer: Sealer, name: str, now: datetime) -> str:
    """The number of a browser in which this account was signed in to before; empty where it was not."""
    return _number(sealer, request.cookies.get(_cookie(request), ""), name, now)


def remember(request: Request, answer: Response, sealer: Sealer, name: str, now: datetime) -> None:
    """Leave in the browser that this account was signed in to by it; a number that it has already stays."""
    number = recognised(request, sealer, name, now) or secrets.token_hex(8)
    answer.set_cookie(
        _cookie(request),
        value(sealer, name, number, now),
        max_age=int(HOLDS.total_seconds()),
        path="/",
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="strict",
    )


def value(sealer: Sealer, name: str, number: str, now: datetime) -> str:
    """What stands in the cookie: no name, only its keyed digest."""
    body = _BETWEEN.join((name_token(sealer, name), number, str(int(now.timestamp()))))
    return f"{body}{_BETWEEN}{sealer.signature(PURPOSE, body)}"


def _number(sealer: Sealer, told: str, name: str, now: datetime) -> str:
    body, _, signature = told.rpartition(_BETWEEN)
    if not sealer.is_signed(PURPOSE, body, signature):
        return ""
    token, number, since = body.split(_BETWEEN)
    is_fresh = timedelta(0) <= now - datetime.fromtimestamp(int(since), UTC) < HOLDS
    return number if is_fresh and token == name_token(sealer, name) else ""


def _cookie(request: Request) -> str:
    return SECURE_COOKIE if request.url.scheme == "https" else COOKIE
