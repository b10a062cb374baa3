"""Which of the files that Headwater wrote go into a package: a short list of names, and what is asked for beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from headwater.model.errors import CaseError
from headwater_verify import plain_name

ALWAYS = ("result.json", "report.html", "report.pdf")
FOLDERS = ("exports",)
"""Folders of the output that hold exports alone. The workspace with its keys, names and tokens is never packed."""
NEVER = (".sqlite", ".key", ".pem", ".duckdb", ".parquet", ".hwpkg.zip", ".new")


def written(out: Path, further: Sequence[Path], workspace: Path) -> dict[str, Path]:
    """Members of a package by their name, for the files of an output folder that are packed.

    :param further: files or folders beside those that are always packed; they must lie in the output folder
    :raises CaseError: when one of them is missing, lies elsewhere, or may not be packed
    """
    chosen = [out / name for name in ALWAYS if (out / name).is_file()]
    chosen += [file for name in FOLDERS for file in _below(out / name)]
    for path in further:
        if not path.exists():
            raise CaseError("is to be packed, and is not there", str(path))
        chosen += [path] if path.is_file() else list(_below(path))
    return {_name(file, out, workspace): file for file in sorted(set(chosen))}


def older(files: Mapping[str, Path], by: float = 60.0) -> list[str]:
    """Names of files that were written so many seconds before the result, and may have been made of an earlier one."""
    result = files["files/result.json"].stat().st_mtime
    return [name for name, file in files.items() if file.stat().st_mtime < result - by]


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder that a program wrote; what begins with a point is half-written or somebody's own."""
    if not folder.is_dir():
        return
    yield from (f for f in folder.rglob("*") if f.is_file() and not any(p.startswith(".") for p in f.parts[-3:]))


def _name(file: Path, out: Path, workspace: Path) -> str:
    real = file.resolve()
    if workspace.resolve() in real.parents or real.name.endswith(NEVER):
        raise CaseError("may not be packed: it is, or may hold, a key or names in the clear", str(file))
    if out.resolve() not in real.parents or file.is_symlink():
        raise CaseError(f"may not be packed: it does not lie in {out}", str(file))
    name = "files/" + real.relative_to(out.resolve()).as_posix()
    if not plain_name(name):
        raise CaseError("cannot be packed under this name: other systems cannot bear it", str(file))
    return name
