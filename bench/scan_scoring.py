"""How finds are held against what is truly there: half of a span with the right kind is a hit."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bench.scan_truth import Span, Truth

Find = tuple[int, int, int, str]
"""Line, start, end, kind: as a scanner tells."""
COVERED = 0.5
MEANS: Mapping[str, frozenset[str]] = MappingProxyType({"phone": frozenset({"mobile", "landline"})})
"""Kinds of a scanner that stand for several of ours."""


@dataclass(slots=True)
class Score:
    """Counts of one kind."""

    there: int = 0
    found: int = 0
    said: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        """The share of what is there that was found."""
        return self.found / self.there if self.there else float("nan")

    @property
    def precision(self) -> float:
        """The share of what was said that is there."""
        return self.right / self.said if self.said else float("nan")


@dataclass(slots=True)
class Scores:
    """What a scanner found of each kind and form, and which decoys it took for something."""

    kinds: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    forms: dict[tuple[str, str], Score] = field(default_factory=lambda: defaultdict(Score))
    decoys: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    reported: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    missed: list[Span] = field(default_factory=list)
    false: list[Find] = field(default_factory=list)


def score(truth: Truth, finds: Iterable[Find]) -> Scores:
    """Hold finds against the truth; finds of kinds that the corpus does not have count as said of that kind only."""
    scores, said = Scores(), defaultdict(list)
    for find in finds:
        said[find[0]].append(find)
    there = defaultdict(list)
    for item in truth.items:
        there[item.line].append(item)
        _count_item(scores, item, said[item.line])
    for decoy in truth.decoys:
        kinds = {f[3] for f in said[decoy.line] if _overlap(f, decoy) > 0}
        scores.decoys[decoy.kind].update(kinds)
        scores.reported[decoy.kind].there += 1
        scores.reported[decoy.kind].found += bool(kinds)
    for line, finds_there in said.items():
        for find in finds_there:
            _count_find(scores, find, there[line])
    return scores


def _count_item(scores: Scores, item: Span, said: list[Find]) -> None:
    hit = any(_same(f[3], item.kind) and _overlap(f, item) >= COVERED * (item.end - item.start) for f in said)
    for part in (scores.kinds[item.kind], scores.forms[item.kind, item.form]):
        part.there += 1
        part.found += hit
    if not hit:
        scores.missed.append(item)


def _count_find(scores: Scores, find: Find, there: list[Span]) -> None:
    right = any(
        _same(find[3], item.kind) and _overlap(find, item) >= COVERED * (item.end - item.start) for item in there
    )
    scores.kinds[find[3]].said += 1
    scores.kinds[find[3]].right += right
    if not right:
        scores.false.append(find)


def _same(said: str, kind: str) -> bool:
    return kind in MEANS.get(said, (said,))


def _overlap(find: Find, span: Span) -> int:
    return min(find[2], span.end) - max(find[1], span.start)
