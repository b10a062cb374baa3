"""``python -m bench.network_speed``: what rebuilding a market costs, stage by stage, beside the cheapest things that could do parts of it.

Makes a lake of so many rows of chats, with bills and address books (:mod:`bench.made_talk`), and rebuilds its market as an
investigation does, with a clock and a watch of memory laid round each stage. Ceilings of the same run: the bare read of the lake's
Parquet files; DuckDB's ASOF join of every request with the broker's next one; scipy's components and PageRank of a made graph
beside our levels. With ``--engine spark`` only the lake is read, and every frame is held against DuckDB's.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from bench import child
from bench.machine import machine
from headwater.detection.scene import Scene
from headwater.model.settings import Settings
from headwater.network import market
from headwater.network.frames import Traffic
from headwater.network.orders import next_hop
from headwater.network.orders.pairing import Items
from headwater.network.ranks.levels import Edges, level
from headwater.network.traffic import traffic
from headwater.store.engine import open_engine
from headwater.store.freed import give_back
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import Workspace, open_workspace

RESULTS = Path(__file__).with_name("network_speed.json")
TABLES = ("messages", "payments", "contacts")
STAGES = {
    "traffic": (market, "traffic"),
    "transfers": (traffic, "transfers"),
    "people": (market, "people"),
    "acts": (market, "acts"),
    "orders": (market, "orders"),
    "candidates": (next_hop, "candidates"),
    "laying": (market, "laid"),
    "sales": (market, "sales"),
    "sums": (market, "sums"),
    "items": (market, "items"),
    "ranks": (market, "ranks"),
    "flows": (market, "flows"),
    "prices": (market, "prices"),
    "telling": (market, "tell"),
}
WITHIN = {"transfers": "traffic", "candidates": "orders"}
"""Stages that are part of another."""
SPINS, DAMPED, SETTLED = 200, 0.85, 1e-9


def main(arguments: list[str] | None = None) -> None:
    """Make the lake, measure, keep the figures beside those of other sizes."""
    asked = argparse.ArgumentParser(prog="python -m bench.network_speed", description=__doc__)
    asked.add_argument("--rows", type=float, default=1e6, help="rows of chats (default: 1e6)")
    asked.add_argument("--edges", type=float, default=1e6, help="edges of the made graph (default: 1e6)")
    asked.add_argument("--memory", type=float, default=1.0, help="GB that the engine may hold (default: 1)")
    asked.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    asked.add_argument("--space", type=Path, default=None, help="where the lake is made (default: a temporary folder)")
    asked.add_argument("--out", type=Path, default=RESULTS)
    options = asked.parse_args(arguments)
    os.environ.setdefault(ENVIRONMENT, "00" * 32)
    space = options.space or Path(tempfile.mkdtemp(prefix="headwater-network-"))
    memory = int(options.memory * 2**30)
    try:
        told = run(space, int(options.rows), int(options.edges), memory, options.engine)
    finally:
        if options.space is None:
            shutil.rmtree(space, ignore_errors=True)
    kept = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    kept[f"{options.engine} {int(options.rows):,}"] = told
    options.out.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(told, indent=1))


def run(space: Path, rows: int, edges: int, memory: int, engine: str = "duckdb") -> dict[str, Any]:
    """Measure on a lake of so many rows of chats, which is made where there is none yet."""
    told: dict[str, Any] = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "rows": rows}
    making = child.run([sys.executable, "-m", "bench.made_talk", str(space / "workspace"), str(rows)])
    told["made"] = json.loads(making.out)
    with open_workspace(space / "workspace") as workspace:
        read = _clocked(lambda: _read(workspace))
        give_back()
        if engine == "spark":
            return {**told, "read": read, **_both_engines(workspace, memory)}
        return {**told, "read": read, **_rebuilt(workspace, memory), "levels": _levels(edges)}


class Watch:
    """Seconds and the most memory of stages, which may lie within each other. The kernel's mark of the most is set back at each start."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, float]] = {}
        self._most: list[float] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Watch one stage; of one that comes twice, the sum of seconds and the most memory."""
        if self._most:
            self._most[-1] = max(self._most[-1], _most())
        self._most.append(0.0)
        before = _reset()
        start, used = time.perf_counter(), time.process_time()
        yield
        wall, cpu = time.perf_counter() - start, time.process_time() - used
        peak = max(self._most.pop(), _most())
        if self._most:
            self._most[-1] = max(self._most[-1], peak)
        had = self.told.setdefault(name, {"seconds": 0.0, "cpu": 0.0, "peak_mb": 0.0, "held_before_mb": round(before)})
        had["seconds"] = round(had["seconds"] + wall, 3)
        had["cpu"] = round(had["cpu"] + cpu, 3)
        had["peak_mb"] = round(max(had["peak_mb"], peak))


def _reset() -> float:
    """Set the mark of the most memory back; gives what is held now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _most() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


@dataclass(slots=True, eq=False)
class Asked:
    """What the candidate step was given, put by in a file so that later stages have the memory, and how many pairs it gave."""

    file: Path
    pairs: int = 0


@contextmanager
def watched(watch: Watch, asked: Asked) -> Iterator[None]:
    """Lay a clock round every stage, as long as this lasts."""

    def laid(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def clocked(*given: Any, **named: Any) -> Any:
            with watch.stage(name):
                made = work(*given, **named)
            if name == "candidates":
                asked.file.write_bytes(pickle.dumps(given))
                asked.pairs = len(made)
            return made

        return clocked

    with ExitStack() as stack:
        for name, (module, function) in STAGES.items():
            stack.enter_context(patch.object(module, function, laid(name, getattr(module, function))))
        yield


def _rebuilt(workspace: Workspace, memory: int) -> dict[str, Any]:
    watch, asked = Watch(), Asked(workspace.spill.parent / "asked.pickle")
    with open_engine("duckdb", workspace, memory) as opened, watched(watch, asked), watch.stage("all"):
        found = market.market(Scene(opened, workspace.lake, Settings()))
    rows = workspace.lake.rows("messages")
    for stage in watch.told.values():
        stage["rows_per_second"] = round(rows / max(stage["seconds"], 1e-3))
    return {
        "lake": {name: workspace.lake.rows(name) for name in TABLES},
        "found": {"people": len(found.people), "orders": len(found.orders), "flows": len(found.flows)},
        "stages": watch.told,
        "asof": _asof(asked),
    }


def _clocked(work: Callable[[], Any]) -> dict[str, Any]:
    watch = Watch()
    with watch.stage("it"):
        work()
    return watch.told["it"]


def _read(workspace: Workspace) -> None:
    """The bare read of every file, one after the other."""
    for table in TABLES:
        for file in workspace.lake.files(table):
            pq.read_table(file, partitioning=None)


def _asof(asked: Asked) -> dict[str, Any]:
    """Every request with the broker's next one, by DuckDB, beside the candidate step on the same requests."""
    given: tuple[Items, Items] = pickle.loads(asked.file.read_bytes())
    left, right = (pd.DataFrame({"party": i.party, "time": i.time}) for i in given)
    with duckdb.connect() as db:
        db.register("asked", left), db.register("sent", right)
        db.execute("create table l as select * from asked"), db.execute("create table r as select * from sent")
        query = "select l.party, l.time, r.time from l asof join r on l.party = r.party and l.time <= r.time"
        raw = min((_clocked(lambda: db.execute(query).to_arrow_table()) for _ in range(3)), key=lambda t: t["seconds"])
    ours = min((_clocked(lambda: next_hop.candidates(*given)) for _ in range(3)), key=lambda t: t["seconds"])
    bare = np.arange(len(left))
    near = min(
        (_clocked(lambda: next_hop.by_time(*given, bare, 0, next_hop.LATEST, nearest=1)) for _ in range(3)),
        key=lambda t: t["seconds"],
    )
    return {
        "requests": len(left),
        "pairs": asked.pairs,
        "asof_seconds": raw["seconds"],
        "candidates_seconds": ours["seconds"],
        "next_by_time_seconds": near["seconds"],
        "ratio": round(ours["seconds"] / max(raw["seconds"], 1e-3), 2),
        "ratio_next_by_time": round(near["seconds"] / max(raw["seconds"], 1e-3), 2),
    }


def _levels(count: int) -> dict[str, Any]:
    """Our levels of a made market of so many edges, five to a person and mostly upwards, beside scipy's components and PageRank."""
    rng = np.random.default_rng(1)
    people = max(10, count // 5)
    height = np.minimum(rng.geometric(0.5, people) - 1, 5)
    one, two = rng.integers(people, size=(2, count))
    apart = one != two
    one, two = one[apart], two[apart]
    up = (height[one] < height[two]) ^ (rng.random(len(one)) < 0.1)
    low, high = np.where(up, one, two), np.where(up, two, one)
    graph = csr_matrix((np.ones(len(low)), (low, high)), shape=(people, people))
    edges = Edges(low, high, np.ones(len(low)), people)
    pinned = np.zeros(people, bool)
    pinned[: people // 100 + 1] = True
    told = {
        "components": _clocked(lambda: connected_components(graph, directed=False))["seconds"],
        "pagerank": _clocked(lambda: _pagerank(graph))["seconds"],
        "levels": _clocked(lambda: level(edges, pinned, exact=1e-7))["seconds"],
    }
    return {
        "edges": len(low),
        "people": people,
        "seconds": told,
        "ratio": round(told["levels"] / max(told["pagerank"], 1e-3), 2),
    }


def _pagerank(graph: csr_matrix) -> Any:
    out = np.asarray(graph.sum(axis=1)).ravel()
    share = np.divide(1.0, out, out=np.zeros(len(out)), where=out > 0)
    upward, rank = graph.T.tocsr(), np.full(len(out), 1 / len(out))
    for _ in range(SPINS):
        following = DAMPED * (upward @ (rank * share) + rank[out == 0].sum() / len(out)) + (1 - DAMPED) / len(out)
        change = float(np.abs(following - rank).sum())
        rank = following
        if change < SETTLED:
            break
    return rank


def _both_engines(workspace: Workspace, memory: int) -> dict[str, Any]:
    """The lake read and joined through both engines: seconds, and whether every frame is the same."""
    seconds, read = {}, {}
    for engine in ("duckdb", "spark"):
        with open_engine(engine, workspace, memory) as opened:
            start = time.perf_counter()
            read[engine] = traffic.traffic(opened)
            seconds[engine] = round(time.perf_counter() - start, 2)
    return {"seconds": seconds, "same_frames": same(read["duckdb"], read["spark"])}


def same(one: Traffic, other: Traffic) -> dict[str, bool]:
    """Of each frame whether both have the same rows in the same order."""
    return {f.name: bool(getattr(one, f.name).equals(getattr(other, f.name))) for f in fields(Traffic)}


if __name__ == "__main__":
    main()
