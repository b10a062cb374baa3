"""Finds the header of a bill by the names of its columns, wherever it stands and in whatever order they are."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from headwater.identifiers.normal import narrow
from headwater.ingestion.traffic.grids import Head

_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_TRANSLATED = re.compile(r"(?<=[\u4e00-\u9fff])\s+[a-z][a-z ./&-]*$")
_LEAST = 3
_CENTS = re.compile(r"[(（\[【]\s*(?:单位[:：]?)?\s*分\s*[)）\]】]")
_SEVERAL = frozenset({"text", "kind"})
_GUESSES = (
    (re.compile("(?:对方|对手|收款人|付款人|收付).*(?:名|称)"), "other_name"),
    (re.compile("(?:对方|对手|收款人|付款人|收付).*(?:账号|帐号|卡号|账户|id$)"), "other"),
    (re.compile("(?:收入|贷方|存入|转入).*(?:金额|额|数)"), "income"),
    (re.compile("(?:支出|借方|支取|转出).*(?:金额|额|数)"), "outgo"),
    (re.compile("余额$"), "balance"),
    (re.compile("(?:收支|借贷|收付|进出).{0,3}(?:标|方|类|别|符)"), "direction"),
)
_NOT_GUESSED = re.compile("证件|身份证|银行|机构|地区|电话|开户|余额|币种|网点|行号|行名|ip|mac|科目")


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found: its place among the first rows, how wide it is, and the columns of each field, best first.

    ``names`` are all columns in the form in which they are compared; ``cents`` says that amounts are in hundredths.
    """

    head: Head
    place: int
    line: int
    names: tuple[str, ...]
    columns: Mapping[str, tuple[int, ...]]
    cents: bool

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

    @property
    def is_bill(self) -> bool:
        """Whether the columns tell when how much was moved."""
        dated = self.has("time") or self.has("day")
        return dated and (self.has("amount") or self.has("income", "outgo"))


def plain_name(text: str) -> str:
    """The name of a column in the form in which names are compared.

    >>> plain_name("借贷 Dc Flg"), plain_name("金额（元）"), plain_name("用户ID"), plain_name("Trans Date")
    ('借贷', '金额', '用户id', 'transdate')
    """
    name = narrow(text).lower().strip()
    name = _BRACKETS.sub("", name)
    name = _TRANSLATED.sub("", name)
    return re.sub(r"[\s_:*#\"'\ufeff]+", "", name)


@cache
def _fields() -> tuple[Mapping[str, str], Mapping[str, int]]:
    """The field of each name, and the rank of a name among those of its field."""
    told = tomllib.loads((files(__package__) / "columns.toml").read_text("utf-8"))
    fields = {name: field for field, names in told.items() for name in names}
    return fields, {name: rank for names in told.values() for rank, name in enumerate(names)}


def find_header(head: Head) -> Header | None:
    """Give the row among the first ones of a table that names the columns of a bill, or ``None``."""
    best: tuple[int, Header] | None = None
    for place, (line, cells) in enumerate(head.rows):
        if sum(1 for cell in cells if cell.strip()) < _LEAST:
            continue
        found = _header(head, place, line, cells)
        known = len(found.columns)
        if found.is_bill and known >= _LEAST and (best is None or known > best[0]):
            best = known, found
    return best[1] if best else None


def _header(head: Head, place: int, line: int, cells: Sequence[str]) -> Header:
    fields, ranks = _fields()
    names = tuple(plain_name(cell) for cell in cells)
    places: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        if name in fields and (fields[name] in _SEVERAL or name not in names[:column]):
            places.setdefault(fields[name], []).append(column)
    for column, name in enumerate(names):
        if name and name not in fields and (guess := _guess(name)) and guess not in places:
            places[guess] = [column]
    columns = {
        field: tuple(sorted(found, key=lambda c: (ranks.get(names[c], 0), c))) for field, found in places.items()
    }
    amounts = [cells[c] for field in ("amount", "income", "outgo") for c in columns.get(field, ())[:1]]
    return Header(head, place, line, names, columns, any(_CENTS.search(cell) for cell in amounts))


def _guess(name: str) -> str | None:
    if _NOT_GUESSED.search(name) and not name.endswith("余额"):
        return None
    return next((field for pattern, field in _GUESSES if pattern.search(name)), None)
