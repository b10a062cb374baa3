"""How the bench calls Headwater's scan: one command for texts, one for tables, and the engine alone in a process of its own.

``python -m bench.scan_ours engine FILE`` gives what the text engine alone costs (no reading of formats, no tokens, no counting), ``table
FILE`` the scanning of a table and the counting of its persons.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from bench.cost import forget_peak, peak_mb
from headwater.exhibits.opening import members
from headwater.identifiers.text import find_array
from headwater.model.exhibit import Exhibit
from headwater.scanning.persons import persons
from headwater.scanning.scan import scan
from headwater.store.tokens import Tokeniser

Told = dict[str, float]
_BATCH = 100_000


def ours_text(file: Path) -> list[str]:
    """The command that scans a text."""
    return [sys.executable, "-m", "bench.scan_ours", "table", str(file)]


def ours_table(file: Path) -> list[str]:
    """The command that scans a table and counts its persons."""
    return [sys.executable, "-m", "bench.scan_ours", "table", str(file)]


def ours_engine(file: Path) -> list[str]:
    """The command that lets the text engine alone look at a text."""
    return [sys.executable, "-m", "bench.scan_ours", "engine", str(file)]


def engine(file: Path) -> Told:
    """The text engine over all lines."""
    lines = pa.array(file.read_text(encoding="utf-8").split("\n"))
    found = sum(find_array(lines.slice(at, _BATCH)).num_rows for at in range(0, len(lines), _BATCH))
    return {"found": found, "size": file.stat().st_size}


def table(file: Path) -> Told:
    """A file scanned and its persons counted."""
    exhibit = Exhibit(file.name, file, "seized", "P1", file.stat().st_size)
    tokeniser = Tokeniser(bytes(32))
    rows, holdings = 0, []
    for scanned in scan(list(members(exhibit)), role="seized", holder="P1", tokeniser=tokeniser):  # type: ignore[misc]
        holdings.append(scanned.holdings)
        rows += sum(n or 0 for n in scanned.documents.column("rows").to_pylist())
    found = pa.concat_tables(holdings)
    return {"found": found.num_rows, "persons": persons(found).count, "size": rows}


WORKS: dict[str, Callable[[Path], Told]] = {"engine": engine, "table": table}


def main(arguments: list[str] | None = None) -> None:
    """Do one of them and print what it cost; what is loaded before is not counted."""
    asked = argparse.ArgumentParser(prog="python -m bench.scan_ours", description=__doc__)
    asked.add_argument("work", choices=WORKS)
    asked.add_argument("file", type=Path)
    options = asked.parse_args(arguments)
    forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    told = WORKS[options.work](options.file)
    told |= {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak_mb": peak_mb()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
