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
from headwater.casework.incidents import incidents
from headwater.detection.detector import detect
from headwater.evaluation.answer import SCHEMA
from headwater.evaluation.prequential import prequential
from headwater.evaluation.scoring import Score, score
from headwater.investigation.case import Options, open_investigation
from headwater.model.attribution import Attribution
from headwater.model.evidence import Finding
from headwater.model.incident import Incident
from headwater.simulation.simulate import simulate
from headwater.simulation.writing.formats import Formats
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
        formats=Formats.mixed(trial.seed, "parquet") if trial.logs == "parquet" else None,
        until=days - 1 if days else None,
    )


def investigate(case: Path, out: Path, workspace: Path, threads: int) -> None:
    """Run the program."""
    asked = ["investigate", case, "--out", out, "-w", workspace, "--threads", threads]
    sys.argv = ["headwater", *map(str, asked)]
    import_module(PROGRAM).main()


def replay(trial: Trial, case: Path, answers: Path, workspace: Path, threads: int) -> None:
    """Ask the detectors on every evening between the cuts, and keep what they say as answers of their own."""
    truth = json.loads((answers / TRUTH).read_text("utf-8"))
    with open_investigation(case, workspace, Options(threads=threads)) as work, work.scene() as scene:
        for day in evenings(trial):
            then = scene.at(evening(truth, day).date())
            found = detect(then).findings
            told = {
                "schema": SCHEMA,
                "case": {"timezone": work.case.settings.timezone},
                "findings": [_claim(f, work.case.settings.timezone) for f in found],
                "incidents": [
                    _claim(i, work.case.settings.timezone) for i in incidents(found, Attribution(), then.org)
                ],
            }
            answer(trial, answers, day).write_text(json.dumps(told, ensure_ascii=False), "utf-8")


def evenings(trial: Trial) -> tuple[int, ...]:
    """After how many days the detectors are asked besides the cuts, which have an answer of their own."""
    if not trial.evenings or not trial.cuts:
        return ()
    return tuple(day for day in range(trial.evenings, trial.cuts[-1], trial.every) if day not in trial.cuts)


def evening(truth: dict[str, Any], days: int) -> datetime:
    """The last second of so many days of the house, which are counted from its own first, whenever its logs begin."""
    first = datetime.fromisoformat(truth["house"]["from"]).replace(tzinfo=ZoneInfo(truth["house"]["timezone"]))
    return first + timedelta(days=days, seconds=-1)


def _claim(said: Finding | Incident, zone: str) -> dict[str, Any]:
    """As much of a finding or an incident as the yardstick reads."""
    people = [{"employee": p.employee, "probability": p.probability} for p in said.people]
    return {
        "id": getattr(said, "key", ""),
        "detector": getattr(said, "detector", ""),
        "accounts": list(said.accounts),
        "employees": [p.employee for p in said.people if p.probability > 0.5 and p.employee != "?"],
        "from": said.starts.astimezone(ZoneInfo(zone)).isoformat(),
        "to": said.ends.astimezone(ZoneInfo(zone)).isoformat(),
        "bits": said.bits,
        "people": people,
    }


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
    told = [
        (evening(truth, days), answer(trial, answers, days))
        for days in sorted({*trial.cuts, *evenings(trial)})
        if answer(trial, answers, days).exists()
    ]
    return prequential(told, answers / TRUTH)
