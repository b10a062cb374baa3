"""The steps of a trial, each run in a process of its own: make the world, investigate it, compare and score."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from headwater.baselines.run import run as run_baselines
from headwater.evaluation.prequential import prequential
from headwater.evaluation.scoring import Score, score
from headwater.simulation.simulate import simulate
from headwater.trials.shelf import OWN, Shelf
from headwater.trials.suite import Trial

TRUTH = "truth.json"
PROGRAM = "headwater.cli.main"
"""The program is above this room: it is started by its name, as a person starts it."""


def make(trial: Trial, case: Path, days: int | None) -> None:
    """Make the world as it was known after so many days (all, when ``None``); the truth lies beside it."""
    case.parent.mkdir(parents=True)
    simulate(
        trial.world,
        case,
        seed=trial.seed,
        events=trial.events,
        staff=trial.staff,
        clients=trial.clients,
        days=trial.days,
        crimes=trial.crimes,
        leaks=trial.leaks,
        until=days - 1 if days else None,
    )


def investigate(case: Path, out: Path, workspace: Path, threads: int) -> None:
    """Run the program."""
    asked = ["investigate", case, "--out", out, "-w", workspace, "--threads", threads]
    sys.argv = ["headwater", *map(str, asked)]
    import_module(PROGRAM).main()


def compare(trial: Trial, shelf: Shelf, workspace: Path) -> None:
    """Run the baselines on what Headwater has read, score every answer, and keep the scores."""
    answers = shelf.answers(trial)
    truth = json.loads((answers / TRUTH).read_text("utf-8"))
    zone = (truth["house"] or {}).get("timezone", "UTC")
    for file in run_baselines(workspace, answers, zone):
        shelf.keep(trial, score(file, answers / TRUTH))
    shelf.keep(trial, _own(trial, answers, truth))


def answer(trial: Trial, answers: Path, days: int | None) -> Path:
    """Where Headwater's answer of one cut is kept."""
    return answers / (f"{OWN}-day-{days:04d}.json" if days else f"{OWN}.json")


def _own(trial: Trial, answers: Path, truth: dict[str, Any]) -> Score:
    """Headwater's score: by what it knew on the evening of each cut's last day; a world without days has one answer."""
    if not trial.cuts:
        return score(answer(trial, answers, None), answers / TRUTH)
    zone, first = ZoneInfo(truth["house"]["timezone"]), datetime.fromisoformat(truth["house"]["from"])
    evenings = [
        (first.replace(tzinfo=zone) + timedelta(days=days, seconds=-1), answer(trial, answers, days))
        for days in trial.cuts
    ]
    return prequential(evenings, answers / TRUTH)
