"""Offences beside the one of the rule set, weighed where facts are given for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from headwater.law.articles import place
from headwater.law.facts import Facts, Span
from headwater.law.grade import Grade
from headwater.law.rule_set import Measure, Offence, Rule, RuleSet
from headwater.law.sums import figure
from headwater.model.words import Text

YES_OR_NO = frozenset({"harm", "major_loss", "disorder", "posing", "prior"})
"""Facts of neighbours that are true or not: they count 1 or 0, and their sentences show no sum."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbouring offence with its grade, low and high, and what each rests on."""

    offence: Offence
    low: Grade
    high: Grade
    cited_low: tuple[Measure | Rule, ...]
    cited_high: tuple[Measure | Rule, ...]
    arithmetic: tuple[Text, ...]

    @property
    def cited(self) -> tuple[Measure | Rule, ...]:
        """What either grade rests on, in the order of the law."""
        both = dict.fromkeys((*self.cited_low, *self.cited_high))
        return tuple(sorted(both, key=lambda e: place(e.basis.article.zh)))


def neighbours(facts: Facts, rules: RuleSet) -> tuple[Neighbour, ...]:
    """Every neighbouring offence for which facts are given, in the order of the rule set."""
    return tuple(_weighed(o, facts.beside[o.table], rules) for o in rules.offences if o.table in facts.beside)


def _weighed(offence: Offence, given: Mapping[str, Span], rules: RuleSet) -> Neighbour:
    condition = given.get(offence.fact, Span())
    low, cited_low = _side(offence, given, False, rules) if condition.low else (Grade.NONE, ())
    high, cited_high = _side(offence, given, True, rules) if condition.high else (Grade.NONE, ())
    return Neighbour(offence, low, high, cited_low, cited_high, tuple(_sentences(offence, given, rules)))


def _side(
    offence: Offence, given: Mapping[str, Span], high: bool, rules: RuleSet
) -> tuple[Grade, tuple[Measure | Rule, ...]]:
    numbers = {f: span.high if high else span.low for f, span in given.items()}
    measures = rules.measured(offence.id)
    for grade in (Grade.ESPECIALLY, Grade.SERIOUS):
        alone = [m for m in measures if not m.parts and _reaches(m, numbers.get(m.fact, Fraction(0)), grade)]
        # the sum is for numbers that do not suffice alone
        single = any(m.fact in part.parts for m in alone for part in measures)
        sums = [m for m in measures if m.parts and not single and _reaches(m, _sum(m, numbers, rules), grade)]
        met: list[Measure | Rule] = [*alone, *sums]
        if met:
            graver = [rules.rule(offence.graver)] if grade is Grade.ESPECIALLY else []
            return grade, tuple(sorted([*met, *graver], key=lambda e: place(e.basis.article.zh)))
    return Grade.NONE, ()


def _reaches(measure: Measure, value: Fraction, grade: Grade) -> bool:
    bar = measure.especially if grade is Grade.ESPECIALLY else measure.serious
    return bar > 0 and value >= bar


def _sum(whole: Measure, numbers: Mapping[str, Fraction], rules: RuleSet) -> Fraction:
    bars = {m.fact: m.serious for m in rules.measured(whole.offence) if m.fact in whole.parts}
    return sum((numbers.get(f, Fraction(0)) / bars[f] for f in whole.parts), start=Fraction(0))


def _sentences(offence: Offence, given: Mapping[str, Span], rules: RuleSet) -> Iterator[Text]:
    """Each figure that was given against its bars; the sum with its parts."""
    for measure in rules.measured(offence.id):
        if measure.parts:
            yield from _sum_told(measure, given, rules)
            continue
        span = given.get(measure.fact)
        if span is None or measure.fact in YES_OR_NO:
            continue
        for value in dict.fromkeys((span.low, span.high)):
            told = _against(value, measure.serious, measure.especially)
            yield Text(en=f"{measure.covers.en}: {told}.", zh=f"{measure.covers.zh}：{told}。")


def _sum_told(whole: Measure, given: Mapping[str, Span], rules: RuleSet) -> Iterator[Text]:
    bars = {m.fact: m.serious for m in rules.measured(whole.offence) if m.fact in whole.parts}
    sides = dict.fromkeys(tuple(getattr(given.get(f, Span()), side) for f in whole.parts) for side in ("low", "high"))
    for numbers in sides:
        if not any(numbers):
            continue
        shares = [(f, n, bars[f]) for f, n in zip(whole.parts, numbers, strict=True)]
        terms = " + ".join(f"{f} {figure(n)} ÷ {figure(bar)}" for f, n, bar in shares)
        total = sum((n / bar for _, n, bar in shares), start=Fraction(0))
        line = f"{terms} = {' + '.join(figure(n / bar) for _, n, bar in shares)} = {figure(total)}"
        yield Text(en=f"Sum: {line}.", zh=f"合计：{line}。")


def _against(value: Fraction, serious: Fraction, especially: Fraction) -> str:
    if especially and value >= especially:
        return f"{figure(value)} ≥ {figure(especially)}"
    if value >= serious:
        return f"{figure(value)} ≥ {figure(serious)}"
    return f"{figure(value)} < {figure(serious)}"
