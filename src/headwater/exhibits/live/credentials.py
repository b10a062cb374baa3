"""Passwords for live sources: from the environment, or asked for; never in an address that is kept, logged or shown."""

from __future__ import annotations

import getpass
import os
import sys

VARIABLE = "HEADWATER_SOURCE_PASSWORD"
"""The environment variable that holds the password of a live source."""


def password_for(shown: str, variable: str = VARIABLE) -> str | None:
    """The password from the environment; else asked for on the terminal, if there is one."""
    if (given := os.environ.get(variable)) is not None:
        return given
    return getpass.getpass(f"Password for {shown}: ") if sys.stdin is not None and sys.stdin.isatty() else None
