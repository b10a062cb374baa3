"""Sigma's log sources and fields, and where they stand in the lake. The table itself is ``taxonomy.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from headwater.model.errors import HeadwaterError
from headwater.model.tables import SCHEMAS

FILE = Path(__file__).with_name("taxonomy.toml")
OF_STATEMENTS = {"statement_text": "sample", "statement_tables": "tables", "statement_kind": "kind"}
"""Columns that an act of reading has by its statement, and what ``statements`` calls them."""


class NotInTheLakeError(HeadwaterError):
    """A rule asks for what the lake does not keep: it is set aside with this reason."""


Values = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Held:
    """What columns hold when a field has one value: these, and not those."""

    those: Values
    but: Values


@dataclass(frozen=True, slots=True)
class Field:
    """Where a field of Sigma's stands: in ``parts`` (columns, or texts as ``=text``), or told by ``values``."""

    name: str
    parts: tuple[str, ...] = ()
    values: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogSource:
    """A log source of Sigma's as the lake has it."""

    name: str
    table: str
    category: str | None = None
    product: str | None = None
    service: str | None = None
    where: Values = field(default_factory=dict)
    statements: bool = False
    keywords: str | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)

    def asked_by(self, category: str | None, product: str | None, service: str | None) -> bool:
        """Whether a rule that names these means this source: all that both name agree, and it is no mere product."""
        told = ((category, self.category), (product, self.product), (service, self.service))
        differ = any(rule and own and rule.lower() != own for rule, own in told)
        needed = all(rule is not None for rule, own in (told[0], told[2]) if own is not None)
        return not differ and needed

    def find(self, name: str) -> Field:
        """The field of that name, else the column of that name.

        :raises NotInTheLakeError: when the source has neither
        """
        lowered = {n.lower(): f for n, f in self.fields.items()}
        known = self.fields.get(name) or lowered.get(name.lower())
        if known:
            return known
        if name in self.columns:
            return Field(name, (name,))
        raise NotInTheLakeError(f"field {name!r} is not kept of {self.name} events (table {self.table})")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that events of this source have."""
        own = [n for n in SCHEMAS[self.table].names if n not in ("source", "line")]
        return (*own, *(OF_STATEMENTS if self.statements else ()))


@cache
def log_sources() -> tuple[LogSource, ...]:
    """Every log source that the lake knows."""
    told = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(_source(each) for each in told["sources"])


def sources_of(category: str | None, product: str | None, service: str | None) -> tuple[LogSource, ...]:
    """The sources that a rule means by its ``logsource``.

    :raises NotInTheLakeError: when there is none
    """
    found = tuple(s for s in log_sources() if s.asked_by(category, product, service))
    if not found:
        named = {"category": category, "product": product, "service": service}
        what = ", ".join(f"{k} {v}" for k, v in named.items() if v)
        raise NotInTheLakeError(f"log source not in the lake: {what or 'none is named'}")
    return found


def _source(told: Mapping[str, object]) -> LogSource:
    given = dict(told)
    fields = given.pop("fields", {})
    where = given.pop("where", {})
    assert isinstance(fields, dict)
    return LogSource(**given, where=_values(where), fields={n: _field(n, f) for n, f in fields.items()})  # type: ignore[arg-type]


def _field(name: str, told: object) -> Field:
    if isinstance(told, str):
        return Field(name, (told,))
    if isinstance(told, list):
        return Field(name, tuple(told))
    assert isinstance(told, dict)
    return Field(name, values=dict(_held(told["is"])))


def _held(told: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, Held]]:
    for value, columns in told.items():
        those = {c: v for c, v in columns.items() if c != "not"}
        yield value, Held(_values(those), _values(columns.get("not", {})))


def _values(told: object) -> Values:
    assert isinstance(told, dict)
    return {column: tuple(values) for column, values in told.items()}
