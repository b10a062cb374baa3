"""All innocent doings of a house: how many of which kind, different in every house."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from headwater.simulation.house.benign import busy_days, databases, handing_over, lists, newcomers, travelling, uploads
from headwater.simulation.house.benign.routine import routine
from headwater.simulation.house.benign.stage import DAYS, Stage
from headwater.simulation.house.benign.well_known import well_known
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing

Play = Callable[[Stage, int], list[Doing]]
PLAYS: tuple[tuple[str, Play, float], ...] = (
    ("call rounds", busy_days.call_rounds, 0.35),
    ("deadline nights", busy_days.deadline_nights, 1.2),
    ("campaign lists", lists.campaign_lists, 1.0),
    ("month ends", lists.month_ends, 0.7),
    ("audits", lists.audits, 0.35),
    ("reports", lists.reports, 0.8),
    ("migrations", databases.migrations, 0.4),
    ("migrations without tickets", databases.secret_migrations, 0.2),
    ("moved backups", databases.moved_backups, 0.05),
    ("load tests", databases.load_tests, 0.25),
    ("newcomers", newcomers.newcomers, 2.5),
    ("covers", handing_over.covers, 1.2),
    ("cleared books", handing_over.cleared_books, 1.5),
    ("films", uploads.films, 0.8),
    ("own documents", uploads.own_documents, 0.8),
    ("hotels", travelling.hotels, 0.8),
    ("well-known clients", well_known, 0.3),
)
"""What may happen, and how often in a house of a hundred people in two months."""
_BURSTS = 0.002  # of the days of work are many times the usual (DETECTION.md section 6)
_EVEN_IN_SMALL = 0.5  # chance that a kind which numbers would leave out happens once all the same


def innocent(house: House) -> list[Doing]:
    """The innocent doings of a house, numbered from B1, in the order of their first days."""
    worked = int(house.here[~house.staff.outside].sum())
    size = len(house.staff) / 100 * house.calendar.days / 60
    done: list[Doing] = []
    stage = Stage(house, house.dice("innocent"))
    for name, play, often in PLAYS:
        stage.rng = house.dice(f"innocent {name}")
        done += play(stage, _count(stage.rng, often * size))
    stage.rng = house.dice("innocent bursts")
    done += busy_days.backlogs(stage, _count(stage.rng, _BURSTS * worked))
    stage.rng = house.dice("innocent routine")
    done += routine(stage)
    house.kept.pop(DAYS, None)
    done.sort(key=lambda doing: (doing.span, doing.kind, doing.people))
    return [replace(doing, id=f"B{number}") for number, doing in enumerate(done, 1)]


def _count(rng: np.random.Generator, mean: float) -> int:
    """Around a mean that differs from house to house; often at least one."""
    found = int(rng.poisson(mean * rng.gamma(2.0, 0.5)))
    return max(found, int(rng.random() < _EVEN_IN_SMALL))
