"""Signatures of web hooks by the Standard Webhooks scheme: an id, a time, and an HMAC-SHA-256 over both and the body.

The receiver keeps the secret (``whsec_`` and base64) and refuses what is not signed, or is old. The id stays the same
when a message is sent again, so that it counts once.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from headwater.model.errors import CaseError

PREFIX = "whsec_"
SECRET_BYTES = 32
LEAST, MOST = 24, 64
"""How many bytes a secret may have, by the scheme."""


def new_secret() -> str:
    """A secret of 256 bits, as receivers' libraries take it."""
    return PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed(secret: str, message: str, at: datetime, body: bytes) -> Mapping[str, str]:
    """The three headers of a message.

    :raises CaseError: when the secret is none of the scheme's
    """
    seconds = str(int(at.timestamp()))
    told = b".".join((message.encode(), seconds.encode(), body))
    mac = b64encode(hmac.new(_key(secret), told, sha256).digest()).decode()
    return {"webhook-id": message, "webhook-timestamp": seconds, "webhook-signature": f"v1,{mac}"}


def _key(secret: str) -> bytes:
    try:
        key = b64decode(secret.removeprefix(PREFIX), validate=True)
    except (Error, ValueError):
        key = b""
    if not LEAST <= len(key) <= MOST:
        raise CaseError(f"a web hook's secret is {PREFIX} and {LEAST} to {MOST} bytes in base64")
    return key
