"""Which of several people at a desk used an account there, sitting by sitting.

Each sitting says how near everybody's own traces are (:mod:`.presence`); the other sittings of the same account say who
was near then. Whoever was there each time is likelier than somebody who was there once, and two who took
turns are told apart by the day. No sitting counts as a reason for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

OUTSIDER = "?"
"""The name of somebody who is not on the roster."""
STRANGER = 0.1
"""Before any evidence, the share of those who use another's account at a desk of the house and are not of those who
sit there. Believed, not measured."""
INERTIA = 2.0
"""So many sittings' worth of doubt that who sat there at the other times says anything of this one."""
ROUNDS = 8


def posteriors(ratios: Sequence[Mapping[str, float]], weights: Sequence[float]) -> list[dict[str, float]]:
    """Probability of each person (and of a stranger) for every sitting of one account, given that it was not its owner.

    ``ratios``: per sitting the likelihood ratio of each person who may have sat there; ``weights``: how likely it is
    that somebody else than the owner acted at all, so that the owner's own visits say little of who borrows.
    """
    priors = [_prior(sitting) for sitting in ratios]
    made = [
        _normal({p: prior[p] * told.get(p, 1.0) for p in prior}) for prior, told in zip(priors, ratios, strict=True)
    ]
    for _round in range(ROUNDS if len(ratios) > 1 else 0):
        total: dict[str, float] = defaultdict(float)
        for each, weight in zip(made, weights, strict=True):
            for person, share in each.items():
                total[person] += weight * share
        made = [
            _normal({p: _other_times(p, prior, total, own, w, sum(weights)) * told.get(p, 1.0) for p in prior})
            for prior, told, own, w in zip(priors, ratios, made, weights, strict=True)
        ]
    return made


def _other_times(
    person: str,
    prior: Mapping[str, float],
    total: Mapping[str, float],
    own: Mapping[str, float],
    weight: float,
    weights: float,
) -> float:
    """How often somebody sat there in the other sittings, with the prior as so many sittings' worth."""
    others = max(0.0, total[person] - weight * own[person])
    return (INERTIA * prior[person] + others) / (INERTIA + weights - weight)


def _prior(sitting: Mapping[str, float]) -> dict[str, float]:
    """Everybody who may have sat there alike; a stranger leaves no traces to be near or far (ratio one)."""
    if not sitting:
        return {OUTSIDER: 1.0}
    return {**dict.fromkeys(sorted(sitting), (1 - STRANGER) / len(sitting)), OUTSIDER: STRANGER}


def _normal(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {person: weight / total for person, weight in weights.items()}
