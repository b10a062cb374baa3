"""Writes that count once: the same request with the same ``Idempotency-Key`` is answered as it was the first time.

A program that heard no answer may so ask again without fear. A key is its owner's, holds for a day, and is for one
request: method, address and body. What failed is not kept: it may be asked again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Coroutine
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from headwater.console.errors import BusyError, ConflictError
from headwater.console.here import Here, here
from headwater.store.casebook import replies

HEADER = "Idempotency-Key"
AGAIN = "Idempotency-Replayed"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET = re.compile(r"/api/v1/((account|users)/|cases/[^/]+/telling/hooks$)")
"""Answers that show a secret this once (tokens, codes, links) are kept nowhere, and so cannot be given again."""


class OnceRoute(APIRoute):
    """A route whose writes count once where their sender asks for it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handler, with what is kept of earlier answers before it."""
        handle = super().get_route_handler()

        async def once(request: Request) -> Response:
            key = request.headers.get(HEADER)
            if key is None or request.method in SAFE or SECRET.match(request.url.path):
                return await handle(request)
            someone = await run_in_threadpool(here, request)
            digest = await _digest(request, someone)
            if (known := await run_in_threadpool(_reserved, someone, key, digest)) is not None:
                return known
            try:
                response = await handle(request)
            except BaseException:
                await run_in_threadpool(_released, someone, key)
                raise
            await run_in_threadpool(_kept, someone, key, response)
            return response

        return once


def _reserved(someone: Here, key: str, digest: str) -> Response | None:
    """The answer that was given before, or ``None`` when the work is to be done now."""
    with someone.writing() as tx:
        known = replies.reserve(tx, someone.user, key, digest)
    if known is None:
        return None
    if known.request_digest != digest:
        raise ConflictError("this idempotency key was used for another request; take a new one")
    if known.under_way:
        raise BusyError("the first request with this idempotency key is under way, or was cut off: look what stands")
    return JSONResponse(json.loads(known.body or "null"), known.status, {AGAIN: "true", "Cache-Control": "no-store"})


def _kept(someone: Here, key: str, response: Response) -> None:
    """Keep an answer of ours; others are not kept, and the key is free."""
    body = bytes(getattr(response, "body", b""))
    with someone.writing() as tx:
        if 200 <= response.status_code < 300 and _is_json(body):
            replies.complete(tx, someone.user, key, response.status_code, body.decode())
        else:
            replies.release(tx, someone.user, key)


def _released(someone: Here, key: str) -> None:
    with someone.writing() as tx:
        replies.release(tx, someone.user, key)


async def _digest(request: Request, someone: Here) -> str:
    """What tells one request from another; what may be done by it is part of it, so that no lesser token hears the answer.

    Files that are sent are told by their kind and length: they are not read twice.
    """
    scopes = ",".join(sorted(someone.scopes)) if someone.scopes is not None else "session"
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        body = f"{kind.partition(';')[0]} {request.headers.get('content-length', '')}".encode()
    else:
        body = await request.body()
    told = (scopes, request.method, request.url.path, request.url.query, sha256(body).hexdigest())
    return sha256("\0".join(told).encode()).hexdigest()


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True
