"""``python -m bench.counting``: what a day's counts cost, beside DuckDB's own group-by of account, day, count(distinct subject).

Makes a lake of so many acts of reading (5,000 accounts, 180 days), and times, in one process and with the same memory and
threads, what ``bulk-read`` and ``slow-reading`` need (counts of every account-day and their judgement), then the plain query on
the Parquet files. Says the ratio, and the peak of the process's memory before the plain query and after it. Every single count
is compared.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import duckdb
import numpy as np
import pyarrow as pa

from bench.machine import machine
from headwater.detection.profiles.volume import volume
from headwater.detection.scene import Scene
from headwater.model.settings import Settings
from headwater.model.tables import SCHEMAS
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

RESULTS = Path(__file__).with_name("counting.json")
FIRST = date(2026, 1, 5)
ACCOUNTS, DAYS, JOBS = 5_000, 180, 40
MOST_A_PART = 2_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a lake is made."""

    rows: int
    accounts: int
    days: int


def main(arguments: list[str] | None = None) -> None:
    """Make the lake, time both, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.counting", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e8, help="acts of reading (default: 1e8)")
    asked.add_argument("--accounts", type=int, default=ACCOUNTS, help=f"who reads (default: {ACCOUNTS:,})")
    asked.add_argument("--days", type=int, default=DAYS, help=f"over how long (default: {DAYS})")
    asked.add_argument("--memory", type=float, default=4.0, help="GB that the engine may hold (default: 4)")
    asked.add_argument("--engine", default="duckdb", help="duckdb or spark")
    asked.add_argument("--space", type=Path, default=None, help="where the lake is made (default: a temporary folder)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    size = Size(int(options.rows), options.accounts, options.days)
    os.environ.setdefault(ENVIRONMENT, "00" * 32)
    space = options.space or Path(tempfile.mkdtemp(prefix="headwater-counting-"))
    try:
        told = run(space, size, int(options.memory * 2**30), options.engine)
    finally:
        if options.space is None:
            shutil.rmtree(space, ignore_errors=True)
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def run(space: Path, size: Size, memory: int, engine: str = "duckdb") -> dict[str, Any]:
    """Time the plain query and Headwater's counts on a lake of so many rows, which is made where there is none yet."""
    with open_workspace(space / "workspace") as workspace:
        if not workspace.lake.files("access"):
            _make(workspace, size)
        files = [str(f) for f in workspace.lake.files("access")]
        counted, judged, frame = _own(workspace, memory, engine)
        peak = _peak()
        seconds, counts = _plain(files, memory, space)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "engine": engine,
        **asdict(size),
        "account_days": len(frame),
        "people_read": int(frame["subjects"].sum()),
        "same_counts": _same(frame, counts),
        "memory_gb": memory / 2**30,
        "seconds": {"duckdb_count_distinct": seconds, "counts": counted, "judgement": judged},
        "ratio": round((counted + judged) / seconds, 2),
        "peak_gb": peak,
        "peak_gb_with_plain_query": _peak(),
    }


def _peak() -> float:
    """The most memory that this process has held so far, in GB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def _same(frame: Any, plain: pa.Table) -> bool:
    """Whether every account-day has the count of the plain query."""
    keys: list[tuple[str, Literal["ascending", "descending"]]] = [("account", "ascending"), ("day", "ascending")]
    ours = pa.Table.from_pandas(frame[["account", "day", "subjects"]], preserve_index=False).sort_by(keys)
    theirs = plain.sort_by(keys).rename_columns(["account", "day", "subjects"])
    return bool(ours.cast(theirs.schema).equals(theirs))


def _plain(files: list[str], memory: int, space: Path) -> tuple[float, pa.Table]:
    """What anybody would write: seconds, and the distinct counts."""
    with duckdb.connect(config={"memory_limit": f"{memory // 2**20}MB", "temp_directory": str(space / "spill")}) as db:
        start = time.perf_counter()
        found = db.execute(
            "select account, day, count(distinct subject) as n from read_parquet(?, hive_partitioning=false) group by all",
            [files],
        ).to_arrow_table()
        return round(time.perf_counter() - start, 2), found


def _own(workspace: Workspace, memory: int, engine: str) -> tuple[float, float, Any]:
    """Seconds of the counts, seconds of the judgement, and the counts."""
    with open_engine(engine, workspace, memory) as opened:
        scene = Scene(opened, workspace.lake, Settings())
        start = time.perf_counter()
        frame = scene.days
        middle = time.perf_counter()
        volume(frame, scene.listed)
        return round(middle - start, 2), round(time.perf_counter() - middle, 2), frame


def _make(workspace: Workspace, size: Size) -> None:
    """Acts of reading: every account has a level of its own, working days are busier, some records are read often."""
    rng = np.random.default_rng(20260105)
    writer = workspace.lake.writer("bench", "counting", "1")
    level = rng.gamma(2.0, 1.0, size.accounts)
    subjects = pa.array([f"{i:032x}" for i in rng.permutation(2_000_000)])
    weight = np.array([1.0 if (FIRST + timedelta(d)).weekday() < 5 else 0.2 for d in range(size.days)])
    left = rng.multinomial(size.rows, weight / weight.sum())
    for number, count in enumerate(left.tolist()):
        for begin in range(0, count, MOST_A_PART):
            writer.add("access", _acts(rng, level, subjects, number, min(MOST_A_PART, count - begin), begin))
        writer.flush()
    _staff(writer, size.accounts)
    workspace.manifest.commit(Input("bench", "counting", 0, "", "bench", writer.rows, 0), writer.close())


def _acts(rng: np.random.Generator, level: Any, subjects: Any, day: int, count: int, begin: int) -> pa.Table:
    """So many acts of one day, in order of time."""
    who = rng.choice(len(level), count, p=level / level.sum())
    popular = np.minimum((rng.pareto(1.2, count) * 1000).astype(np.int64), len(subjects) - 1)
    at = np.sort(rng.integers(8 * 3600, 18 * 3600, count))
    midnight = int(datetime.combine(FIRST, datetime.min.time(), UTC).timestamp()) + 86_400 * day
    names = pa.array([f"u{i:04}" for i in range(len(level))])
    told = {
        "time": pa.array((midnight + at) * 1_000_000, pa.int64()).cast(pa.timestamp("us", tz="UTC")),
        "day": pa.array(np.full(count, (FIRST - date(1970, 1, 1)).days + day, np.int32)).cast(pa.date32()),
        "hour": pa.array((at // 3600).astype(np.int8)),
        "source": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), [f"logs/{day:03}.log"]).cast(pa.string()),
        "line": pa.array(np.arange(begin, begin + count, dtype=np.int64)),
        "account": names.take(pa.array(who)),
        "action": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), ["lookup"]).cast(pa.string()),
        "dataset": pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), ["clients"]).cast(pa.string()),
        "subject": subjects.take(pa.array(popular)),
        "ordinal": pa.array(popular),
    }
    return pa.table(told)


def _staff(writer: Any, accounts: int) -> None:
    """A roster of forty jobs, so that people have peers."""
    people = [
        {
            "employee": f"E{i:04}",
            "department": f"D{i % JOBS}",
            "role": "agent",
            "site": "North",
            "source": "hr",
            "line": i,
        }
        for i in range(accounts)
    ]
    owned = [
        {"account": f"u{i:04}", "owner": f"E{i:04}", "kind": "person", "source": "hr", "line": i}
        for i in range(accounts)
    ]
    writer.add("people", pa.Table.from_pylist(people, schema=SCHEMAS["people"]))
    writer.add("accounts", pa.Table.from_pylist(owned, schema=SCHEMAS["accounts"]))


if __name__ == "__main__":
    main()
