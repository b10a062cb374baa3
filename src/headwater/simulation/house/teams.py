"""Teams: who works with whom, in which branch, and who leads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.trades.trade import Role, Trade

Mask = NDArray[np.bool_]
_LOCAL = {"own", "team", "branch", "caller", "recent"}


@dataclass(frozen=True, slots=True)
class Seats:
    """Everybody's team and branch, and each team's role and branch."""

    team: Whole
    branch: Whole
    team_role: Whole
    team_branch: Whole


def seats(rng: np.random.Generator, trade: Trade, role: Whole, former: Mask) -> Seats:
    """Teams of uneven size for each role; those who left long ago had their place in one of them."""
    team, roles, branches = np.zeros(len(role), dtype=np.int64), [np.zeros(0, int)], [np.zeros(0, int)]
    made = 0
    for number, work in enumerate(trade.roles):
        here = rng.permutation(np.flatnonzero((role == number) & ~former))
        gone = np.flatnonzero((role == number) & former)
        sizes = _sizes(rng, len(here), _how_many(trade, work, len(here)))
        team[here] = made + np.repeat(np.arange(len(sizes)), sizes)
        team[gone] = made + rng.integers(max(1, len(sizes)), size=len(gone))
        roles.append(np.full(len(sizes), number))
        branches.append(_branches(rng, trade, work, len(sizes)))
        made += len(sizes)
    team_branch = np.concatenate(branches).astype(np.int64)
    return Seats(team, team_branch[team], np.concatenate(roles).astype(np.int64), team_branch)


def branch_weights(trade: Trade) -> NDArray[np.float64]:
    """How much of the house's work each branch has: the first the most, with a long tail."""
    weight = 1.0 / np.arange(1, len(trade.branches) + 1) ** 0.8
    return np.asarray(weight / weight.sum())


def heads(seats: Seats, fit: Mask, former: Mask, hired: Whole) -> Whole:
    """The leader of each team: of those who are fit to lead, who has been here longest; else anybody of the team."""
    order = np.lexsort((hired, ~fit, former, seats.team))
    first = np.searchsorted(seats.team[order], np.arange(len(seats.team_role)))
    return np.asarray(order[first], dtype=np.int64)


def managers(team: Whole, leaders: Whole, seats: Seats, outside: Mask) -> Whole:
    """Whom each reports to: the leader of the team, leaders to that of the first team of their role (-1: to none)."""
    chief = leaders[np.searchsorted(seats.team_role, seats.team_role)][team]
    person = np.arange(len(team))
    above = np.where(leaders[team] == person, chief, leaders[team])
    return np.where(outside | (above == person), -1, above)


def _how_many(trade: Trade, work: Role, people: int) -> int:
    """Large enough teams, yet local work goes to several branches even in a small house."""
    size = 3 if work.outside else trade.team_size
    spread = min(len(trade.branches), people // 3) if local(work) else 1
    return max(1, spread, round(people / size)) if people else 0


def local(work: Role) -> bool:
    """Whether a role is at home in every branch, not at the head office alone."""
    return work.book or work.outside or work.shared_desks > 0 or (
        work.queries < 1 and any(source.kind in _LOCAL for source in work.sources)
    )  # fmt: skip


def _sizes(rng: np.random.Generator, people: int, teams: int) -> Whole:
    """Uneven sizes of at least two where there are enough people."""
    least = min(2, people // max(1, teams))
    weight = rng.lognormal(0.0, 0.35, teams)
    free = people - least * teams
    edges = np.round(np.cumsum(weight) / max(weight.sum(), 1e-9) * free).astype(np.int64)
    return np.asarray(np.diff(edges, prepend=0) + least, dtype=np.int64)


def _branches(rng: np.random.Generator, trade: Trade, work: Role, teams: int) -> Whole:
    if not local(work):
        return np.zeros(teams, dtype=np.int64)
    steps = (np.arange(teams) + rng.random()) / max(1, teams)
    place = np.searchsorted(np.cumsum(branch_weights(trade)), steps)
    return np.minimum(place, len(trade.branches) - 1).astype(np.int64)
