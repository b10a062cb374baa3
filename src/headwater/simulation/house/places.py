"""Machines and addresses: desks, some of them shared, the hosts of services, partners' lines, and addresses elsewhere."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.nouns import Places, Staff
from headwater.simulation.trades.trade import Service, Trade

_THREE = 0.2  # of shared desks are shared by three
_SAME_LINE = 0.25  # of the partners share the address of the one before, as two people of one shop do
_ELSEWHERE = 24  # addresses of homes, hotels and exits, and one more for each 50 of the staff


def places(rng: np.random.Generator, trade: Trade, staff: Staff) -> tuple[Places, Whole, Whole]:
    """All places, everybody's own, and the host of each service.

    Outside addresses are of the ranges kept for benchmarks (198.18.0.0/15) and for documentation (203.0.113.0/24),
    so they are nobody's.
    """
    own = _desks(rng, trade, staff)
    kind = np.where(staff.outside, "outside", "desk").astype(object)
    number = 1_000 + rng.permutation(3 * len(staff))[: len(staff)]
    desks = [f"{trade.device_prefix}{n:05d}" for n in number.tolist()]
    device = np.where(staff.outside, "", np.array(desks, dtype=object))
    inside = _addresses(staff.branch_before)
    ip = np.where(staff.outside, _lines(rng, staff), inside)
    hosts = [_host(trade, n, service) for n, service in enumerate(trade.services)]
    away = _ELSEWHERE + len(staff) // 50
    elsewhere = [f"203.0.113.{n + 1}" if n < 250 else f"198.19.{n // 250}.{n % 250 + 1}" for n in range(away)]
    made = Places(
        device=np.array([*device.tolist(), *(name for name, _, _ in hosts), *[""] * away], dtype=object),
        ip=np.array([*ip.tolist(), *(address for _, address, _ in hosts), *elsewhere], dtype=object),
        kind=np.array([*kind.tolist(), *(what for _, _, what in hosts), *["elsewhere"] * away], dtype=object),
    )
    return made, own, len(staff) + np.arange(len(hosts))


def elsewhere(places: Places) -> Whole:
    """The addresses of homes, hotels and exits, which belong to nobody until a doing uses one."""
    return np.flatnonzero(places.kind == "elsewhere")


def _desks(rng: np.random.Generator, trade: Trade, staff: Staff) -> Whole:
    """Everybody's own place; in roles with shared desks, groups of two or three of one team have the first one's."""
    own = np.arange(len(staff))
    shares = np.array([role.shared_desks for role in trade.roles])[staff.role_before]
    stays = (staff.left >= 0) & (staff.role == staff.role_before) & ~staff.outside
    sharing = np.flatnonzero((rng.random(len(staff)) < shares) & stays)
    sharing = sharing[np.argsort(staff.team_before[sharing], kind="stable")]
    for team in np.split(sharing, np.flatnonzero(np.diff(staff.team_before[sharing])) + 1):
        size = 3 if rng.random() < _THREE else 2
        for first in range(0, len(team), size):
            own[team[first : first + size]] = team[first]
    return own


def _addresses(branch: Whole) -> Column:
    """Addresses of desks: a network for each branch, 200 desks in each part of it."""
    order = np.argsort(branch, kind="stable")
    rank = np.empty(len(branch), dtype=np.int64)
    rank[order] = np.arange(len(branch)) - np.searchsorted(branch[order], branch[order])
    pairs = zip(branch.tolist(), rank.tolist(), strict=True)
    return np.array([f"10.{20 + b}.{n // 200}.{n % 200 + 20}" for b, n in pairs], dtype=object)


def _lines(rng: np.random.Generator, staff: Staff) -> Column:
    line = np.cumsum(rng.random(len(staff)) > _SAME_LINE)
    return np.array([f"198.18.{n // 250}.{n % 250 + 1}" for n in line.tolist()], dtype=object)


def _host(trade: Trade, number: int, service: Service) -> tuple[str, str, str]:
    """Device, address and kind of a service's host; a partner's system is outside."""
    if service.purpose == "partner":
        return "", f"203.0.113.{251 + number % 4}", "outside"
    return f"SRV-{number + 1:02d}", f"10.9.0.{11 + number}", "server"
