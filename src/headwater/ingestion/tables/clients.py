"""The protected data sets: their records, the identifiers of the people in them, and what their columns hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.folder import CaseFolder
from headwater.identifiers.columns import compact_array, compact_own, recognise
from headwater.identifiers.parts import PARTED, TAILS, of_full, surname_beside
from headwater.identifiers.surname import surname_array
from headwater.ingestion.tables.days import parse_days
from headwater.ingestion.tables.layout import folded
from headwater.ingestion.tables.segments import segments
from headwater.ingestion.tables.shapes import shape_of
from headwater.ingestion.tables.snapshots import Snapshot, read_snapshot
from headwater.ingestion.tables.versions import Versions, versions_of
from headwater.model.exhibit import NotRead, Rejected
from headwater.model.settings import Dataset
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

VALIDITY = ("valid_from", "valid_to")
_TABLES = ("records", "subjects", "subject_parts", "columns")
_NEAR_UNIQUE = 0.9
_MOSTLY = 0.9
_SAMPLE = 5000


@dataclass(frozen=True, slots=True)
class DatasetTables:
    """A protected data set.

    ``records``, ``subjects``, ``subject_parts`` and ``columns`` are tables of the lake. ``snapshot`` holds the raw cells of the very rows
    of ``records``, in the same order: it is for the replay of statements, stays in memory and is never stored.
    ``key`` is the column that names a record.
    """

    dataset: Dataset
    key: str
    records: pa.Table = field(repr=False)
    subjects: pa.Table = field(repr=False)
    subject_parts: pa.Table = field(repr=False)
    columns: pa.Table = field(repr=False)
    snapshot: pa.Table = field(repr=False)
    rejected: tuple[Rejected, ...] = ()
    not_read: tuple[NotRead, ...] = ()


@dataclass(frozen=True, slots=True)
class SoundRows:
    """The sound rows of a data set: as written (``snapshot``), trimmed by column, with their days and places.

    ``key`` is empty where there is no snapshot.
    """

    dataset: Dataset
    key: str
    snapshot: pa.Table = field(repr=False)
    columns: Mapping[str, pa.Array] = field(default_factory=dict, repr=False)
    days: tuple[pa.Array, ...] = field(default=(), repr=False)
    sources: pa.Array | None = field(default=None, repr=False)
    lines: pa.Array | None = field(default=None, repr=False)
    rejected: tuple[Rejected, ...] = ()
    not_read: tuple[NotRead, ...] = ()


def read_rows(case: CaseFolder, dataset: Dataset) -> SoundRows:
    """Read a data set's snapshot and set aside the rows that are not sound.

    :raises SettingsError: if the key that the settings name is no column of the snapshot
    """
    snapshot = read_snapshot(case, dataset)
    if not snapshot.rows.num_columns:
        return SoundRows(dataset, "", snapshot.rows, not_read=snapshot.not_read)
    columns = {name: _trimmed(snapshot.rows.column(name)) for name in snapshot.rows.column_names}
    days, sound, rejected = _check(snapshot, columns)
    return SoundRows(
        dataset=dataset,
        key=snapshot.key,
        snapshot=snapshot.rows.filter(sound),
        columns={name: cells.filter(sound) for name, cells in columns.items()},
        days=tuple(day.filter(sound) for day in days),
        sources=snapshot.sources.filter(sound),
        lines=snapshot.lines.filter(sound),
        rejected=tuple(sorted((*snapshot.rejected, *rejected), key=lambda bad: (bad.source, bad.line))),
        not_read=snapshot.not_read,
    )


def read_dataset(case: CaseFolder, dataset: Dataset, tokeniser: Tokeniser) -> DatasetTables:
    """Read a data set's snapshot and turn every identifier in it into tokens.

    :raises SettingsError: if the key that the settings name is no column of the snapshot
    """
    rows = read_rows(case, dataset)
    if not rows.key:
        empty = {name: SCHEMAS[name].empty_table() for name in _TABLES}
        return DatasetTables(dataset, "", **empty, snapshot=rows.snapshot, not_read=rows.not_read)
    key = rows.columns[rows.key]
    subject = tokeniser.tokens(f"subject:{dataset.name}", key)
    frame = _Frame(dataset.name, subject, versions_of(key, *rows.days), rows.sources, rows.lines)
    kinds = {name: _kind(name, cells, key, is_key=name == rows.key) for name, cells in rows.columns.items()}
    return DatasetTables(
        dataset=dataset,
        key=rows.key,
        records=frame.records(segments(dataset.name, len(key), _plain(rows.columns, kinds), tokeniser)),
        subjects=_subjects(frame, rows.columns, kinds, tokeniser),
        subject_parts=_parts(frame, rows.columns, kinds, tokeniser),
        columns=_columns(dataset.name, rows.columns, kinds),
        snapshot=rows.snapshot,
        rejected=rows.rejected,
        not_read=rows.not_read,
    )


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a column holds: kinds of identifiers if any (their tokens go into the lake), else a word for it."""

    word: str
    identifiers: tuple[str, ...] = ()
    shape: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all rows of one data set have in common: subject, version, days and place."""

    dataset: str
    subject: pa.Array
    versions: Versions
    sources: pa.Array
    lines: pa.Array

    def records(self, segment: pa.Array) -> pa.Table:
        return self._table("records", {"segment": segment})

    def subjects(self, kind: str, tokens: pa.Array) -> pa.Table:
        kinds = pa.array([kind] * len(tokens), pa.string())
        return self._table("subjects", {"kind": kinds, "token": tokens}).filter(pc.is_valid(tokens))

    def parts(self, kind: str, tokens: pa.Array) -> pa.Table:
        kinds = pa.array([kind] * len(tokens), pa.string())
        return self._table("subject_parts", {"kind": kinds, "token": tokens}).filter(pc.is_valid(tokens))

    def _table(self, name: str, more: Mapping[str, pa.Array]) -> pa.Table:
        values = {
            "dataset": pa.array([self.dataset] * len(self.subject), pa.string()),
            "subject": self.subject,
            "ordinal": self.versions.ordinal,
            "version": self.versions.version,
            "valid_from": self.versions.valid_from,
            "valid_to": self.versions.valid_to,
            "source": self.sources,
            "line": self.lines,
            **more,
        }
        schema = SCHEMAS[name]
        return pa.table([values[column] for column in schema.names], schema=schema)


def _trimmed(cells: pa.ChunkedArray) -> pa.Array:
    joined = cells.combine_chunks() if cells.num_chunks else pa.array([], pa.string())
    joined = joined if isinstance(joined, pa.Array) else pa.concat_arrays(joined.chunks)
    trimmed = pc.utf8_trim_whitespace(joined)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _check(
    snapshot: Snapshot, columns: Mapping[str, pa.Array]
) -> tuple[tuple[pa.Array, pa.Array], pa.Array, list[Rejected]]:
    """The days of validity, which rows are sound, and those that are not."""
    days = tuple(_days(columns, header) for header in VALIDITY)
    reasons = [(pc.is_null(columns[snapshot.key]), f"{snapshot.key} is empty")]
    reasons += [(bad, f"{header} is no date") for header, (_, bad) in zip(VALIDITY, days, strict=True)]
    sound = pa.array([True] * snapshot.rows.num_rows, pa.bool_())
    rejected: list[Rejected] = []
    for bad, reason in reasons:
        fresh = pc.and_(bad, sound)
        sound = pc.and_not(sound, bad)
        places = zip(snapshot.sources.filter(fresh).to_pylist(), snapshot.lines.filter(fresh).to_pylist(), strict=True)
        rejected += [Rejected(source, line, reason) for source, line in places]
    return (days[0][0], days[1][0]), sound, rejected


def _days(columns: Mapping[str, pa.Array], header: str) -> tuple[pa.Array, pa.Array]:
    """The days of a column that may not be there, and which cells are no day."""
    cells = next((cells for name, cells in columns.items() if folded(name) == header), None)
    if cells is None:
        count = len(next(iter(columns.values())))
        return pa.nulls(count, pa.date32()), pa.array([False] * count, pa.bool_())
    days = parse_days(cells)
    return days, pc.and_(pc.is_valid(cells), pc.is_null(days))


def _kind(name: str, cells: pa.Array, key: pa.Array, *, is_key: bool) -> _Kind:
    if folded(name) in VALIDITY:
        return _Kind("date")
    values = pc.unique(cells.drop_null())
    found = recognise(name, cells)
    if is_key:
        shape = shape_of(_sample(values))
        return _Kind(f"own:{name}", (f"own:{name}", *([found.kind] if found else [])), shape)
    if found:
        return _Kind(found.kind, (found.kind,))
    if not len(values):
        return _Kind("empty")
    if _share(pc.is_valid(parse_days(values))) > _MOSTLY:
        return _Kind("date")
    shape = shape_of(_sample(values)) if _is_near_unique(cells, values, key) else None
    if shape:
        return _Kind(f"own:{name}", (f"own:{name}",), shape)
    return _Kind("number" if _share(pc.match_substring_regex(values, r"^-?[\d,]+(?:\.\d+)?$")) > _MOSTLY else "text")


def _is_near_unique(cells: pa.Array, values: pa.Array, key: pa.Array) -> bool:
    """Tell whether nearly every record has a value of its own, whatever the number of its versions."""
    records = pc.count_distinct(key.filter(pc.is_valid(cells))).as_py()
    return bool(len(values) > _NEAR_UNIQUE * records)


def _sample(values: pa.Array) -> list[str]:
    """Values from everywhere in a column, the shortest and the longest among them."""
    lengths = pc.utf8_length(values)
    edges = [pc.index(lengths, bound).as_py() for bound in pc.min_max(lengths).as_py().values() if bound is not None]
    places = [*range(0, len(values), max(1, len(values) // _SAMPLE)), *edges]
    sample: list[str] = values.take(pa.array(places, pa.int64())).to_pylist()
    return sample


def _share(flags: pa.Array) -> float:
    return float(pc.mean(flags.cast(pa.int8())).as_py() or 0.0)


def _plain(columns: Mapping[str, pa.Array], kinds: Mapping[str, _Kind]) -> dict[str, pa.Array]:
    """The columns that identify nobody."""
    return {name: cells for name, cells in columns.items() if kinds[name].word in ("text", "number")}


def _subjects(
    frame: _Frame, columns: Mapping[str, pa.Array], kinds: Mapping[str, _Kind], tokeniser: Tokeniser
) -> pa.Table:
    parts = [SCHEMAS["subjects"].empty_table()]
    for name, cells in columns.items():
        for kind in kinds[name].identifiers:
            compact = compact_own(cells) if kind.startswith("own:") else compact_array(kind, cells)
            parts.append(frame.subjects(kind, tokeniser.tokens(kind, compact)))
    return pa.concat_tables(parts)


def _parts(
    frame: _Frame, columns: Mapping[str, pa.Array], kinds: Mapping[str, _Kind], tokeniser: Tokeniser
) -> pa.Table:
    """Parts of the identifiers, and surnames beside the last four digits of each number."""
    whole = [(k, compact_array(k, cells)) for n, cells in columns.items() for k in kinds[n].identifiers if k in PARTED]
    found = [part for kind, compact in whole for part in of_full(kind, compact)]
    surnames = [surname_array(compact) for kind, compact in whole if kind == "name"]
    beside = [
        (surname_beside(kind), pc.binary_join_element_wise(surname, tail, ""))
        for kind, tail in found
        if kind in TAILS
        for surname in surnames
    ]
    made = (frame.parts(kind, tokeniser.tokens(kind, values)) for kind, values in (*found, *beside))
    return pa.concat_tables([SCHEMAS["subject_parts"].empty_table(), *made])


def _columns(dataset: str, columns: Mapping[str, pa.Array], kinds: Mapping[str, _Kind]) -> pa.Table:
    rows = [
        {
            "dataset": dataset,
            "column": name,
            "kind": kinds[name].word,
            "shape": kinds[name].shape,
            "rows": len(cells) - cells.null_count,
            "distinct": pc.count_distinct(cells, mode="only_valid").as_py(),
        }
        for name, cells in columns.items()
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMAS["columns"])
