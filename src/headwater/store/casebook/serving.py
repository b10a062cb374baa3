"""How a casebook on a server is reached: TLS by ``sslmode`` as PostgreSQL's own clients call it."""

from __future__ import annotations

import ssl
from typing import Any

from sqlalchemy.engine import URL

from headwater.model.errors import StoreError

_MODES: dict[str, bool | None] = {
    "disable": False,
    "prefer": None,
    "require": True,
    "verify-ca": None,
    "verify-full": None,
}
CONNECT_SECONDS = 60


def connecting(url: URL) -> tuple[URL, dict[str, Any]]:
    """The address as the driver takes it, and what it is given beside.

    Without a word TLS is used where the server offers it, whoever the server is; ``verify-full`` holds its certificate
    against the system's authorities.

    :raises StoreError: when the mode is none
    """
    if url.get_driver_name() != "pg8000":
        return url, {}
    mode = str(url.query.get("sslmode", "prefer"))
    if mode not in _MODES:
        raise StoreError(f"sslmode is one of {', '.join(_MODES)}")
    context: ssl.SSLContext | bool | None = _MODES[mode]
    if mode.startswith("verify"):
        context = ssl.create_default_context()
        context.check_hostname = mode == "verify-full"
    told = {"ssl_context": context, "timeout": CONNECT_SECONDS, "application_name": "headwater casebook"}
    return url.difference_update_query(["sslmode"]), told
