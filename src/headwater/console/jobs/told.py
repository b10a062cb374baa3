"""What came of a job, as pages show it: figures, and a table where it looked at many evenings or data sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import ijson

from headwater.casework.reports.words import Words
from headwater.console.desk.detectors import title
from headwater.console.jobs.job import Job
from headwater.console.models import Cell, Column, Link, Shown, Table
from headwater.model.words import Lang

STAGES = 4
"""So many stages rest on the lake."""


class Figure(Shown):
    """A number and what it counts."""

    label: str
    value: int


class Outcome(Shown):
    """What came of a job."""

    figures: list[Figure]
    table: Table | None = None
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone of a case; moments are shown in it."""

    name: str
    zone: tzinfo

    def told(self, moment: datetime | None) -> str:
        """A moment to the second; nothing for none."""
        return "" if moment is None else f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M:%S}"


def zone_of(out: Path) -> Zone:
    """The zone that the answer in a folder names; UTC where there is none yet."""
    file = out / "result.json"
    try:
        return _zone(file, file.stat().st_mtime_ns)
    except OSError:
        return Zone("UTC", ZoneInfo("UTC"))


@lru_cache(maxsize=64)
def _zone(file: Path, _changed: int) -> Zone:
    name = "UTC"
    with file.open("rb") as stream:
        try:
            name = next(ijson.items(stream, "case.timezone", use_float=True), "UTC")
            return Zone(str(name), ZoneInfo(str(name)))
        except (ijson.JSONError, json.JSONDecodeError, KeyError, ValueError, OSError):
            return Zone("UTC", ZoneInfo("UTC"))


def outcome(job: Job, lang: Lang, say: Words, root: str) -> Outcome:
    """What came of a job; nothing of one that is not done."""
    told = job.state.outcome
    figures = [
        Figure(label=say(f"jobs.figure_{name}"), value=int(value))
        for part in ("totals", "counts")
        for name, value in _mapping(told.get(part)).items()
        if f"jobs.figure_{name}" in say.texts
    ]
    sentences = []
    if "again" in told:
        sentences.append(_again([say(f"jobs.stage_{name}") for name in told["again"]], say))
    if told.get("muted"):
        sentences.append(say("jobs.muted", n=told["muted"]))
    if told.get("failing"):
        sentences.append(
            say("jobs.failing", which=say("console.comma").join(title(d, say.lang) for d in told["failing"]))
        )
    if "evenings" in told:
        released = sum(len(e["released"]) for e in told["evenings"])
        figures.append(Figure(label=say("jobs.figure_evenings"), value=len(told["evenings"])))
        figures.append(Figure(label=say("jobs.figure_released"), value=released))
        return Outcome(figures=figures, table=_evenings(told["evenings"], say, root, job), sentences=tuple(sentences))
    if "datasets" in told:
        return Outcome(figures=figures, table=_datasets(told["datasets"], say), sentences=tuple(sentences))
    return Outcome(figures=figures, sentences=tuple(sentences))


def _again(stages: list[str], say: Words) -> str:
    if not stages:
        return say("jobs.nothing_again")
    return (
        say("jobs.all_again") if len(stages) == STAGES else say("jobs.again", which=say("console.comma").join(stages))
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _evenings(rows: list[dict[str, Any]], say: Words, root: str, job: Job) -> Table:
    made: list[dict[str, Cell]] = [
        {
            "day": Link(text=row["day"], href=f"{root}/today")
            if row["released"] and job.kind == "watch"
            else row["day"],
            "released": len(row["released"]),
            "updated": len(row["updated"]),
            "waiting": int(row["waiting"]),
        }
        for row in rows
    ]
    columns = [
        Column(key="day", title=say("jobs.evening")),
        *(Column(key=key, title=say(f"jobs.{key}"), kind="number") for key in ("released", "updated", "below")),
    ]
    for row in made:
        row["below"] = row.pop("waiting")
    return Table(name="evenings", title=say("jobs.evenings"), columns=columns, rows=made, total=len(made))


def _datasets(rows: list[dict[str, Any]], say: Words) -> Table:
    made: list[dict[str, Cell]] = [{"dataset": r["dataset"], "leaks": r["leaks"], "brier": r["brier"]} for r in rows]
    columns = [
        Column(key="dataset", title=say("jobs.dataset")),
        Column(key="leaks", title=say("jobs.planted"), kind="number"),
        Column(key="brier", title=say("jobs.brier"), kind="number"),
    ]
    return Table(name="datasets", title=say("jobs.calibrated"), columns=columns, rows=made, total=len(made))
