"""Who stands at the door of every request: the name by which the server was called, how often, how large, and whose session.

One small ASGI application before all others, so that nothing is parsed, stored or hashed for somebody who is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headwater.console import problems
from headwater.console.door.limiting import Limiter
from headwater.console.door.passing import (
    BEARER,
    RENEWED,
    Kept,
    cookie_name,
    cookie_value,
    kept,
    passed,
    set_cookie,
)  # fmt: skip
from headwater.console.door.rules import DoorRules
from headwater.model.errors import HeadwaterError
from headwater.store.casebook.opening import Casebook

_UPLOAD = re.compile(r"(/api/v1)?/cases/[^/]+/leaks/dropped")


class Watched:
    """The door. ``clock`` tells the time, for tests."""

    def __init__(
        self,
        app: ASGIApp,
        book: Casebook,
        rules: DoorRules,
        limiter: Limiter,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.app, self.book, self.rules, self.limiter, self.clock = app, book, rules, limiter, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse at the door."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, now = Headers(scope=scope), self.clock()
        known = self._known(scope, headers, now)
        scope.setdefault("state", {})["ticket"] = known.ticket if known else ""
        refused = self._refused(scope, headers, known)
        if refused is None:
            counted = _Counted(receive)
            refused = await self._too_large(scope, headers, known, counted)
        if refused is not None:
            await refused(scope, receive, send)
            return
        await self.app(scope, counted, partial(self._sent, scope, headers, known, now, send))

    def _known(self, scope: Scope, headers: Headers, now: datetime) -> Kept | None:
        """The session of the request, where its cookie is ours and it was not idle for too long."""
        value = cookie_parser(headers.get("cookie", "")).get(cookie_name(scope["scheme"]), "")
        found = kept(self.book.sealer, value) if value else None
        return None if found is None or found.is_idle(now, self.rules.idle) else found

    def _refused(self, scope: Scope, headers: Headers, known: Kept | None) -> Response | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _host(hosts[0]) not in self.rules.names:
            return _said(scope, 421, "this server is not called so")
        if self.rules.secure and scope["scheme"] != "https":
            return _said(scope, 400, "this server is reached by TLS only; a proxy must say `X-Forwarded-Proto: https`")
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            return _said(scope, 400, "no address has this in it")
        if scope["path"].startswith("/static/"):
            return None
        if not self.limiter.lets(_address(scope), known.ticket if known else "", _by_token(headers)):
            return _said(scope, 429, "too many requests; wait a minute")
        return None

    async def _too_large(
        self, scope: Scope, headers: Headers, known: Kept | None, counted: _Counted
    ) -> Response | None:
        """Refuse a body that says that it is too large; cut off one that does not say it and is."""
        told = headers.get("content-length", "")
        if told and not told.isdigit():
            return _said(scope, 400, "how long is this?")
        length, sizes = int(told) if told else 0, self.rules.sizes
        chunked = "transfer-encoding" in headers
        if not chunked and length <= sizes.stranger:
            counted.most = sizes.stranger
            return None
        token = headers.get("authorization", "")[len(BEARER) :].strip() if _by_token(headers) else ""
        ticket = token or (known.ticket if known else "")
        if not await run_in_threadpool(self._is_somebody, ticket):
            counted.most = sizes.stranger
            return None if chunked else _said(scope, 401, "sign in first")
        files = headers.get("content-type", "").startswith("multipart/form-data")  # other bodies are read into memory
        counted.most = sizes.upload if files and _UPLOAD.fullmatch(scope["path"]) else sizes.usual
        return _said(scope, 413, f"at most {counted.most:,} bytes") if length > counted.most else None

    def _is_somebody(self, ticket: str) -> bool:
        try:
            with self.book.reading(self.clock()) as tx:
                return bool(ticket) and passed(tx, ticket) is not None
        except HeadwaterError:
            return False

    async def _sent(
        self, scope: Scope, headers: Headers, known: Kept | None, now: datetime, send: Send, message: Message
    ) -> None:
        """Renew the stamp of a session in which somebody did something; a page that asks by itself does nothing."""
        asked = headers.get("hx-request") == "true" and scope["method"] == "GET"
        if message["type"] == "http.response.start" and known is not None and not asked:
            answered = MutableHeaders(scope=message)
            if (
                now - known.seen >= RENEWED
                and "set-cookie" not in answered
                and not scope["path"].startswith("/static/")
            ):
                carrier = Response()
                set_cookie(carrier, scope["scheme"], cookie_value(self.book.sealer, known.ticket, now))
                answered.append("set-cookie", carrier.headers["set-cookie"])
        await send(message)


class _Counted:
    """A body as it comes in, cut off where it is too long."""

    def __init__(self, receive: Receive) -> None:
        self.receive, self.read, self.most = receive, 0, 0

    async def __call__(self) -> Message:
        message = await self.receive()
        if message["type"] == "http.request":
            self.read += len(message.get("body", b""))
            if self.read > self.most:
                raise HTTPException(413, f"at most {self.most:,} bytes")
        return message


def _host(told: str) -> str:
    """A host's name without its port."""
    return re.sub(r":\d{1,5}$", "", told.strip().lower())


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""


def _by_token(headers: Headers) -> bool:
    return headers.get("authorization", "").lower().startswith(BEARER)


def _said(scope: Scope, code: int, detail: str) -> Response:
    headers = {"Retry-After": "60", "Cache-Control": "no-store"} if code == 429 else {"Cache-Control": "no-store"}
    told = problems.of_status(code, detail)
    if scope["path"].startswith("/api/"):
        return problems.answered(told, headers)
    return PlainTextResponse(f"{told.title}: {detail}\n", code, headers)
