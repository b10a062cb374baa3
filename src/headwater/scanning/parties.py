"""Whom the columns of a table speak of: the person the row is about, or another one, such as who serves him or is called in need.

What stands in columns of one party is one person's; what stands in columns of two parties never is for standing in one row.

>>> parties(["姓名", "手机", "客户经理", "紧急联系人", "紧急联系人电话"], ["name", "mobile", "name", "name", "mobile"])
(0, 0, 1, 2, 2)
>>> parties(["公司", "联系人", "电话"], [None, "name", "mobile"]), parties(["主叫号码", "被叫号码"], ["mobile", "mobile"])
((0, 0, 0), (0, 1))
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from headwater.identifiers.headers import Words, read_words
from headwater.scanning.persons import role_of

_NAMING = frozenset({"name", "resident_id", "passport"})
_SUBJECT = ""
MOST = 15
"""Parties of one table beyond which all others are one."""


class _Party(NamedTuple):
    words: Words
    serves: bool


@cache
def _parties() -> Mapping[str, _Party]:
    text = (files(__package__) / "data" / "parties.toml").read_text("utf-8")
    rows = tomllib.loads(text)
    return {name: _Party(words, bool(rows[name].get("serves", False))) for name, words in read_words(text).items()}


def party_of(header: str) -> str:
    """Give the party that a header names; empty where it names none."""
    return next((name for name, party in _parties().items() if party.words.name(header)), _SUBJECT)


def parties(headers: Sequence[str], kinds: Sequence[str | None]) -> tuple[int, ...]:
    """Give for each column the number of its party: 0 is the person whom the row is about.

    That is who stands in columns that name nobody; where these hold neither name nor identity, who is first named beside
    them and does not serve; and where all who are told serve, the first of these.
    """
    named = [party_of(header) for header in headers]
    telling = [(party, kind) for party, kind in zip(named, kinds, strict=True) if kind and role_of(kind) is not None]
    subject = _subject(telling)
    numbers = {_SUBJECT: 0, subject: 0}
    for party, _ in telling:
        numbers.setdefault(party, min(len(set(numbers.values())), MOST))
    return tuple(numbers.get(party, 0) for party in named)


def _subject(telling: Sequence[tuple[str, str]]) -> str:
    own = [kind for party, kind in telling if party == _SUBJECT]
    if not _NAMING.isdisjoint(own):
        return _SUBJECT
    others = [party for party, kind in telling if kind in _NAMING or not own]
    asked = [party for party in others if party != _SUBJECT and not _parties()[party].serves]
    return next(iter([*asked, *([] if own else others)]), _SUBJECT)
