"""B-cubed: how well items were put together, allowing for items that belong to several groups."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BCubed:
    """Sums of the precision of ``found`` items and of the recall of all ``items``, so that several worlds add up."""

    items: int
    found: int
    precision_sum: float
    recall_sum: float

    @property
    def precision(self) -> float:
        """Mean precision over the items that the answer holds; 0 where it holds none."""
        return self.precision_sum / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Mean recall over all items; an item that the answer leaves out counts 0."""
        return self.recall_sum / self.items if self.items else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def bcubed(truth: Mapping[str, Set[str]], answer: Mapping[str, Set[str]]) -> BCubed:
    """Extended B-cubed (Amigó and others, 2009) of items by the groups that they belong to.

    For two items, the groups that they share in truth and in the answer are counted: precision of the pair is
    min(both) / shared in the answer, recall min(both) / shared in truth. An item's precision is the mean over all items with
    which the answer puts it together (itself too), its recall the mean over those with which it truly belongs together.
    Only items of ``truth`` count. With one group for each item this is B-cubed (Bagga and Baldwin, 1998).
    """
    said = {item: answer.get(item, frozenset()) for item in truth}
    by_truth, by_answer = _members(truth), _members(said)
    precision = recall = 0.0
    for item in sorted(truth):
        beside = {other for group in said[item] for other in by_answer[group]}
        precision += _mean(item, beside, said, truth)
        recall += _mean(item, {other for group in truth[item] for other in by_truth[group]}, truth, said)
    return BCubed(len(truth), sum(bool(groups) for groups in said.values()), precision, recall)


def _members(groups: Mapping[str, Set[str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in sorted(groups):
        for group in groups[item]:
            found.setdefault(group, []).append(item)
    return found


def _mean(item: str, beside: Set[str], own: Mapping[str, Set[str]], held: Mapping[str, Set[str]]) -> float:
    """Mean over ``beside`` of min(shared in own, shared in held) / shared in own, added in a fixed order."""
    parts = []
    for other in sorted(beside):
        shared = len(own[item] & own[other])
        parts.append(min(shared, len(held[item] & held[other])) / shared)
    return sum(parts) / len(parts) if parts else 0.0
