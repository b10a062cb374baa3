"""Events within a span of time, group by group: counts, different values, all of several rules, in order.

All arrays are in the order of group, then time; a window is an event and what its group did in the span before it. What
is asked is answered for every window at once; only groups are looped over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Windows:
    """``left`` is the first event of each event's window, ``begins`` the first event of its group."""

    left: Ints
    begins: Ints

    @property
    def counts(self) -> Ints:
        """How many events each window holds."""
        return np.arange(len(self.left), dtype=np.int64) - self.left + 1

    def different(self, values: Ints) -> Ints:
        """How many different values each window holds; values count from 0, and -1 is none.

        An event is its value's last in the windows that end between it and the value's next event, as far as they reach
        back to it: a stretch of windows, so that all are counted by one running sum.
        """
        n = len(values)
        following = _next_of_same(values, self.begins)
        reach = np.searchsorted(self.left, np.arange(n), side="right")
        # windows of later groups begin after this event, so that the reach ends with the group
        told = values >= 0
        steps = np.zeros(n + 1, np.int64)
        np.add.at(steps, np.arange(n)[told], 1)
        np.add.at(steps, np.minimum(following, reach)[told], -1)
        return np.cumsum(steps[:-1])

    def holds(self, kinds: Ints, kind: int) -> Flags:
        """Whether each window holds an event of this kind."""
        at = np.where(kinds == kind, np.arange(len(kinds)), -1)
        return np.maximum.accumulate(at) >= self.left

    def in_order(self, kinds: Ints, length: int) -> Flags:
        """Whether each window holds an event of kind 0, later one of kind 1, and so on. Equal times have no order:
        events of one moment must come with the highest kind first.
        """
        n = len(kinds)
        index = np.arange(n)
        start = np.where(kinds == 0, index, -1)
        for kind in range(1, length):
            before = np.maximum.accumulate(start)
            within = np.where(before >= self.begins, before, -1)
            start = np.where(kinds == kind, within, -1)
        latest = np.maximum.accumulate(start)
        return latest >= self.left

    def covered(self, met: Flags) -> Flags:
        """The events of all windows that are met."""
        n = len(met)
        steps = np.zeros(n + 1, np.int64)
        np.add.at(steps, self.left[met], 1)
        np.add.at(steps, np.flatnonzero(met) + 1, -1)
        return np.cumsum(steps[:-1]) > 0


def windows(groups: Ints, times: Ints, span: int) -> Windows:
    """The windows of events in the order of group, then time; ``times`` and ``span`` in the same unit."""
    firsts = np.flatnonzero(np.diff(groups, prepend=-1))
    ends = np.append(firsts[1:], len(groups))[: len(firsts)]
    left = np.zeros(len(groups), np.int64)
    for first, end in zip(firsts.tolist(), ends.tolist(), strict=True):
        own = times[first:end]
        left[first:end] = first + np.searchsorted(own, own - span, side="left")
    begins = np.repeat(firsts, ends - firsts).astype(np.int64)
    return Windows(left, begins)


def _next_of_same(values: Ints, begins: Ints) -> Ints:
    """For each event the next of its group with the same value; the number of events where there is none."""
    n = len(values)
    order = np.lexsort((np.arange(n), values, begins))
    following = np.full(n, n, np.int64)
    if n:
        same = (values[order][1:] == values[order][:-1]) & (begins[order][1:] == begins[order][:-1])
        following[order[:-1][same]] = order[1:][same]
    return following
