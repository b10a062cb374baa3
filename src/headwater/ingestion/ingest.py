"""The stage: the case folder's tables and logs become rows of the lake.

Each log is one transaction. A file is known by its digest: what was read is not read again; a plain log that has grown
is read on from where it was left; a file that changed otherwise is read anew, and what it had given is forgotten.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.exhibits.digest import digest, digest_prefix
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.magic import packing
from headwater.exhibits.opening import members
from headwater.ingestion.logs import LogReader, Piece, Position
from headwater.ingestion.logs import known as parser_of
from headwater.ingestion.meaning import Meaning, Protected
from headwater.ingestion.naming import Names
from headwater.ingestion.parsing import Context
from headwater.ingestion.sql.interpret import Interpreter
from headwater.ingestion.sql.snapshots import Snapshot
from headwater.ingestion.tables.canaries import read_canaries
from headwater.ingestion.tables.clients import VALIDITY, DatasetTables, SoundRows, read_dataset, read_rows
from headwater.ingestion.tables.complaints import read_complaints
from headwater.ingestion.tables.layout import FileRead
from headwater.ingestion.tables.organisation import read_organisation
from headwater.ingestion.tables.relations import read_relations
from headwater.ingestion.tables.snapshots import datasets_of
from headwater.ingestion.tables.traits import shared
from headwater.model.exhibit import Exhibit, NotRead, Rejected
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace

STAGE, TABLES = "ingest", "tables"
TABLE_PARTS = ("hr", "business", "clients", "complaints.csv")
ALL_TABLES = "(tables)"
SETTINGS = "headwater.toml"
LEANING = "logs lean on"
TWIN = "twin of "
DESCRIBING = ("returned", "statements", "statement_columns")
"""Tables that say more of acts and are no events of their own."""
Progress = Callable[[str, int], None]
"""Told the path of a file and the bytes that are done of it."""


def ingest(case: CaseFolder, workspace: Workspace, progress: Progress | None = None) -> None:
    """Read what is new in the case folder's tables and logs into the lake."""
    _Ingesting(case, workspace, progress or _silent).run()


def _silent(path: str, size: int) -> None:
    """Progress that nobody watches."""


class _Ingesting:
    def __init__(self, case: CaseFolder, workspace: Workspace, progress: Progress) -> None:
        self.case, self.workspace, self.progress = case, workspace, progress
        self.manifest, self.lake = workspace.manifest, workspace.lake
        self.zone = ZoneInfo(case.settings.timezone)
        self._snapshots: tuple[Snapshot, ...] | None = None

    def run(self) -> None:
        self.lake.sweep()
        lists = {dataset.canary_file for dataset in self.case.settings.datasets}
        tables = [e for e in self.case.exhibits if e.part in TABLE_PARTS or _is_complaints(e) or e.path in lists]
        mark = self._mark(tables)
        known = self.manifest.input(TABLES, ALL_TABLES)
        if known is None or known.sha256 != mark:
            self._tables(tables, mark)
        leaning = self._leaning(tables)
        if self.manifest.fact(LEANING) != leaning:
            # names, keys and ordinals have changed: what logs meant is worked out anew
            for entry in self.manifest.inputs(STAGE):
                self.manifest.forget(STAGE, entry.path)
            self.manifest.set_fact(LEANING, leaning)
        for exhibit in tables:
            self.progress(exhibit.path, exhibit.size)
        logs = self.case.part("logs")
        for exhibit in logs:
            self._log(exhibit)
            self.progress(exhibit.path, exhibit.size)
        self._forget_gone(STAGE, {e.path for e in logs})
        self.lake.sweep()

    def _mark(self, tables: Iterable[Exhibit]) -> str:
        """A digest of tables and of the settings."""
        state = hashlib.sha256()
        for path, file in sorted((e.path, e.file) for e in tables):
            state.update(f"{path}\0{digest(file)}\n".encode())
        settings = self.case.root / SETTINGS
        state.update(digest(settings).encode() if settings.exists() else b"-")
        state.update(self.case.declared.encode())
        return state.hexdigest()

    def _leaning(self, tables: Iterable[Exhibit]) -> str:
        """A digest of what the meaning of a log leans on: data sets, settings, and names that are spelt in their own way.

        A roster with one more leaver, or a new ticket, changes no line of a log.
        """
        state = hashlib.sha256(self._mark(e for e in tables if e.part == "clients").encode())
        for name in self.names.spelt():
            state.update(f"{name}\n".encode())
        return state.hexdigest()

    def _forget_gone(self, stage: str, there: set[str]) -> None:
        known = set(map(self.workspace.places.shown, there))
        for entry in self.manifest.inputs(stage):
            if entry.path not in known and entry.path != ALL_TABLES:
                self.manifest.forget(stage, entry.path)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The raw rows of the data sets, by which logs are understood; read anew where the tables were read before."""
        if self._snapshots is None:
            read = (read_rows(self.case, dataset) for dataset in datasets_of(self.case))
            self._snapshots = tuple(_snapshot(rows) for rows in read if rows.key)
        return self._snapshots

    def _tables(self, exhibits: list[Exhibit], mark: str) -> None:
        tokeniser = self.workspace.tokeniser
        organisation = read_organisation(self.case, tokeniser)
        datasets = tuple(read_dataset(self.case, d, tokeniser) for d in datasets_of(self.case))
        self._snapshots = tuple(_snapshot(dataset) for dataset in datasets if dataset.key)
        relations = read_relations(self.case, datasets, tokeniser)
        complaints = read_complaints(self.case, tokeniser)
        writer = self.lake.writer(TABLES, ALL_TABLES, mark)
        rejected: list[Rejected] = []
        not_read: list[NotRead] = [*self.case.not_read]
        files: dict[str, FileRead] = {}
        names = Names((), (), tokeniser)
        for part in (organisation, relations, complaints):
            for table, rows in part.tables.items():
                writer.add(table, _safe_accounts(rows, names))
            rejected += part.rejected
            not_read += part.not_read
            files |= {f.path: f for f in part.files}
        for dataset in datasets:
            canaries = read_canaries(self.case, dataset, tokeniser)
            writer.add("canaries", canaries.rows)
            not_read += canaries.not_read
            for table in ("records", "subjects", "subject_parts", "columns"):
                writer.add(table, getattr(dataset, table))
            writer.add("shared_traits", shared(dataset, organisation.tables["staff_traits"], tokeniser))
            rejected += dataset.rejected
            not_read += dataset.not_read
            for path in sorted(set(dataset.records.column("source").to_pylist())):
                files[path] = FileRead(path, "data set", dataset.snapshot.num_rows, len(dataset.rejected))
        by_path = {e.path: e for e in exhibits}
        for entry in self.manifest.inputs(TABLES):
            if entry.path != ALL_TABLES:
                self.manifest.forget(TABLES, entry.path)
        for path, read in sorted(files.items()):
            found = by_path.get(path.split("!")[0])
            size, sha = (found.size, digest(found.file)) if found else (0, "")
            self.manifest.commit(Input(TABLES, path, size, sha, read.format, read.rows, read.rejected), ())
        whole = Input(TABLES, ALL_TABLES, 0, mark, "", 0, 0)
        self.manifest.commit(whole, writer.close(), rejected, not_read)

    @cached_property
    def reader(self) -> LogReader:
        return LogReader(self.case.settings, Context(self.zone), self.workspace.tokeniser)

    @cached_property
    def names(self) -> Names:
        accounts = self.lake.read("accounts").column("account").to_pylist()
        people = self.lake.read("people").column("workstation").to_pylist()
        return Names((a for a in accounts if a), (d for d in people if d), self.workspace.tokeniser)

    def _interpreter(self) -> Interpreter:
        return Interpreter(self.snapshots, self.zone, self.workspace.tokeniser)

    @cached_property
    def meaning(self) -> Meaning:
        protected = tuple(Protected(snapshot.dataset, snapshot.keys()) for snapshot in self.snapshots)
        return Meaning(self.zone, self.names, protected, self._interpreter, self.workspace.tokeniser)

    def _log(self, exhibit: Exhibit) -> None:
        known = self.manifest.input(STAGE, exhibit.path)
        sha = self.digests[exhibit.path]
        twin = self._twin(exhibit, sha)
        copy_of = known.state.removeprefix(TWIN) if known and known.state.startswith(TWIN) else None
        if known and known.sha256 == sha and copy_of == twin:
            return
        if twin:
            self._same(exhibit, sha, twin)
            return
        grown = (
            known is not None and known.offset > 0 and known.size < exhibit.size and parser_of(known.reader) is not None
        )
        if grown and known and digest_prefix(exhibit.file, known.size) == known.sha256:
            start = Position(known.reader, known.offset, known.line, known.state)
            self._read(exhibit, sha, known, start)
        else:
            self._read(exhibit, sha, None, None)

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digest of every log, by path, in the order of paths."""
        return {e.path: digest(e.file) for e in self.case.part("logs")}

    @cached_property
    def originals(self) -> dict[str, str]:
        """Of logs with the same bytes, the first by path: the one that is read, whichever was read before."""
        return {sha: path for path, sha in sorted(self.digests.items(), reverse=True)}

    def _twin(self, exhibit: Exhibit, sha: str) -> str | None:
        """Another log of the case folder with the same bytes, which is read instead: a copy must not count twice."""
        original = self.originals[sha]
        return self.workspace.places.shown(original) if original != exhibit.path and exhibit.size else None

    def _same(self, exhibit: Exhibit, sha: str, twin: str) -> None:
        """Record a copy of a log."""
        entry = Input(STAGE, exhibit.path, exhibit.size, sha, "", 0, 0, state=TWIN + twin)
        self.manifest.commit(
            entry, (), (), [NotRead(exhibit.path, f"the same bytes as {twin}: a copy is not counted again")]
        )

    def _read(self, exhibit: Exhibit, sha: str, before: Input | None, start: Position | None) -> None:
        """Read a log whole, or on from ``start``; ``before`` is what is known of its beginning."""
        self.meaning.begin_file()
        writer = self.lake.writer(STAGE, exhibit.path, sha)
        told = _Told()
        for member in members(exhibit):
            pieces = (member,) if isinstance(member, NotRead) else self.reader.read(member, start)
            for piece in pieces:
                if isinstance(piece, NotRead):
                    told.not_read.append(piece)
                else:
                    told.take(piece)
                    told.counts.update(self._take(piece, member.path, writer.add))
        parts = writer.close()
        events = sum(p.rows for p in parts if p.table not in DESCRIBING)
        at = told.position if _is_plain(exhibit) and not told.not_read else Position()
        entry = Input(
            STAGE,
            exhibit.path,
            exhibit.size,
            sha,
            ", ".join(told.readers),
            events + (before.rows if before else 0),
            len(told.rejected) + (before.rejected if before else 0),
            told.passed + (before.passed if before else 0),
            at.offset,
            at.line,
            at.state,
        )
        kept = before is not None
        self.manifest.commit(entry, parts, told.rejected, told.not_read, sorted(told.counts.items()), keep=kept)

    def _take(self, piece: Piece, path: str, add: Callable[[str, pa.Table], None]) -> Counter[str]:
        counts: Counter[str] = Counter()
        for kind, rows in piece.raw.items():
            meant = self.meaning.of(kind, rows, path)
            for table, made in meant.tables.items():
                add(table, made)
            counts += meant.counts
        for table, rows in piece.ready.items():
            add(table, self.meaning.declared(rows))
        return counts


@dataclass(slots=True)
class _Told:
    """What the pieces of one file add up to."""

    rejected: list[Rejected] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    readers: list[str] = field(default_factory=list)
    passed: int = 0
    position: Position = field(default_factory=Position)

    def take(self, piece: Piece) -> None:
        """Add a piece."""
        self.rejected += piece.rejected
        self.passed += piece.passed
        self.position = piece.position or self.position
        if self.position.reader and self.position.reader not in self.readers:
            self.readers.append(self.position.reader)


def _safe_accounts(rows: pa.Table, names: Names) -> pa.Table:
    """Account names as the lake may hold them: one that is itself a person's number is masked."""
    if "account" not in rows.column_names:
        return rows
    safe = names.kept(rows.column("account"))
    return rows.set_column(rows.schema.get_field_index("account"), "account", safe)


def _is_complaints(exhibit: Exhibit) -> bool:
    return "/" not in exhibit.path and exhibit.path.startswith("complaints.")


def _is_plain(exhibit: Exhibit) -> bool:
    with exhibit.file.open("rb") as stream:
        return packing(stream.read(512)) is None


def _snapshot(dataset: DatasetTables | SoundRows) -> Snapshot:
    there = {c.strip().casefold(): c for c in dataset.snapshot.column_names}
    low, high = (there.get(name) for name in VALIDITY)
    return Snapshot(dataset.dataset, dataset.snapshot, dataset.key, low, high)
