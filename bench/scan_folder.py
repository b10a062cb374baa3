"""``python -m bench.scan_folder``: a folder of ten thousand small files of many formats, scanned; and whether two scans say the same.

The files are made from a seed: texts in four encodings, CSV in six dialects, JSON, JSON lines, HTML, XML, mail, mailboxes, SQL dumps,
SQLite, DBF, INI, logs, code, XLSX, DOCX, ZIP, TAR and GZ with others inside, empty and broken ones. The truth says for each file which
people it holds and whether it can be read at all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.child import run
from bench.machine import machine
from bench.scan_mixed import make_folder
from bench.scan_ours import ours_folder

RESULTS = Path(__file__).with_name("scan_folder.json")
Answer = Mapping[str, Any]
_PARTS = ("items", "tally", "groups", "overlaps", "duplicates", "lineage", "not_read", "holders")
_OF_A_FILE = ("status", "format", "bytes", "sha256", "rows", "persons", "named", "items")


def same(a: Answer, b: Answer) -> list[str]:
    """How two answers of a scan differ; nothing, if they say the same."""
    told = [f"totals {k}: {a['totals'].get(k)}, {v}" for k, v in b["totals"].items() if a["totals"].get(k) != v]
    files = [{file["path"]: file for file in answer["files"]} for answer in (a, b)]
    told += [f"only in one: {path}" for path in sorted(files[0].keys() ^ files[1].keys())]
    for path in sorted(files[0].keys() & files[1].keys()):
        one, other = files[0][path], files[1][path]
        told += [f"{path}, {k}: {one.get(k)}, {other.get(k)}" for k in _OF_A_FILE if one.get(k) != other.get(k)]
    return told + [f"{part} differ" for part in _PARTS if _sorted(a.get(part, [])) != _sorted(b.get(part, []))]


def held(truth: Answer, answer: Answer) -> dict[str, Any]:
    """An answer against the truth of the folder: files read, persons, and what was wrongly said of a file."""
    said = {Path(file["path"].partition("!")[0]).name: file["status"] for file in answer["files"]}
    unread = {Path(row["path"]).name for row in answer["not_read"]}
    wrong = []
    for name, file in truth["files"].items():
        status = said.get(name, "unread" if name in unread else "missing")
        if (status == "unread") != (file["format"] in truth["unreadable"]):
            wrong.append(f"{name} ({file['format']}): {status}")
    return {
        "files": len(truth["files"]),
        "persons": {"there": truth["persons"], "counted": answer["totals"]["persons"]},
        "wrongly read or unread": wrong[:20],
        "how many": len(wrong),
    }


def _sorted(rows: Sequence[Any]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def main(arguments: list[str] | None = None) -> None:
    """Make the folder, scan it with each engine, compare, print, keep."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_folder", description=__doc__)
    asked.add_argument("--files", type=int, default=10_000)
    asked.add_argument("--engines", nargs="+", default=["duckdb"], help="duckdb spark: the second must say the same")
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="folder", dir=options.space) as root:
        start = time.perf_counter()
        truth = make_folder(Path(root) / "mixed", options.files)
        print(f"… {options.files:,} files made in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        told = {engine: _scanned(Path(root) / "mixed", engine, truth) for engine in options.engines}
    answers = [part.pop("answer") for part in told.values()]
    different = [line for other in answers[1:] for line in same(answers[0], other)]
    figures = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "files": options.files, **told}
    figures["same"] = not different
    options.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(figures, indent=1, ensure_ascii=False))
    print("\n".join(different[:20]) or "all engines say the same")


def _scanned(folder: Path, engine: str, truth: Answer) -> dict[str, Any]:
    kept = folder.parent / f"{engine}.json"
    child = run(ours_folder(folder, engine, kept))
    answer = json.loads(kept.read_text(encoding="utf-8"))
    return {
        "seconds": round(child.wall, 1),
        "cpu_seconds": round(child.cpu, 1),
        "files_a_second": round(len(truth["files"]) / child.wall, 1),
        "peak_mb": round(child.peak_mb),
        **held(truth, answer),
        "answer": answer,
    }


if __name__ == "__main__":
    main()
