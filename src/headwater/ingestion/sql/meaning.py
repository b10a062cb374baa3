"""What a statement asks of the protected data sets, told from its shape alone.

Each shape is understood once. What cannot be parsed is searched for the names of protected tables and for the verbs of
export, and is marked as not understood: a wrong answer is worse than a counted gap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue, Name
from headwater.ingestion.sql.grouping import reveals
from headwater.ingestion.sql.keys import KeyUse, key_use, match_use
from headwater.ingestion.sql.parse import Parsed, parse
from headwater.ingestion.sql.predicates import columns_of, deciding_columns, is_range_only, predicates_of
from headwater.ingestion.sql.scopes import real_tables, table_name
from headwater.ingestion.sql.shapes import fingerprint
from headwater.ingestion.sql.showing import Shown, shown_of

Kind = Literal["lookup", "range", "filter", "export", "aggregate", "write", "maintenance", "function", "other"]

_LITERAL = re.compile(r"\"(?:[^\"]|\"\")*\"|`[^`]*`|(?P<text>'\?')|(?P<number>(?<![\w$.])0(?![\w.]))")
_EXPORT_VERB = re.compile(
    r"\b(?:outfile|dumpfile|queryout|bcp|expdp|exp|pg_dump|pg_dumpall|mysqldump|mysqlpump|unload|spool|"
    r"copy\b.*\bto|data_export|utl_file)\b",
    re.I | re.S,
)
_MAINTENANCE = re.compile(
    r"\s*(?:analyze|vacuum|explain|reindex|cluster|lock|show|set|reset|discard|checkpoint|comment|refresh|listen|"
    r"notify|deallocate|close|begin|start|commit|rollback|savepoint|release|abort|end|use|desc|describe|optimize|"
    r"check|kill|flush|move|security|reassign|alter|grant|revoke|create\s+(?:unique\s+)?index)\b",
    re.I,
)
_FUNCTION = re.compile(r"\s*(?:call|do|exec|execute|begin|declare)\b", re.I)
_WRITE_VERB = re.compile(r"\s*(?:insert|update|delete|merge|truncate|drop|create|replace|load)\b", re.I)
_HARMLESS = re.compile(
    r"(?:pg_(?:stat|get|size|total|table|indexes|relation|database|backend|is|has|postmaster|conf|current|"
    r"column|encoding|my|tablespace|advisory|try_advisory|sleep|cancel|terminate|wal|last|export)\w*|has_\w+_privilege|"
    r"current_\w+|version|now|txid_\w+|set_config|inet_\w+|obj_description|col_description|format_type|"
    r"nextval|currval|lastval|to_regclass)$"
)
_WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.TruncateTable)
_UPKEEP = (
    exp.Analyze, exp.Set, exp.Transaction, exp.Commit, exp.Rollback, exp.Use, exp.Grant, exp.Revoke, exp.Comment,
    exp.Alter,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What one shape of statement means.

    ``tables`` are as written, in lower case; ``datasets`` the protected ones that it reads; ``touched`` those that it
    only names (a write, an upkeep). ``reads`` says that records of persons come back; ``leaves`` that they go to a file
    or a stream. ``deciding`` are the columns that decide which rows come back. ``volatile``: the answer depends on the
    day it was asked. ``shows`` are the columns that come back and the order that was asked for, where the text tells.
    """

    fingerprint: str
    sample: str
    kind: Kind
    understood: bool
    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    touched: tuple[str, ...] = ()
    reads: bool = False
    leaves: bool = False
    limit: bool = False
    ordered: bool = False
    joined: bool = False
    volatile: bool = False
    frame: str = ""
    deciding: tuple[str, ...] = ()
    key: KeyUse | None = None
    match: KeyUse | None = None
    shows: tuple[Shown, ...] = ()
    reason: str = ""


def understand(masked: str, catalogue: Catalogue) -> Shape:
    """What a masked statement means; never fails."""
    parsed = parse(numbered(masked))
    if parsed is None:
        return _by_words(masked, catalogue)
    if not parsed.roots:
        return _upkeep(masked, catalogue)
    return _by_tree(masked, parsed, catalogue)


def numbered(masked: str) -> str:
    """The masked text with each literal replaced by its place, so that a tree tells which literal stands where.

    >>> numbered("select a from t where b = '?' limit 0")
    "select a from t where b = '0' limit 1"
    """
    count = -1

    def number(found: re.Match[str]) -> str:
        nonlocal count
        if found["text"]:
            count += 1
            return f"'{count}'"
        if found["number"]:
            count += 1
            return str(count)
        return found.group()

    return _LITERAL.sub(number, masked)


def literal_count(masked: str) -> int:
    """How many literals a masked text has, collapsed lists counting as two."""
    return sum(1 for m in _LITERAL.finditer(masked) if m["text"] or m["number"])


def _by_words(masked: str, catalogue: Catalogue) -> Shape:
    names = catalogue.named_in(masked)
    datasets = _datasets(names, catalogue)
    exports = _EXPORT_VERB.search(masked) is not None
    kind: Kind = "other"
    if _WRITE_VERB.match(masked):
        kind = "write"
    elif exports:
        kind = "export"
    elif _FUNCTION.match(masked):
        kind = "function"
    return Shape(
        fingerprint(masked), masked, kind, understood=False, tables=_dotted(names), datasets=datasets,
        reads=bool(datasets) and kind != "write", leaves=exports and kind == "export", reason="not parsed",
    )  # fmt: skip


def _upkeep(masked: str, catalogue: Catalogue) -> Shape:
    names = catalogue.named_in(masked)
    return Shape(
        fingerprint(masked), masked, "maintenance", understood=True, tables=_dotted(names),
        touched=_datasets(names, catalogue),
    )  # fmt: skip


def _by_tree(masked: str, parsed: Parsed, catalogue: Catalogue) -> Shape:
    roots = parsed.roots
    if len(roots) == 1 and isinstance(roots[0], exp.Command):
        return _command(masked, catalogue)
    touching = [r for r in roots if any(catalogue.dataset_of(table_name(t)) for t in real_tables(r))]
    root = (touching or roots)[0]
    query, targets = reading_part(root)
    named = [table_name(t) for r in roots for t in real_tables(r)]
    read = [table_name(t) for t in real_tables(query)] if query is not None else []
    datasets = _datasets(read, catalogue)
    columns = columns_of(query if query is not None else root)
    shown = reveals(query, catalogue) if query is not None and datasets else False
    leaves = parsed.frame == "outfile" or (isinstance(root, exp.Copy) and query is not None)
    key = match = None
    if shown and len(touching) == 1:
        key = key_use(query, catalogue, literal_count(masked))
        match = match_use(query, catalogue, literal_count(masked)) if key is None and not parsed.frame else None
    return Shape(
        fingerprint(masked),
        masked,
        _kind(root, query, _Seen(bool(datasets), shown, leaves, key)),
        understood=True,
        tables=_dotted(named),
        columns=columns,
        predicates=predicates_of(query if query is not None else root),
        datasets=datasets,
        touched=tuple(d for d in _datasets([*named, *targets], catalogue) if d not in datasets),
        reads=shown,
        leaves=leaves and shown,
        limit=_has(query, "limit") or _has(query, "offset"),
        ordered=_has(query, "order"),
        joined=query is not None and query.find(exp.Join) is not None,
        volatile=query is not None and query.find(exp.CurrentDate, exp.CurrentTimestamp) is not None,
        frame="several" if len(touching) > 1 else parsed.frame,
        deciding=deciding_columns(query) if query is not None else (),
        key=key,
        match=match,
        shows=shown_of(query, catalogue) if query is not None and shown and len(touching) == 1 else (),
    )


def reading_part(root: exp.Expression) -> tuple[exp.Expression | None, list[Name]]:
    """The query in a statement whose rows come back or are copied, and the names of the tables that it writes to.

    ``COPY t TO``, ``UPDATE … RETURNING`` and ``DELETE … RETURNING`` give the query that reads the same rows.
    """
    if isinstance(root, exp.Copy):
        return (None, []) if root.args.get("kind") else (_copied(root), [])
    if isinstance(root, exp.Query):
        into = root.args.get("into")
        return root, [table_name(into.this)] if into is not None and isinstance(into.this, exp.Table) else []
    if isinstance(root, (exp.Insert, exp.Create)):
        target = root.this.this if isinstance(root.this, exp.Schema) else root.this
        inner = root.expression
        names = [table_name(target)] if isinstance(target, exp.Table) else []
        return (inner if isinstance(inner, exp.Query) and not isinstance(inner, exp.Values) else None), names
    if isinstance(root, (exp.Update, exp.Delete)) and root.args.get("returning") and isinstance(root.this, exp.Table):
        query = exp.Select(expressions=[exp.Star()], from_=exp.From(this=root.this.copy()))
        if root.args.get("where"):
            query.set("where", root.args["where"].copy())
        return query, [table_name(root.this)]
    return None, []


def _copied(root: exp.Expression) -> exp.Expression:
    what = root.this
    if isinstance(what, exp.Subquery):
        return what.unnest()
    table = what.this if isinstance(what, exp.Schema) else what
    names = what.expressions if isinstance(what, exp.Schema) else []
    shown = [exp.column(n.copy()) for n in names if isinstance(n, exp.Identifier)] or [exp.Star()]
    return exp.Select(expressions=shown, from_=exp.From(this=table.copy()))


def _command(masked: str, catalogue: Catalogue) -> Shape:
    if _MAINTENANCE.match(masked):
        return _upkeep(masked, catalogue)
    return _by_words(masked, catalogue)


@dataclass(frozen=True, slots=True)
class _Seen:
    protected: bool
    shown: bool
    leaves: bool
    key: KeyUse | None


def _kind(root: exp.Expression, query: exp.Expression | None, seen: _Seen) -> Kind:
    if isinstance(root, _WRITES) or (isinstance(root, exp.Copy) and query is None) or _has(root, "into"):
        return "maintenance" if isinstance(root, exp.Create) and root.args.get("kind") == "INDEX" else "write"
    if isinstance(root, _UPKEEP) or query is None:
        return "maintenance" if isinstance(root, _UPKEEP) else "other"
    if not seen.shown:
        return _kind_without_records(query, seen.protected)
    if seen.leaves:
        return "export"
    if seen.key is not None and not seen.key.many:
        return "lookup"
    if is_whole(query):
        return "export"
    return "range" if is_range_only(query) else "filter"


def _kind_without_records(query: exp.Expression, protected: bool) -> Kind:
    if next(real_tables(query), None) is not None:
        return "aggregate" if protected or query.find(exp.AggFunc) is not None else "other"
    functions = [f.name.lower() for f in query.find_all(exp.Anonymous)]
    if functions and all(_HARMLESS.match(f) for f in functions):
        return "maintenance"
    return "function" if functions else "other"


def is_whole(query: exp.Expression) -> bool:
    """Whether a query gives a table as it is, every row of it."""
    parts = ("where", "limit", "offset", "joins", "group", "having", "with_")
    if not isinstance(query, exp.Select) or any(_has(query, p) for p in parts):
        return False
    source = query.args.get("from_")
    return source is not None and isinstance(source.this, exp.Table)


def _has(node: exp.Expression | None, part: str) -> bool:
    return node is not None and bool(node.args.get(part))


def _datasets(names: list[Name] | tuple[Name, ...], catalogue: Catalogue) -> tuple[str, ...]:
    found = (catalogue.dataset_of(n) for n in names)
    return tuple(dict.fromkeys(d for d in found if d is not None))


def _dotted(names: list[Name] | tuple[Name, ...]) -> tuple[str, ...]:
    return tuple(sorted({".".join(n) for n in names}))
