"""How true attribution is over leaks planted in made houses: ``python -m bench.calibration``.

Makes a house of each trade without any crime (or takes cases that were read into workspaces), plants leaks over its reading
histories, searches for their takers, and keeps what ``headwater calibrate`` says of each house, with the sums over all of
them, in ``bench/calibration.json``. Half a second to some seconds of CPU for each leak; the file is written after each house.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine
from headwater.attribution.calibration.curve import Calibration, plain
from headwater.attribution.calibration.rows import Row
from headwater.attribution.search import Options
from headwater.cli.calibrated import label
from headwater.detection.scene import Scene
from headwater.investigation.calibrating import calibrate
from headwater.investigation.case import open_investigation
from headwater.simulation.simulate import simulate

RESULTS = Path(__file__).with_name("calibration.json")
TRADES = ("bank", "insurer", "courier", "hospital", "telecom")
COUNTED = ("leaks", "takers", "found", "exact", "joint", "innocent", "false")
KEY, SORTS = ("what", "which", "low", "high"), ("way", "takers", "padding", "rows", "share", "dated", "nobody")
Figures = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Try every house, keep the figures, and print the table of all together as Markdown."""
    asked = argparse.ArgumentParser(prog="python -m bench.calibration", description=__doc__)
    asked.add_argument("--trade", choices=TRADES, action="append", help="only a house of this trade; may be repeated")
    asked.add_argument(
        "--place", nargs=2, type=Path, action="append", metavar=("CASE", "WORKSPACE"), help="no made house"
    )
    asked.add_argument("--leaks", type=int, default=400, help="planted over each data set (default: 400)")
    asked.add_argument(
        "--draws", type=int, default=Options().draws, help="random leaks of the null (default: the method's)"
    )
    asked.add_argument("--seed", type=int, default=811)
    asked.add_argument("--staff", type=int, default=60)
    asked.add_argument("--clients", type=int, default=6_000)
    asked.add_argument("--days", type=int, default=35)
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    asked.add_argument("--out", type=Path, default=RESULTS, help="where the figures are kept")
    options = asked.parse_args(arguments)
    given = {name: getattr(options, name) for name in ("leaks", "draws", "seed", "staff", "clients", "days")}
    kept: Figures = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "asked": given, "houses": {}}
    found: list[Calibration] = []
    for name, scene in _houses(options):
        start = time.process_time()
        made = calibrate(scene, options.leaks, options.seed, _dots(), Options(draws=options.draws, seed=options.seed))
        found += made
        told = {"cpu_seconds": round(time.process_time() - start), "datasets": [plain(c) for c in made]}
        kept["houses"][name] = told
        kept["all"] = summed(found)
        options.out.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f" {name}: {told['cpu_seconds']} s of CPU", file=sys.stderr)
    if found:
        print(table(found))


def _houses(options: argparse.Namespace) -> Iterator[tuple[str, Scene]]:
    for case, workspace in options.place or ():
        with _opened(case, workspace, read=False) as scene:
            yield case.name, scene
    if options.place:
        return
    size = {"seed": options.seed, "staff": options.staff, "clients": options.clients, "days": options.days}
    for trade in options.trade or TRADES:
        with tempfile.TemporaryDirectory(prefix="bench", dir=options.space) as root:
            simulate(trade, Path(root) / "case", crimes=(), leaks=(), **size)
            with _opened(Path(root) / "case", Path(root) / "work", read=True) as scene:
                yield trade, scene


@contextmanager
def _opened(case: Path, workspace: Path, *, read: bool) -> Iterator[Scene]:
    with open_investigation(case, workspace) as work:
        if read:
            work.ingest()
        with work.scene() as scene:
            yield scene


def _dots() -> Callable[[], None]:
    return lambda: print(".", end="", file=sys.stderr, flush=True)


def summed(found: Sequence[Calibration]) -> Figures:
    """The figures of all houses together: counts, Brier score of all claims, names by probability, and the table's rows."""
    claims = sum(c.alone.claims + c.joint.claims for c in found)
    squares = sum((c.brier or 0.0) * (c.alone.claims + c.joint.claims) for c in found)
    return {
        **{name: sum(getattr(c, name) for c in found) for name in ("asked", "leaks", "nulls", "accused", "innocent")},
        "claims": claims,
        "right": sum(c.alone.right + c.joint.right for c in found),
        "joint_claims": sum(c.joint.claims for c in found),
        "joint_right": sum(c.joint.right for c in found),
        "brier": squares / claims if claims else None,
        "bins": [_bins(alike) for alike in zip(*(c.alone.bins for c in found), strict=True)],
        "joint_bins": [_bins(alike) for alike in zip(*(c.joint.bins for c in found), strict=True)],
        "rows": [{name: getattr(r, name) for name in (*KEY, *COUNTED)} for r in _rows(found)],
    }


def _bins(alike: Sequence[Any]) -> Figures:
    claims = sum(b.claims for b in alike)
    mean = sum(b.mean * b.claims for b in alike) / claims if claims else None
    return {"start": alike[0].start, "claims": claims, "mean": mean, "right": sum(b.right for b in alike)}


def _rows(found: Sequence[Calibration]) -> Iterator[Row]:
    """Rows of one sort added up, in the order in which sorts are tabled."""
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in (r for c in found for r in c.rows):
        alike.setdefault((SORTS.index(row.what), row.which, row.low is not None, row.low or 0.0), []).append(row)
    for _sort, some in sorted(alike.items()):
        yield replace(some[0], overlap=None, **{name: sum(getattr(r, name) for r in some) for name in COUNTED})


def table(found: Sequence[Calibration]) -> str:
    """The rows of all houses as Markdown, with a line of sums above."""
    told = summed(found)
    head = (
        f"{told['leaks']:,} leaks, {told['nulls']:,} taken by nobody: {told['right']:,} of {told['claims']:,} names right, "
        f"{told['accused']:,} false on those that nobody took; Brier score {told['brier'] or 0.0:.4f}"
    )
    lines = [head, "", "| planted | " + " | ".join(COUNTED) + " |", "| --- " * (len(COUNTED) + 1) + "|"]
    for row in _rows(found):
        lines.append(
            f"| {label(row, 'en').replace('  ', '… ')} | " + " | ".join(f"{getattr(row, n):,}" for n in COUNTED) + " |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
