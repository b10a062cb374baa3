"""Addresses of live sources: of which sort each is, how it is cited, and what opens it, which is shown nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from headwater.exhibits.live.credentials import password_for
from headwater.model.errors import CaseError

SQL, REMOTE, MAIL = "sql", "remote", "mail"

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://")
_HOSTILE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_ALIASES = {"postgres": "postgresql", "sqlserver": "mssql"}
_DRIVERS = {"postgresql": "pg8000", "mysql": "pymysql", "mariadb": "pymysql", "mssql": "pytds", "oracle": "oracledb"}
_DIALECTS = {"mariadb": "mysql"}  # either speaks to both servers, which say what they are
_WITH_PASSWORD = frozenset(
    {"sftp", "ssh", "smb", "ftp"}
)  # other stores have accounts of their own, told by their environment


@dataclass(frozen=True, slots=True)
class Door:
    """One live source: ``shown`` is its address without user, password and parameters, as it is cited.

    ``address`` and ``password`` open it; they are handed to whoever connects and kept nowhere. ``schemas`` are those of a
    database that are read, all of them if there are none.
    """

    sort: str
    shown: str
    address: str = field(repr=False)
    password: str | None = field(default=None, repr=False)
    schemas: tuple[str, ...] = ()


def is_address(text: str) -> bool:
    """Whether this is an address (``postgresql://…``) and no path."""
    return _ADDRESS.match(text) is not None


def local_path(text: str) -> Path | None:
    """The folder or file on this machine that an address names; ``None`` where it names none."""
    scheme, _, rest = text.partition("://")
    if scheme.lower() in ("file", "local"):
        return Path(rest)
    if scheme.lower().partition("+")[0] == "sqlite" and rest.startswith("/"):
        return Path(rest[1:].partition("?")[0])
    return None


def door_of(text: str, password_of: Callable[[str], str | None] = password_for) -> Door:
    """What an address of the user's opens; ``password_of`` is asked, by what is shown, where there is a user and no password.

    >>> door_of("postgresql://eve:hunter2@db.example.com/crm?schema=public,hr")
    Door(sort='sql', shown='postgresql://db.example.com/crm', schemas=('public', 'hr'))

    :raises CaseError: for an address that is none; of it only the scheme is told
    """
    scheme = text.partition("://")[0].lower()
    base, _, driver = scheme.partition("+")
    base = _ALIASES.get(base, base)
    user, password, host, path, query = _split(text, scheme)
    sort = SQL if base in _DRIVERS or base == "sqlite" else MAIL if base in ("imap", "imaps") else REMOTE
    shown = f"{base}://" + f"{host}{path}".rstrip("/")
    if user and password is None and (sort != REMOTE or base in _WITH_PASSWORD):
        password = password_of(f"{base}://{user}@{host}")
    schemas: tuple[str, ...] = ()
    if sort == SQL:
        told = parse_qsl(query, keep_blank_values=True)
        schemas = tuple(name for key, value in told if key == "schema" for name in value.split(",") if name)
        query = urlencode([(key, value) for key, value in told if key != "schema"])
        driver = driver or _DRIVERS.get(base, "")
        base = _DIALECTS.get(base, base)
        base = f"{base}+{driver}" if driver else base
    address = f"{base}://{f'{user}@' if user else ''}{host}{path}{f'?{query}' if query else ''}"
    return Door(sort, shown, address, password, schemas)


def _split(text: str, scheme: str) -> tuple[str, str | None, str, str, str]:
    told = f"{scheme}://…"
    rest = text.partition("://")[2]
    before = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if _HOSTILE.search(text):
        raise CaseError("is no address: control characters in it are written with %", told)
    if "@" not in before and ":" in before and "@" in rest:
        raise CaseError("is no address: '/', '?' and '#' in a password are written %2F, %3F and %23", told)
    try:
        found = urlsplit(f"x://{rest}")
        _ = found.port
    except ValueError:
        raise CaseError("is no address: its host or port cannot be", told) from None
    account, _, host = before.rpartition("@")
    if "::" in rest[len(before) :]:
        raise CaseError("is several addresses in one, which is not read", told)
    user, colon, password = account.partition(":")
    return user, unquote(password) if colon else None, host, rest[len(before) :].partition("?")[0], found.query
