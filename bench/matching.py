"""Which leaked rows are said to be ours, against the truth of every row: ``python -m bench.matching``.

Made worlds of several trades and sizes; lists in every form of :mod:`bench.lists`, half clients and half strangers, and
the same forms of strangers alone. Says precision and recall of *ours* (the right record), the share that is *perhaps*,
and the rows of strangers that are called ours.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.lists import FORMS, Made, made
from headwater.attribution.matching import Matched, match
from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.scanning.stage import scan_case
from headwater.simulation.files import separated
from headwater.simulation.house.building import START, build
from headwater.simulation.house.house import House
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.all import TRADES
from headwater.store.engine import open_engine
from headwater.store.workspace import open_workspace

STAFF, DAYS = 20, 5
SIZES: Mapping[str, int] = {"insurer": 3_000, "hospital": 30_000, "telecom": 200_000}
"""Trades and how many clients each has."""
ROWS, STRANGERS = 600, 2_000
"""Rows of a mixed list, half of them ours; rows of a list of strangers."""
_COUNTED = ("rows", "ours", "said", "right", "perhaps", "strangers", "false")


def worlds(root: Path, seed: int, sizes: Mapping[str, int], only: str = "") -> Iterator[tuple[str, pd.DataFrame]]:
    """Make each world with its lists, scan and match them; give a table with a row for each list."""
    for trade, clients in sizes.items():
        case = root / trade / "case"
        asked = {"seed": seed, "staff": STAFF, "clients": clients, "days": DAYS}
        simulate(trade, case, crimes=(), leaks=(), **asked)
        house = build(TRADES[trade], start=START, **asked)
        lists = dict(_lists(house, seed, only))
        for path, each in lists.items():
            _write(case / path, each)
        start = time.process_time()
        matched, room = matched_in(case, root / trade / "work")
        print(f"… {trade}: {time.process_time() - start:.1f} s of CPU, lake {room}", file=sys.stderr)
        yield trade, pd.DataFrame([_scored(path, each, matched) for path, each in lists.items()])


def _lists(house: House, seed: int, only: str) -> Iterator[tuple[str, Made]]:
    for number, form in enumerate(FORMS):
        if only in form:
            rng = np.random.default_rng([seed, number])
            yield f"leaks/mixed{number}.csv", made(house, rng, form, ROWS // 2, ROWS // 2)
            yield f"leaks/strangers{number}.csv", made(house, rng, form, 0, STRANGERS)


def _write(file: Path, each: Made) -> None:
    file.parent.mkdir(exist_ok=True)
    rows = [list(each.columns), *zip(*(c.tolist() for c in each.columns.values()), strict=True)]
    file.write_text(separated(rows), encoding="utf-8")


def matched_in(case_folder: Path, space: Path) -> tuple[Matched, dict[str, int]]:
    """Read a case into a workspace and match its lists; gives the bytes of the lake's tables too."""
    case = open_case(case_folder)
    with open_workspace(space) as workspace:
        ingest(case, workspace)
        scan_case(case, workspace)
        tables = sorted(p for p in workspace.lake.root.iterdir() if p.is_dir())
        room = {t.name: sum(f.stat().st_size for f in t.rglob("*.parquet")) for t in tables}
        names = ("subjects", "holdings", "subject_parts", "holding_parts")
        with open_engine("duckdb", workspace) as engine:
            return match(engine), {n: room[n] for n in names if n in room}


def _scored(path: str, each: Made, matched: Matched) -> dict[str, Any]:
    form = list(FORMS)[int("".join(c for c in path if c.isdigit()))]
    said = _of_file(matched.rows, path)
    perhaps = _of_file(getattr(matched, "others", matched.rows.iloc[:0]), path)
    perhaps = perhaps[perhaps["class"] == "perhaps"] if len(perhaps) else perhaps
    line, ordinal = said["line"].to_numpy(np.int64), said["ordinal"].to_numpy(np.int64)
    truth = each.truth[line - 2]
    return {
        "form": form,
        "rows": len(each.truth),
        "ours": int((each.truth >= 0).sum()),
        "said": len(said),
        "right": int((truth == ordinal).sum()),
        "perhaps": int((each.truth[perhaps["line"].to_numpy(np.int64) - 2] >= 0).sum()) if len(perhaps) else 0,
        "strangers": int((each.truth < 0).sum()),
        "false": int((truth < 0).sum()),
    }


def _of_file(rows: pd.DataFrame, path: str) -> pd.DataFrame:
    return rows[rows["source"] == path]


def summed(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Sum all worlds by form: precision and recall of the mixed lists, false rows of all."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COUNTED, 0))
    for table in tables.values():
        for row in table.to_dict("records"):
            for name in _COUNTED:
                counts[row["form"]][name] += int(row[name])
    frame = pd.DataFrame.from_dict(counts, orient="index")
    frame["precision"] = (frame["right"] / frame["said"]).fillna(1.0)
    frame["recall"] = frame["right"] / frame["ours"]
    frame["perhaps_share"] = frame["perhaps"] / frame["ours"]
    frame["false_per_1000"] = 1000 * frame["false"] / frame["strangers"]
    return frame


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; ``--json`` for a machine."""
    asked = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--trade", choices=SIZES, action="append", help="only this world; may be repeated")
    asked.add_argument("--only", default="", help="only forms whose name holds this")
    asked.add_argument("--space", type=Path, help="folder for the data (default: the system's, for temporary files)")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args(arguments)
    sizes = {t: SIZES[t] for t in options.trade or SIZES}
    with tempfile.TemporaryDirectory(prefix="bench", dir=options.space) as root:
        tables = dict(worlds(Path(root), options.seed, sizes, options.only))
    total = summed(tables)
    if options.json:
        print(json.dumps(total.to_dict("index"), ensure_ascii=False, indent=1))
        return
    shown = ["ours", "precision", "recall", "perhaps_share", "false_per_1000"]
    print(total[shown].round(3).to_string())
    print(f"strangers: {total['strangers'].sum():,} rows, called ours: {total['false'].sum():,}")


if __name__ == "__main__":
    main()
