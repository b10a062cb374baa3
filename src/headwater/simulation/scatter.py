"""Values for any ordinal without those before it: random bits, and orders in which no value comes twice."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole, dice

Bits = NDArray[np.uint64]
_ROUNDS = 4


def bits(seed: int, part: str, ordinals: Whole) -> Bits:
    """64 random bits for each ordinal, of a source of its own for each part.

    The mixing is SplitMix64 (Steele, Lea and Flood 2014), begun twice so that neighbours share nothing.
    """
    keys = dice(seed, part).integers(1 << 63, size=2).astype(np.uint64)
    return _mixed(_mixed(np.asarray(ordinals).astype(np.uint64) + keys[0]) ^ keys[1])


def below(drawn: Bits, shift: int, limit: int) -> Whole:
    """Whole numbers below a limit, of the bits from a place on; a limit is far less than 2 to the 32."""
    part = (drawn >> np.uint64(shift)) & np.uint64(0xFFFFFFFF)
    return np.asarray((part * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)


def shares(drawn: Bits, shift: int) -> NDArray[np.float64]:
    """Numbers from 0 to just below 1, of the 32 bits from a place on."""
    return below(drawn, shift, 1 << 31) / float(1 << 31)


def scattered(seed: int, part: str, ordinals: Whole, high: int, low: int) -> tuple[Whole, Whole]:
    """A pair below (high, low) for each ordinal below ``high * low``: every pair belongs to one ordinal.

    Each half in turn is moved on by random bits of the other one, as in a Feistel network, which can be undone step
    by step; so no two ordinals meet.
    """
    upper, lower = np.divmod(np.asarray(ordinals, dtype=np.int64), low)
    if len(upper) and int(upper.max()) >= high:
        raise ValueError(f"no more than {high * low} values can differ")
    for turn in range(_ROUNDS):
        upper = (upper + below(bits(seed, f"{part} upper {turn}", lower), 0, high)) % high
        lower = (lower + below(bits(seed, f"{part} lower {turn}", upper), 0, low)) % low
    return upper, lower


def _mixed(x: Bits) -> Bits:
    with np.errstate(over="ignore"):
        x = x + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return x ^ (x >> np.uint64(31))
