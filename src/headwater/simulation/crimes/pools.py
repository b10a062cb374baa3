"""Clients whom a theft may reach: those in the data set on the day, and where records age, the fresh ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER

_ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Pool:
    """Ordinals in the order of joining, the day on which each joined, and for how many days a record is worth taking."""

    ordinals: Whole
    joined: Whole
    fresh: int

    def __len__(self) -> int:
        return len(self.ordinals)

    def only(self, wanted: NDArray[np.bool_]) -> Pool:
        """Those whom a mask over all clients names; the whole pool when it names nobody who has joined in time."""
        mine = wanted[self.ordinals]
        part = Pool(self.ordinals[mine], self.joined[mine], self.fresh)
        return part if len(part) and part.joined[0] <= 0 else self

    @property
    def lasting(self) -> bool:
        """Whether records stay worth taking for good."""
        return self.fresh >= FOREVER

    def worth(self, day: int) -> Whole:
        """All whose records are worth taking on a day, by ordinal: the fresh ones where records age."""
        low, high = self._bounds(np.array([day]))
        return self.ordinals[int(low[0]) : int(high[0])]

    def there(self, day: int) -> Whole:
        """All who are in the data set on a day, by ordinal."""
        return self.ordinals[: int(np.searchsorted(self.joined, day, "right"))]

    def pick(self, rng: np.random.Generator, days: Whole) -> Whole:
        """One client for each day given, distinct ones as far as the pool goes."""
        low, high = self._bounds(days)
        taken = np.full(len(days), -1, dtype=np.int64)
        again = np.arange(len(days))
        for _ in range(_ROUNDS):
            width = high[again] - low[again]
            taken[again] = self.ordinals[low[again] + (rng.random(len(again)) * width).astype(np.int64)]
            _, firsts = np.unique(taken, return_index=True)
            mask = np.ones(len(days), dtype=np.bool_)
            mask[firsts] = False
            again = np.flatnonzero(mask)
            if not len(again):
                break
        return taken

    def _bounds(self, days: Whole) -> tuple[Whole, Whole]:
        high = np.searchsorted(self.joined, days, "right")
        low = np.searchsorted(self.joined, days - self.fresh, "right")
        return np.where(high > low, low, 0), np.maximum(high, 1)


def pool_of(house: House) -> Pool:
    """Everybody who is or will be a client."""
    lifetime = house.trade.lifetime
    return Pool(np.arange(len(house.clients)), house.clients.joined, FOREVER if lifetime is None else lifetime)


def shared_out(rng: np.random.Generator, pool: Pool, parts: int) -> list[Pool]:
    """The pool, shared out at random among so many; the whole of it for a single one."""
    if parts == 1:
        return [pool]
    lot = rng.integers(parts, size=int(pool.ordinals[-1]) + 1)
    return [pool.only(lot == n) for n in range(parts)]
