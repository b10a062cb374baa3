"""Who can read a file or table, as far as its owner, group, mode and grants tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OTHERS = "others"


def readers(access: Mapping[str, Any] | None) -> tuple[str, ...] | None:
    """Whoever can read it (``owner:liu``, ``group:claims``, ``grant:analyst``, ``others``); ``None``: not known.

    >>> readers({"owner": "liu", "group": "claims", "mode": "0640", "others": False})
    ('group:claims', 'owner:liu')
    >>> readers({"owner": "liu", "group": "claims", "mode": "0604"})
    ('others', 'owner:liu')
    """
    if not access:
        return None
    mode = _bits(access.get("mode"))
    found = {f"grant:{name}" for name in access.get("grantees") or ()}
    if access.get("owner") and (mode is None or mode & 0o400):
        found.add(f"owner:{access['owner']}")
    if access.get("group") and (mode is None or mode & 0o040):
        found.add(f"group:{access['group']}")
    if access.get("others") or (access.get("others") is None and mode is not None and mode & 0o004):
        found.add(OTHERS)
    return tuple(sorted(found))


def _bits(mode: Any) -> int | None:
    """The mode's nine bits, from ``0640`` or ``-rw-r-----``; ``None`` where it says nothing."""
    text = str(mode or "")
    if len(text) == 10 and set(text[1:]) <= set("rwxsStT-"):
        return sum(0o400 >> n for n, sign in enumerate(text[1:]) if sign not in "-ST")
    try:
        return int(text.removeprefix("0o"), 8) & 0o777
    except ValueError:
        return None
