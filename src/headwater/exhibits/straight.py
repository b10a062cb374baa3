"""Boxes of a photographed page, set straight: lines that run together in the distance are made level, columns upright.

All level lines of a plane run through one vanishing point, so that their slopes grow evenly with the height at which they
cross the middle of the picture: one fitted line tells turn and perspective. Columns are set upright by the lean, and
its change from left to right, under which most boxes begin or end one under the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_FEW = 6
_STEEPEST = 1.0
_LEANS = np.linspace(-0.4, 0.4, 81)
_SPREADS = np.linspace(-0.6, 0.6, 13)
_NEAR = 0.3


def straightened(quads: Points) -> Points:
    """Give boxes (n, 4, 2; corners clockwise from the upper left) as left, top, right and bottom (n, 4)."""
    quads = np.asarray(quads, np.float64).reshape(-1, 4, 2)
    if not len(quads):
        return np.zeros((0, 4))
    middle = quads.mean(axis=1).mean(axis=0)
    starts, ends = (quads[:, 0] + quads[:, 3]) / 2 - middle, (quads[:, 1] + quads[:, 2]) / 2 - middle
    heights = np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)
    lean, spread = _level(starts, ends)
    left, right = _leveled(starts, lean, spread), _leveled(ends, lean, spread)
    if len(quads) >= _FEW:
        left, right = _upright(left, right, float(np.median(heights)), -lean)
    else:
        left[:, 0], right[:, 0] = left[:, 0] + lean * left[:, 1], right[:, 0] + lean * right[:, 1]
    height = (left[:, 1] + right[:, 1]) / 2
    edges = [left[:, 0], height - heights / 2, np.maximum(left[:, 0], right[:, 0]), height + heights / 2]
    made: Points = np.stack(edges, axis=1) + np.tile(middle, 2)
    return made


def _level(starts: Points, ends: Points) -> tuple[float, float]:
    """The slope of lines through the middle, and how much it grows with each unit of height."""
    along = ends - starts
    long = along[:, 0] > 1e-6
    if not long.any():
        return 0.0, 0.0
    starts, along = starts[long], along[long]
    slopes = along[:, 1] / along[:, 0]
    crossings = starts[:, 1] - slopes * starts[:, 0]
    weights = along[:, 0].copy()
    lean, spread = _weighted_median(slopes, weights), 0.0
    for _ in range(4):
        off = np.abs(slopes - lean - spread * crossings)
        kept = off <= max(3 * float(np.median(off)), 0.004)
        if kept.sum() < _FEW or np.ptp(crossings[kept]) < 1:
            break
        spread, lean = (float(v) for v in np.polyfit(crossings[kept], slopes[kept], 1, w=weights[kept]))
    reach = float(np.abs(np.concatenate([starts[:, 0], starts[:, 0] + along[:, 0]])).max())
    if abs(lean) > _STEEPEST or abs(spread) * reach > 0.5:
        return float(np.clip(_weighted_median(slopes, weights), -_STEEPEST, _STEEPEST)), 0.0
    return lean, spread


def _weighted_median(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    order = np.argsort(values, kind="stable")
    share = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(share, share[-1] / 2)])


def _leveled(points: Points, lean: float, spread: float) -> Points:
    across, down = points[:, 0], points[:, 1]
    return np.stack([across, (down - lean * across) / (1 + spread * across)], axis=1)


def _upright(left: Points, right: Points, height: float, usual: float) -> tuple[Points, Points]:
    """Move boxes sidewards so that as many as possible begin or end one under the other: a coarse search, then a fine one."""
    reach = max(float(np.abs(np.concatenate([left, right])).max()), 1.0)
    best, most = (usual, 0.0), 0.0
    for leans, spreads in ((_LEANS, _SPREADS), (_LEANS / 20, _SPREADS / 8)):
        middle = best
        for spread in sorted(middle[1] + spreads / reach, key=lambda value: abs(value - middle[1])):
            for lean in sorted(middle[0] + leans, key=lambda value: abs(value - middle[0])):
                found = sum(_twins(_moved(side, lean, spread), _NEAR * height) for side in (left, right))
                if found > most * 1.02:
                    best, most = (float(lean), float(spread)), found
    made = [np.stack([_moved(side, *best), side[:, 1]], axis=1) for side in (left, right)]
    return made[0], made[1]


def _moved(points: Points, lean: float, spread: float) -> NDArray[np.float64]:
    down = points[:, 1]
    moved: NDArray[np.float64] = (points[:, 0] - lean * down) / (1 + spread * down)
    return moved


def _twins(edges: NDArray[np.float64], near: float) -> int:
    """How many pairs of edges lie one under the other."""
    ordered = np.sort(edges)
    return int((np.searchsorted(ordered, ordered + near) - np.arange(len(ordered)) - 1).sum())
