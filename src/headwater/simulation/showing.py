"""What still shows in the logs: lines counted by log, and the takings whose line survived."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.simulation.events import Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import KINDS, Doing
from headwater.simulation.writing.noise import Written

_DENIED = 400  # answers from this status on gave nothing


class Showing:
    """Counts what is written, day by day. ``doings`` are those of which it must be known what shows of them."""

    def __init__(self, house: House, doings: Sequence[Doing]) -> None:
        self._house, self._doings = house, doings
        self.events = dict.fromkeys(KINDS, 0)
        self._clients: list[list[Whole]] = [[] for _ in doings]
        self._moments: list[list[Whole]] = [[] for _ in doings]

    def add(self, kind: str, day: int, lines: Written) -> None:
        """Count the lines of one log and day."""
        self.events[kind] += lines.lines()
        if kind not in ("access", "queries"):
            return
        told = lines.whole()
        told = told.take((told["doing"] > 0) & (told["doing"] <= len(self._doings)))
        if kind == "access":
            told = told.take(told["status"] < _DENIED)
        for number in np.unique(told["doing"]).tolist():
            mine = told.take(told["doing"] == number)
            self._moments[number - 1].append(np.unique(mine["at"]))
            self._clients[number - 1] += _named(self._house, kind, day, mine)

    def seen(self, place: int) -> int:
        """How many distinct people the lines of a doing still show as taken, by name or by the moment of a list."""
        doing = self._doings[place]
        moments, clients = (_together(part[place]) for part in (self._moments, self._clients))
        shown = np.isin(doing.taken_at, moments) | np.isin(doing.taken, clients)
        return len(np.unique(doing.taken[shown]))


def _named(house: House, kind: str, day: int, log: Events) -> list[Whole]:
    """The clients that look-ups and ranges of keys name."""
    if kind == "access":
        return [np.unique(log["client"][log["client"] >= 0])]
    asked = log.take(log["first"] >= 0)
    spans = zip(asked["first"].tolist(), asked["last"].tolist(), strict=True)
    return [house.clients.ranged(first, last, day) for first, last in spans]


def _together(parts: list[Whole]) -> Whole:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
