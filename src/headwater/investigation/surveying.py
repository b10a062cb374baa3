"""A scan of any files: whose data is in them, how much, whose hands they are in, and what is kin. ``headwater scan``."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from headwater import __version__
from headwater.exhibits import ocr
from headwater.exhibits.contents import Given, known_formats, readers
from headwater.exhibits.live.doors import Door, door_of, is_address
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.opened import opened
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet
from headwater.identifiers import national
from headwater.ingestion.tables.shapes import shape_of
from headwater.investigation.survey_options import DatasetFile, Event, Options, Progress, silent
from headwater.investigation.surveys.answer import Kept, answer
from headwater.investigation.surveys.crew import Bounds, crew
from headwater.investigation.surveys.ledger import Ledger, locked
from headwater.investigation.surveys.on_spark import on_spark
from headwater.investigation.surveys.reaching import gathered, shown
from headwater.investigation.surveys.settled import house_of, with_settings
from headwater.investigation.surveys.told import told
from headwater.investigation.surveys.work import Done, Job, Setting
from headwater.model.errors import CaseError, SettingsError, StoreError
from headwater.model.exhibit import Exhibit, NotRead
from headwater.scanning.allowed import told as allowed
from headwater.scanning.housed import House
from headwater.scanning.own import OwnShape
from headwater.scanning.persons import role_of
from headwater.scanning.survey.gathering import Gathered
from headwater.scanning.survey.holdings import Source

_SAMPLE = 2000
_NO_NATIONAL = "national numbers of other countries were not looked for: the extra national is not installed"


def _place(path: Path | str | Door) -> Path | Door:
    if isinstance(path, str):
        return door_of(path) if is_address(path) else Path(path)
    return path


def survey(
    paths: Sequence[Path | str | Door], options: Options | None = None, progress: Progress = silent
) -> dict[str, Any]:
    """Scan files, folders and live sources (by their addresses); the answer is ``headwater/scan/1`` (docs/scanning.md).

    Nothing of the files is changed, and no raw value leaves the processes that read them. A file that has not changed since the last
    scan with the same ``state`` is not read again.

    :raises CaseError: for a path that does not exist
    :raises StoreError: if another scan is at work with the same ``state``
    :raises UnreadableError: if there are only live sources, and none can be reached
    :raises SettingsError: for a data set that cannot be read
    """
    options = with_settings(options or Options())
    places = [_place(path) for path in paths]
    house, entries = house_of(options)
    with ExitStack() as stack:
        folder = options.state or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="headwater-scan-")))
        stack.enter_context(locked(folder))
        own = tuple(shape for dataset in options.datasets for shape in _own(dataset))
        bounds = _bounds(options)
        ledger = Ledger.open(folder, _mark(options, own, house), (bounds.memory_mb, bounds.seconds))
        found, aside = gathered(places, options.holder)
        protected = [_exhibit(dataset) for dataset in options.datasets]
        scanned = _Scan(ledger, options, progress, house)
        scanned.run([*protected, *found], own)
        unchanged = len(scanned.unchanged & {e.path for e in found})
        names = {e.path: d.name for e, d in zip(protected, options.datasets, strict=True)}
        kept = [kept for e in (*protected, *found) for kept in _kept(ledger, e, names.get(e.path))]
        not_read = [row for e in found for row in ledger.known[e.path]["not_read"]]
        not_read += [{"path": n.path, "reason": n.reason} for n in aside]
        if options.finds:
            _write_lines(options.finds, ledger, found)
        ledger.tidy()
        let = allowed(entries, _let(ledger, found), options.today)
        return answer([shown(p) for p in places], kept, not_read, unchanged, _limits(), let, house.categories)


class _Scan:
    """One run over files: what is known is taken from the ledger, the rest is given to workers."""

    def __init__(self, ledger: Ledger, options: Options, progress: Progress, house: House) -> None:
        self._ledger, self._options, self._progress, self._house = ledger, options, progress, house
        self.unchanged: set[str] = set()
        self._done = 0
        self._persons = 0

    def run(self, exhibits: Sequence[Exhibit], own: tuple[OwnShape, ...]) -> None:
        """Scan what is new or has changed."""
        jobs = []
        for number, exhibit in enumerate(exhibits):
            if self._ledger.same(exhibit) is None:
                jobs.append(Job(number, exhibit, self._ledger.place(number)))
            else:
                self.unchanged.add(exhibit.path)
                self._tell(exhibit)
        if not jobs:
            return
        jobs.sort(key=lambda job: -job.exhibit.size)  # a large file begun last would be waited for alone
        given = Given(self._options.passwords, self._options.pictures, self._options.deleted)
        lines = self._options.finds is not None
        setting = Setting(self._ledger.key, given, own, self._options.samples, lines, self._house)
        size = self._options.jobs or os.cpu_count() or 1
        work = _hands(self._options.engine)
        # what opens a live source leaves this machine with nobody: what Spark is handed, it may write down
        behind = [job for job in jobs if isinstance(job.exhibit, LiveExhibit)]
        here = [job for job in jobs if not isinstance(job.exhibit, LiveExhibit)]
        for hands, those in ((work, here), (crew, behind)):
            if those:
                hands(setting, those, min(size, len(those)), _bounds(self._options), self._finished)

    def _finished(self, job: Job, done: Done) -> None:
        files = [told(file, job.exhibit, self._ledger.folder) for file in done.files]
        not_read = [{"path": n.path, "reason": n.reason} for n in done.not_read]
        self._ledger.keep(job.exhibit, files, not_read, done.allowed, given_up=done.given_up)
        self._persons += sum(_estimate(file.gathered) for file in done.files)
        self._tell(job.exhibit)

    def _tell(self, exhibit: Exhibit) -> None:
        self._done += 1
        size = 0 if isinstance(exhibit, LiveExhibit) else exhibit.size  # nobody knows how much there is in all
        self._progress(Event(exhibit.path, size, self._done, self._persons))


def _estimate(file: Gathered) -> int:
    """About how many persons stand in a file; who they are is known when all files are."""
    return max((n for kind, n in zip(file.kinds, file.found, strict=True) if role_of(kind) is not None), default=0)


def _hands(engine: str) -> Callable[[Setting, Iterable[Job], int, Bounds, Callable[[Job, Done], None]], None]:
    """What does the reading: workers of this machine, or Spark."""
    if engine not in ("duckdb", "spark"):
        raise StoreError(f"there is no engine {engine}; choose duckdb or spark")
    return on_spark if engine == "spark" else crew


def _bounds(options: Options) -> Bounds:
    usual = Bounds()
    return Bounds(options.memory_mb or usual.memory_mb, options.seconds_per_file or usual.seconds)


def _let(ledger: Ledger, exhibits: Sequence[Exhibit]) -> dict[int, int]:
    """How often what is allowed was left out, by block of the settings."""
    counts = Counter[int]()
    for exhibit in exhibits:
        counts.update({int(block): count for block, count in ledger.known[exhibit.path]["allowed"].items()})
    return dict(counts)


def _mark(options: Options, own: Sequence[OwnShape], house: House) -> str:
    """What the result of scanning a file depends on beside the file."""
    told_of = [
        __version__, known_formats(), ocr.is_there(), options.pictures, options.deleted, options.samples, options.finds is not None,
        hashlib.sha256("\0".join(options.passwords).encode()).hexdigest(), [s.kind + s.shape for s in own],
        house.mark, national.missing(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told_of).encode()).hexdigest()[:16]


def _exhibit(dataset: DatasetFile) -> Exhibit:
    if not dataset.path.is_file():
        raise CaseError("is no file of a data set", str(dataset.path))
    return Exhibit(f"dataset:{dataset.name}", dataset.path, "", None, dataset.path.stat().st_size)


def _own(dataset: DatasetFile) -> tuple[OwnShape, ...]:
    """What the numbers of a data set's own key look like."""
    exhibit = _exhibit(dataset)
    for member in members(exhibit):
        if isinstance(member, NotRead):
            raise SettingsError(f"the data set cannot be read: {member.reason}", member.path)
        for piece in opened(member, Given()):
            sheet = piece.content
            if isinstance(sheet, Sheet) and dataset.key in sheet.columns:
                values = sheet.rows.column(dataset.key).drop_null().slice(0, _SAMPLE).to_pylist()
                shape = shape_of(values) if values else None
                return (OwnShape(dataset.name, dataset.key, f"own:{dataset.key}", shape),) if shape else ()
    raise SettingsError(f"has no column {dataset.key!r}", str(dataset.path))


def _kept(ledger: Ledger, exhibit: Exhibit, dataset: str | None) -> list[Kept]:
    made = []
    for each in ledger.known[exhibit.path]["files"]:
        row = {**each["row"], "holder": exhibit.holder}
        kinds = tuple(each["kinds"])
        source = Source(
            row["path"], ledger.folder / each["finds"], kinds, each["rows"], each["found"], exhibit.holder, dataset
        )
        made.append(Kept(source, {**each, "row": row}))
    return made


def _write_lines(file: Path, ledger: Ledger, exhibits: Sequence[Exhibit]) -> None:
    aside = file.with_name(f".{file.name}.new")
    with aside.open("wb") as out:
        for exhibit in exhibits:
            for lines in dict.fromkeys(each["lines"] for each in ledger.known[exhibit.path]["files"]):
                if lines:  # a file and those within it share theirs
                    out.write((ledger.folder / lines).read_bytes())
    aside.replace(file)


def _limits() -> list[str]:
    limits = [f"the reader {name} could not be loaded ({reason})" for name, reason in readers()[1]]
    return [*limits, _NO_NATIONAL] if national.missing() else limits


__all__ = ["DatasetFile", "Event", "Options", "survey"]
