"""The FROM clause: which of its sources hold protected records, and what joins do to the rows of those.

Tables that are not here cannot be replayed: an inner join with one is a condition left out, an outer join that keeps
our rows only makes them come back several times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from headwater.ingestion.sql.expressions import Expressions
from headwater.ingestion.sql.keys import conjuncts
from headwater.ingestion.sql.queries import DEEPEST, Context, From, Rebuilt, Source, assemble
from headwater.ingestion.sql.sandbox import as_of
from headwater.ingestion.sql.scopes import cte_of, table_name
from headwater.ingestion.sql.values import Unsupported, Value, same_type

_TABLE_PARTS = frozenset({"this", "db", "catalog", "alias", "only"})
_MOST_SOURCES = 3
_NOT_HERE = "joined with a table that is not here"


def rebuild(select: Any, context: Context, depth: int = 0, *, shown: bool = False) -> Rebuilt:
    """Rebuild a SELECT that reads at least one protected table; ``Unsupported`` if that cannot be done."""
    if depth > DEEPEST:
        raise Unsupported("queries nested too deep")
    if not isinstance(select, exp.Select):
        raise Unsupported("a sub-query that is no plain SELECT")
    names = _Names(context, depth)
    expressions = Expressions(names, context.parameters, context.notes, context.day)
    tables = _Tables(select, names, expressions).read()
    return assemble(select, tables, expressions, shown=shown)


@dataclass(slots=True)
class _Names:
    context: Context
    depth: int
    ours: dict[str, Source] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)  # columns of a USING clause

    def column(self, node: Any) -> Value:
        """The value of a column, by the names that its SELECT may use."""
        name, table = node.name.lower(), node.table.lower()
        searched = [self.ours[table]] if table in self.ours else [] if table else list(self.ours.values())
        found = [s.columns[name] for s in searched if name in s.columns]
        if not found or (len(found) > 1 and name not in self.shared):
            raise Unsupported("a column that is not in the snapshot")
        return found[0]

    def sub_select(self, query: Any) -> tuple[str, Value]:
        """A one-column query for IN, rebuilt exactly."""
        apart = Context(self.context.sandbox, self.context.catalogue, self.context.day, self.context.parameters)
        rebuilt = rebuild(query, apart, self.depth + 1, shown=True)
        if apart.notes.open_points or rebuilt.bounds is not None or len(query.expressions) != 1:
            raise Unsupported("a sub-select that is not replayed")
        column = next(iter(rebuilt.source.columns.values()), None)
        if column is None:
            raise Unsupported("a sub-select that is not replayed")
        return f"SELECT {column.sql} FROM {rebuilt.source.sql}", column


@dataclass(slots=True)
class _Tables:
    select: Any
    names: _Names
    expressions: Expressions
    sql: str = ""
    conditions: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)

    def read(self) -> From:
        first = self.select.args.get("from_")
        if first is None:
            raise Unsupported("nothing is read at the outer level")
        self._first(first.this)
        for join in self.select.args.get("joins") or ():
            self._join(join)
        if not self.names.ours:
            raise Unsupported("nothing is read at the outer level")
        self._check_links()
        return From(self.sql, tuple(self.conditions), self.names.ours)

    def _first(self, node: Any) -> None:
        source = self._source(node)
        if source is not None:
            self.sql = f"{source.sql} AS {self._add(node, source)}"

    def _join(self, join: Any) -> None:
        side, kind = (str(join.args.get(a) or "").upper() for a in ("side", "kind"))
        if join.args.get("method") or kind not in ("", "INNER", "CROSS", "OUTER"):
            raise Unsupported("a join of an unusual kind")
        source = self._source(join.this)
        if source is not None and self.names.ours and not self.names.foreign:
            self._join_ours(join, source, side)
            return
        self._join_foreign(join, source, side)

    def _join_foreign(self, join: Any, source: Source | None, side: str) -> None:
        notes = self.expressions.notes
        ours_kept = side == ("LEFT" if source is None else "RIGHT")
        if source is not None:
            if self.names.ours:
                raise Unsupported("several joins with a table that is not here")
            self.sql = f"{source.sql} AS {self._add(join.this, source)}"
        notes.fans_out = True
        if ours_kept:
            return
        notes.left_out.append(_NOT_HERE)
        if not side and join.args.get("on") is not None and self.names.ours:
            condition = self.expressions.superset(join.args["on"])
            self.conditions += [condition] if condition is not None else []

    def _join_ours(self, join: Any, source: Source, side: str) -> None:
        if side not in ("", "LEFT"):
            raise Unsupported("a RIGHT or FULL join")
        before = dict(self.names.ours)
        alias = self._add(join.this, source)
        condition = self._using(join, before) if join.args.get("using") else None
        if side == "LEFT":
            on = join.args.get("on")
            condition = condition or (self.expressions.truth(on) if on is not None else "TRUE")
            self.sql += f" LEFT JOIN {source.sql} AS {alias} ON {condition}"
            return
        if condition is None and join.args.get("on") is not None:
            condition = self.expressions.superset(join.args["on"])
        self.conditions += [condition] if condition is not None else []
        self.sql += f" CROSS JOIN {source.sql} AS {alias}"

    def _using(self, join: Any, before: dict[str, Source]) -> str:
        latest = list(self.names.ours)[-1]
        conditions = []
        for identifier in join.args["using"]:
            name = identifier.name.lower()
            left = next((a for a, s in before.items() if name in s.columns), None)
            if left is None or name not in self.names.ours[latest].columns:
                raise Unsupported("a column that is not in the snapshot")
            first, second = before[left].columns[name], self.names.ours[latest].columns[name]
            first, second = same_type(first, second, self.expressions.parameters)
            conditions.append(f"{first.sql} = {second.sql}")
            self.names.shared.add(name)
            if first.distinct or second.distinct:
                self.links.append((left, latest))
        return " AND ".join(conditions)

    def _add(self, node: Any, source: Source) -> str:
        name = node.alias_or_name.lower()
        if name in self.names.ours or len(self.names.ours) >= _MOST_SOURCES:
            raise Unsupported("too many sources, or two of one name")
        alias = f"s{len(self.names.ours)}"
        self.names.ours[name] = source.under(alias)
        return alias

    def _source(self, node: Any) -> Source | None:
        """A source of protected records; ``None`` for one that has none, whose name is kept as foreign."""
        found = self._protected(node)
        if found is None:
            self.names.foreign.add(node.alias_or_name.lower())
        elif node.args.get("alias") is not None and node.args["alias"].args.get("columns"):
            raise Unsupported("a source whose columns are renamed")
        return found

    def _protected(self, node: Any) -> Source | None:
        context, depth = self.names.context, self.names.depth
        inner = node.this if isinstance(node, exp.Subquery) else None
        if isinstance(node, exp.Table):
            cte = cte_of(node)
            inner = cte.this if cte is not None else None
            if cte is None:
                return self._snapshot(node, context)
        if inner is None:
            return None
        if not any(context.catalogue.dataset_of(table_name(t)) or cte_of(t) for t in inner.find_all(exp.Table)):
            return None
        if node.args.get("sample") or node.args.get("pivots") or (cte_columns(node)):
            raise Unsupported("a sub-query with a sample or renamed columns")
        return rebuild(inner, context, depth + 1, shown=True).source

    def _snapshot(self, node: Any, context: Context) -> Source | None:
        dataset = context.catalogue.dataset_of(table_name(node))
        if dataset is None or dataset not in context.sandbox.loaded:
            return None
        extra = {k for k, v in node.args.items() if v and k not in _TABLE_PARTS}
        if extra:
            raise Unsupported(f"a table with {', '.join(sorted(extra))}")
        loaded = context.sandbox.loaded[dataset]
        return Source(as_of(loaded, context.day), loaded.columns, ((dataset, "ordinal"),))

    def _check_links(self) -> None:
        """Every further source must be joined on a key, else hostile text makes the product of all rows."""
        where = self.select.args.get("where")
        ons = [j.args["on"] for j in self.select.args.get("joins") or () if j.args.get("on") is not None]
        for clause in [*ons, *([where.this] if where is not None else [])]:
            for condition in conjuncts(clause):
                self._link(condition.unnest())
        reached = set(list(self.names.ours)[:1])
        for _ in self.names.ours:
            reached |= {b for a, b in self.links if a in reached} | {a for a, b in self.links if b in reached}
        if reached != set(self.names.ours):
            raise Unsupported("a join without a key")

    def _link(self, condition: Any) -> None:
        if not isinstance(condition, exp.EQ):
            return
        sides = (condition.this, condition.expression)
        if not all(isinstance(s, exp.Column) and s.table.lower() in self.names.ours for s in sides):
            return
        values = [self.names.ours[s.table.lower()].columns.get(s.name.lower()) for s in sides]
        if any(v is not None and v.distinct for v in values):
            self.links.append((sides[0].table.lower(), sides[1].table.lower()))


def cte_columns(node: Any) -> bool:
    """Whether a common table expression gives its columns other names."""
    cte = cte_of(node) if isinstance(node, exp.Table) else None
    return cte is not None and bool(cte.args["alias"].args.get("columns"))
