"""The same message on two devices, or in two exports of one, is one message."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.contents import Words, mixed

Codes = npt.NDArray[np.int32]
SECOND = 1_000_000
NEAR = 5 * SECOND
"""How far the times of two copies may lie apart once the clocks are set."""
COARSE = 60 * SECOND
"""The same where one of them shows no seconds."""


def joined(
    where: Words, said: Words, time: Ints, source: Codes, line: Ints, coarse: npt.NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """For each row the message that it shows, numbered from 0 by time; and for each message the row that stands for it.

    ``where`` tells chat and sender. Rows that say the same at the same time in different sources are copies; repeats in one
    source are messages of their own, and meet those of other sources one to one, in order.
    """
    if not len(time):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    key = mixed(where.view(np.int64), said.view(np.int64))
    order = np.lexsort((line, source, time, key))
    cluster = _clusters(key[order], time[order], coarse[order])
    del key
    shown = _numbered(cluster, _repeats(cluster, source[order]))
    del cluster
    first = np.empty(int(shown.max()) + 1, dtype=np.int64)
    first[shown[::-1]] = order[::-1]  # rows of a message are in the order of time, source and line: the first one stays
    by_time = np.lexsort((line[first], source[first], time[first]))
    number = np.empty(len(first), dtype=np.int64)
    number[by_time] = np.arange(len(first))
    message = np.empty(len(time), dtype=np.int64)
    message[order] = number[shown]
    return message, first[by_time]


def without_seconds(time: Ints, source: Codes) -> npt.NDArray[np.bool_]:
    """Rows of sources that show whole minutes only."""
    count = int(source.max()) + 1 if len(source) else 0
    odd = np.bincount(source, time % COARSE != 0, count)
    return np.asarray((odd == 0)[source]) if count else np.zeros(0, bool)


def _clusters(key: Words, time: Ints, coarse: npt.NDArray[np.bool_]) -> Ints:
    """Runs of one key without a gap."""
    allowed = np.where(coarse[1:] | coarse[:-1], COARSE, NEAR)
    apart = (key[1:] != key[:-1]) | (time[1:] - time[:-1] > allowed)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(apart)])


def _repeats(cluster: Ints, source: Codes) -> Ints:
    """How often the same source stands before in its run."""
    found = np.zeros(len(cluster), dtype=np.int64)
    several = np.flatnonzero(np.bincount(cluster)[cluster] > 1)
    cluster, source = cluster[several], source[several]
    order = np.lexsort((source, cluster))
    start = np.any(np.diff(np.stack([cluster[order], source[order]]), axis=1, prepend=NONE) != 0, axis=0)
    place = np.arange(len(order))
    found[several[order]] = place - np.maximum.accumulate(np.where(start, place, 0))
    return found


def _numbered(cluster: Ints, repeat: Ints) -> Ints:
    """One number for each run and repeat; runs are in order, and their repeats without a gap."""
    sizes = np.zeros(int(cluster[-1]) + 1, dtype=np.int64)
    np.maximum.at(sizes, cluster, repeat + 1)
    return np.asarray((np.cumsum(sizes) - sizes)[cluster] + repeat)
