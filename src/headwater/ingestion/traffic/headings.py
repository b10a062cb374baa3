"""Finds the header of a table by the names of its columns, wherever it stands and in whatever order they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from headwater.identifiers.normal import narrow
from headwater.ingestion.traffic.grids import Head

_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff])\s+[a-z][a-z ./&-]*$")
_WAY = re.compile("收入|支出|收|支|借|贷|存入|支取")
_WAY_IN_BRACKETS = re.compile(r"[(（\[【]\s*(收入|支出|存入|支取|借方?|贷方?)\s*[)）\]】]")
_CENTS = re.compile(r"[(（\[【]\s*(?:单位[:：]?)?\s*分\s*[)）\]】]")
_FIGURES, _LONGEST = re.compile("[0-9]{3}"), 60
Places = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Names:
    """What columns are called: the field of each name, its rank among those of the field, and fields that may have several columns.

    ``guess`` gives the field of a name that is not listed, or ``None``.
    """

    fields: Mapping[str, str]
    ranks: Mapping[str, int]
    several: frozenset[str]
    guess: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found: its place among the first rows, how wide it is, and the columns of each field, best first.

    ``names`` are all columns in the form in which they are compared; ``cents`` are the columns whose sums are in hundredths.
    """

    head: Head
    place: int
    line: int
    names: tuple[str, ...]
    columns: Places
    cents: frozenset[int]

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.names)

    def has(self, *fields: str) -> bool:
        """Whether there is a column for each of the fields."""
        return all(field in self.columns for field in fields)

    def named(self, *names: str) -> int:
        """How many of the names there are."""
        return sum(name in self.names for name in names)


def names_in(package: str, file: str, several: frozenset[str], guess: Callable[[str], str | None]) -> Names:
    """Read the names of columns from a data file of a package: a list of names for each field."""
    told = tomllib.loads((files(package) / file).read_text("utf-8"))
    fields = {name: field for field, names in told.items() for name in names}
    return Names(fields, {name: rank for names in told.values() for rank, name in enumerate(names)}, several, guess)


@lru_cache(maxsize=1 << 14)
def plain_name(text: str) -> str:
    """The name of a column in the form in which names are compared.

    >>> plain_name("借贷 Dc Flg"), plain_name("金额（元）"), plain_name("用户ID"), plain_name("Trans Date")
    ('借贷', '金额', '用户id', 'transdate')
    >>> plain_name("交易金额(收入)"), plain_name("贷方发生额（收入）")
    ('交易金额收入', '贷方发生额')
    """
    name = narrow(text).lower().strip()
    bare = _BRACKETS.sub("", name)
    way = None if _WAY.search(bare) else _WAY_IN_BRACKETS.search(name)
    name = bare + way[1] if way else bare
    name = _TRANSLATED.sub("", name)
    return re.sub(r"[\s_:*#\"'\ufeff]+", "", name)


def find_header(head: Head, names: Names, enough: Callable[[Header], bool], least: int = 3) -> Header | None:
    """Give the row among the first ones of a table that names most columns, if it is ``enough``; ``None`` where none is."""
    best: tuple[int, Header] | None = None
    for place, (line, cells) in enumerate(head.rows):
        if sum(1 for cell in cells if cell.strip()) < least or not _names_any(cells, names):
            continue
        found = _header(head, place, line, cells, names)
        known = len(found.columns)
        if known >= least and (best is None or known > best[0]) and enough(found):
            best = known, found
    return best[1] if best else None


def _names_any(cells: Sequence[str], known: Names) -> bool:
    """Whether a row names a column that is listed: rows of data are told by their figures, and soon left."""
    return any(
        plain_name(cell) in known.fields
        for cell in cells
        if cell and len(cell) < _LONGEST and not _FIGURES.search(cell)
    )


def _header(head: Head, place: int, line: int, cells: Sequence[str], known: Names) -> Header:
    names = tuple(plain_name(cell) for cell in cells)
    places: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        field = known.fields.get(name)
        if field and (field in known.several or name not in names[:column]):
            places.setdefault(field, []).append(column)
    for column, name in enumerate(names):
        if name and name not in known.fields and (guess := known.guess(name)) and guess not in places:
            places[guess] = [column]
    ranks = known.ranks
    columns = {
        field: tuple(sorted(found, key=lambda c: (ranks.get(names[c], 0), c))) for field, found in places.items()
    }
    cents = frozenset(column for column, cell in enumerate(cells) if _CENTS.search(cell))
    return Header(head, place, line, names, columns, cents)
