"""``python -m bench.scan_quality``: what is found of what is there, kind by kind, and what is said about numbers that are nobody's.

Headwater and its peers see the same texts: chats with identifiers in every form and decoys, logs and code that hold nobody's
data, sets that others marked (``--sets``), and floods of decoys. A hit covers half of the span with the right kind. Peers run with
``--peers``, in this environment or in that of another interpreter.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench.machine import machine
from bench.scan_corpora import MADE, flood, make
from bench.scan_scoring import Find, Scores, score
from bench.scan_sets import MarkedSet, marked_sets
from bench.scan_truth import Truth, load
from headwater.identifiers.text import Names, find_array

RESULTS = Path(__file__).with_name("scan_quality.json")
PEERS = ("argus", "presidio_zh", "presidio")
FLOODS = (
    "order number",
    "order like a mobile",
    "order, word behind",
    "list of numbers",
    "seconds",
    "milliseconds",
    "compact time",
    "serial",
    "hash",
    "guid",
    "decimal",
    "amount",
    "18 digits right by Luhn",
    "card with a wrong check",
)
WANTED = {"structured": 0.99, "names and addresses in tables": (0.95, 0.90), "in free text": 0.85}


def ours(lines: Sequence[str]) -> list[Find]:
    """What Headwater finds in lines of text."""
    found = find_array(pa.array(lines, pa.string()), Names.ALL).to_pylist()
    return [(m["place"], m["start"], m["end"], m["kind"]) for m in found]


def theirs(interpreter: str, name: str, file: Path, megabytes: float) -> list[Find]:
    """What a peer finds in a file, in a process of its own."""
    with tempfile.TemporaryDirectory() as space:
        finds = Path(space) / "finds.json"
        command = [
            interpreter,
            "-m",
            "bench.scan_peers",
            name,
            str(file),
            "--mb",
            str(megabytes),
            "--finds",
            str(finds),
        ]
        subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
        return [(line, start, end, kind) for line, start, end, kind in json.loads(finds.read_text("utf-8"))]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, keep."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_quality", description=__doc__)
    asked.add_argument("--mb", type=float, default=5, help="of chat (default: 5); half as much log and code")
    asked.add_argument("--peer-mb", type=float, default=1, help="how much of it peers see, who are slow (default: 1)")
    asked.add_argument("--flood", type=int, default=100_000, help="lines of each kind of decoy (default: 100,000)")
    asked.add_argument("--seed", type=int, default=6)
    asked.add_argument("--peers", nargs="?", const=sys.executable, help="run peers, in this or another interpreter")
    asked.add_argument("--sets", type=Path, help="folder of marked sets (JSON lines)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    told: dict[str, Any] = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "mb": options.mb}
    with tempfile.TemporaryDirectory() as space:
        for name in MADE:
            file = make(Path(space), name, options.mb if name == "chat.txt" else options.mb / 2, options.seed)
            told[name] = _corpus(file, options)
    told["floods"] = {name: _flood(name, options.flood, options.seed) for name in FLOODS}
    if options.sets:
        told["sets"] = {marked.name: _marked(marked, options) for marked in marked_sets(options.sets)}
    options.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(tables(told))


def _corpus(file: Path, options: argparse.Namespace) -> dict[str, Any]:
    truth, lines = load(file), file.read_text(encoding="utf-8").split("\n")
    told = {"headwater": figures(score(truth, ours(lines)), file.stat().st_size / 1e6)}
    if options.peers:
        megabytes = min(options.peer_mb, file.stat().st_size / 1e6)
        part = file.read_bytes()[: int(megabytes * 1e6)].decode("utf-8", "ignore").count("\n")
        seen = Truth([i for i in truth.items if i.line < part], [d for d in truth.decoys if d.line < part])
        for name in PEERS:
            finds = [f for f in theirs(options.peers, name, file, megabytes) if f[0] < part]
            told[name] = figures(score(seen, finds), megabytes)
    return told


def figures(scores: Scores, megabytes: float) -> dict[str, Any]:
    """Scores as plain figures."""
    kinds = {
        kind: {"there": s.there, "recall": _short(s.recall), "said": s.said, "precision": _short(s.precision)}
        for kind, s in sorted(scores.kinds.items())
    }
    weak = {f"{kind}, {form}": _short(s.recall) for (kind, form), s in sorted(scores.forms.items()) if s.recall < 0.99}
    decoys = {name: _short(s.recall) for name, s in sorted(scores.reported.items()) if s.found}
    there, found = (sum(getattr(s, part) for s in scores.reported.values()) for part in ("there", "found"))
    return {
        "kinds": kinds,
        "forms below .99": weak,
        "decoys reported": decoys,
        "share of decoys reported": _short(found / there) if there else None,
        "false finds per MB": _short(len(scores.false) / megabytes),
        "kinds of false finds": dict(Counter(f[3] for f in scores.false).most_common()),
    }


def _flood(name: str, count: int, seed: int) -> dict[str, Any]:
    """How many of a million such decoys are taken for something, and for what."""
    kinds = Counter(kind for _, _, _, kind in ours(list(flood(name, count, seed))))
    return {kind: round(n * 1e6 / count) for kind, n in kinds.most_common()}


def _marked(marked: MarkedSet, options: argparse.Namespace) -> dict[str, Any]:
    size = sum(len(text.encode()) for text in marked.texts) / 1e6
    told = {"headwater": figures(score(marked.truth, _only(ours(marked.texts), marked)), size)}
    if options.peers:
        with tempfile.TemporaryDirectory() as space:
            file = Path(space) / "texts.txt"
            file.write_text("\n".join(marked.texts), encoding="utf-8")
            for name in PEERS:
                finds = _only(theirs(options.peers, name, file, 1e3), marked)
                told[name] = figures(score(marked.truth, finds), size)
    return told


def _only(finds: Iterable[Find], marked: MarkedSet) -> list[Find]:
    kinds = marked.only | ({"phone"} if marked.only & {"mobile", "landline"} else set())
    return [find for find in finds if find[3] in kinds]


def tables(told: dict[str, Any]) -> str:
    """The figures as tables of plain text."""
    parts = []
    for name, figures_of in [*((n, told[n]) for n in MADE), *told.get("sets", {}).items()]:
        parts.append(_table(name, figures_of))
    parts.append("\nfinds per million decoys:")
    parts += [
        f"  {name:26} {'; '.join(f'{k} {n:,}' for k, n in said.items()) or 0}" for name, said in told["floods"].items()
    ]
    return "\n".join(parts)


def _table(name: str, told: dict[str, Any]) -> str:
    mine = told["headwater"]["kinds"]
    lines = [f"\n{name} (recall/precision)", f"  {'':16}" + "".join(f"{who:>16}" for who in told)]
    for kind in (*(k for k, figure in mine.items() if figure["there"] or figure["said"]), "phone"):
        cells = [told[who]["kinds"].get(kind, {"recall": None, "precision": None}) for who in told]
        lines.append(f"  {kind:16}" + "".join(f"{_cell(c['recall']) + '/' + _cell(c['precision']):>16}" for c in cells))
    for what in ("share of decoys reported", "false finds per MB"):
        lines.append(f"  {what:16}" + "".join(f"{_cell(told[who][what]):>16}" for who in told))
    return "\n".join(lines)


def _cell(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"


def _short(value: float) -> float | None:
    return None if value != value else float(f"{value:.4g}")


if __name__ == "__main__":
    main()
