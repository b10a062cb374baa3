"""What the columns of a table of messages mean, by their names; the words are data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_ZONED = re.compile(r"[(（\[][^)）\]]*[)）\]]|\butc\s*[+-]\d{1,2}(?::?\d\d)?|\bgmt\s*[+-]\d{1,2}(?::?\d\d)?", re.I)


def folded(name: str) -> str:
    """A column's name without capitals, blanks, signs, and what stands in brackets.

    >>> folded("Sent_Date/Time (UTC+8)"), folded("发送时间(UTC+08:00)")
    ('sentdatetime', '发送时间')
    """
    bare = _SIGNS.sub("", _ZONED.sub("", name).lower())
    return bare or _SIGNS.sub("", name.lower())


@cache
def _words() -> Mapping[str, tuple[str, int]]:
    """The role and the rank of every name that is known."""
    lists: dict[str, list[str]] = tomllib.loads((files(__package__) / "data" / "columns.toml").read_text("utf-8"))
    found: dict[str, tuple[str, int]] = {}
    for role, names in lists.items():
        for rank, name in enumerate(names):
            found.setdefault(name, (role, rank))
    return found


def roles(names: Iterable[str]) -> dict[str, list[str]]:
    """The columns for each role, the likeliest first; a nested name (``from.id``) counts as a whole, else by its end."""
    words = _words()
    found: dict[str, list[tuple[int, int, str]]] = {}
    for place, name in enumerate(names):
        known = words.get(folded(name)) or (
            words.get(folded(re.split(r"[.\x1f]", name)[-1])) if re.search(r"[.\x1f]", name) else None
        )
        if known:
            found.setdefault(known[0], []).append((known[1], place, name))
    ordered = {role: [name for _, _, name in sorted(columns)] for role, columns in found.items()}
    return _talker_told(ordered)


def _talker_told(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """``talker`` is who speaks where the conversation has a column of its own, else the conversation."""
    talker = found.pop("talker", None)
    if talker:
        role = "chat" if "sender" in found or "chat" not in found else "sender"
        found[role] = [*found.get(role, []), *talker]
    return found


def are_messages(found: Mapping[str, list[str]]) -> bool:
    """Whether columns of these roles make a table of messages: when, what, and who or in which direction."""
    who = {"sender", "sender_name", "outgoing", "incoming", "direction", "receiver"} & found.keys()
    return "time" in found and bool({"text", "type", "file"} & found.keys()) and bool(who)
