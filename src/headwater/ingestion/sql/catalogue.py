"""The names by which statements speak of the protected data sets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_PART = re.compile(r'"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^.]+)')

Name = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """What must be known of a data set to understand a statement about it.

    Columns are in lower case; ``identifying`` holds the key and every column whose values are nearly all different.
    ``columns`` are all of them, in order; empty where they are not known.
    """

    dataset: str
    key: str
    tables: tuple[Name, ...]
    identifying: frozenset[str] = frozenset()
    columns: tuple[str, ...] = ()


def name_parts(text: str) -> Name:
    """A table's name as its parts in lower case, without quotes.

    >>> name_parts('CRM."Policyholders"')
    ('crm', 'policyholders')
    """
    return tuple(next(g for g in m.groups() if g is not None).strip().lower() for m in _PART.finditer(text.strip()))


class Catalogue:
    """Finds the data set that a table's name means: with or without schema and database, in any case."""

    __slots__ = ("_by_last", "_words", "by_dataset")

    def __init__(self, protected: Iterable[Protected]) -> None:
        self.by_dataset = {p.dataset: p for p in protected}
        self._by_last: dict[str, list[tuple[Name, str]]] = {}
        for p in self.by_dataset.values():
            for name in p.tables or ((p.dataset.lower(),),):
                self._by_last.setdefault(name[-1], []).append((name, p.dataset))
        names = "|".join(re.escape(n) for n in sorted(self._by_last, key=len, reverse=True))
        self._words = (
            re.compile(rf"(?<![\w$])(?:[\w$\"`\[\]]+\.)*[\"`\[]?(?:{names})(?![\w$])[\"`\]]?", re.I) if names else None
        )

    def dataset_of(self, name: Name) -> str | None:
        """The data set that this name means, or ``None``.

        The last parts must be equal and the shorter name must lie within the longer: ``crm.clients`` is also said
        ``clients`` or ``crm.dbo.clients``, never ``old.clients``.
        """
        if not name:
            return None
        for known, dataset in self._by_last.get(name[-1], ()):
            short, long = sorted((known, name), key=len)
            parts = iter(long)
            if all(p in parts for p in short):
                return dataset
        return None

    def named_in(self, text: str) -> tuple[Name, ...]:
        """The names of protected tables that occur as words anywhere in a text that could not be parsed."""
        if self._words is None:
            return ()
        found = (name_parts(m.group()) for m in self._words.finditer(text))
        return tuple(sorted({n for n in found if self.dataset_of(n)}))
