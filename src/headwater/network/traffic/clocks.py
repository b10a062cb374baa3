"""By how much the clocks of devices were wrong, told by the messages that two devices show and by transfers that a bill dates.

Each pair of devices that share messages gives the commonest difference of their times; bills are the clock that is right. The
pairs make a graph: what hangs together is set by one clock, the bills' or the one that most devices agree with.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.traffic.contents import Words

SECOND = 1_000_000
AGREE = 3 * SECOND
"""Differences this close together are one difference."""
FEWEST = 3
"""Messages that must agree on a difference."""
SURE = 0.3
"""The part of the messages shared by two devices that must agree."""
MINUTE = 60 * SECOND
"""Where times have no seconds, differences of a minute are one."""
DAY = 26 * 3600 * SECOND
"""No clock is taken to be more wrong than this against a bill: a day and two hours of zones."""
ALIKE = 6
"""A sum that is sent or booked more often than this by one device tells no time."""
ROUNDS = 10

BILLS = -2
"""The bills' clock, as a device."""


def differences(device: Ints, said: Words, time: Ints) -> pd.DataFrame:
    """Pairs of devices with the commonest difference (second less first) and how many messages agree on it.

    Only what a device shows once counts: answers of one word are not distinctive.
    """
    again = pd.Series(said).duplicated(keep=False).to_numpy()
    shown = pd.DataFrame({"said": said[again], "device": device[again], "time": time[again]}).drop_duplicates()
    shown = shown[(shown["time"] != NONE) & ~shown.duplicated(["said", "device"], keep=False)]
    shown = shown[shown.duplicated("said", keep=False)].sort_values(["said", "device"], ignore_index=True)
    following = shown.shift(-1)
    same = (following["said"] == shown["said"]).to_numpy()
    pairs = pd.DataFrame(
        {
            "one": shown["device"].to_numpy()[same],
            "other": following["device"].to_numpy()[same].astype(np.int64),
            "by": following["time"].to_numpy()[same].astype(np.int64) - shown["time"].to_numpy()[same],
        }
    )
    return _commonest(pairs, SURE)


def differences_from_bills(bubbles: pd.DataFrame, bills: pd.DataFrame) -> pd.DataFrame:
    """The same of devices and the bills' clock; both frames: ``device``, ``amount``, ``time``."""
    few = [frame[frame.groupby(["device", "amount"])["time"].transform("size") <= ALIKE] for frame in (bubbles, bills)]
    both = few[0].merge(few[1], on=["device", "amount"], suffixes=("", "_billed"))
    by = both["time"].to_numpy(np.int64) - both["time_billed"].to_numpy(np.int64)
    pairs = pd.DataFrame({"one": BILLS, "other": both["device"].to_numpy(np.int64), "by": by})
    return _commonest(pairs[np.abs(by) <= DAY], SURE / 2)


def _commonest(pairs: pd.DataFrame, share: float) -> pd.DataFrame:
    """The difference that most agree on; to the minute where none agree to the second."""
    close = _agreeing(pairs, AGREE, share)
    told = pd.MultiIndex.from_frame(close[["one", "other"]])
    rest = pairs[~pd.MultiIndex.from_frame(pairs[["one", "other"]]).isin(told)]
    wide = _agreeing(rest, MINUTE, max(share, 0.5))
    wide["by"] = (wide["by"] + MINUTE // 2) // MINUTE * MINUTE
    return pd.concat([close, wide], ignore_index=True)


def _agreeing(pairs: pd.DataFrame, near: int, share: float) -> pd.DataFrame:
    pairs = pairs.sort_values(["one", "other", "by"], ignore_index=True)
    by = pairs["by"].to_numpy(np.int64)
    group = pairs.groupby(["one", "other"], sort=True).ngroup().to_numpy(np.int64)
    span = np.int64(1) << 52  # more than a century in microseconds
    line = group * span + by
    ends = np.searchsorted(line, line + near, side="right")
    agree = ends - np.arange(len(line))
    best = pd.DataFrame({"group": group, "agree": agree, "start": np.arange(len(line))})
    best = best.sort_values(["group", "agree", "start"], ascending=[True, False, True]).drop_duplicates("group")
    start, size = best["start"].to_numpy(np.int64), best["agree"].to_numpy(np.int64)
    whole = np.bincount(group, minlength=len(best)) if len(group) else np.zeros(0, np.int64)
    good = (size >= FEWEST) & (size >= share * whole)
    kept = start[good]
    return pd.DataFrame(
        {
            "one": pairs["one"].to_numpy(np.int64)[kept],
            "other": pairs["other"].to_numpy(np.int64)[kept],
            "by": by[kept + (size[good] - 1) // 2],
            "shared": size[good],
        }
    )


def offsets(edges: pd.DataFrame, devices: int) -> tuple[Ints, npt.NDArray[np.int64]]:
    """What must be added to each device's time, and on how many messages that rests; 0 where nothing is shared.

    ``edges`` as :func:`differences` gives them; ``BILLS`` may be the first of a pair.
    """
    shift = np.zeros(devices + 1, dtype=np.int64)  # the last is the bills' clock
    one = np.where(edges["one"] == BILLS, devices, edges["one"]).astype(np.int64)
    other, by, shared = (edges[name].to_numpy(np.int64) for name in ("other", "by", "shared"))
    component = np.arange(devices + 1)
    for edge in np.lexsort((other, one, -shared)).tolist():  # the heaviest pairs first: a spanning tree
        a, b = int(component[one[edge]]), int(component[other[edge]])
        if a != b:
            moved = component == b
            # time + shift must agree: t1 + s1 = t2 + s2, and t2 - t1 = by
            shift[moved] += shift[one[edge]] - by[edge] - shift[other[edge]]
            component[moved] = a
    shift = _settled(shift, one, other, by, shared)
    rests = np.bincount(one, shared, devices + 1) + np.bincount(other, shared, devices + 1)
    for group in np.unique(component[:devices]).tolist():
        inside = component == group
        if inside[devices]:
            shift[inside] -= shift[devices]
        else:
            shift[inside] -= _agreed(shift[inside], rests[inside])
    shift[np.abs(shift) <= AGREE] = 0
    return shift[:devices], rests[:devices].astype(np.int64)


def _settled(shift: Ints, one: Ints, other: Ints, by: Ints, shared: Ints) -> Ints:
    """Every clock at the weighted median of what its neighbours say, so that no single pair decides."""
    ends = np.concatenate([one, other])
    for _ in range(ROUNDS):
        said = np.concatenate([shift[other] + by, shift[one] - by])
        frame = pd.DataFrame({"end": ends, "said": said, "weight": np.concatenate([shared, shared])})
        frame = frame.sort_values(["end", "said"], ignore_index=True)
        below = frame.groupby("end")["weight"].cumsum()
        half = frame.groupby("end")["weight"].transform("sum") / 2
        middle = frame[below >= half].drop_duplicates("end")
        following = shift.copy()
        following[middle["end"].to_numpy(np.int64)] = middle["said"].to_numpy(np.int64)
        if np.array_equal(following, shift):
            break
        shift = (following + shift) // 2 if np.abs(following - shift).max() > AGREE else following
    return shift


def _agreed(shift: Ints, weight: np.ndarray) -> int:
    """The shift on which most devices agree; of equals the one with more messages, then the smallest."""
    near = np.abs(shift[:, None] - shift[None, :]) <= AGREE
    order = np.lexsort((shift, np.abs(shift), -(near @ weight), -near.sum(axis=1)))
    return int(shift[order[0]])
