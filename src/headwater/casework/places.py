"""Where a file lies: the shares, folders, archives, servers and schemas above it, each with a name that stays."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SQL = frozenset({"postgresql", "mysql", "mariadb", "mssql", "oracle", "sqlite"})
"""Schemes of databases: below the server stand a database and its schemas, not folders."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/]*)(?:/|$)")
_STEP = re.compile(r"[^/!]+|[/!]")


@dataclass(frozen=True, slots=True)
class Place:
    """One location: its path, what it is (share, folder, archive, server, schema), and how deep it lies."""

    path: str
    kind: str
    depth: int


def stable_id(prefix: str, path: str) -> str:
    """A short name of a path that stays the same from one inventory to the next, however its letters are composed."""
    normal = unicodedata.normalize("NFC", path.rstrip("/")).encode("utf-8", "surrogatepass")
    return f"{prefix}-{hashlib.sha256(normal).hexdigest()[:16]}"


def places(path: str, roots: Sequence[str] = ()) -> tuple[Place, ...]:
    """The locations above a file or table, the outermost first; what lies above a root that was asked for is left out.

    >>> [(p.path, p.kind) for p in places("share/a.zip!in/b.xlsx", ["share"])]
    [('share', 'share'), ('share/a.zip', 'archive'), ('share/a.zip!in', 'folder')]
    >>> [(p.path, p.kind) for p in places("postgresql://db/crm/public/clients")]
    [('postgresql://db', 'server'), ('postgresql://db/crm', 'schema'), ('postgresql://db/crm/public', 'schema')]
    """
    told = {r.rstrip("/") or "/" for r in roots}
    above = _of_address(path) or _of_path(path)
    first = next((n for n, (p, _) in enumerate(above) if p in told), 0)
    kept = [(p, "share" if p in told and kind == "folder" else kind) for p, kind in above[first:]]
    return tuple(Place(p, kind, depth) for depth, (p, kind) in enumerate(kept or [(".", "folder")]))


def _of_address(path: str) -> list[tuple[str, str]]:
    found = _SCHEME.match(path)
    if not found:
        return []
    server = path[: found.end(2)]
    sql = found[1].partition("+")[0].lower() in SQL
    below = _of_path(path[found.end() :])
    return [
        (server, "server" if sql else "share"),
        *((f"{server}/{p}", "schema" if sql else kind) for p, kind in below),
    ]


def _of_path(path: str) -> list[tuple[str, str]]:
    steps = _STEP.findall(path)
    found: list[tuple[str, str]] = []
    at = ""
    for step, after in zip(steps, [*steps[1:], ""], strict=True):
        at += step
        if step not in ("/", "!") and after:
            found.append((at, "archive" if after == "!" else "folder"))
    return found
