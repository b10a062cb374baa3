"""The grade that a count reaches, and which numbers of the law it meets."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from headwater.law.counts import Reading
from headwater.law.rule_set import Limit, RuleSet, Threshold
from headwater.model.words import Text


class Grade(StrEnum):
    """How grave an act is by the figures: below the crime's threshold, serious, or especially serious."""

    NONE = "none"
    SERIOUS = "serious"
    ESPECIALLY = "especially serious"

    @property
    def rank(self) -> int:
        """0, 1 or 2: the graver, the higher."""
        return list(Grade).index(self)

    @property
    def text(self) -> Text:
        """The grade in words."""
        return _WORDS[self]


_WORDS = {
    Grade.NONE: Text(en="below serious", zh="未达情节严重"),
    Grade.SERIOUS: Text(en="serious", zh="情节严重"),
    Grade.ESPECIALLY: Text(en="especially serious", zh="情节特别严重"),
}


@dataclass(frozen=True, slots=True)
class Weighed:
    """One count, weighed: its proportional sum, the grade and the thresholds that it meets at that grade.

    ``stretched`` is true where the tenfold grade is reached by the proportional sum only although one number is serious
    by itself: the text does not say so in words.
    """

    reading: Reading
    insider: bool
    ratio: Fraction
    grade: Grade
    met: tuple[Threshold, ...]
    stretched: bool


def limit(threshold: Threshold, grade: Grade) -> Limit:
    """The figure from which a threshold gives that grade."""
    return threshold.especially if grade is Grade.ESPECIALLY else threshold.serious


def weigh(reading: Reading, insider: bool, rules: RuleSet) -> Weighed:
    """Grade one count: the gravest grade of which any number, the proportional sum or the gains reaches the figure."""
    ratio = reading.ratio(rules)
    for grade in (Grade.ESPECIALLY, Grade.SERIOUS):
        met = _met(reading, ratio, grade, insider, rules)
        if met:
            stretched = grade is Grade.ESPECIALLY and _stretched(met, reading, insider, rules)
            return Weighed(reading, insider, ratio, grade, met, stretched)
    return Weighed(reading, insider, ratio, Grade.NONE, (), False)


def _met(reading: Reading, ratio: Fraction, grade: Grade, insider: bool, rules: RuleSet) -> tuple[Threshold, ...]:
    alone = _alone(reading, grade, insider, rules)
    whole, gains = rules.only("ratio"), rules.only("gains")
    # the sum is for numbers that do not suffice alone: where one does, that one is cited
    together = (whole,) if not alone and ratio >= limit(whole, grade).of(insider) else ()
    earned = (gains,) if reading.gains >= limit(gains, grade).of(insider) else ()
    return (*alone, *together, *earned)


def _alone(reading: Reading, grade: Grade, insider: bool, rules: RuleSet) -> tuple[Threshold, ...]:
    items = (t for t in rules.thresholds if t.kind == "items")
    return tuple(t for t in items if reading.of(t.group) >= limit(t, grade).of(insider))


def _stretched(met: tuple[Threshold, ...], reading: Reading, insider: bool, rules: RuleSet) -> bool:
    return [t.kind for t in met] == ["ratio"] and bool(_alone(reading, Grade.SERIOUS, insider, rules))
