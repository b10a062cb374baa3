"""A house lives its days: ordinary life and doings, merged by time, one day in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Events, Whole, in_order
from headwater.simulation.house import ordinary, presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import KINDS, Doing, Relations


@dataclass(frozen=True, slots=True)
class Lived:
    """One day: its events by kind in the order of time (``doing`` is the 1-based place of the doing they belong to),
    and the business reasons that were put on record."""

    day: int
    events: dict[str, Events]
    relations: list[Relations]


def days(house: House, doings: Sequence[Doing], until: int) -> Iterator[Lived]:
    """The days from the first to ``until``. What happens after midnight belongs to the day after."""
    traces = {kind: _traced(house, doings, kind) for kind in KINDS}
    reasons = [each for doing in doings for each in doing.relations]
    over: dict[str, Events] = {}
    for day in range(until + 1):
        relations: list[Relations] = [_beginning(each, day) for each in reasons]
        parts = ordinary.ordinary(house, presence.on(house, day), relations)
        end = int(house.calendar.midnight(day + 1))
        events = {}
        for kind in KINDS:
            merged = _merged([over.get(kind), *parts.get(kind, []), traces[kind].on(day)])
            if merged is None:
                continue
            cut = int(np.searchsorted(merged["time"], end))
            events[kind], over[kind] = merged.take(np.arange(cut)), merged.take(np.arange(cut, len(merged)))
        yield Lived(day, events, relations)


@dataclass(frozen=True, slots=True)
class _Traces:
    """All events of one kind that doings leave, by time, and where each day begins in them."""

    events: Events | None
    begins: Whole

    def on(self, day: int) -> Events | None:
        """The events of one day."""
        if self.events is None:
            return None
        return self.events.take(np.arange(self.begins[day], self.begins[day + 1]))


def _traced(house: House, doings: Sequence[Doing], kind: str) -> _Traces:
    parts = []
    for number, doing in enumerate(doings, 1):
        trace = doing.traces.get(kind)
        if trace is not None and len(trace):
            parts.append(Events({**trace.columns, "doing": np.full(len(trace), number)}))
    merged = _merged(parts)
    edges = house.calendar.midnight(np.arange(house.calendar.days + 1))
    return _Traces(merged, edges if merged is None else np.searchsorted(merged["time"], edges))


def _merged(parts: Sequence[Events | None]) -> Events | None:
    there = [part for part in parts if part is not None and len(part)]
    return in_order(there) if there else None


def _beginning(relations: Relations, day: int) -> Relations:
    """The reasons of a doing that are put on record on a day."""
    now = relations.first == day if day else relations.first <= day
    return Relations(
        relations.person[now], relations.client[now], relations.kind[now], relations.first[now], relations.last[now]
    )
