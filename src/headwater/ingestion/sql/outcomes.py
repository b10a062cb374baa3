"""What was found out about each act, weighed against the number of rows that the log itself gives.

A log that says fewer rows than the replay gives makes the replay an inexact superset; the same number makes a superset
exact; a set that is very much larger than what came back says nothing about anybody and is left out. So it is where
rows stand for groups: two lengths of a column, counted, give away none of the thousands whose values have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.ingestion.sql.acts import Acts, Asked
from headwater.ingestion.sql.sandbox import Whole

LOOSEST = 20  # times more rows than came back
SHARED = 2  # people to a row, at most, who are told apart by it: a family's telephone, not a region
UNKNOWN = -1
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay gave: the id of its set, its size, and what :class:`Replay` says of it."""

    set_id: str
    size: int
    count: int
    exact: bool
    bounded: bool
    replayed: bool
    reason: str
    single: int = UNKNOWN
    merged: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out: ``outcome`` is the place of an act's outcome, ``ordinal`` and ``held`` are of look-ups."""

    outcomes: Sequence[Outcome]
    outcome: Whole
    ordinal: Whole
    held: Whole


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the lake is told of each act; ``UNKNOWN`` where it is told nothing."""

    rows: Whole
    ordinal: Whole
    given: Whole
    exact: Whole
    counts: Mapping[str, int]
    reasons: Mapping[str, int]


def weigh(acts: Acts, found: Found, logged: Whole, denied: Mask) -> Verdicts:
    """Weigh what was found about each act against the rows that its line gives (``UNKNOWN`` for none)."""
    modes = acts.modes()
    uncounted = np.array([_is_uncounted(q) for q in acts.questions] or [False])[acts.asked]
    logged = np.where(uncounted & (logged == 0), UNKNOWN, logged)
    is_set = found.outcome >= 0
    at = np.where(is_set, found.outcome, len(found.outcomes))
    size, count = _of(found, "size", 0, at), _of(found, "count", UNKNOWN, at)
    exact, bounded, replayed, merged = (_of(found, n, 0, at) == 1 for n in ("exact", "bounded", "replayed", "merged"))
    said, counted = logged != UNKNOWN, count != UNKNOWN
    agrees = np.where(exact, ~counted | (logged == count), bounded & (logged == size))
    amount = np.where(said, logged, np.where(counted, count, size))
    apart = ~merged | ((said | counted) & (size <= SHARED * amount))
    sure = replayed & np.where(said, agrees, exact) & apart
    loose = replayed & ~sure & (size > LOOSEST * np.maximum(amount, 1))
    empty = denied | (said & (logged == 0)) | (size == 0)
    given = replayed & ~loose & ~empty
    single = given & sure & (size == 1)
    lookup = modes == "lookup"
    rows = np.where(said, logged, np.where(lookup, found.held, count))
    rows = np.where((modes == "silent") | denied, 0, rows)
    counts = {
        "looked_up": lookup,
        "replayed": replayed,
        "not_replayable": (is_set & ~replayed) | (modes == "named"),
        "contradicted": replayed & said & counted & (logged != count),
        "too_loose": loose,
        "silent": modes == "silent",
    }
    return Verdicts(
        rows.astype(np.int64),
        np.where(lookup, found.ordinal, np.where(single, _of(found, "single", UNKNOWN, at), UNKNOWN)),
        np.where(given & ~single, found.outcome, UNKNOWN),
        np.where(replayed, sure.astype(np.int64), UNKNOWN),
        {name: int(mask.sum()) for name, mask in counts.items()},
        _reasons(acts, found, is_set),
    )


def _is_uncounted(asked: Asked) -> bool:
    # PostgreSQL's audit gives 0 rows for COPY, which does not pass through the executor, and for a cursor that is
    # declared before it is fetched from
    shape = asked.understood.shape
    return shape is not None and (shape.leaves or shape.frame == "cursor")


def _of(found: Found, name: str, default: int, at: Whole) -> Whole:
    values = np.array([*(getattr(o, name) for o in found.outcomes), default], np.int64)
    taken: Whole = values[at]
    return taken


def _reasons(acts: Acts, found: Found, is_set: Mask) -> Mapping[str, int]:
    reasons: Counter[str] = Counter()
    for place, n in zip(*np.unique(found.outcome[is_set], return_counts=True), strict=True):
        reasons[found.outcomes[place].reason] += int(n)
    for place, n in zip(*np.unique(acts.asked[~is_set], return_counts=True), strict=True):
        reasons[acts.questions[place].touch.reason] += int(n)
    del reasons[""]
    return dict(sorted(reasons.items()))
