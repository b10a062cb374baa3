"""The stage: what lies under chats, payments and contacts becomes messages, payments and facts in the lake.

All of it is one input: a phone has hundreds of small files, and what one says of an account helps to read another. It is
read anew when any of it has changed. Attachments are left to the scanner.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.digest import digest
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.ingestion.traffic.bills import choosing as bills
from headwater.ingestion.traffic.books import choosing as books
from headwater.ingestion.traffic.books.owned import is_kept_book
from headwater.ingestion.traffic.declared import declared_for, is_declared, owned, read_declared, traffic_mappings
from headwater.ingestion.traffic.line_ends import with_newlines
from headwater.ingestion.traffic.raw import RawRows, TrafficReader
from headwater.ingestion.traffic.rows import Beside, RowMaker, base_name, placed
from headwater.ingestion.traffic.talks import choosing as talks
from headwater.ingestion.traffic.unknown import UNKNOWN_BILL, UNKNOWN_CHAT, unknown
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead, Rejected
from headwater.model.settings import LogMapping
from headwater.store.lake import LakeWriter
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace

STAGE, ALL = "traffic", "(traffic)"
HEAD_BYTES = 1 << 16
BATCH_ROWS = 200_000
Choose = Callable[[Member, bytes], TrafficReader | None]
PARTS: dict[str, tuple[Choose, ...]] = {
    "chats": (talks.choose, books.choose),
    "payments": (bills.choose,),
    "contacts": (books.choose,),
    "seized": (books.choose,),
}
"""Which readers are asked in which part of the case folder, in this order."""
TRAFFIC = ("chats", "payments", "contacts")
Progress = Callable[[str, int], None]


def ingest_traffic(case: CaseFolder, workspace: Workspace, progress: Progress | None = None) -> None:
    """Read chats, bills and address books into the lake, unless they are there as they are."""
    exhibits = _traffic(case)
    sums = {e.path: digest(e.file) for e in exhibits}
    state = hashlib.sha256(f"{case.settings.timezone}\0{traffic_mappings(case.settings)}".encode())
    for path, sha in sorted(sums.items()):
        state.update(f"{path}\0{sha}\n".encode())
    mark = state.hexdigest()
    known = workspace.manifest.input(STAGE, ALL)
    if known is not None and known.sha256 == mark:
        return
    _Reading(case, workspace, sums, progress or _silent).run(exhibits, mark)


def _traffic(case: CaseFolder) -> tuple[Exhibit, ...]:
    """Chats, bills and address books, logs that were declared to be such, and address books among what was seized."""
    logs = tuple(e for e in case.part("logs") if is_declared(case.settings, e))
    seized = tuple(e for e in case.part("seized") if is_kept_book(e))
    return tuple(sorted((*case.part(*TRAFFIC), *logs, *seized), key=lambda exhibit: exhibit.path))


def attachments(case: CaseFolder, workspace: Workspace) -> tuple[Exhibit, ...]:
    """The files under chats that are no chats: what was sent in them."""
    read = {entry.path for entry in workspace.manifest.inputs(STAGE) if entry.reader}
    return tuple(e for e in case.part("chats") if workspace.places.shown(e.path) not in read)


def _silent(path: str, size: int) -> None:
    """Progress that nobody watches."""


@dataclass(slots=True)
class _FileRead:
    """What came of one file."""

    readers: list[str] = field(default_factory=list)
    rows: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    unknown: list[NotRead] = field(default_factory=list)
    """Texts among chats that are no chats: what was sent, unless no message says so."""


class _Rows:
    """Raw rows of many files, held until there are enough to be looked at together: a phone has hundreds of small files."""

    def __init__(self, maker: RowMaker, beside: Beside, writer: LakeWriter) -> None:
        self.maker, self.beside, self.writer = maker, beside, writer
        self.held: dict[str, list[pa.Table]] = defaultdict(list)
        self.sent: set[str] = set()

    def add(self, table: str, rows: pa.Table) -> None:
        """Take raw rows of one file."""
        if table == "messages":
            self.sent.update(map(base_name, pc.unique(rows["file"]).drop_null().to_pylist()))
        self.held[table].append(rows)
        if sum(held.num_rows for held in self.held[table]) >= BATCH_ROWS:
            self._make(table)

    def write(self, table: str, rows: pa.Table) -> None:
        """Write rows that are made."""
        self.writer.add(table, rows)

    def end(self) -> None:
        """Make rows of what is left."""
        for table in sorted(self.held):
            self._make(table)

    def _make(self, table: str) -> None:
        held = self.held.pop(table)
        for name, made in self.maker.of(table, pa.concat_tables(held), self.beside).items():
            self.writer.add(name, made)


class _Reading:
    def __init__(self, case: CaseFolder, workspace: Workspace, sums: dict[str, str], progress: Progress) -> None:
        self.case, self.workspace, self.progress, self.sums = case, workspace, progress, sums
        self.zone = ZoneInfo(case.settings.timezone)
        self.maker = RowMaker(self.zone, workspace.tokeniser)

    def run(self, exhibits: tuple[Exhibit, ...], mark: str) -> None:
        writer = self.workspace.lake.writer(STAGE, ALL, mark)
        rows = _Rows(self.maker, self._beside(exhibits), writer)
        done: dict[str, _FileRead] = {}
        for exhibit in exhibits:
            done[exhibit.path] = self._read(exhibit, rows)
            self.progress(exhibit.path, exhibit.size)
        rows.end()
        for read in done.values():
            read.not_read += [each for each in read.unknown if base_name(each.path) not in rows.sent]
        parts = writer.close()
        with self.workspace.manifest.together():
            self._commit(exhibits, done)
            self.workspace.manifest.commit(Input(STAGE, ALL, 0, mark, "", 0, 0), parts)
        self.workspace.lake.sweep()

    def _commit(self, exhibits: tuple[Exhibit, ...], done: dict[str, _FileRead]) -> None:
        """Say of every file what came of it."""
        manifest = self.workspace.manifest
        for entry in manifest.inputs(STAGE):
            if entry.path != ALL:
                manifest.forget(STAGE, entry.path)
        by_path = {e.path: e for e in exhibits}
        for path, read in sorted(done.items()):
            entry = Input(
                STAGE, path, by_path[path].size, self.sums[path], ", ".join(read.readers), read.rows, len(read.rejected)
            )
            manifest.commit(entry, (), read.rejected, read.not_read)

    def _beside(self, exhibits: tuple[Exhibit, ...]) -> Beside:
        """The digests of the files of each holder by their names."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for exhibit in exhibits:
            found[exhibit.holder or ""].setdefault(base_name(exhibit.path), self.sums[exhibit.path])
        return found

    def _read(self, exhibit: Exhibit, rows: _Rows) -> _FileRead:
        read = _FileRead()
        for member in members(exhibit):
            if isinstance(member, NotRead):
                read.not_read.append(member)
            elif mappings := declared_for(self.case.settings, member):
                for mapping in mappings:
                    self._take_declared(member, mapping, exhibit.holder or "", rows, read)
            else:
                self._read_as_found(member, rows, read)
        return read

    def _read_as_found(self, member: Member, rows: _Rows, read: _FileRead) -> None:
        """Read a file by what it looks like."""
        exhibit = member.exhibit
        member, head = with_newlines(member, _head(member))
        reader = _chosen(member, head, PARTS.get(exhibit.part, ()))
        if reader is not None:
            self._take(member, reader, exhibit.holder or "", rows, read)
        elif exhibit.part == "chats" and head and encoding_of(head[:HEAD]) is not None:
            read.unknown.append(unknown(member, head, UNKNOWN_CHAT))
        elif exhibit.part in ("payments", "contacts"):
            read.not_read.append(unknown(member, head, UNKNOWN_BILL))

    def _take_declared(self, member: Member, mapping: LogMapping, holder: str, rows: _Rows, read: _FileRead) -> None:
        try:
            for raw, owners in read_declared(mapping, member, self.zone):
                read.rejected += raw.rejected
                told = placed(raw.rows, member.path, holder)
                rows.add(
                    raw.table, told.set_column(told.schema.get_field_index("owner"), "owner", owned(owners, holder))
                )
                read.rows += told.num_rows
        except UnreadableError as error:
            read.not_read.append(NotRead(member.path, str(error)))
        read.readers.append(f"declared [[logs]] {mapping.block}")

    def _take(self, member: Member, reader: TrafficReader, owner: str, rows: _Rows, read: _FileRead) -> None:
        for piece in _pieces(member, reader, self.zone):
            if isinstance(piece, NotRead):
                read.not_read.append(piece)
                continue
            read.rejected += piece.rejected
            found = piece.rows
            if "time" in found.column_names:
                timeless = found.filter(pc.is_null(found["time"]))
                read.rejected += [
                    Rejected(member.path, n, "has no time that can be read") for n in timeless["line"].to_pylist()
                ]
                found = found.filter(pc.is_valid(found["time"]))
            rows.add(piece.table, placed(found, member.path, owner))
            if piece.doubts:
                rows.write("bill_doubts", self.maker.doubts(piece.doubts, member.path, owner))
            read.rows += found.num_rows
        if reader.name not in read.readers:
            read.readers.append(reader.name)


def _pieces(member: Member, reader: TrafficReader, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
    try:
        yield from reader.read(member, zone)
    except UnreadableError as error:
        yield NotRead(member.path, str(error))
    if member.fault:
        yield NotRead(member.path, member.fault)


def _head(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read(HEAD_BYTES)


def _chosen(member: Member, head: bytes, choices: tuple[Choose, ...]) -> TrafficReader | None:
    return next((reader for choose in choices if (reader := choose(member, head)) is not None), None)
