"""Windows are reckoned for all events at once; a plain walk over every window says the same."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.detection.sigma.windows import windows

EVENTS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 2), st.integers(-1, 3)), min_size=1, max_size=30
).map(lambda rows: sorted(rows, key=lambda r: (r[0], r[1], -r[2])))


def inside(rows: list[tuple[int, int, int, int]], at: int, span: int) -> list[tuple[int, int, int, int]]:
    """The window of an event: what its group did in the span before it, up to itself in order."""
    group, time = rows[at][:2]
    return [r for r in rows[: at + 1] if r[0] == group and time - span <= r[1]]


def ordered(window: list[tuple[int, int, int, int]], length: int) -> bool:
    """Whether kinds 0, 1 … come one after another, each at a later moment."""
    last = -1
    for kind in range(length):
        later = [r[1] for r in window if r[2] == kind and r[1] > last]
        if not later:
            return False
        last = min(later)
    return True


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, st.integers(0, 12), st.integers(1, 3))
def test_windows_agree_with_a_walk(rows: list[tuple[int, int, int, int]], span: int, length: int) -> None:
    groups, times, kinds, values = (np.array(c, np.int64) for c in zip(*rows, strict=True))
    seen = windows(groups, times, span)
    held = [inside(rows, i, span) for i in range(len(rows))]
    assert seen.counts.tolist() == [len(w) for w in held]
    assert seen.different(values).tolist() == [len({r[3] for r in w if r[3] >= 0}) for w in held]
    assert seen.holds(kinds, 1).tolist() == [any(r[2] == 1 for r in w) for w in held]
    met = seen.in_order(kinds, length)
    assert met.tolist() == [ordered(w, length) for w in held]
    covered = {i for i, w in enumerate(held) if met[i] for i in range(i - len(w) + 1, i + 1)}
    assert set(np.flatnonzero(seen.covered(met)).tolist()) == covered


def test_no_events_have_no_windows() -> None:
    none = np.array([], np.int64)
    seen = windows(none, none, 5)
    assert seen.counts.size == seen.different(none).size == seen.in_order(none, 2).size == seen.holds(none, 1).size == 0
