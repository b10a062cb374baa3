"""Every file of the case folder, digested anew and held against what was recorded when it was read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.digest import digest_prefix
from headwater.exhibits.folder import CaseFolder, listed
from headwater.model.exhibit import Exhibit, NotRead
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace
from headwater_verify import Digester

Watch = Callable[[str, int], None]
"""Told after each file: its path, and how many bytes it has."""
DIFFERENT = ("changed", "grown", "gone", "never read", "cannot be read")
"""States of a file that say: what lies there now is not what the findings rest on."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file of the case folder as it is now. ``shown`` is its path with people in it masked.

    ``state``: ``same`` as when it was read; ``settings``; ``set aside`` (it was seen, and could not be read as anything);
    or one of :data:`DIFFERENT`.
    """

    path: str
    shown: str
    file: Path | None
    size: int
    sha256: str
    sm3: str
    state: str
    inputs: tuple[Input, ...]

    def told(self, exhibit: str | None, *, with_time: bool = False) -> dict[str, Any]:
        """The file as the manifest has it; ``exhibit`` is the member that holds it encrypted.

        ``with_time`` tells when the file was last written, which a copy of it need not share.
        """
        part, _, rest = self.shown.partition("/")
        told: dict[str, Any] = {
            "path": self.shown,
            "category": part if rest else "",
            "state": self.state,
            "formats": sorted({i.reader for i in self.inputs if i.reader}),
            "rows": sum(i.rows for i in self.inputs),
            "rejected": sum(i.rejected for i in self.inputs),
        }
        if self.sha256:
            told |= {"bytes": self.size, "sha256": self.sha256, "sm3": self.sm3}
        if with_time and self.file:
            written = datetime.fromtimestamp(self.file.stat().st_mtime, UTC)
            told["modified"] = written.isoformat(timespec="seconds")
        if self.shown != self.path:
            told["masked"] = True
        return told | ({"exhibit": exhibit} if exhibit else {})


def read_files(
    case: CaseFolder, workspace: Workspace, digester: Digester, watch: Watch | None = None
) -> list[ReadFile]:
    """Digest every file of a case folder, whether it was read or not, in the order of their paths.

    One read of each, SHA-256 and SM3 at once; memory does not grow with the files' sizes.
    """
    known: dict[str, list[Input]] = defaultdict(list)
    for entry in workspace.manifest.inputs():
        if entry.reader or entry.rows or entry.size:
            known[entry.path].append(entry)
    aside = {item.path for item in workspace.manifest.not_read()}
    settings = {SETTINGS_FILE, *(rules.path for rules in case.settings.sigma.files)}
    files = []
    for found in listed(case.root):
        shown = workspace.places.shown(found.path)
        unread = "settings" if found.path in settings else "set aside" if shown in aside else "never read"
        files.append(_now(found, shown, tuple(known.pop(shown, ())), unread, digester))
        if watch:
            watch(shown, files[-1].size)
    gone = [ReadFile(path, path, None, 0, "", "", "gone", tuple(inputs)) for path, inputs in known.items()]
    return sorted([*files, *gone], key=lambda file: (file.shown, file.path))


def _now(found: Exhibit | NotRead, shown: str, inputs: tuple[Input, ...], unread: str, digester: Digester) -> ReadFile:
    if isinstance(found, NotRead):
        return ReadFile(found.path, shown, None, 0, "", "", "gone" if inputs else "set aside", inputs)
    try:
        with found.file.open("rb") as stream:
            sha256, sm3, _, size = digester.take(stream, None, len)
    except OSError:
        return ReadFile(found.path, shown, None, 0, "", "", "cannot be read", inputs)
    state = _state(found, inputs, unread, sha256)
    return ReadFile(found.path, shown, found.file, size, sha256, sm3, state, inputs)


def _state(found: Exhibit, inputs: tuple[Input, ...], unread: str, sha256: str) -> str:
    if not inputs:
        return unread
    if all(i.sha256 == sha256 for i in inputs):
        return "same"
    grown = all(i.sha256 in (sha256, digest_prefix(found.file, i.size)) for i in inputs)
    return "grown" if grown else "changed"


def totals(files: Sequence[ReadFile]) -> dict[str, Any]:
    """How many files and bytes there are, and how many in each state."""
    states = Counter(file.state for file in files)
    told = [{"state": state, "files": states[state]} for state in sorted(states)]
    return {"files": len(files), "bytes": sum(file.size for file in files), "states": told}
