"""Replay: which rows of a protected data set a statement returned, as of the day it was asked.

No text of a statement is ever run. Its tree is rebuilt from an allow-list (:mod:`expressions`, :mod:`joins`) into a
query on the sandbox's own tables, with every literal bound as a parameter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlglot import exp

from headwater.ingestion.sql.catalogue import Catalogue
from headwater.ingestion.sql.grouping import merges
from headwater.ingestion.sql.joins import rebuild
from headwater.ingestion.sql.limits import returned_of
from headwater.ingestion.sql.meaning import reading_part
from headwater.ingestion.sql.parse import parse
from headwater.ingestion.sql.queries import Context, Rebuilt
from headwater.ingestion.sql.sandbox import Sandbox, Whole
from headwater.ingestion.sql.scopes import real_tables, table_name
from headwater.ingestion.sql.values import Unsupported

NONE: Whole = np.empty(0, np.int64)
MAX_STATEMENT = 2_000_000
_FRAMES = {
    "cursor": "a cursor, of which fewer rows may have been fetched",
    "prepare": "prepared, and perhaps not run",
}


@dataclass(frozen=True, slots=True)
class Replay:
    """The rows that a statement gave of one data set.

    ``ordinals`` are sorted and distinct. Not ``exact``: ``reason`` says why; they are then the rows that qualify, of
    which fewer may have come back (``bounded``), or other rows may have (not ``bounded``). ``count`` is how many rows
    the statement gave, where that is known. Not ``replayed``: nothing can be said of its rows. ``merged``: a row that
    came back may stand for several records, so that fewer persons than these may have been told apart.
    """

    ordinals: Whole
    exact: bool
    reason: str = ""
    count: int | None = None
    bounded: bool = True
    replayed: bool = True
    merged: bool = False


class Replayer:
    """Replays statements on snapshots in a sandbox of its own."""

    def __init__(self, sandbox: Sandbox, catalogue: Catalogue) -> None:
        self._sandbox = sandbox
        self._catalogue = catalogue

    def replay(self, statement: str, day: date | None) -> Mapping[str, Replay]:
        """What a statement returned of each data set that it read; never fails."""
        context = Context(self._sandbox, self._catalogue, day)
        try:
            query, frame = _query(statement, self._catalogue)
            found = self._replay(query, context)
            return _united([found], _FRAMES[frame]) if frame in _FRAMES else found
        except Unsupported as reason:
            return _not_replayed(str(reason), self._sandbox)
        except RecursionError:
            return _not_replayed("a statement nested too deep", self._sandbox)

    def replay_keys(self, dataset: str, keys: list[str], day: date | None) -> Replay:
        """What a list of keys alone gave of a data set: the same as its SELECT, without reading its text."""
        try:
            rows = self._sandbox.with_keys(dataset, keys, day)
        except Unsupported as reason:
            return Replay(NONE, exact=False, reason=str(reason), replayed=False)
        return Replay(_distinct([rows.column("ordinal")]), exact=True, count=rows.num_rows)

    def _replay(self, query: Any, context: Context) -> Mapping[str, Replay]:
        try:
            return self._sides(query, context)
        except Unsupported:
            if not query.find(exp.Select):
                raise
            inner = [s for s in query.find_all(exp.Select) if s is not query and self._reads(s)]
            if not inner:
                raise
        apart = [self._select(s, Context(self._sandbox, self._catalogue, context.day)) for s in inner]
        return _united(apart, "read inside a sub-select")

    def _sides(self, query: Any, context: Context) -> Mapping[str, Replay]:
        if not isinstance(query, exp.SetOperation):
            return self._select(query, context)
        sides = [query.this.unnest(), query.expression.unnest()]
        if not isinstance(query, exp.Union):
            return _united([self._sides(sides[0], context)], "one set of rows less another")
        fresh = [Context(self._sandbox, self._catalogue, context.day) for _ in sides]
        found = [self._sides(s, c) for s, c in zip(sides, fresh, strict=True) if self._touches(s)]
        reason = "a LIMIT on several queries" if query.args.get("limit") or query.args.get("offset") else ""
        return _united(found, reason)

    def _select(self, select: Any, context: Context) -> Mapping[str, Replay]:
        rebuilt = rebuild(select, context)
        notes = context.notes
        if notes.left_out and not notes.kept:
            raise Unsupported(notes.left_out[0])
        columns = ", ".join(["sure", *(c for _, c in rebuilt.source.ordinals)])
        places = ", seen_last" if rebuilt.bounds is not None else ""
        rows = self._sandbox.run(f"SELECT {columns}{places} FROM {rebuilt.source.sql}", context.parameters.bound)
        count = self._count(rebuilt, rows, context)
        sure = bool(rows.column("sure").to_numpy().all()) if rows.num_rows else True
        points = [*notes.open_points, *([] if sure else ["a LIMIT that cuts between equal rows"])]
        return {
            dataset: Replay(
                _distinct([rows.column(c) for d, c in rebuilt.source.ordinals if d == dataset]),
                exact=not points,
                reason="; ".join(points),
                count=count,
                bounded=not notes.doubts and not notes.fans_out,
                merged=merges(select),
            )
            for dataset in dict.fromkeys(d for d, _ in rebuilt.source.ordinals)
        }

    def _count(self, rebuilt: Rebuilt, rows: Any, context: Context) -> int | None:
        notes = context.notes
        if rebuilt.counted is None or notes.open_points or notes.fans_out:
            return None
        if rebuilt.bounds is not None:
            last = int(rows.column("seen_last").to_numpy().max()) if rows.num_rows else 0
            return returned_of(last, *rebuilt.bounds)
        if not rebuilt.counted:
            return int(rows.num_rows)
        distinct = f"SELECT DISTINCT {', '.join(rebuilt.counted)} FROM {rebuilt.source.sql}"
        found = self._sandbox.run(f"SELECT count(*) AS n FROM ({distinct})", context.parameters.bound)
        return int(found.column("n")[0].as_py())

    def _touches(self, query: Any) -> bool:
        return any(self._catalogue.dataset_of(table_name(t)) for t in real_tables(query))

    def _reads(self, select: Any) -> bool:
        first = select.args.get("from_")
        return first is not None and isinstance(first.this, exp.Table) and self._touches(first)


def _query(statement: str, catalogue: Catalogue) -> tuple[Any, str]:
    if len(statement) > MAX_STATEMENT:
        raise Unsupported("a statement that is too long")
    parsed = parse(statement)
    if parsed is None or not parsed.roots:
        raise Unsupported("a statement that is not understood")
    touching = [r for r in parsed.roots if any(catalogue.dataset_of(table_name(t)) for t in real_tables(r))]
    if len(touching) != 1:
        raise Unsupported("several statements in one" if touching else "a statement that reads no protected table")
    query, _ = reading_part(touching[0])
    if query is None:
        raise Unsupported("a statement that reads nothing")
    return (query.unnest() if isinstance(query, exp.Subquery) else query), parsed.frame


def _not_replayed(reason: str, sandbox: Sandbox) -> Mapping[str, Replay]:
    return {d: Replay(NONE, exact=False, reason=reason, replayed=False) for d in sandbox.loaded}


def _distinct(columns: list[Any]) -> Whole:
    arrays = [c.drop_null().to_numpy() for c in columns]
    return _sorted_once(np.concatenate(arrays).astype(np.int64)) if arrays else NONE


def _sorted_once(values: Whole) -> Whole:
    """The distinct values, sorted: as ``np.unique`` gives them, which is far slower for numbers that come in order."""
    ordered = np.sort(values, kind="stable")
    return ordered[np.concatenate(([True], ordered[1:] != ordered[:-1]))] if ordered.size else ordered


def _united(replays: list[Mapping[str, Replay]], reason: str) -> Mapping[str, Replay]:
    found: dict[str, Replay] = {}
    for dataset in dict.fromkeys(d for r in replays for d in r):
        parts = [r[dataset] for r in replays if dataset in r]
        reasons = dict.fromkeys(p.reason for p in parts if p.reason)
        found[dataset] = Replay(
            _sorted_once(np.concatenate([p.ordinals for p in parts])),
            exact=not reason and all(p.exact for p in parts),
            reason="; ".join([*reasons, *([reason] if reason else [])]),
            bounded=all(p.bounded for p in parts),
            merged=all(p.merged for p in parts),
        )
    return found
