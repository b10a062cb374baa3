"""What went wrong, as ``application/problem+json`` (RFC 9457). What somebody sent is never repeated: it may be personal."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from headwater.console.errors import BusyError, ConflictError, status
from headwater.console.models import Shown
from headwater.model.errors import HeadwaterError, StoreError
from headwater.model.failing import way

MEDIA_TYPE = "application/problem+json"
MOST = 20
TITLES: Mapping[int, str] = MappingProxyType(
    {
        400: "This cannot be done",
        401: "Sign in first",
        403: "Not allowed",
        404: "There is no such thing",
        405: "Not by this method",
        409: "Somebody was quicker",
        413: "Too large",
        415: "Not of this kind",
        422: "Something is missing or wrong",
        429: "Too many requests",
        500: "Something failed",
        503: "Busy",
    }
)
_log = logging.getLogger(__name__)


class Fault(Shown):
    """One thing that is wrong with what was sent."""

    where: str
    """Where it stands: `query.limit`, `body.said`."""
    said: str
    """What is wrong with it."""


class Problem(Shown):
    """What went wrong, as RFC 9457 has it."""

    type: str = "about:blank"
    """An address that says what this kind of problem means."""
    title: str
    """The kind of problem in a few words; always the same for a kind."""
    status: int
    """The HTTP status."""
    detail: str = ""
    """What it is this time."""
    stands: str = ""
    """Of a conflict: what stands now."""
    seen: str = ""
    """Of a conflict: what to send as `seen` to say it all the same."""
    faults: tuple[Fault, ...] = ()
    """Of a request that is not as it should be: everything that is wrong with it."""
    instance: str = ""
    """Of a failure of the server: the number under which its log has it."""


def problem(error: Exception) -> Problem:
    """What an error is called. The words of an unforeseen one stay in the server's log."""
    if isinstance(error, HeadwaterError):
        if isinstance(error, StoreError):
            return _kept_back(error)
        told = {"stands": error.stands, "seen": error.seen} if isinstance(error, ConflictError) else {}
        return of_status(status(error), str(error), **told)
    if isinstance(error, RequestValidationError):
        return of_status(422, "see `faults`", faults=faults(error.errors()))
    if isinstance(error, HTTPException):
        return of_status(error.status_code, "" if error.status_code >= 500 else str(error.detail))
    number = secrets.token_hex(6)
    _log.error("failure %s: %s", number, way(error))
    return of_status(500, "the server's log has it under this number", instance=number)


def _kept_back(error: StoreError) -> Problem:
    """A store that cannot be used says where it lies: that is for the server's log alone."""
    number = secrets.token_hex(6)
    _log.error("failure %s: %s", number, error)
    return of_status(status(error), "what is kept cannot be used now; the server's log says why", instance=number)


def of_status(code: int, detail: str = "", **more: Any) -> Problem:
    """A problem of a status."""
    title = TITLES.get(code, "This cannot be done" if code < 500 else "Something failed")
    return Problem(type=f"/reference#problem-{code}", title=title, status=code, detail=detail, **more)


def faults(errors: Sequence[Any]) -> tuple[Fault, ...]:
    """What is wrong, by place; values that were sent are left out."""
    found = [Fault(where=".".join(map(str, e["loc"]))[:200], said=str(e["msg"])[:300]) for e in errors]
    return tuple(found[:MOST])


def headers(error: Exception) -> dict[str, str]:
    """What the answer says besides: when to ask again, how to sign in, which methods there are."""
    told: dict[str, str] = {}
    if isinstance(error, HTTPException) and error.headers:
        told |= dict(error.headers)
    if isinstance(error, BusyError):
        told["Retry-After"] = str(error.seconds)
    if isinstance(error, HeadwaterError) and status(error) == 401:
        told["WWW-Authenticate"] = 'Bearer realm="headwater"'
    return told


def answered(told: Problem, more: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as an answer; empty parts are left out."""
    content = {name: value for name, value in told.model_dump().items() if value not in ("", ())}
    kept = {"Cache-Control": "no-store", **(more or {})}
    return JSONResponse(content, told.status, kept, media_type=MEDIA_TYPE)
