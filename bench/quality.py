"""``python -m bench.quality``: how well Headwater and the baselines do on made worlds, kept with date and machine."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.machine import machine
from headwater.evaluation.merging import Table
from headwater.evaluation.recall_rows import RecallRow
from headwater.evaluation.tables import tables
from headwater.trials.running import run_suite
from headwater.trials.shelf import Ended, Shelf
from headwater.trials.suite import read_suite
from headwater.trials.summary import summarise

RESULTS = Path(__file__).with_name("quality.json")
READINGS = ("house", "per 10,000")
"""How a budget is meant: so many alerts a day in this house, or for every 10,000 of its staff."""
USUAL = 5
"""Alerts a day at which persons, records lost and false alarms are told."""
Figures = dict[str, Any]


def main(arguments: list[str] | None = None) -> None:
    """Run a suite and keep its figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    asked.add_argument("--suite", default="standard", help="which worlds (default: standard)")
    asked.add_argument("--jobs", type=int, default=2, help="trials at a time (default: 2)")
    asked.add_argument("--space", type=Path, default=Path("out/quality"), help="folder of the run, which is resumed")
    asked.add_argument("--out", type=Path, default=RESULTS, help="where the figures are kept")
    asked.add_argument("--kept", action="store_true", help="run nothing: tell of the trials that are in --space")
    options = asked.parse_args(arguments)
    suite, start, here = read_suite(options.suite), time.perf_counter(), machine()
    shelf = Shelf(options.space.resolve())
    if not options.kept:
        run_suite(suite, shelf, options.jobs, _say)
    table = summarise(suite, shelf)
    told = {
        "date": datetime.now(UTC).date().isoformat(),
        "size": suite.name,
        **({} if options.kept else {"seconds": round(time.perf_counter() - start)}),
        "machine": here,
        "trials": [trial.id for trial in suite.trials if shelf.done(trial)],
        "not_run": [trial.id for trial in suite.trials if shelf.ended(trial) is None],
        "failed": [ended.trial for ended in shelf.failures(suite)],
        **figures(table),
    }
    options.out.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(tables(table, form="text", brief=True))


def figures(table: Table) -> Figures:
    """Counts for each method: doings found by kind and strength, false alarms, takers named, claims that were right."""
    return {
        "methods": {row.method: {"worlds": row.worlds, "free": row.free, "doings": row.doings} for row in table.methods},
        "found": _nested(_found(table)),
        "false_alarms": _nested(
            (
                (row.reading, row.method, row.unit, row.worlds_are),
                {"alerts": row.alerts, "false": row.false, "rate": _short(row.rate)},
            )
            for row in table.alarms
            if row.reading in READINGS and row.budget == USUAL
        ),
        "leaks": _nested(
            (
                (row.method, row.taken, row.origin),
                {"leaks": row.leaks, "exact": row.exact, "named": row.named, "right": row.right, "takers": row.takers,
                 "covered": row.covered, "false": row.false},
            )
            for row in table.leaks
        ),
        "claims": _nested(
            ((row.method, row.about), {"claims": row.claims, "right": row.right, "brier": _short(row.brier), "sure": row.sure,
              "sure_right": row.sure_right})
            for row in table.calibration
        ),
    }  # fmt: skip


def _found(table: Table) -> Iterator[tuple[tuple[str, ...], Figures]]:
    """By reading, method, unit, kind and strength: how many doings, and how many were found at each budget."""
    rows: dict[tuple[str, ...], list[RecallRow]] = {}
    for row in table.recall:
        if row.reading in READINGS:
            rows.setdefault((row.reading, row.method, row.unit, row.kind, row.strength), []).append(row)
    for at, found in rows.items():
        usual = next(row for row in found if row.budget == USUAL)
        yield (
            at,
            {
                "doings": usual.doings,
                "found": {str(row.budget): row.found for row in found},
                "person": usual.person,
                "taken": usual.taken,
                "lost": usual.lost,
            },
        )


def _nested(pairs: Iterator[tuple[tuple[str, ...], Figures]]) -> Figures:
    nested: Figures = {}
    for at, value in pairs:
        inner = nested
        for key in at[:-1]:
            inner = inner.setdefault(key, {})
        inner[at[-1]] = value
    return nested


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def _say(ended: Ended, done: int, of: int) -> None:
    print(f"… {done}/{of} {ended.trial} {ended.seconds:.0f} s{' FAILED' * ended.failed}", file=sys.stderr)


if __name__ == "__main__":
    main()
