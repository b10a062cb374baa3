"""What raw rows mean in this case: which request read a protected record, which left the house, whose desk it was.

A request whose path a data set's ``urls`` or ``exports`` know is an act of reading (``access``); any other request
that names a site is traffic to the outside (``web``); what a server says of its own other pages is counted only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.text import mask_text
from headwater.ingestion.clock import local
from headwater.ingestion.naming import Names
from headwater.ingestion.sql.interpret import Interpreter
from headwater.model.settings import Dataset
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

DENIED = 400
"""Answers from this status on gave nothing."""


@dataclass(frozen=True, slots=True)
class Protected:
    """A data set as logs speak of it, with the records that its snapshot knows."""

    dataset: Dataset
    keys: pa.Array  # distinct keys; a key's place is its ordinal


@dataclass(frozen=True, slots=True)
class Meant:
    """Rows for tables of the lake, and named counts for the report."""

    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


class Meaning:
    """Turns raw rows of one file into rows of the lake."""

    def __init__(
        self,
        zone: ZoneInfo,
        names: Names,
        protected: tuple[Protected, ...],
        statements: Callable[[], Interpreter],
        tokeniser: Tokeniser,
    ) -> None:
        self._zone, self._names, self._protected = zone, names, protected
        self._make_interpreter, self._tokeniser = statements, tokeniser
        self._statements: Interpreter | None = None  # a sandbox with all snapshots: made for the first statement
        self._known: dict[str, pa.Array] = {}  # tokens of all keys of a data set

    def begin_file(self) -> None:
        """Make each file's part of the lake stand by itself."""
        if self._statements is not None:
            self._statements.begin_file()

    def of(self, kind: str, rows: pa.Table, source: str) -> Meant:
        """The meaning of raw rows of one kind from one file."""
        rows = rows.filter(pc.is_valid(rows.column("time"))).combine_chunks()
        if rows.num_rows == 0:
            return Meant()
        if kind == "requests":
            return self._requests(self._named(rows), source)
        if kind == "queries":
            return self._queries(self._named(rows), source)
        return Meant({kind: self._event(self._masked(self._named(rows)), source)})

    def declared(self, rows: pa.Table) -> pa.Table:
        """Rows that a declaration has already laid onto a table of the lake, with accounts and devices by one name."""
        return self._named(rows)

    def _named(self, rows: pa.Table) -> pa.Table:
        for column, names in (("account", self._names.accounts), ("device", self._names.devices)):
            if column in rows.column_names:
                rows = rows.set_column(rows.schema.get_field_index(column), column, names(rows.column(column)))
        return rows

    def _masked(self, rows: pa.Table) -> pa.Table:
        for column in ("path", "subject"):
            if column in rows.column_names:
                at = rows.schema.get_field_index(column)
                rows = rows.set_column(at, column, mask_text(_whole(rows.column(column))))
        return rows

    def _event(self, rows: pa.Table, source: str) -> pa.Table:
        """The rows with local day and hour and their source."""
        day, hour = local(_whole(rows.column("time")), self._zone)
        rows = rows.append_column("day", day).append_column("hour", hour)
        return rows.append_column("source", pa.repeat(pa.scalar(source), rows.num_rows))

    def _queries(self, rows: pa.Table, source: str) -> Meant:
        if self._statements is None:
            self._statements = self._make_interpreter()
        told = self._statements.interpret(rows)
        counts = Counter({f"statements {n.replace('_', ' ')}": v for n in COUNTED if (v := getattr(told.counts, n))})
        counts.update({f"statements inexact: {reason}": n for reason, n in told.counts.reasons.items()})
        access = self._event(told.access, source)
        shapes = {"statements": told.statements, "statement_columns": told.columns}
        return Meant({"access": access, "returned": told.returned, **shapes}, counts)

    def _requests(self, rows: pa.Table, source: str) -> Meant:
        path = _whole(rows.column("path")) if "path" in rows.column_names else pa.nulls(rows.num_rows, pa.string())
        left = pa.array([True] * rows.num_rows)
        parts = []
        for protected in self._protected:
            for pattern, action in _patterns(protected.dataset):
                hit = pc.and_(left, pc.fill_null(pc.match_substring_regex(path, _google(pattern)), False))
                if pc.any(hit).as_py():
                    parts.append(self._acts(rows.filter(hit), path.filter(hit), protected, pattern, action))
                    left = pc.and_(left, pc.invert(hit))
        rest = rows.filter(left)
        tables = {}
        if parts:
            acts = pa.concat_tables(parts).combine_chunks()  # many chunks make taking rows slow
            order = pc.sort_indices(acts, [("line", "ascending")])
            tables["access"] = self._event(acts.take(order), source)
        web = rest.filter(pc.is_valid(rest.column("host"))) if "host" in rest.column_names else rest.slice(0, 0)
        if web.num_rows:
            tables["web"] = self._event(self._web(web), source)
        others = rest.num_rows - web.num_rows
        return Meant(tables, Counter({"requests to other pages": others} if others else {}))

    def _acts(self, rows: pa.Table, path: pa.Array, protected: Protected, pattern: str, action: str) -> pa.Table:
        name = protected.dataset.name
        n = rows.num_rows
        subject, ordinal = pa.nulls(n, pa.string()), pa.nulls(n, pa.int64())
        if action == "lookup":
            keys = pc.struct_field(pc.extract_regex(path, _google(pattern)), "subject")
            ordinal = pc.index_in(keys, value_set=protected.keys).cast(pa.int64())
            subject = self._subjects(protected, keys, ordinal)
        status = _column(rows, "status", pa.int32())
        denied = pc.fill_null(pc.greater_equal(status, DENIED), False)
        counted = _column(rows, "rows", pa.int64())
        if action == "lookup":
            counted = pc.coalesce(counted, pa.scalar(1, pa.int64()))
        made = {
            "time": rows.column("time"),
            "line": rows.column("line"),
            **{c: _column(rows, c, pa.string()) for c in ("account", "device", "ip", "application")},
            "dataset": pa.repeat(pa.scalar(name), n),
            "action": pa.repeat(pa.scalar(action), n),
            "rows": counted,
            "subject": subject,
            "ordinal": ordinal,
            "outcome": pc.if_else(denied, "denied", "success"),
            "bytes": _column(rows, "bytes_in", pa.int64()),
        }
        return pa.table(made)

    def _subjects(self, protected: Protected, keys: pa.Array, ordinal: pa.Array) -> pa.Array:
        """Tokens of keys; those of records that the snapshot knows are worked out once for all files."""
        kind = f"subject:{protected.dataset.name}"
        if kind not in self._known:
            self._known[kind] = self._tokeniser.tokens(kind, protected.keys)
        unknown = pc.if_else(pc.is_null(ordinal), keys, pa.scalar(None, keys.type))
        return pc.coalesce(self._known[kind].take(ordinal), self._tokeniser.tokens(kind, unknown))

    def _web(self, rows: pa.Table) -> pa.Table:
        known = [c for c in rows.column_names if c in SCHEMAS["web"].names]
        rows = rows.select(known)
        if "path" in known:  # what a person searched for or sent stays out of the lake
            bare = pc.replace_substring_regex(_whole(rows.column("path")), r"[?#].*$", "")
            rows = rows.set_column(rows.schema.get_field_index("path"), "path", mask_text(bare))
        return rows


COUNTED = (
    "understood",
    "not_understood",
    "not_ours",
    "looked_up",
    "replayed",
    "not_replayable",
    "contradicted",
    "silent",
)


def _patterns(dataset: Dataset) -> list[tuple[str, str]]:
    """Every pattern of a data set with the act that it stands for, in the order of the settings."""
    looked = [(p, "lookup") for p in dataset.urls]
    return looked + [(p, "search" if _SEARCH.search(p) else "export") for p in dataset.exports]


_SEARCH = re.compile(r"search|find|query|list|lookup", re.IGNORECASE)
"""Paths of this kind show a page of results; the others hand over a file."""


def _google(pattern: str) -> str:
    """A pattern of the settings for RE2, which wants an anchor said."""
    return pattern if pattern.startswith("^") else f"^(?:{pattern})"


def _column(rows: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    return _whole(rows.column(name)).cast(kind) if name in rows.column_names else pa.nulls(rows.num_rows, kind)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    if not isinstance(column, pa.ChunkedArray):
        return column
    return (
        column.combine_chunks()
        if column.num_chunks == 1
        else pa.concat_arrays(column.chunks or [pa.nulls(0, column.type)])
    )
