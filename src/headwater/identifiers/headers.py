"""What the header of a column says that the column holds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from headwater.identifiers import national, normal
from headwater.identifiers.simplified import simplified

_LONGEST = 4


class Words(NamedTuple):
    """The words that name one kind: Chinese ones count anywhere in a header, Latin ones as whole words."""

    cn: tuple[str, ...]
    latin: frozenset[str]

    def name(self, header: str) -> bool:
        """Tell whether the header holds one of the words."""
        plain = simplified(normal.narrow(header))
        return self.are_in(plain, joined(plain))

    def are_in(self, plain: str, latin: frozenset[str]) -> bool:
        """Tell whether a plain header, whose Latin words are given, holds one of the words."""
        return any(word in plain for word in self.cn) or not self.latin.isdisjoint(latin)


def read_words(text: str) -> Mapping[str, Words]:
    """Read a data file of header words: one table for each kind, with the lists ``cn`` and ``latin``."""
    return {
        kind: Words(tuple(lists.get("cn", ())), frozenset(lists.get("latin", ())))
        for kind, lists in tomllib.loads(text).items()
        if "cn" in lists or "latin" in lists
    }


@cache
def _words() -> Mapping[str, Words]:
    known = read_words((files(__package__) / "data" / "headers.toml").read_text("utf-8"))
    return {**known, **{name: _national(row) for name, row in national.rows().items()}}


def _national(row: Mapping[str, object]) -> Words:
    """The words of a national number; Japanese ones become what a header becomes that is read as Chinese."""
    cn, latin = row["cn"], row["latin"]
    assert isinstance(cn, list)
    assert isinstance(latin, list)
    return Words(tuple(simplified(str(word)) for word in cn), frozenset(map(str, latin)))


@lru_cache(maxsize=2048)
def named_kinds(header: str) -> frozenset[str]:
    """Give the kinds that a header names; ``other`` among them says that it names something else.

    >>> sorted(named_kinds("客户手机号")), sorted(named_kinds("customer_IDNumber")), sorted(named_kinds("hotel"))
    (['mobile', 'phone'], ['resident_id'], [])
    >>> sorted(named_kinds("聯繫電話"))
    ['landline', 'mobile', 'phone']
    """
    plain = simplified(normal.narrow(header))
    latin = joined(plain)
    return frozenset(kind for kind, words in _words().items() if words.are_in(plain, latin))


def is_any_name(header: str) -> bool:
    """Tell whether a header says names, of whatever: products and places have a ``name`` too.

    >>> is_any_name("name"), is_any_name("currency_name"), is_any_name("customer_name"), is_any_name("姓名")
    (True, True, False, False)
    """
    words = _words()["name"]
    plain = simplified(normal.narrow(header))
    found = words.latin & joined(plain)
    return found == {"name"} and not any(word in plain for word in words.cn)


def joined(header: str) -> frozenset[str]:
    """Give the Latin words of a header in small letters, and what up to four neighbours make together."""
    parts = re.findall("[A-Z]?[a-z0-9]+|[A-Z0-9]+(?![a-z])", header)
    return frozenset(_runs([part.lower() for part in parts]))


def _runs(parts: list[str]) -> Iterator[str]:
    for start in range(len(parts)):
        for end in range(start + 1, min(start + _LONGEST, len(parts)) + 1):
            yield "".join(parts[start:end])
