"""One file scanned: what it holds goes to a file of fingerprints, and what can be told of it at once is told.

No normal form outlives its batch. Rows are numbered through the file: the lines of its tables and texts in which something may stand.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.contents import Passage
from headwater.exhibits.opened import BINARY, Piece
from headwater.exhibits.sheets import Sheet
from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.text import Names
from headwater.model.exhibit import NotRead
from headwater.scanning.finds import Find, Verdict
from headwater.scanning.fingerprints import Printer
from headwater.scanning.labelled_lines import records
from headwater.scanning.nobodys import sites, told_apart
from headwater.scanning.scanner import Scanner
from headwater.scanning.survey.showing import Sample, Samples

FINDS = pa.schema(
    [
        ("row", pa.int64()),
        ("kind", pa.int16()),
        ("mark", pa.uint64()),
        ("confidence", pa.uint8()),
        ("party", pa.uint8()),
    ]
)
"""What is kept of a find: row, kind (a place in the file's list), fingerprint (0: none), confidence in percent, party."""
Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint64]
_Batch = tuple[list[tuple[Find, Ints, Marks]], Counter[str]]


@dataclass(slots=True)
class Part:
    """A table or text of a file: its rows; of each column the header, the verdict, and whether nothing stood in it so far.

    ``sites`` are the columns (1-based) that say where shops and companies are.
    """

    name: str
    hidden: bool
    first_row: int
    rows: int = 0
    headers: tuple[str, ...] = ()
    has_header: bool = False
    verdicts: tuple[Verdict, ...] = ()
    blank: tuple[bool, ...] = ()
    sites: frozenset[int] = frozenset()


@dataclass(slots=True)
class Gathered:
    """What one file (an exhibit, a member of an archive, an attachment) gave. ``kinds`` are in the order of their numbers."""

    path: str
    format: str
    bytes: int
    parts: list[Part] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    found: list[int] = field(default_factory=list)
    sure: list[float] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    rows: int = 0
    let_go: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Gatherer:
    """Takes the pieces of files and writes what they hold, file after file, into a folder; their names there begin with ``prefix``."""

    scanner: Scanner
    printer: Printer
    folder: Path
    samples: int = 5
    sink: FindsSink | None = None
    threads: int = 1
    prefix: str = ""
    numbers: Iterator[int] = field(default_factory=count, repr=False)
    pool: ThreadPoolExecutor = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads)

    def gather(self, pieces: Iterable[Piece]) -> Iterator[tuple[Gathered, Path]]:
        """Scan the pieces; give each file with the place of its finds when it is done."""
        open_files: list[_File] = []
        for piece in pieces:
            while open_files and open_files[-1].path != piece.member.path:
                # back from a file within: the one around it may go on, any other is done
                if any(f.path == piece.member.path for f in open_files):
                    yield open_files.pop().close()
                elif piece.member.path.startswith(f"{open_files[-1].path}!"):
                    break
                else:
                    yield open_files.pop().close()
            if not open_files or open_files[-1].path != piece.member.path:
                open_files.append(_File(self, piece))
            open_files[-1].take(piece)
        while open_files:
            yield open_files.pop().close()


class FindsSink(Protocol):
    """Takes single finds with their masks; the one that writes them lies with who wants them."""

    def take(self, path: str, part: Part, find: Find) -> None:
        """Take one batch of finds."""
        ...


class _File:
    """One file while it is scanned."""

    def __init__(self, gatherer: Gatherer, piece: Piece) -> None:
        self.path = piece.member.path
        self._gatherer = gatherer
        self._told = Gathered(self.path, piece.format, piece.member.size or 0)
        # words of a language are not to be told among runs of bytes that happen to be printable
        scanner = gatherer.scanner
        self._scanner = replace(scanner, names=Names.LABELLED) if piece.format == BINARY else scanner
        self._samples = Samples(gatherer.samples)
        self._place = gatherer.folder / f"{gatherer.prefix}{next(gatherer.numbers)}.finds"
        self._writer = pa.ipc.new_file(self._place, FINDS)
        self._waiting: deque[tuple[Part, Ints, Future[_Batch]]] = deque()

    def take(self, piece: Piece) -> None:
        content = piece.content
        if isinstance(content, NotRead):
            inner = "" if content.path == self.path else f"{content.path.removeprefix(self.path).lstrip('!#')}: "
            self._told.reasons.append(f"{inner}{content.reason.removeprefix(f'{content.path}: ')}")
        elif isinstance(content, Sheet):
            self._table(content)
        else:
            self._text(content)

    def _table(self, sheet: Sheet) -> None:
        part = self._part(sheet.name, sheet.hidden)
        if not part.verdicts or part.headers != sheet.columns:
            part.headers, part.has_header = sheet.columns, sheet.header
            part.verdicts = self._scanner.judged(sheet)
            part.sites = sites(sheet, part.verdicts)
        elif any(part.blank):
            part.verdicts = self._judged_anew(part, sheet)
        part.blank = tuple(
            v.told is None and (not part.blank or part.blank[place]) and _is_blank(sheet.rows.column(place))
            for place, v in enumerate(part.verdicts)
        )
        if sheet.rejected:
            line, reason = sheet.rejected[0]
            self._told.reasons.append(f"{len(sheet.rejected)} lines set aside, the first of them line {line}: {reason}")
        lines = np.asarray(sheet.lines.to_numpy())
        self._later(part, lines, partial(self._found_in_table, sheet, part.verdicts, part.sites))

    def _judged_anew(self, part: Part, sheet: Sheet) -> tuple[Verdict, ...]:
        """The verdicts, those anew of columns that had no cell to be judged by until now."""
        late = [
            place for place, is_blank in enumerate(part.blank) if is_blank and not _is_blank(sheet.rows.column(place))
        ]
        if not late:
            return part.verdicts
        new = self._scanner.judged(sheet)
        return tuple(new[place] if place in late else verdict for place, verdict in enumerate(part.verdicts))

    def _text(self, passage: Passage) -> None:
        part = self._part(passage.name, passage.hidden)
        numbers = np.arange(passage.first_line, passage.first_line + len(passage.lines))
        self._later(part, numbers, partial(self._found_in_text, passage, pa.array(numbers, pa.int64())))

    def _found_in_table(self, sheet: Sheet, verdicts: tuple[Verdict, ...], of_sites: frozenset[int]) -> _Batch:
        let_go = Counter[str]()
        scanner = replace(self._scanner, let_go=let_go)
        # several records of a table may stand on one line, as in JSON: rows are told apart by their places
        numbered = replace(sheet, lines=pa.array(np.arange(sheet.rows.num_rows), pa.int64()))
        found = scanner.finds_of(numbered, verdicts)
        finds = (find for each in found for find in told_apart(each, of_sites))
        return [
            (replace(f, lines=sheet.lines.take(f.lines)), np.asarray(f.lines.to_numpy()), self._prints(f))
            for f in finds
        ], let_go

    def _found_in_text(self, passage: Passage, numbers: pa.Array) -> _Batch:
        let_go = Counter[str]()
        scanner = replace(self._scanner, let_go=let_go)
        texts = pa.array(passage.lines, pa.string())
        finds = [find for each in scanner.finds_in(texts, numbers) for find in told_apart(each)]
        places = [np.asarray(find.lines.to_numpy()) - passage.first_line for find in finds]
        rows = records(texts, np.concatenate(places)) if len(places) > 1 else np.arange(len(texts))
        return [(f, rows[at], self._prints(f)) for f, at in zip(finds, places, strict=True)], let_go

    def _later(self, part: Part, lines: Ints, work: Callable[[], _Batch]) -> None:
        """Scan a batch on a thread while the next is read; what was found is written in the order of the batches."""
        self._waiting.append((part, lines, self._gatherer.pool.submit(work)))
        while len(self._waiting) > self._gatherer.threads:
            self._settle()

    def _settle(self) -> None:
        part, lines, done = self._waiting.popleft()
        finds, let_go = done.result()
        self._told.let_go.update(let_go)
        self._write(part, finds, len(lines))

    def _part(self, name: str, hidden: bool) -> Part:
        if not self._told.parts or self._told.parts[-1].name != name:
            self._told.parts.append(Part(name, hidden, -1))
        return self._told.parts[-1]

    def _write(self, part: Part, finds: Sequence[tuple[Find, Ints, Marks]], count_of_rows: int) -> None:
        rows, kinds, marks, weights, parties = [], [], [], [], []
        for find, at, prints in finds:
            rows.append(self._told.rows + at)
            number, count = self._kind(find.kind), len(find.lines)
            kinds.append(np.full(count, number, np.int16))
            marks.append(prints)
            weights.append(_percent(find))
            parties.append(np.full(count, find.party, np.uint8))
            self._told.found[number] += count
            self._told.sure[number] = max(self._told.sure[number], float(weights[-1].max()) / 100 if count else 0.0)
            headers = part.headers if part.has_header else ()
            self._samples.take(part.name, headers, find, self._scanner.mask_of(find.kind))
            if self._gatherer.sink is not None:
                self._gatherer.sink.take(self.path, part, find)
        if part.first_row < 0:
            part.first_row = self._told.rows
        part.rows += count_of_rows
        self._told.rows += count_of_rows
        if rows:
            row, party = np.concatenate(rows), np.concatenate(parties)
            order = np.lexsort((party, row)) if party.any() else np.argsort(row, kind="stable")
            columns = (row, np.concatenate(kinds), np.concatenate(marks), np.concatenate(weights), party)
            self._writer.write_batch(pa.record_batch([pa.array(c[order]) for c in columns], schema=FINDS))

    def _prints(self, find: Find) -> Marks:
        if find.compact is None:
            return np.zeros(len(find.lines), np.uint64)
        return self._gatherer.printer.prints(find.kind, find.compact)

    def _kind(self, kind: str) -> int:
        if kind not in self._told.kinds:
            self._told.kinds.append(kind)
            self._told.found.append(0)
            self._told.sure.append(0.0)
        return self._told.kinds.index(kind)

    def close(self) -> tuple[Gathered, Path]:
        while self._waiting:
            self._settle()
        self._writer.close()
        self._told.samples = self._samples.chosen()
        return self._told, self._place


def _is_blank(column: pa.ChunkedArray) -> bool:
    return column.null_count == len(column) or not pc.any(filled(normal.as_text(column))).as_py()


def _percent(find: Find) -> npt.NDArray[np.uint8]:
    if isinstance(find.confidence, float):
        return np.full(len(find.lines), round(100 * find.confidence), np.uint8)
    return np.asarray(np.round(100 * find.confidence.to_numpy()), np.uint8)
