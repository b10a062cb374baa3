"""One answer against one truth: everything that is measured of a world."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from headwater.evaluation.alerts import Story, stories_of
from headwater.evaluation.answer import Answer, read_answer
from headwater.evaluation.detecting import Point, points
from headwater.evaluation.encoding import plain, restored
from headwater.evaluation.leaks import LeakScore, Said, leak_score, said_of_incidents, said_of_leaks
from headwater.evaluation.made_world import House, Truth
from headwater.evaluation.matters import matters
from headwater.evaluation.network import NetworkScore, network_score
from headwater.evaluation.outside import ComplaintScore, HoldingScore, complaint_score, holding_scores
from headwater.evaluation.record import read_record
from headwater.evaluation.truth import read_truth

SCHEMA = "headwater/score/1"
MATTER, FINDING, INCIDENT = "matter", "finding", "incident"
"""What an alert is: all that is raised about one account, each finding, each incident."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one method's answer to one world is worth. Counts throughout, so that scores of many worlds add up.

    ``staff`` and ``days`` are ``None`` where the truth does not say; ``crimes``: how many doings the world holds.
    """

    schema: str
    method: str
    world: str
    seed: int
    case: str
    staff: int | None
    days: int | None
    crimes: int
    points: tuple[Point, ...]
    leaks: tuple[LeakScore, ...]
    said: tuple[Said, ...]
    complaints: ComplaintScore | None
    holdings: tuple[HoldingScore, ...]
    network: NetworkScore | None

    def as_json(self) -> dict[str, Any]:
        """The score as plain values, floats exactly; :meth:`from_json` makes the same score of them."""
        found: dict[str, Any] = plain(self)
        return found

    @classmethod
    def from_json(cls, values: Mapping[str, Any], file: str = "score") -> Score:
        """The score that :meth:`as_json` gave."""
        return restored(cls, dict(values), file)


def score(result_path: Path, truth_path: Path, house: House | None = None) -> Score:
    """Hold ``result.json`` against ``truth.json``. ``house``: size and days of a world whose older truth does not say."""
    answer, truth = read_answer(result_path), read_truth(truth_path, house)
    return scored(answer, truth, stories_of(answer.findings), stories_of(answer.incidents))


def scored(
    answer: Answer,
    truth: Truth,
    findings: Sequence[Story],
    incidents: Sequence[Story],
    spans: Mapping[date, int] | None = None,
) -> Score:
    """The score of an answer whose findings and incidents were raised as these stories tell."""
    inside = truth.network is None or bool(truth.doings)
    units = {MATTER: matters(findings), FINDING: findings, INCIDENT: incidents}
    return Score(
        schema=SCHEMA,
        method=answer.method,
        world=truth.world,
        seed=truth.seed,
        case=truth.case,
        staff=truth.house.staff,
        days=truth.house.days,
        crimes=len(truth.doings),
        points=tuple(p for unit, raised in units.items() for p in points(unit, raised, truth, spans)) if inside else (),
        leaks=tuple(leak_score(leak, answer) for leak in truth.leaks),
        said=(*said_of_leaks(truth, answer), *said_of_incidents(truth, answer.incidents)),
        complaints=complaint_score(truth.complaints, answer) if truth.complaints else None,
        holdings=holding_scores(truth.holdings, answer),
        network=network_score(truth.network, answer.network) if truth.network else None,
    )


def read_score(path: Path) -> Score:
    """The score that a file holds, as :func:`write_score` wrote it."""
    return Score.from_json(read_record(path).values, path.name)


def write_score(found: Score, path: Path) -> None:
    """Write a score as JSON with sorted keys: same score, same bytes."""
    path.write_text(json.dumps(found.as_json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
