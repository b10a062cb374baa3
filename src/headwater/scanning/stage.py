"""The stage: seized and leaked files become holdings in the lake. A file is known by its digest and read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from headwater.exhibits.contents import known_formats
from headwater.exhibits.digest import digest
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.model.exhibit import Exhibit, NotRead
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import scan
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace

STAGE = "scan"
ROLES = {"leaks": "leak", "seized": "seized"}
LATER = ("chats", "payments", "contacts")
Progress = Callable[[str, int], None]


def scan_case(case: CaseFolder, workspace: Workspace, progress: Progress | None = None) -> None:
    """Scan what is new under ``leaks/`` and ``seized/``; what the network's rooms will read is listed as not read."""
    shapes, names = own_shapes(workspace), known_columns(workspace)
    mark = "|".join([*(f"{s.kind}{s.shape}" for s in shapes), *names, *(f"reader {name}" for name in known_formats())])
    exhibits = [e for e in case.exhibits if e.part in ROLES]
    for exhibit in exhibits:
        _scan(exhibit, workspace, shapes, names, mark)
        if progress:
            progress(exhibit.path, exhibit.size)
    for exhibit in case.part(*LATER):
        reason = "chats, payments and contacts are not read by this version"
        _record(workspace, exhibit, digest(exhibit.file), "", [NotRead(exhibit.path, reason)])
    there = {e.path for e in case.exhibits}
    for entry in workspace.manifest.inputs(STAGE):
        if entry.path not in there:
            workspace.manifest.forget(STAGE, entry.path)
    workspace.lake.sweep()


def own_shapes(workspace: Workspace) -> tuple[OwnShape, ...]:
    """What the protected data sets' own numbers look like, from the lake."""
    rows = workspace.lake.read("columns").to_pylist()
    known = [r for r in rows if (r["kind"] or "").startswith("own:") and r["shape"]]
    return tuple(OwnShape(r["dataset"], r["column"], r["kind"], r["shape"]) for r in known)


def known_columns(workspace: Workspace) -> tuple[str, ...]:
    """The names of the protected data sets' columns, sorted, from the lake."""
    return tuple(sorted({r["column"] for r in workspace.lake.read("columns").to_pylist() if r["column"]}))


def _scan(
    exhibit: Exhibit, workspace: Workspace, shapes: tuple[OwnShape, ...], names: tuple[str, ...], mark: str
) -> None:
    sha = digest(exhibit.file)
    known = workspace.manifest.input(STAGE, exhibit.path)
    if known and (known.sha256, known.state) == (sha, mark):
        return
    writer = workspace.lake.writer(STAGE, exhibit.path, sha)
    not_read: list[NotRead] = []
    rows = 0
    role = ROLES[exhibit.part]
    readable = _readable(exhibit, not_read)
    for scanned in scan(
        readable, role=role, holder=exhibit.holder, tokeniser=workspace.tokeniser, own=shapes, known=names
    ):
        writer.add("holdings", scanned.holdings)
        writer.add("holding_parts", scanned.parts)
        writer.add("documents", scanned.documents)
        writer.add("document_columns", scanned.columns)
        rows += sum(n or 0 for n in scanned.documents.column("rows").to_pylist())
        not_read += [n for n in scanned.not_read if n not in not_read]
    entry = Input(STAGE, exhibit.path, exhibit.size, sha, f"{role} file", rows, 0, state=mark)
    workspace.manifest.commit(entry, writer.close(), (), not_read)


def _readable(exhibit: Exhibit, not_read: list[NotRead]) -> Iterator[Member]:
    """Each file of an exhibit, one after the other: what tears while it is read is known when the next is asked for."""
    for member in members(exhibit):
        if isinstance(member, Member):
            yield member
        elif member not in not_read:
            not_read.append(member)


def _record(workspace: Workspace, exhibit: Exhibit, sha: str, reader: str, not_read: list[NotRead]) -> None:
    known = workspace.manifest.input(STAGE, exhibit.path)
    if known is None or known.sha256 != sha:
        workspace.manifest.commit(Input(STAGE, exhibit.path, exhibit.size, sha, reader, 0, 0), (), (), not_read)
