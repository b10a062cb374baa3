"""How the bench calls Headwater's scan, in processes of its own: ``python -m bench.scan_ours WORK PATH``.

``survey`` is the whole of ``headwater scan``: files walked, read in workers, recognised, tokenised, counted, and the answer made;
``engine`` the text engine alone (no reading of formats, no tokens, no counting).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.identifiers.text import find_array
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey

Told = dict[str, Any]
_BATCH = 100_000


def ours_text(file: Path) -> list[str]:
    """The command that scans a text."""
    return [sys.executable, "-m", "bench.scan_ours", "survey", str(file)]


def ours_table(file: Path) -> list[str]:
    """The command that scans a table and counts its persons."""
    return ours_text(file)


def ours_engine(file: Path) -> list[str]:
    """The command that lets the text engine alone look at a text."""
    return [sys.executable, "-m", "bench.scan_ours", "engine", str(file)]


def ours_folder(folder: Path, engine: str, answer: Path) -> list[str]:
    """The command that scans a folder with an engine and keeps its answer."""
    return [*ours_text(folder), "--engine", engine, "--answer", str(answer)]


def _engine(file: Path, _: str) -> Told:
    lines = pa.array(file.read_text(encoding="utf-8").split("\n"))
    found = sum(find_array(lines.slice(at, _BATCH)).num_rows for at in range(0, len(lines), _BATCH))
    return {"found": found}


def _survey(path: Path, engine: str) -> Told:
    return survey([path], Options(engine=engine))


WORKS: dict[str, Callable[[Path, str], Told]] = {"engine": _engine, "survey": _survey}


def main(arguments: list[str] | None = None) -> None:
    """Do one of them and print the seconds it took, and those that went before it; its workers' are for the caller to count."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_ours", description=__doc__)
    asked.add_argument("work", choices=WORKS)
    asked.add_argument("path", type=Path)
    asked.add_argument("--engine", default="duckdb")
    asked.add_argument("--answer", type=Path, help="where the answer of a survey is kept")
    options = asked.parse_args(arguments)
    wall, start = time.perf_counter(), time.process_time()
    answer = WORKS[options.work](options.path, options.engine)
    told = {"wall": time.perf_counter() - wall, "start_cpu": start}
    if options.answer:
        options.answer.write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")
    print(json.dumps({**told, **_counts(answer)}))


def _counts(answer: Told) -> Told:
    totals = answer.get("totals", answer)
    return {name: totals[name] for name in ("persons", "rows", "found") if name in totals}


if __name__ == "__main__":
    main()
