"""What an evidence package of N gigabytes costs, over the slowest of the three things that nobody can do without.

``python -m bench.packaging --gb 1``. The ceiling is the slowest of reading the case once, its SHA-256 and its SM3, each measured
alone in this run; ``openssl dgst`` does both digests beside it, in two processes. The package is made whole: digests, manifest,
signature, container; then it is checked together with the case. What is read lies in memory where it fits: give more
gigabytes than there is memory to measure the disk.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import headwater_verify
from bench.cost import Cost, Work, cost
from bench.machine import machine

CHUNK = 1 << 20
SMALL, SMALL_SIZE = 300, 9_000
"""So many small files lie beside the large ones, as they do on a phone."""


def made(folder: Path, gigabytes: float) -> int:
    """A case folder of so many bytes: one large file of half of them, files of 32 MB, many small ones; and an empty result."""
    noise = random.Random(1).randbytes(CHUNK + 4096)
    total, case = int(gigabytes * (1 << 30)), folder / "case"
    sizes = [total // 2, *[32 * CHUNK] * (total // 2 // (32 * CHUNK)), *[SMALL_SIZE] * SMALL]
    for n, size in enumerate(sizes):
        file = case / "seized" / f"E{n % 7}" / f"f{n}.bin"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            for block, at in enumerate(range(0, size, CHUNK)):
                out.write(noise[(block + n) % 4096 :][: min(CHUNK, size - at)])
    (folder / "out").mkdir()
    told = {"schema": "headwater/result/1", "case": {"name": "bench"}, "findings": [], "tally": []}
    told |= {"read": {"files": [], "totals": {}}}
    (folder / "out" / "result.json").write_text(json.dumps(told))
    return sum(sizes)


def files(folder: str) -> list[Path]:
    return sorted(f for f in Path(folder, "case").rglob("*") if f.is_file())


def reading(folder: str) -> Work:
    return _over(folder, lambda _chunk: None)


def sha256(folder: str) -> Work:
    return _over(folder, hashlib.sha256().update)


def sm3(folder: str) -> Work:
    return _over(folder, hashlib.new("sm3").update)


def _over(folder: str, give: Callable[[bytes], object]) -> Work:
    def work() -> int:
        done = 0
        for file in files(folder):
            with file.open("rb", buffering=0) as stream:
                while chunk := stream.read(CHUNK):
                    give(chunk)
                    done += len(chunk)
        return done

    return work


def openssl(folder: str) -> Work:
    """Both digests by the system's own program, beside each other."""

    def work() -> int:
        several = files(folder)
        runs = [
            subprocess.Popen(["openssl", "dgst", name, *map(str, several)], stdout=subprocess.DEVNULL)
            for name in ("-sha256", "-sm3")
        ]
        ended = [run.wait() for run in runs]
        if any(ended):
            raise RuntimeError("openssl failed")
        return sum(f.stat().st_size for f in several)

    return work


def packing(folder: str) -> Work:
    """The whole package."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from headwater.casework.package.keys import Signer
    from headwater.casework.package.making import Order, make_package
    from headwater.exhibits.folder import open_case
    from headwater.store.workspace import open_workspace

    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    place = Path(folder)

    def work() -> int:
        order = Order(place / "out", place / "p.hwpkg.zip", datetime(2026, 1, 1, tzinfo=UTC))
        with open_workspace(place / "workspace") as workspace:
            packed = make_package(open_case(place / "case"), workspace, order, signer)
        return sum(file.size for file in packed.read)

    return work


def checking(folder: str) -> Work:
    """The package with its case, as a court's machine checks it."""

    def work() -> int:
        with redirect_stdout(StringIO()) as said:
            code = headwater_verify.main([f"{folder}/p.hwpkg.zip", "--case", f"{folder}/case"])
        if code != 3:
            raise RuntimeError(said.getvalue())
        return sum(f.stat().st_size for f in files(folder))

    return work


TASKS = (reading, sha256, sm3, openssl, packing, checking)
CEILING = ("reading", "sha256", "sm3")


def measured(folder: Path, repeat: int) -> dict[str, Cost]:
    """The quickest of some runs of each, in turns, so that what else the machine does falls on all alike."""
    best: dict[str, Cost] = {}
    for _ in range(repeat):
        for task in TASKS:
            run = cost(f"bench.packaging:{task.__name__}", folder=str(folder))
            best[task.__name__] = min(best.get(task.__name__, run), run, key=lambda each: each.wall)
    return best


def main() -> None:
    """Print one line for each, and the ratios."""
    asked = argparse.ArgumentParser(prog="python -m bench.packaging", description=__doc__)
    asked.add_argument("--gb", type=float, default=0.25, help="how large the case is (default: 0.25)")
    asked.add_argument("--repeat", type=int, default=3, help="runs of each, of which the quickest counts (default: 3)")
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    options = asked.parse_args()
    here = machine()
    with tempfile.TemporaryDirectory(prefix="bench", dir=options.space) as root:
        size = made(Path(root), options.gb)
        best = measured(Path(root), options.repeat)
    print(
        f"{here['processor']}, {here['cores']} cores, load {here['load_at_start']}, Python {here['python']}: {size / 1e9:.2f} GB"
    )
    for name, told in best.items():
        rate = told.rows / 1e6 / told.wall
        print(f"{name:<9} {told.wall:8.2f} s  {rate:7.0f} MB/s  {told.cpu:8.2f} CPU-s  {told.peak_mb:6.0f} MB")
    ceiling = max((best[name] for name in CEILING), key=lambda each: each.wall)
    alone = sum(best[name].cpu for name in CEILING)
    for name in ("packing", "checking"):
        over, peer = best[name].wall / ceiling.wall, best[name].wall / best["openssl"].wall
        cpu = best[name].cpu / alone
        print(
            f"{name}: {over:.2f} of the ceiling, {peer:.2f} of openssl dgst; {cpu:.2f} of the CPU seconds of the three"
        )


if __name__ == "__main__":
    main()
