"""``python -m bench.scanning_speed``: what a scan costs beside the cheapest that could do its reading, and beside other scanners.

Makes its texts and tables, runs everything in processes of their own, sides in turn, and keeps the cheapest run of each. Says ratios of
CPU seconds and of seconds on the wall's clock for each row or megabyte, and the most memory; no time is asserted. ``--peers`` names an
interpreter that has what ``bench/peers.txt`` lists, if this one has not; hyperscan is among them.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.child import Child, run
from bench.machine import machine
from bench.scan_corpora import make
from bench.scan_ours import ours_engine, ours_table, ours_text
from bench.scan_tables import Shape, persons, write_csv, write_xlsx

RESULTS = Path(__file__).with_name("scanning_speed.json")
Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared: a command, which may tell its own seconds, and how much it works through."""

    name: str
    command: Sequence[str]
    size: float


@dataclass(frozen=True, slots=True)
class Match:
    """Us and a ceiling or peer on the same file.

    What is wanted: at most so many times a ceiling's cost, or at least so many times a peer's speed.
    """

    file: str
    unit: str
    ours: Side
    other: Side
    at_most: float | None = None
    at_least: float | None = None


def main(arguments: list[str] | None = None) -> None:
    """Make, measure, print, keep."""
    asked = argparse.ArgumentParser(prog="python -m bench.scanning_speed", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e6, help="of the CSV (default: 1e6; the wanted figure is of 1e7)")
    asked.add_argument("--sheet-rows", type=float, default=1e5, help="of the XLSX (default: 1e5)")
    asked.add_argument("--mb", type=float, default=50, help="of chat; a third as much log (default: 50)")
    asked.add_argument("--peer-mb", type=float, default=1, help="of chat for peers, who are slow (default: 1)")
    asked.add_argument("--peers", nargs="?", const=sys.executable, help="measure peers, in this or another interpreter")
    asked.add_argument("--only", default="", help="only matches whose file or name holds this word")
    asked.add_argument("--repeat", type=int, default=2)
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="scanning", dir=options.space) as root:
        told = measure(Path(root), options)
    options.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(table(told))


def measure(root: Path, options: argparse.Namespace) -> Told:
    """Everything that is asked for, on data made below a folder."""
    shape = Shape(int(options.rows))
    wanted = [m for m in _matches(root, options, shape) if options.only in f"{m.file} {m.other.name}"]
    told: Told = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "rows": shape.rows,
        "mb": options.mb,
    }
    told["persons"] = len(set(persons(shape).tolist()))
    costs = _costs([side for match in wanted for side in (match.ours, match.other)], options.repeat)
    told["matches"] = [_compared(match, costs) for match in wanted]
    return told


def _matches(root: Path, options: argparse.Namespace, shape: Shape) -> list[Match]:
    found = [] if options.only in ("chat", "log") else [*_tables(root, options, shape)]
    return found if options.only in ("csv", "xlsx") else [*found, *_texts(root, options)]


def _tables(root: Path, options: argparse.Namespace, shape: Shape) -> list[Match]:
    _say("making tables")
    csv, sheet = write_csv(root / "people.csv", shape), Shape(int(options.sheet_rows))
    xlsx = write_xlsx(root / "people.xlsx", sheet)
    return [
        Match(
            "csv",
            "rows",
            _side("headwater", ours_table(csv), shape.rows),
            _ceiling("duckdb", csv, shape.rows),
            at_most=2.0,
        ),
        Match(
            "xlsx",
            "rows",
            _side("headwater", ours_table(xlsx), sheet.rows),
            _ceiling("fastexcel", xlsx, sheet.rows),
            at_most=1.5,
        ),
    ]


def _texts(root: Path, options: argparse.Namespace) -> list[Match]:
    _say("making texts")
    files = {
        "chat": make(root, "chat.txt", options.mb),
        "log": make(root, "app.log", options.mb / 3),
        "few": make(root / "few", "chat.txt", options.peer_mb),
    }
    sizes = {name: file.stat().st_size / 1e6 for name, file in files.items()}
    if not options.peers:
        return []
    interpreter, found = options.peers, []
    for name in ("chat", "log"):
        for command, how in ((ours_text(files[name]), "whole scan"), (ours_engine(files[name]), "engine alone")):
            for bound in ("hyperscan", "hyperscan_bounded"):
                other = _ceiling(bound, files[name], sizes[name], interpreter)
                found.append(Match(name, "MB", _side(how, command, sizes[name]), other, at_most=2.0))
    for peer, wanted in (("presidio_zh", 100.0), ("presidio", None), ("argus", None)):
        command = [interpreter, "-m", "bench.scan_peers", peer, str(files["few"])]
        ours = _side("whole scan", ours_text(files["chat"]), sizes["chat"])
        found.append(Match("chat", "MB", ours, _side(peer, command, sizes["few"]), at_least=wanted))
    return found


def _side(name: str, command: Sequence[str], size: float) -> Side:
    return Side(name, command, size)


def _ceiling(name: str, file: Path, size: float, interpreter: str = sys.executable) -> Side:
    return Side(name, [interpreter, "-m", "bench.scan_ceilings", name, str(file)], size)


def _costs(sides: Sequence[Side], repeat: int) -> dict[tuple[str, ...], Told]:
    """The cheapest run of each command; all of them in turn, then all again."""
    runs: dict[tuple[str, ...], list[Told]] = {}
    for turn in range(repeat):
        for side in {tuple(side.command): side for side in sides}.values():
            _say(f"{turn + 1}: {side.name}, {Path(side.command[-1]).name}")
            runs.setdefault(tuple(side.command), []).append(_cost(run(side.command), side))
    return {command: min(costs, key=lambda cost: cost["cpu"]) for command, costs in runs.items()}


def _compared(match: Match, costs: dict[tuple[str, ...], Told]) -> Told:
    best = {part: costs[tuple(side.command)] for part, side in (("ours", match.ours), ("other", match.other))}
    ratios = {f"{clock}_ratio": best["ours"][clock] / best["other"][clock] for clock in ("cpu", "wall")}
    return {
        "file": match.file,
        "unit": match.unit,
        "ours": {"name": match.ours.name, **best["ours"]},
        "other": {"name": match.other.name, **best["other"]},
        **{name: float(f"{ratio:.4g}") for name, ratio in ratios.items()},
        "wanted": {"at most": match.at_most, "at least": match.at_least},
        "reached": _reached(match, ratios["cpu_ratio"]),
    }


def _cost(child: Child, side: Side) -> Told:
    """Seconds for each unit: those that the command tells of itself, without its start, or those of the whole process."""
    told = json.loads(child.out.splitlines()[-1]) if child.out.rstrip().endswith("}") else {}
    own = {"wall": told.get("wall", child.wall), "cpu": told.get("cpu", child.cpu - told.get("start_cpu", 0.0))}
    return {
        **{clock: seconds / side.size for clock, seconds in own.items()},
        "rate": side.size / own["wall"],
        "seconds": {"cpu": own["cpu"], "wall": own["wall"], "with the start": child.cpu},
        "peak_mb": round(max(child.peak_mb, told.get("peak_mb", 0.0))),
        **{name: told[name] for name in ("persons", "found") if name in told},
    }


def _reached(match: Match, ratio: float) -> bool | None:
    if match.at_most is not None:
        return ratio <= match.at_most
    return None if match.at_least is None else 1 / ratio >= match.at_least


def table(told: Told) -> str:
    """The figures as a table of plain text (and Markdown: they are the same)."""
    head = ("file", "ours", "against", "rate", "its rate", "CPU ratio", "wall ratio", "wanted", "reached", "peak MB")
    rows = [head, ("---",) * len(head), *(_row(match) for match in told["matches"])]
    counted = next((m["ours"].get("persons") for m in told["matches"] if m["file"] == "csv"), None)
    lines = ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join([*lines, f"\npersons in {told['rows']:,} rows: {told['persons']:,}; counted: {counted}"])


def _row(match: Told) -> tuple[str, ...]:
    most, least = match["wanted"]["at most"], match["wanted"]["at least"]
    wanted = f"<= {most:g} times" if most else f"{least:g} times faster" if least else "–"
    ratio = f"{match['cpu_ratio']:.2f}" if match["cpu_ratio"] > 0.1 else f"1/{1 / match['cpu_ratio']:.0f}"
    wall = f"{match['wall_ratio']:.2f}" if match["wall_ratio"] > 0.1 else f"1/{1 / match['wall_ratio']:.0f}"
    rates = (f"{match[side]['rate']:,.4g} {match['unit']}/s" for side in ("ours", "other"))
    reached = {True: "yes", False: "no", None: "–"}[match["reached"]]
    names = (match["file"], match["ours"]["name"], match["other"]["name"])
    return (*names, *rates, ratio, wall, wanted, reached, str(match["ours"]["peak_mb"]))


def _say(what: str) -> None:
    print(f"… {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
