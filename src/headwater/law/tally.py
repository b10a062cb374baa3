"""From items and gains to a grade, low and high, with articles and arithmetic.

It informs; it is no judgment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from headwater.law.counts import Counts
from headwater.law.grade import Grade, Weighed, weigh
from headwater.law.rule_set import Rule, RuleSet, Threshold
from headwater.law.sums import BOTH, HIGH, LOW, arithmetic
from headwater.law.turning import turning_points
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade with everything that it rests on.

    ``articles`` cite the law in its own language, ``cited`` holds the same entries with article, date, source and
    certainty; ``arithmetic`` lets a reader redo the sum; ``changes`` says what would move the grade;
    ``counting`` are the rules by which items are counted, the same for everybody under one rule set.
    """

    counts: Counts
    insider: bool
    grade_low: Grade
    grade_high: Grade
    ratio_low: float
    ratio_high: float
    cited: tuple[Threshold | Rule, ...]
    arithmetic: tuple[Text, ...]
    notes: tuple[Text, ...]
    changes: tuple[Text, ...]
    counting: tuple[Text, ...]
    rule_set: str
    version: str
    digest: str

    @property
    def articles(self) -> tuple[str, ...]:
        """The articles that the grades rest on, in the language of the law."""
        return tuple(c.basis.article.zh for c in self.cited)

    @property
    def verified(self) -> bool:
        """Whether every entry that the grades rest on may be relied on."""
        return all(c.basis.verified for c in self.cited)


def tally(counts: Counts, insider: bool, rule_set: RuleSet) -> Graded:
    """Grade the low and the high count by a rule set.

    ``insider``: the data was obtained in duty or service and sold or provided, so half of the figures applies.
    Raises :class:`ValueError` where the low count outweighs the high one.
    """
    low, high = weigh(counts.low(), insider, rule_set), weigh(counts.high(), insider, rule_set)
    if low.ratio > high.ratio:
        raise ValueError("the low count outweighs the high count")
    return Graded(
        counts=counts,
        insider=insider,
        grade_low=low.grade,
        grade_high=high.grade,
        ratio_low=float(low.ratio),
        ratio_high=float(high.ratio),
        cited=_cited(low, high, rule_set),
        arithmetic=tuple(_arithmetic(low, high, rule_set)),
        notes=tuple(_notes(low, high, rule_set)),
        changes=tuple(turning_points(low, high, rule_set)),
        counting=tuple(_said(r) for r in rule_set.ruled("counting")),
        rule_set=rule_set.id,
        version=rule_set.version,
        digest=rule_set.digest,
    )


def _cited(low: Weighed, high: Weighed, rules: RuleSet) -> tuple[Threshold | Rule, ...]:
    """Each entry once, in the order of the rule set: thresholds first, then what widens or halves them."""
    met = {t.id for t in (*low.met, *high.met)}
    roles = set()
    if met and low.insider:
        roles.add("insider")
    if Grade.ESPECIALLY in (low.grade, high.grade):
        roles.add("tenfold")
    if low.stretched or high.stretched:
        roles.add("combined")
    thresholds = [t for t in rules.thresholds if t.id in met]
    widened = [r for r in rules.rules if r.role in roles]
    return (*thresholds, *widened)


def _arithmetic(low: Weighed, high: Weighed, rules: RuleSet) -> Iterator[Text]:
    if low.reading == high.reading:
        yield from arithmetic(low, rules, BOTH)
    else:
        yield from arithmetic(low, rules, LOW)
        yield from arithmetic(high, rules, HIGH)


def _notes(low: Weighed, high: Weighed, rules: RuleSet) -> Iterator[Text]:
    if low.grade is not high.grade:
        yield Text(
            en="The two counts give different grades: what is struck out, and which group an item falls into, decides.",
            zh="低计与高计档次不同：取决于剔除哪些条目以及其归入何类。",
        )
    if low.stretched or high.stretched:
        yield from (_said(r) for r in rules.ruled("combined"))
    if low.insider and low.grade is not Grade.NONE:
        yield from (_said(r) for r in rules.ruled("insider-selling"))


def _said(rule: Rule) -> Text:
    if rule.basis.verified:
        return rule.says
    return Text(en=f"{rule.says.en} (Not verified.)", zh=f"{rule.says.zh}（尚未核实。）")
