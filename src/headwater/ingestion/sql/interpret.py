"""Logged statements as acts of reading protected data: who read which records.

Work is done once per distinct statement and version of the data, never per event. Costs about 60 bytes per event beside
the log itself; a replay costs one scan of the snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.clock import local
from headwater.ingestion.sql.acts import Acts, explode
from headwater.ingestion.sql.catalogue import Catalogue, Protected, name_parts
from headwater.ingestion.sql.find import NO_DAY, Finder
from headwater.ingestion.sql.meaning import Shape
from headwater.ingestion.sql.outcomes import UNKNOWN, Found, Verdicts, weigh
from headwater.ingestion.sql.replay import Replayer
from headwater.ingestion.sql.sandbox import Sandbox, Whole
from headwater.ingestion.sql.sets import Sets
from headwater.ingestion.sql.snapshots import Snapshot
from headwater.ingestion.sql.touches import Reader
from headwater.model.tables import SCHEMAS

_LEFT_OUT = frozenset({"day", "hour", "source"})
ACCESS = pa.schema([f for f in SCHEMAS["access"] if f.name not in _LEFT_OUT])
"""The columns of ``access`` that the statement's line gives; whoever reads the file knows the others."""


class Tokens(Protocol):
    """Makes tokens of the keys of records; :class:`headwater.store.tokens.Tokeniser` is one."""

    def tokens(self, kind: str, values: pa.Array) -> pa.Array:
        """The tokens of an array of compact identifiers."""
        ...


@dataclass(frozen=True, slots=True)
class Counts:
    """How many log lines came to what; those ``said_twice`` repeat another line.

    ``replayed`` acts gave a set of rows (``contradicted`` by the log's own row count among them, ``too_loose`` when the
    set says nothing for being so much larger than what came back); ``silent`` ones gave no record. ``reasons`` counts
    why acts are not exact or not replayable.
    """

    understood: int = 0
    not_understood: int = 0
    not_ours: int = 0
    said_twice: int = 0
    looked_up: int = 0
    replayed: int = 0
    not_replayable: int = 0
    contradicted: int = 0
    too_loose: int = 0
    silent: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What came of some logged statements.

    ``access`` has the columns of the lake's table but ``day``, ``hour`` and ``source``; ``returned``, ``statements``
    and ``columns`` (``statement_columns``) hold what this batch needs and an earlier batch of the same interpreter has not given.
    """

    access: pa.Table
    returned: pa.Table
    statements: pa.Table
    columns: pa.Table
    counts: Counts


def interpret(queries: pa.Table, snapshots: Sequence[Snapshot], zone: ZoneInfo, tokens: Tokens) -> Interpreted:
    """Tell what logged statements (``RAW["queries"]``) read of these data sets, in one batch."""
    return Interpreter(snapshots, zone, tokens).interpret(queries)


class Interpreter:
    """Holds the snapshots in a sandbox, and what it has understood and replayed so far."""

    def __init__(self, snapshots: Sequence[Snapshot], zone: ZoneInfo, tokens: Tokens, memory: str = "1GB") -> None:
        self._zone = zone
        self._tokens = tokens
        self._sandbox = Sandbox(tuple(snapshots), memory)
        catalogue = Catalogue(
            Protected(
                name,
                loaded.snapshot.key.lower(),
                tuple(name_parts(t) for t in loaded.snapshot.dataset.tables),
                loaded.identifying,
                tuple(loaded.columns),
            )
            for name, loaded in self._sandbox.loaded.items()
        )
        self._reader = Reader(catalogue)
        keys = {name: loaded.snapshot.keys() for name, loaded in self._sandbox.loaded.items()}
        self._subjects = {name: tokens.tokens(f"subject:{name}", k) for name, k in keys.items()}
        self._sets = Sets(self._subjects)
        self._finder = Finder(self._sandbox, Replayer(self._sandbox, catalogue), keys, self._sets)
        self._shown: set[str] = set()

    def begin_file(self) -> None:
        """Forget which sets and shapes were given out: each file's part of the lake must stand by itself."""
        self._sets.given.clear()
        self._shown.clear()
        self._finder.forget()

    def interpret(self, queries: pa.Table) -> Interpreted:
        """Tell what a batch of logged statements read."""
        acts = explode(queries, self._reader)
        days = local(queries.column("time"), self._zone)[0].cast(pa.int32()).fill_null(NO_DAY)
        logged = pc.fill_null(queries.column("rows"), UNKNOWN).to_numpy()[acts.line]
        found = self._finder.find(acts, days.to_numpy().astype(np.int64)[acts.line], logged)
        denied = pc.fill_null(pc.equal(queries.column("outcome"), "denied"), False).to_numpy()[acts.line]
        verdicts = weigh(acts, found, logged, denied)
        access = self._access(queries, acts, found, verdicts)
        wanted = set(pc.unique(access.column("returned")).drop_null().to_pylist())
        returned = self._sets.take(wanted)
        self._finder.forget()
        lines = {n: getattr(acts, n) for n in ("understood", "not_understood", "not_ours", "said_twice")}
        counts = Counts(**lines, **verdicts.counts, reasons=verdicts.reasons)
        return Interpreted(access, returned, *self._statements(acts), counts)

    def _access(self, queries: pa.Table, acts: Acts, found: Found, verdicts: Verdicts) -> pa.Table:
        taken = queries.take(pa.array(acts.line))
        columns = {n: taken.column(n) for n in ("time", "line", "account", "device", "ip", "application", "outcome")}
        shapes = [q.understood.shape for q in acts.questions]
        columns |= {
            "dataset": _spread([q.touch.dataset for q in acts.questions], acts.asked),
            "action": _spread(["export" if s is not None and s.leaves else "sql" for s in shapes], acts.asked),
            "statement": _spread([s.fingerprint if s is not None else None for s in shapes], acts.asked),
            "rows": _known(verdicts.rows),
            "subject": self._subject_column(acts, verdicts),
            "ordinal": _known(verdicts.ordinal),
            "returned": _spread([o.set_id for o in found.outcomes], verdicts.given),
            "exact": _known(verdicts.exact).cast(pa.bool_()),
            "bytes": pa.nulls(len(acts.line), pa.int64()),
        }
        return pa.table({n: columns[n] for n in ACCESS.names}, schema=ACCESS)

    def _subject_column(self, acts: Acts, verdicts: Verdicts) -> pa.Array:
        """Tokens of the records that are named: of the literal in a look-up, else of the one record that came back."""
        result = np.full(len(acts.line), None, object)
        for dataset, subjects in self._subjects.items():
            asked = [i for i, q in enumerate(acts.questions) if q.touch.mode == "lookup" and q.touch.dataset == dataset]
            literals = pa.array([acts.questions[i].touch.keys[0] for i in asked], pa.string())
            of_question = np.full(len(acts.questions) + 1, None, object)
            of_question[asked] = self._tokens.tokens(f"subject:{dataset}", literals).to_pylist()
            ours = np.array([q.touch.dataset == dataset for q in acts.questions] or [False])[acts.asked]
            known = ours & (verdicts.ordinal >= 0)
            result[known] = subjects.take(pa.array(verdicts.ordinal[known])).to_numpy(zero_copy_only=False)
            looked = ours & np.isin(acts.asked, asked)
            result[looked] = of_question[acts.asked[looked]]
        return pa.array(result, pa.string())

    def _statements(self, acts: Acts) -> tuple[pa.Table, pa.Table]:
        """The shapes that were not given out before, and the columns that they show."""
        fresh: dict[str, Shape] = {}
        for question in acts.questions:
            shape = question.understood.shape
            if shape is not None and shape.fingerprint not in self._shown:
                fresh[shape.fingerprint] = shape
        self._shown.update(fresh)
        schema = SCHEMAS["statements"]
        rows = [{n: getattr(fresh[f], n) for n in schema.names} for f in sorted(fresh)]
        shown = [{"fingerprint": f, **asdict(s)} for f in sorted(fresh) for s in fresh[f].shows]
        return (
            pa.Table.from_pylist(rows, schema=schema),
            pa.Table.from_pylist(shown, schema=SCHEMAS["statement_columns"]),
        )


def _spread(values: list[str | None], places: Whole) -> pa.Array:
    """One text for each place; none for ``UNKNOWN``."""
    return pa.array(values, pa.string()).take(pa.array(places, mask=places == UNKNOWN))


def _known(values: Whole) -> pa.Array:
    return pa.array(values, mask=values == UNKNOWN)
