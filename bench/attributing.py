"""``python -m bench.attributing``: what finding the takers of a large leak costs, beside DuckDB's own semi-join of tokens.

Makes a lake of so many acts of reading (5,000 accounts, 365 days) and a leak of a tenth as many tokens, and times in one
process, with the same memory and threads: the plain semi-join of the leaked tokens with the acts, counted by account;
Headwater's histories of the data set and the hits of every account in them; the scan of every account and window, with its
null of random leaks; and, if asked for, the whole search for takers. Says ratios to the semi-join, in seconds of the clock and of the
processor, and the peak of memory after each step. The hits of every account are compared with the plain query's.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.machine import machine
from headwater.attribution.histories import histories
from headwater.attribution.scan import Scan
from headwater.attribution.search import House, Options, Search
from headwater.attribution.windows import Windows
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

RESULTS = Path(__file__).with_name("attributing.json")
FIRST, DATASET = date(2026, 1, 5), "clients"
SEGMENTS, TAKEN, PART = 100, 3, 2_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """How large a lake and a leak are made; records are a fifth of the acts."""

    rows: int
    accounts: int
    days: int
    leaked: int

    @property
    def records(self) -> int:
        """How many people the data set knows."""
        return max(2 * self.leaked, self.rows // 5)


def main(arguments: list[str] | None = None) -> None:
    """Make the lake, time all, keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.attributing", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e8, help="acts of reading (default: 1e8)")
    asked.add_argument("--leaked", type=float, default=1e7, help="leaked tokens (default: 1e7)")
    asked.add_argument("--accounts", type=int, default=5_000)
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--memory", type=float, default=1.0, help="GB that the engine may hold (default: 1)")
    asked.add_argument("--engine", default="duckdb", help="duckdb or spark")
    asked.add_argument("--search", action="store_true", help="search for all takers too, which takes minutes")
    asked.add_argument("--space", type=Path, default=None, help="where the lake is made (default: a temporary folder)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    size = Size(int(options.rows), options.accounts, options.days, int(options.leaked))
    os.environ.setdefault(ENVIRONMENT, "00" * 32)
    space = options.space or Path(tempfile.mkdtemp(prefix="headwater-attributing-"))
    try:
        told = run(space, size, int(options.memory * 2**30), options.engine, options.search)
    finally:
        if options.space is None:
            shutil.rmtree(space, ignore_errors=True)
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def run(space: Path, size: Size, memory: int, engine: str = "duckdb", search: bool = False) -> dict[str, Any]:
    """Time everything on a lake of this size, which is made where there is none yet."""
    timed = Timed()
    with open_workspace(space / "workspace") as workspace:
        if not workspace.lake.files("access"):
            _make(workspace, space, size)
        timed.peak["start"] = _peak()
        hits, chosen = _own(workspace, space / "leak.parquet", memory, engine, timed, search)
        plain = timed("semi_join", lambda: _plain(workspace, space, memory))
    base = timed.clock["semi_join"]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "engine": engine,
        **asdict(size),
        "records": size.records,
        "memory_gb": memory / 2**30,
        "same_hits": hits == plain,
        "takers": chosen,
        "seconds": timed.clock,
        "cpu_seconds": timed.processor,
        "ratio": {name: round(x / base, 2) for name, x in timed.clock.items()},
        "cpu_ratio": {name: round(x / timed.processor["semi_join"], 2) for name, x in timed.processor.items()},
        "peak_gb": timed.peak,
    }


class Timed:
    """Seconds of the clock and of the processor, and the peak of memory, of each step."""

    def __init__(self) -> None:
        self.clock: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self.peak: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        """Do a step."""
        clock, processor = time.perf_counter(), time.process_time()
        made = step()
        self.clock[name] = round(time.perf_counter() - clock, 2)
        self.processor[name] = round(time.process_time() - processor, 2)
        self.peak[name] = _peak()
        print(f"… {name}: {self.clock[name]} s, {self.peak[name]} GB", file=sys.stderr, flush=True)
        return made


def _peak() -> float:
    """The most memory that this process has held so far, in GB."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2)


def _plain(workspace: Workspace, space: Path, memory: int) -> dict[str, int]:
    """What anybody would write: hits of every account, each record once."""
    files = [str(f) for f in workspace.lake.files("access")]
    limits = {"memory_limit": f"{memory // 2**20}MB", "temp_directory": str(space / "spill")}
    with duckdb.connect(config=limits) as db:
        found = db.execute(
            "select account, count(*) as n from read_parquet(?, hive_partitioning=false) as a "
            "semi join read_parquet(?) as l on a.subject = l.token group by account",
            [files, str(space / "leak.parquet")],
        ).fetchall()
    return {str(account): int(n) for account, n in found}


def _own(
    workspace: Workspace, leak: Path, memory: int, engine: str, timed: Timed, whole: bool
) -> tuple[dict[str, int], int | None]:
    """The hits of every account, and how many takers were found where they were searched for."""

    def leaked() -> Any:
        tokens = opened.memory("leaked_tokens", pq.read_table(leak))
        records = opened.table("records").select("subject", "ordinal")
        met = opened.arrow(records.semi_join(tokens, records.subject == tokens.token).select("ordinal"))
        return np.sort(met["ordinal"].to_numpy())

    with open_engine(engine, workspace, memory) as opened:  # a leak's tokens lie in the lake, not in memory
        ordinals = timed("tokens_to_records", leaked)
    with open_engine(engine, workspace, memory) as opened:
        h = timed("histories", lambda: histories(opened, DATASET))
    windows = timed("windows", lambda: Windows(h))
    mask = np.zeros(h.size, bool)
    mask[ordinals] = True
    counts = timed(
        "hits", lambda: [int(np.count_nonzero(mask[h.record[low:high]])) for low, high in pairwise(h.bounds)]
    )
    search = timed("background", lambda: Search(House(), windows, ordinals, options=Options()))
    _scanned(search, timed)
    takers = len(timed("search", search.takers)) if whole else None
    return {name: int(n) for name, n in zip(h.accounts, counts, strict=True) if n}, takers


def _scanned(search: Search, timed: Timed) -> None:
    """The scan of every account and window, once for the leak and nine times for random ones."""
    scan = timed("expected", lambda: Scan(search.weighing(np.ones(search.h.size, bool)), search.allowed))
    timed("peaks", scan.peaks)
    timed("nine_random_leaks", lambda: scan.null(9, 1))


def _make(workspace: Workspace, space: Path, size: Size) -> None:
    """Readings of a day and account are distinct; a few accounts read in bulk on one day, and half of that is in the leak."""
    rng = np.random.default_rng(20260105)
    writer = workspace.lake.writer("bench", "attributing", "1")
    tokens = pa.array([f"{i:032x}" for i in rng.permutation(size.records)])
    level = rng.gamma(2.0, 1.0, size.accounts)
    home = rng.integers(SEGMENTS, size=size.accounts)
    taken = []
    for number, count in enumerate(rng.multinomial(size.rows, np.full(size.days, 1 / size.days)).tolist()):
        who = rng.choice(size.accounts, count, p=level / level.sum())
        own = rng.random(count) < 0.7
        width = size.records // SEGMENTS
        record = np.where(
            own, home[who] * width + rng.integers(width, size=count), rng.integers(size.records, size=count)
        )
        if number % max(1, size.days // TAKEN) == 7:
            thief = int(rng.integers(size.accounts))
            haul = home[thief] * width + rng.choice(width, max(1, width // 4), replace=False)
            who, record = np.concatenate([who, np.full(len(haul), thief)]), np.concatenate([record, haul])
            taken.append(rng.choice(haul, len(haul) // 2, replace=False))
        key = np.unique(who * size.records + record)
        who, record = key // size.records, key % size.records
        for begin in range(0, len(key), PART):
            part = slice(begin, begin + PART)
            writer.add("access", _acts(number, who[part], record[part], tokens, begin))
        writer.flush()
    for begin in range(0, size.records, PART):
        writer.add("records", _records(np.arange(begin, min(begin + PART, size.records)), tokens, size.records))
    workspace.manifest.commit(Input("bench", "attributing", 0, "", "bench", writer.rows, 0), writer.close())
    own = np.unique(np.concatenate(taken))
    padding = rng.choice(size.records, max(0, size.leaked - len(own)), replace=False)
    pq.write_table(pa.table({"token": tokens.take(pa.array(np.union1d(own, padding)))}), space / "leak.parquet")


def _acts(day: int, who: Any, record: Any, tokens: pa.Array, begin: int) -> pa.Table:
    count, midnight = len(who), int(datetime.combine(FIRST, datetime.min.time(), UTC).timestamp()) + 86_400 * day

    def same(text: str) -> pa.Array:
        return pa.DictionaryArray.from_arrays(np.zeros(count, np.int32), [text]).cast(pa.string())

    return pa.table(
        {
            "time": pa.array(np.full(count, (midnight + 36_000) * 1_000_000)).cast(pa.timestamp("us", tz="UTC")),
            "day": pa.array(np.full(count, (FIRST - date(1970, 1, 1)).days + day, np.int32)).cast(pa.date32()),
            "hour": pa.array(np.full(count, 10, np.int8)),
            "source": same(f"logs/{day:03}.log"),
            "line": pa.array(np.arange(begin, begin + count, dtype=np.int64)),
            "account": pa.array([f"u{i:04}" for i in range(int(who.max()) + 1)]).take(pa.array(who)),
            "action": same("lookup"),
            "dataset": same(DATASET),
            "subject": tokens.take(pa.array(record)),
            "ordinal": pa.array(record),
        }
    )


def _records(ordinals: Any, tokens: pa.Array, records: int) -> pa.Table:
    segment = pa.array([f"s{i:03}" for i in range(SEGMENTS + 1)]).take(pa.array(ordinals // (records // SEGMENTS)))
    return pa.table(
        {
            "dataset": pa.array([DATASET] * len(ordinals)),
            "subject": tokens.take(pa.array(ordinals)),
            "ordinal": pa.array(ordinals),
            "version": pa.array(np.zeros(len(ordinals), np.int64)),
            "segment": segment,
        }
    )


if __name__ == "__main__":
    main()
