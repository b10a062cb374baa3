"""For receivers of web hooks: what was sent, when it was truly sent by the console (Standard Webhooks).

::

    message = received(secret, request.headers, request.body, time.time())
    if message.id in seen: return 204    # it may come twice
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

OLDEST = 300.0
"""Seconds that a message's time may differ from ours."""


class HookError(Exception):
    """The message is not of the console, was changed, or is old."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message: an id that stays the same when it is sent again, its type, when it happened, and what is told of it."""

    id: str
    type: str
    timestamp: str
    data: Mapping[str, Any]


def received(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> Received:
    """The message that was sent.

    :param secret: ``whsec_…``, as the console showed it
    :param now: seconds since 1970
    :raises HookError: when it is not signed with the secret, or its time is not of now
    """
    told = {name.lower(): value for name, value in headers.items()}
    message, at = told.get("webhook-id", ""), told.get("webhook-timestamp", "")
    content = b".".join((message.encode(), at.encode(), body))
    key = b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + b64encode(hmac.new(key, content, sha256).digest()).decode()
    signatures = told.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected.encode(), each.encode()) for each in signatures):
        raise HookError("the message is not signed with this secret")
    if not at.isascii() or not at.isdigit() or abs(int(at) - now) > OLDEST:
        raise HookError("the message's time is not of now")
    found = json.loads(body)
    return Received(message, found["type"], found["timestamp"], found["data"])
