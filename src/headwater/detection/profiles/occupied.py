"""When and where accounts, or people, were at work: sittings by name, to ask what overlaps a stretch of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, slots=True)
class Uses:
    """Sittings in order of their beginnings, with the longest one."""

    firsts: npt.NDArray[np.int64]
    lasts: npt.NDArray[np.int64]
    seats: npt.NDArray[np.object_]
    longest: int


def uses(sittings: pd.DataFrame, by: str = "account") -> dict[str, Uses]:
    """When and where each account, or each owner, was at work; ``sittings`` are in order of time."""
    firsts, lasts = (sittings[c].to_numpy("datetime64[us]").astype(np.int64) for c in ("first", "last"))
    seats = sittings["seat"].to_numpy(object)
    made = {}
    for name, at in sittings.groupby(by).indices.items():
        made[str(name)] = Uses(firsts[at], lasts[at], seats[at], int((lasts[at] - firsts[at]).max()))
    return made


def during(known: Uses | None, first: pd.Timestamp, last: pd.Timestamp) -> list[str]:
    """Where an account was in use at some moment of a stretch."""
    if known is None:
        return []
    low, high = (round(moment.timestamp() * 1e6) for moment in (first, last))
    begin = np.searchsorted(known.firsts, low - known.longest, side="left")
    end = np.searchsorted(known.firsts, high, side="right")
    return list(known.seats[begin:end][known.lasts[begin:end] >= low])
