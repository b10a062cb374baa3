"""What made the package: the program down to each of its files, Python, and the libraries that results depend on."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import headwater
import headwater_verify
from headwater import __version__

LIBRARIES = (
    "cryptography",
    "duckdb",
    "evtx",
    "fastexcel",
    "google-re2",
    "ibis-framework",
    "libarchive-c",
    "lxml",
    "numba",
    "numpy",
    "opencc",
    "pandas",
    "phonenumbers",
    "pyarrow",
    "pypdfium2",
    "pypinyin",
    "rapidocr",
    "rfc3161-client",
    "rfc8785",
    "scipy",
    "sqlglot",
    "tzdata",
)
"""Libraries whose version can change what is read, found, written or signed."""


def tool() -> dict[str, Any]:
    """The program as the manifest has it. It costs the digests of its own files, some megabytes."""
    verifier = Path(headwater_verify.__file__)
    return {
        "name": "headwater",
        "version": __version__,
        "source": _source(Path(headwater.__file__).parent),
        "verifier": {"file": verifier.name, "sha256": hashlib.sha256(verifier.read_bytes()).hexdigest()},
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "libraries": [{"name": name, "version": _version(name)} for name in LIBRARIES],
    }


def machine() -> dict[str, Any]:
    """The host as the manifest has it when it was asked for: two machines then give different packages."""
    return {
        "host": platform.node(),
        "system": platform.platform(),
        "processor": platform.machine(),
    }


def _source(root: Path) -> dict[str, Any]:
    """A digest over path and SHA-256 of every file of the installed program, so that it can be told from any other."""
    lines = [f"{path}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\n" for path, file in _own_files(root)]
    return {"files": len(lines), "sha256": hashlib.sha256("".join(lines).encode()).hexdigest()}


def _own_files(root: Path) -> Iterator[tuple[str, Path]]:
    files = (f for f in root.rglob("*") if f.is_file() and "__pycache__" not in f.parts)
    yield from sorted((f.relative_to(root).as_posix(), f) for f in files)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
