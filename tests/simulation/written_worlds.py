"""Small made worlds for tests: written once for each way of asking, and read back with the standard library alone."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import zstandard
from small_trade import OFFICE

from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise

SIZE: dict[str, Any] = {"staff": 24, "clients": 1_500, "days": 24}
CRIMES = (Crime("bulk", "strong", begins=0.2, ends=0.9), Crime("slow-drip", "strong", begins=0.1, ends=0.9))
TIDY = Noise.none()


def world(out: Path, seed: int = 5, **asked: Any) -> dict[str, Any]:
    """Write ``out/case`` and ``out/truth.json``; gives the truth as it was written."""
    usual = {"crimes": CRIMES, "leaks": (), "formats": Formats(), "noise": Noise()}
    simulate(OFFICE, out / "case", seed=seed, **(SIZE | usual | asked))
    truth: dict[str, Any] = json.loads((out / "truth.json").read_text("utf-8"))
    return truth


def tree(folder: Path) -> dict[str, str]:
    """The digest of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def text_of(path: Path) -> str:
    """The text of a file, unpacked."""
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    elif path.suffix == ".zst":
        with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content), read_across_frames=True) as stream:
            content = stream.read()
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            (name,) = archive.namelist()
            content = archive.read(name)
    return content.decode()
