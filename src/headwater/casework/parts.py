"""The parts of a story that only a finding on several people joins: nobody answers for another one's part.

That two have a place or an hour in common says that their stories may be one. It does not make what was found about the
one evidence against the other: a story weighs what its heaviest part and the tie weigh, and each person's odds rest on his
own parts and the tie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from headwater.casework.families import TOGETHER, family_of
from headwater.casework.linking import linked
from headwater.model.evidence import Finding

Group = tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Parts:
    """``heaviest``: the findings that weigh; ``bits``: of each person with a part of his own, what that and the tie weigh.

    ``tie``: what the tie weighs alone.
    """

    heaviest: Group
    bits: dict[str, float]
    tie: float

    def of(self, employee: str) -> float:
        """What the odds of a person rest on."""
        return self.bits.get(employee, self.tie)


def parts(group: Group, weigh: Callable[[Sequence[Finding]], float]) -> Parts | None:
    """A story by its parts; ``None`` where no finding on several people is in it."""
    ties = tuple(f for f in group if family_of(f) == TOGETHER)
    if not ties:
        return None
    made = [(own + ties, people(own)) for own in linked([f for f in group if f not in ties])]
    weights = [weigh(part) for part, _people in made]
    bits: dict[str, float] = {}
    for weight, (_part, about) in zip(weights, made, strict=True):
        for employee in about:
            bits[employee] = max(weight, bits.get(employee, weight))
    heaviest = max(range(len(made)), key=lambda i: (weights[i], -i), default=None)
    return Parts(made[heaviest][0] if heaviest is not None else ties, bits, weigh(ties))


def people(findings: Iterable[Finding]) -> frozenset[str]:
    """Everybody whom findings give odds."""
    return frozenset(p.employee for f in findings for p in f.people)
