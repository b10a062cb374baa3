"""One run of the bench: everything measured, as plain figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

from bench.cost import Cost, called, cost, over
from bench.made import Made, make
from bench.reading import how
from bench.sizes import Size

Say = Callable[[str], None]
Figures = dict[str, Any]
_TOKENS_PER_CLIENT = 20


class Bench:
    """Makes the data below a folder and measures; every measurement has a fresh folder of its own."""

    def __init__(self, root: Path, size: Size, say: Say) -> None:
        self._root, self._size, self._say = root, size, say
        self._number = count()
        self._read: dict[Path, str] = {}
        say("making data")
        self._made: Made = make(root / "made", size)

    def run(self) -> Figures:
        """Measure everything."""
        whole = self.whole()
        return {
            "events": self._made.events,
            "ingestion": self.ingestion(),
            "whole": whole,
            "lake": self.lake(),
            "tokens": self.tokens(),
            "scanning": self.scanning(),
        }

    def ingestion(self) -> list[Figures]:
        """Each log format against DuckDB's own read of the same file."""
        rows = []
        for log in self._made.logs:
            self._say(f"reading {log.format}")
            ours = self._best("bench.reading:ours", tables=self._tables(log.case), log=str(log.file))
            reader = how(log.format)
            ceiling = cost("bench.reading:ceiling", repeat=self._size.repeat, reader=reader, logs=[str(log.file)])
            rows.append({"format": log.format, "against": f"duckdb, {reader}", **_compared(ours, ceiling)})
        return rows

    def whole(self) -> Figures:
        """The whole run against DuckDB's read of all its logs as lines."""
        self._say("the whole run")
        logs = [str(file) for file in sorted((self._made.case / "logs").rglob("*.*"))]
        told = called("bench.whole:investigate", case=str(self._made.case), space=str(self._lake()))
        stages: dict[str, dict[str, float]] = told["stages"]
        wall, cpu = (sum(stage[clock] for stage in stages.values()) for clock in ("wall", "cpu"))
        peak = max(stage["peak_mb"] for stage in stages.values())
        ours = Cost(self._made.events, wall, cpu, peak)
        ceiling = cost("bench.reading:ceiling", repeat=self._size.repeat, reader="lines", logs=logs)
        shares = {name: {**stage, "share": stage["cpu"] / cpu} for name, stage in stages.items()}
        million = 1e6 / self._made.events
        each = {"wall_per_million": wall * million, "cpu_per_million": cpu * million}
        return {"stages": shares, **each, **_compared(ours, ceiling)}

    def lake(self) -> list[Figures]:
        """Detection's group-by and attribution's joins, over the lake of the whole run."""
        from bench.joining import OURS

        rows = []
        for what in OURS:
            self._say(what)
            asked: dict[str, Any] = {"what": what, "space": str(self._lake())}
            ours, ceiling = (
                cost(f"bench.joining:{side}", repeat=self._size.repeat, **asked) for side in ("ours", "ceiling")
            )
            rows.append({"what": what, **_compared(ours, ceiling)})
        return rows

    def tokens(self) -> Figures:
        """The making of tokens against a loop over the bare hash."""
        self._say("tokens")
        many = self._size.clients * _TOKENS_PER_CLIENT
        ours = cost("bench.joining:tokens", repeat=self._size.repeat, count=many)
        return _compared(ours, cost("bench.joining:digests", repeat=self._size.repeat, count=many))

    def scanning(self) -> list[Figures]:
        """A file of people scanned, against the bare read of it."""
        rows = []
        for kind, file in self._made.people.items():
            self._say(f"scanning {kind}")
            ours = self._best("bench.scanning:ours", tables=self._tables(self._made.case), file=str(file))
            ceiling = cost("bench.scanning:ceiling", repeat=self._size.repeat, file=str(file))
            against = "fastexcel" if kind == "xlsx" else "duckdb, csv"
            rows.append({"format": kind, "against": against, **_compared(ours, ceiling)})
        return rows

    def _best(self, task: str, **arguments: Any) -> Cost:
        runs = []
        for _ in range(self._size.repeat):
            with self._fresh() as space:
                runs.append(cost(task, space=str(space), **arguments))
        return min(runs, key=lambda run: run.cpu)

    def _tables(self, case: Path) -> str:
        """The tables of a case, read once: a folder to start from."""
        if case not in self._read:
            space = self._root / f"tables{len(self._read)}"
            called("bench.folders:tables_read", case=str(case), space=str(space))
            self._read[case] = str(space)
        return self._read[case]

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        space = self._root / f"space{next(self._number)}"
        space.mkdir()
        yield space
        shutil.rmtree(space)

    def _lake(self) -> Path:
        """The folder of the whole run, whose lake is measured afterwards."""
        space = self._root / "whole"
        space.mkdir(exist_ok=True)
        return space


def _compared(ours: Cost, ceiling: Cost) -> Figures:
    return {
        "ours": {**asdict(ours), "rate": ours.rate},
        "ceiling": {**asdict(ceiling), "rate": ceiling.rate},
        **over(ours, ceiling),
    }
