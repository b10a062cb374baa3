"""Passwords for live sources: from the environment, or asked for; never in an address that is kept, logged or shown."""

from __future__ import annotations

import getpass
import os
import re
import sys

VARIABLE = "HEADWATER_SOURCE_PASSWORD"
"""The environment variable that holds the password of a live source."""

_SECRET = re.compile(r"(?<=://)([^/@\s]*?)(:[^/@\s]*)?@")
_QUERY = re.compile(r"([?&][^=&\s]*(?:password|passwd|pwd|secret|token|key|sig)[^=&\s]*=)[^&\s]*", re.I)


def password_for(shown: str, variable: str = VARIABLE) -> str | None:
    """The password from the environment; else asked for on the terminal, if there is one."""
    if (given := os.environ.get(variable)) is not None:
        return given
    return getpass.getpass(f"Password for {shown}: ") if sys.stdin is not None and sys.stdin.isatty() else None


def without_secrets(address: str) -> str:
    """An address as it may be shown: without a password, and without keys among its parameters.

    >>> without_secrets("postgresql://eve:hunter2@db/crm?sslkey=abc&x=1")
    'postgresql://eve@db/crm?sslkey=***&x=1'
    """
    return _QUERY.sub(r"\1***", _SECRET.sub(lambda found: f"{found[1]}@" if found[1] else "", address))
