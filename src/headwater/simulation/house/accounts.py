"""Accounts: one for each person, some that a counter shares, and those of the services."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.nouns import FOREVER, Accounts, Staff
from headwater.simulation.trades.trade import Trade

_COUNTERS = 0.4  # of the teams with shared desks have an account of their own
_LONG_AGO = -1_500


def accounts(rng: np.random.Generator, trade: Trade, staff: Staff, hosts: Whole) -> Accounts:
    """All accounts: those of the staff in their order, then the counters', then the services'."""
    people, counters, services = len(staff), _counters(rng, trade, staff), len(trade.services)
    parts = [people, len(counters), services]
    number = 10_000 + rng.permutation(4 * people)[:people]
    names = [f"{trade.account_prefix}{n:05d}" for n in number.tolist()]
    names += [f"counter{n + 1:03d}" for n in range(len(counters))] + [service.name for service in trade.services]
    batches = ["crm" if service.purpose == "partner" else "db" for service in trade.services]
    desks = np.array(["db" if role.queries >= 1 else "crm" for role in trade.roles], dtype=object)[staff.role_before]
    none = np.full(sum(parts), -1)
    team, place = none.copy(), none.copy()
    team[people : people + len(counters)] = counters
    place[people + len(counters) :] = hosts
    return Accounts(
        name=np.array(names, dtype=object),
        owner=np.where(np.arange(sum(parts)) < people, np.arange(sum(parts)), none),
        kind=np.repeat(np.array(["person", "shared", "service"], dtype=object), parts),
        system=np.array([*desks.tolist(), *["crm"] * len(counters), *batches], dtype=object),
        created=_padded(staff.hired - rng.integers(0, 4, people), sum(parts), _LONG_AGO),
        disabled=_padded(_disabled(rng, staff), sum(parts), FOREVER),
        team=team,
        place=place,
    )


def service(accounts: Accounts, trade: Trade, name: str) -> tuple[int, int]:
    """The account and the host of a service, by its name in the trade."""
    first = len(accounts) - len(trade.services)
    account = first + next(n for n, each in enumerate(trade.services) if each.name == name)
    return account, int(accounts.place[account])


def ghosts(accounts: Accounts, staff: Staff) -> Whole:
    """The people who had left before the first day and whose accounts still work."""
    return np.flatnonzero((staff.left < 0) & (accounts.disabled[staff.account] == FOREVER))


def _counters(rng: np.random.Generator, trade: Trade, staff: Staff) -> Whole:
    """The teams that share an account: at least one where desks are shared at all."""
    shared = np.array([role.shared_desks > 0 and not role.outside for role in trade.roles])
    teams = np.unique(staff.team_before[shared[staff.role_before]])
    chosen = rng.random(len(teams)) < _COUNTERS
    chosen[:1] |= not chosen.any()
    return teams[chosen]


def _disabled(rng: np.random.Generator, staff: Staff) -> Whole:
    """Soon after the last day; two to five of those who left long ago were forgotten."""
    disabled = np.where(staff.left < FOREVER, staff.left + rng.geometric(0.3, len(staff)), FOREVER)
    former = np.flatnonzero(staff.left < 0)
    disabled[former] = np.minimum(disabled[former], 0)
    forgotten = rng.choice(former, min(len(former) // 2, int(rng.integers(2, 6))), replace=False)
    disabled[forgotten] = FOREVER
    return disabled


def _padded(column: Whole, size: int, rest: int) -> Column:
    out = np.full(size, rest)
    out[: len(column)] = column
    return out
