"""Case folders put together from parts of a made one: its tables, read once, and one file more."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.store.workspace import open_workspace

_TABLES = ("headwater.toml", "hr", "clients", "business", "complaints.csv")


def tables_read(case: str, space: str) -> int:
    """Below ``space``, a case folder with the tables of another, without its logs and found files, and its workspace."""
    folder = Path(space) / "case"
    for name in _TABLES:
        there = Path(case) / name
        for file in [there] if there.is_file() else sorted(there.rglob("*")):
            if file.is_file():
                _put(file, folder / file.relative_to(case))
    with open_workspace(Path(space) / "workspace") as workspace:
        ingest(open_case(folder), workspace)
        return len(workspace.manifest.inputs())


def with_file(tables: str, space: str, file: str, place: str) -> tuple[Path, Path]:
    """A copy of such a folder and its workspace, with one file more; gives both."""
    shutil.copytree(
        tables, space, dirs_exist_ok=True, copy_function=os.link, ignore=shutil.ignore_patterns("*.sqlite*")
    )
    for part in Path(tables, "workspace").glob("*.sqlite*"):  # this is written to
        shutil.copy(part, Path(space, "workspace"))
    folder = Path(space) / "case"
    _put(Path(file), folder / place / Path(file).name)
    return folder, Path(space) / "workspace"


def _put(file: Path, place: Path) -> None:
    """Let a file lie at a second place too: nothing is copied."""
    place.parent.mkdir(parents=True, exist_ok=True)
    os.link(file, place)
