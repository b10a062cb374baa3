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


def joined(where: Words, said: Words, time: Ints, source: Codes, line: Ints, coarse: npt.NDArray[np.bool_]) -> Ints:
    """For each row the message that it shows, numbered from 0 by time.

    ``where`` tells chat and sender. Rows that say the same at the same time in different sources are copies; repeats in one
    source are messages of their own, and meet those of other sources one to one, in order.
    """
    count = len(time)
    if not count:
        return np.zeros(0, np.int64)
    key = mixed(where.view(np.int64), said.view(np.int64))
    order = np.lexsort((line, source, time, key))
    cluster = _clusters(key[order], time[order], coarse[order])
    repeat = _repeats(cluster, source[order])
    message = np.empty(count, dtype=np.int64)
    by_message = np.lexsort((repeat, cluster))
    pairs = np.stack([cluster, repeat])[:, by_message]
    new = np.any(np.diff(pairs, axis=1, prepend=NONE) != 0, axis=0)
    message[order[by_message]] = np.cumsum(new) - 1
    return _by_time(message, time, source, line)


def first_rows(message: Ints, source: Codes, line: Ints, time: Ints) -> Ints:
    """For each message the row that stands for it."""
    order = np.lexsort((line, source, time, message))
    ordered = message[order]
    return np.asarray(order[np.flatnonzero(np.diff(ordered, prepend=NONE))])


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
    order = np.lexsort((np.arange(len(cluster)), source, cluster))
    start = np.any(np.diff(np.stack([cluster[order], source[order]]), axis=1, prepend=NONE) != 0, axis=0)
    place = np.arange(len(order))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = place - np.maximum.accumulate(np.where(start, place, 0))
    return found


def _by_time(message: Ints, time: Ints, source: Codes, line: Ints) -> Ints:
    """Number the messages anew: by the time of the first copy, then by where it stands."""
    first = first_rows(message, source, line, time)
    order = np.lexsort((line[first], source[first], time[first]))
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.arange(len(order))
    return number[message]
