"""The stage: seized and leaked files become holdings in the lake. A file is known by its digest and read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from headwater.exhibits.contents import known_formats
from headwater.exhibits.digest import digest
from headwater.exhibits.folder import CaseFolder
from headwater.model.exhibit import Exhibit, NotRead
from headwater.scanning.allowed import AllowList
from headwater.scanning.housed import House
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import Scanned
from headwater.scanning.work import Work
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace

STAGE = "scan"
ROLES = {"leaks": "leak", "seized": "seized"}
SENT = "seized"
"""What was sent in a chat lies with whose device shows it."""
_TOLD = "parties"
"""What holdings tell beyond identifiers: a lake of before it is scanned anew."""
Progress = Callable[[str, int], None]
Scans = Callable[[Work], Iterator[Scanned | NotRead]]


def scan_case(
    case: CaseFolder,
    workspace: Workspace,
    progress: Progress | None = None,
    scans: Scans = Work.results,
    today: date | None = None,
    attachments: Collection[str] = (),
) -> None:
    """Scan what is new under ``leaks/`` and ``seized/``, and the ``attachments`` of chats (paths below the case folder).

    ``scans`` does the work on one exhibit: here, if nothing else is given. ``today`` is the day on which the allow-list is read:
    without one, entries that have a last day allow nothing.
    """
    known = _Known.of(case, workspace, today)
    exhibits = [e for e in case.exhibits if e.part in ROLES or e.path in attachments]
    for exhibit in exhibits:
        known.scan(exhibit, ROLES.get(exhibit.part, SENT), workspace, scans)
        if progress:
            progress(exhibit.path, exhibit.size)
    there = {workspace.places.shown(e.path) for e in exhibits}
    for entry in workspace.manifest.inputs(STAGE):
        if entry.path not in there:
            workspace.manifest.forget(STAGE, entry.path)
    workspace.lake.sweep()


def scan_one(
    case: CaseFolder, workspace: Workspace, exhibit: Exhibit, scans: Scans = Work.results, today: date | None = None
) -> None:
    """Scan one leaked file that need not lie in the case folder; the rest of the lake stays as it is."""
    _Known.of(case, workspace, today).scan(exhibit, ROLES["leaks"], workspace, scans)


def own_shapes(workspace: Workspace) -> tuple[OwnShape, ...]:
    """What the protected data sets' own numbers look like, from the lake."""
    rows = workspace.lake.read("columns").to_pylist()
    known = [r for r in rows if (r["kind"] or "").startswith("own:") and r["shape"]]
    return tuple(OwnShape(r["dataset"], r["column"], r["kind"], r["shape"]) for r in known)


def known_columns(workspace: Workspace) -> tuple[str, ...]:
    """The names of the protected data sets' columns, sorted, from the lake."""
    return tuple(sorted({r["column"] for r in workspace.lake.read("columns").to_pylist() if r["column"]}))


@dataclass(frozen=True, slots=True)
class _Known:
    """What scanning asks for of a case and its lake; ``mark`` changes when any of it does."""

    shapes: tuple[OwnShape, ...]
    names: tuple[str, ...]
    house: House
    mark: str

    @classmethod
    def of(cls, case: CaseFolder, workspace: Workspace, today: date | None) -> _Known:
        shapes, names = own_shapes(workspace), known_columns(workspace)
        house = House(case.settings.recognisers, AllowList.on(case.settings.allowed, today))
        told = [*(f"{s.kind}{s.shape}" for s in shapes), *names, *(f"reader {name}" for name in known_formats()), _TOLD]
        return cls(shapes, names, house, "|".join([*told, house.mark] if house else told))

    def scan(self, exhibit: Exhibit, role: str, workspace: Workspace, scans: Scans) -> None:
        work = Work(exhibit, role, workspace.tokeniser, self.shapes, self.names, self.house)
        _scan(work, workspace, self.mark, scans)


def _scan(work: Work, workspace: Workspace, mark: str, scans: Scans) -> None:
    exhibit = work.exhibit
    sha = digest(exhibit.file)
    known = workspace.manifest.input(STAGE, exhibit.path)
    if known and (known.sha256, known.state) == (sha, mark):
        return
    writer = workspace.lake.writer(STAGE, exhibit.path, sha)
    not_read: list[NotRead] = []
    rows = 0
    for result in scans(work):
        told = (result,) if isinstance(result, NotRead) else result.not_read
        not_read += [n for n in told if n not in not_read]
        if isinstance(result, Scanned):
            writer.add("holdings", result.holdings)
            writer.add("holding_parts", result.parts)
            writer.add("documents", result.documents)
            writer.add("document_columns", result.columns)
            rows += sum(n or 0 for n in result.documents.column("rows").to_pylist())
    entry = Input(STAGE, exhibit.path, exhibit.size, sha, f"{work.role} file", rows, 0, state=mark)
    workspace.manifest.commit(entry, writer.close(), (), not_read)
