"""Cells that name somebody by account and name at once, and several of them in one cell, as forensic suites write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pyarrow as pa

_ACCOUNT = (
    r"(?:wxid_[\w-]+|gh_\w+|\d{5,20}(?:@\w*chatroom)?|\+\d[\d -]{6,18}\d|[\w.+-]+@[\w.-]+|[A-Za-z][\w-]*[\d_-][\w-]*)"
)
_BEHIND = re.compile(rf"(?P<name>.*?)\s*[(（<\[](?P<account>{_ACCOUNT})[)）>\]]", re.S)
_BEFORE = re.compile(rf"(?P<account>{_ACCOUNT})(?:[\s,:：|/]+(?P<name>\S.*))?", re.S)
_AHEAD = re.compile(rf"(?P<account>{_ACCOUNT})\s*[(（<\[](?P<name>[^()（）<>\[\]]+)[)）>\]]", re.S)
_OWNER = re.compile(r"\s*[(（](?:owner|device owner|机主|本机|local user)[)）]\s*", re.I)
_SEVERAL = re.compile(r"\s*[\r\n;；]+\s*|_x000d_\s*", re.I)


@dataclass(frozen=True, slots=True)
class Named:
    """Who a cell names first, and whether it names more."""

    account: str | None
    name: str | None
    owner: bool
    several: bool


def named(cell: str) -> Named:
    """Read one cell.

    >>> named("wxid_ab12cd34 老王 (owner)")
    Named(account='wxid_ab12cd34', name='老王', owner=True, several=False)
    >>> named("老王(wxid_ab12cd34)\\nwxid_ef56gh78").several, named("wxid_ab12cd34(老王)").name
    (True, '老王')
    """
    pieces = [piece for piece in _SEVERAL.split(cell.strip()) if piece]
    first = pieces[0] if pieces else ""
    bare = _OWNER.sub(" ", first).strip()
    found = _BEHIND.fullmatch(bare) or _AHEAD.fullmatch(bare) or _BEFORE.fullmatch(bare)
    owner, several = bare != first, len(pieces) > 1
    if found is None:
        return Named(None, bare or None, owner, several)
    return Named(found["account"], (found["name"] or "").strip() or None, owner, several)


def split(column: pa.Array) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
    """A column of such cells as accounts, names, whether it is the owner, and whether there are several."""
    coded = column.dictionary_encode()
    each = [named(cell) for cell in coded.dictionary.to_pylist()]
    made = (
        pa.array([one.account for one in each], pa.string()),
        pa.array([one.name for one in each], pa.string()),
        pa.array([one.owner for one in each], pa.bool_()),
        pa.array([one.several for one in each], pa.bool_()),
    )
    accounts, names, owners, several = (part.take(coded.indices) for part in made)
    return accounts, names, owners, several
