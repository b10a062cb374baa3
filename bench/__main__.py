"""``python -m bench``: measure, print the tables, keep the figures."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine
from bench.run import Bench
from bench.sizes import SIZES
from bench.table import tables

RESULTS = Path(__file__).with_name("results.json")


def main(arguments: list[str] | None = None) -> None:
    """Run the bench."""
    asked = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    asked.add_argument("--events", choices=SIZES, default="small", help="how much data is made (default: small)")
    asked.add_argument("--out", type=Path, default=RESULTS, help="where the figures are kept")
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    options = asked.parse_args(arguments)
    start, here = time.perf_counter(), machine()
    with tempfile.TemporaryDirectory(prefix="bench", dir=options.space) as root:
        figures = Bench(Path(root), SIZES[options.events], lambda what: print(f"… {what}", file=sys.stderr)).run()
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "size": options.events,
        "seconds": round(time.perf_counter() - start),
        "machine": here,
        **figures,
    }
    options.out.write_text(json.dumps(_short(told), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(tables(told))
    print(f"\n{told['events']:,} events ({options.events}), {told['seconds']} s; figures: {options.out.name}")


def _short(value: Any) -> Any:
    """Figures with four significant digits: more would be noise."""
    if isinstance(value, dict):
        return {name: _short(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_short(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


if __name__ == "__main__":
    main()
