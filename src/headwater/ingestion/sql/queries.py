"""Rebuilt queries: which records came back, told by their ordinals that travel through every source.

A SELECT becomes a query on the sandbox's own tables that gives, for each row, the ordinals of the records in it.
Sub-queries in FROM and common table expressions are rebuilt in the same way and nested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue
from headwater.ingestion.sql.expressions import Expressions, Notes
from headwater.ingestion.sql.limits import OrderKey, bounded, bounds_of, order_keys
from headwater.ingestion.sql.sandbox import Sandbox
from headwater.ingestion.sql.values import Parameters, Unsupported, Value, as_text

DEEPEST = 8
_PARTS = frozenset(
    {"kind", "expressions", "from_", "joins", "where", "order", "limit", "offset", "distinct", "group", "having",
     "with_", "locks", "into"}
)  # fmt: skip
Ordinals = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Context:
    """What is the same for all parts of one statement."""

    sandbox: Sandbox
    catalogue: Catalogue
    day: date | None
    parameters: Parameters = field(default_factory=Parameters)
    notes: Notes = field(default_factory=Notes)


@dataclass(frozen=True, slots=True)
class Source:
    """Something to read from that holds protected records; ``sure`` says of a row that no LIMIT may have cut it off."""

    sql: str
    columns: Mapping[str, Value]
    ordinals: Ordinals
    sure: bool = False

    def under(self, alias: str) -> Source:
        """The same, its columns called by an alias."""

        def called(value: Value) -> Value:
            raw = f"{alias}.{value.raw}" if value.raw is not None else None
            return replace(value, sql=f"{alias}.{value.sql}", raw=raw)

        ordinals = tuple((dataset, f"{alias}.{column}") for dataset, column in self.ordinals)
        return replace(self, columns={n: called(v) for n, v in self.columns.items()}, ordinals=ordinals)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A rebuilt SELECT as a source, and how the statement itself counts its rows.

    ``counted`` are the columns whose distinct values it counts, none of them for every row; ``None`` when that is not
    known. ``bounds`` are the OFFSET and LIMIT that were applied.
    """

    source: Source
    counted: tuple[str, ...] | None
    bounds: tuple[int, int | None] | None


@dataclass(frozen=True, slots=True)
class From:
    """The sources of a SELECT: its FROM clause rebuilt, conditions that joins add, the sources by their alias."""

    sql: str
    conditions: tuple[str, ...]
    sources: Mapping[str, Source]


def assemble(select: Any, tables: From, expressions: Expressions, *, shown: bool) -> Rebuilt:
    """Put a SELECT together from its rebuilt sources. With ``shown`` its columns come along, for an outer query."""
    _check(select, shown)
    notes = expressions.notes
    where = select.args.get("where")
    condition = expressions.superset(where.this) if where is not None else None
    conditions = [*tables.conditions, *([condition] if condition is not None else [])]
    if select.args.get("having"):
        notes.left_out.append("HAVING is not replayed")
    columns = _projections(select, tables, expressions) if shown or select.args.get("distinct") else {}
    counted = _counted(select, columns, expressions)
    keys = order_keys(select, expressions)
    bounds = _bounds(select, tables, notes, applies=keys is not None and counted == ())
    pieces, outer = _pieces(tables, columns, counted or (), keys or [] if bounds else [])
    inner = f"SELECT {', '.join(pieces)} FROM {tables.sql}"
    if conditions:
        inner = f"{inner} WHERE {' AND '.join(conditions)}"
    if bounds is not None:
        inner = bounded(inner, keys or [], *bounds)
    names = tuple(f"g{i}" for i in range(len(counted))) if counted is not None else None
    return Rebuilt(replace(outer, sql=f"({inner})"), names, bounds)


def _check(select: Any, shown: bool) -> None:
    extra = {k for k, v in select.args.items() if v and k not in _PARTS}
    if extra:
        raise Unsupported(f"SELECT with {', '.join(sorted(extra))} is not replayed")
    if shown and (select.args.get("group") or select.find(exp.AggFunc, exp.Window) is not None):
        raise Unsupported("a sub-query that groups")


def _projections(select: Any, tables: From, expressions: Expressions) -> dict[str, Value | None]:
    """The columns that a SELECT shows, by name; ``None`` for one that cannot be rebuilt."""
    found: dict[str, Value | None] = {}
    for i, node in enumerate(select.expressions):
        if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and node.is_star):
            table = node.table.lower() if isinstance(node, exp.Column) else ""
            if node.args.get("except_") or node.args.get("replace"):
                raise Unsupported("a star with exceptions")
            for alias, source in tables.sources.items():
                found.update(source.columns if table in ("", alias) else {})
            continue
        try:
            value = expressions.value(node.this if isinstance(node, exp.Alias) else node)
            found[node.alias_or_name.lower() or f"column{i}"] = as_text(value) if value.type == "open" else value
        except Unsupported:
            found[node.alias_or_name.lower() or f"column{i}"] = None
    return found


def _counted(select: Any, columns: Mapping[str, Value | None], expressions: Expressions) -> tuple[str, ...] | None:
    """The values whose distinct combinations a SELECT gives; empty when it gives every row, ``None`` if not known."""
    distinct, group = select.args.get("distinct"), select.args.get("group")
    if distinct is None and group is None:
        return ()
    if distinct is not None:
        complete = not distinct.args.get("on") and None not in columns.values() and columns
        return tuple(v.raw or v.sql for v in columns.values() if v is not None) if complete else None
    try:
        keys = [expressions.value(k) for k in group.expressions if not isinstance(k, exp.Literal)]
    except Unsupported:
        return None
    plain = len(keys) == len(group.expressions) > 0
    return tuple(k.raw or k.sql for k in keys) if plain and not select.args.get("having") else None


def _bounds(select: Any, tables: From, notes: Notes, *, applies: bool) -> tuple[int, int | None] | None:
    bounds = bounds_of(select, notes)
    if bounds is None:
        return None
    loose = notes.left_out or notes.unbounded or notes.doubts or notes.fans_out
    if not applies or loose or any(s.sure for s in tables.sources.values()):
        notes.unbounded.append("a LIMIT on rows that are not known one by one")
        return None
    return bounds


def _pieces(
    tables: From, columns: Mapping[str, Value | None], counted: tuple[str, ...], keys: list[OrderKey]
) -> tuple[list[str], Source]:
    """What the rebuilt SELECT lists, and by which names an outer query finds it."""
    pieces, ordinals, shown = list[str](), list[tuple[str, str]](), dict[str, Value]()
    for source in tables.sources.values():
        for dataset, column in source.ordinals:
            pieces.append(f"{column} AS o{len(ordinals)}")
            ordinals.append((dataset, f"o{len(ordinals)}"))
    for i, (name, value) in enumerate(columns.items()):
        if value is None:
            continue
        shown[name] = replace(value, sql=f"x{i}", raw=f"y{i}" if value.raw is not None else None)
        pieces.append(f"{value.sql} AS x{i}")
        pieces += [f"{value.raw} AS y{i}"] if value.raw is not None else []
    pieces += [f"{sql} AS g{i}" for i, sql in enumerate(counted)]
    pieces += [f"{key.sql} AS k{i}" for i, key in enumerate(keys)]
    sure = [f"{_alias(s)}.sure" for s in tables.sources.values() if s.sure]
    pieces.append(f"{' AND '.join(sure) or 'TRUE'} AS sure")
    return pieces, Source("", shown, tuple(ordinals), sure=True)


def _alias(source: Source) -> str:
    return source.ordinals[0][1].split(".")[0]
