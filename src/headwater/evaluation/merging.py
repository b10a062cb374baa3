"""Scores of many worlds, seeds and methods as one table per topic: counts with intervals, not means alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.evaluation.alarm_rows import AlarmRow, alarm_rows
from headwater.evaluation.answer import OWN_METHOD
from headwater.evaluation.calibration import CalibrationRow, calibration_rows
from headwater.evaluation.encoding import plain, restored
from headwater.evaluation.leak_rows import LeakRow, leak_rows
from headwater.evaluation.network_rows import NetworkRow, network_rows
from headwater.evaluation.outside_rows import ComplaintRow, HoldingRow, complaint_rows, holding_rows
from headwater.evaluation.recall_rows import RecallRow, recall_rows
from headwater.evaluation.record import read_record
from headwater.evaluation.scoring import Score

SCHEMA = "headwater/evaluation/1"
DIGITS = 6


@dataclass(frozen=True, slots=True)
class MethodRow:
    """What a method was tried on: how many ``worlds``, of which kinds, ``free`` of them without crime."""

    method: str
    worlds: int
    free: int
    doings: int
    kinds_of_world: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that was measured. ``even``: whether every method was tried on the same worlds."""

    schema: str
    even: bool
    methods: tuple[MethodRow, ...]
    recall: tuple[RecallRow, ...]
    alarms: tuple[AlarmRow, ...]
    leaks: tuple[LeakRow, ...]
    calibration: tuple[CalibrationRow, ...]
    complaints: tuple[ComplaintRow, ...]
    holdings: tuple[HoldingRow, ...]
    network: tuple[NetworkRow, ...]

    def as_json(self) -> dict[str, Any]:
        """The table as plain values, floats to six significant digits; :meth:`from_json` makes a table of them."""
        found: dict[str, Any] = plain(self, DIGITS)
        return found

    @classmethod
    def from_json(cls, values: Mapping[str, Any], file: str = "evaluation") -> Table:
        """The table that :meth:`as_json` gave."""
        return restored(cls, dict(values), file)


def merge(scores: Iterable[Score]) -> Table:
    """One table of many scores. Their order does not matter; Headwater comes first, other methods by name.

    A method that says nothing of a topic in any world has no row there: a method that blames accounts for leaks is no
    detector. Headwater itself always has its row.
    """
    by_method: dict[str, list[Score]] = defaultdict(list)
    for score in sorted(scores, key=lambda s: (s.method, *_of_world(s))):
        by_method[score.method].append(score)
    methods = {name: by_method[name] for name in sorted(by_method, key=lambda m: (m != OWN_METHOD, m))}
    worlds = {tuple(_of_world(score) for score in found) for found in methods.values()}
    raised = {name: found for name, found in methods.items() if _speaks(name, found, _alerts)}
    named = {name: found for name, found in methods.items() if _speaks(name, found, _names)}
    heard = {name: found for name, found in methods.items() if _speaks(name, found, _sources)}
    counted = {name: found for name, found in methods.items() if _speaks(name, found, _persons)}
    rebuilt = {name: found for name, found in methods.items() if _speaks(name, found, _members)}
    return Table(
        schema=SCHEMA,
        even=len(worlds) <= 1,
        methods=tuple(_method(name, found) for name, found in methods.items()),
        recall=tuple(row for name, found in raised.items() for row in recall_rows(name, found)),
        alarms=tuple(row for name, found in raised.items() for row in alarm_rows(name, found)),
        leaks=tuple(row for name, found in named.items() for row in leak_rows(name, found)),
        calibration=tuple(row for name, found in methods.items() for row in calibration_rows(name, found)),
        complaints=tuple(row for name, found in heard.items() for row in complaint_rows(name, found)),
        holdings=tuple(row for name, found in counted.items() for row in holding_rows(name, found)),
        network=tuple(row for name, found in rebuilt.items() for row in network_rows(name, found)),
    )


def _speaks(name: str, scores: Iterable[Score], said: Callable[[Score], int]) -> bool:
    """Whether a method answers a topic at all. A baseline that says nothing of it in any world does another job."""
    return name == OWN_METHOD or any(said(score) for score in scores)


def _alerts(score: Score) -> int:
    return sum(point.alarms.alerts for point in score.points)


def _names(score: Score) -> int:
    return sum(leak.listed for leak in score.leaks)


def _sources(score: Score) -> int:
    return score.complaints.named if score.complaints else 0


def _persons(score: Score) -> int:
    return sum(holding.said for holding in score.holdings)


def _members(score: Score) -> int:
    return score.network.named if score.network else 0


def _of_world(score: Score) -> tuple[str, int, str, int, int, int]:
    return score.world, score.seed, score.case, score.staff or 0, score.days or 0, score.crimes


def _method(name: str, scores: list[Score]) -> MethodRow:
    kinds: dict[str, int] = {}
    for score in scores:
        kinds[score.world] = kinds.get(score.world, 0) + 1
    free = sum(not score.crimes and score.network is None for score in scores)
    return MethodRow(name, len(scores), free, sum(score.crimes for score in scores), kinds)


def read_table(path: Path) -> Table:
    """The table that a file holds, as :func:`write_table` wrote it."""
    return Table.from_json(read_record(path).values, path.name)


def write_table(table: Table, path: Path) -> None:
    """Write a table as JSON with sorted keys: same scores, same bytes."""
    path.write_text(json.dumps(table.as_json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
