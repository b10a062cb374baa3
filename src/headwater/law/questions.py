"""Facts that nobody has given, and what each would do to the grade: asked, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from headwater.law.facts import Facts, Known, Span
from headwater.law.grade import Grade
from headwater.law.rule_set import RuleSet
from headwater.law.side import Side
from headwater.model.words import Text

Sides = Callable[[Facts, RuleSet], tuple[Side, Side]]

PROFIT = "profit"
_PROFIT = Text(en="What profit was made of what was bought?", zh="利用所购买、收受的信息获利多少？")
LENIENT = ("first_offence", "gains_returned", "remorse")
PAIRED = {"in_service": "sold", "sold": "in_service", "track_used_in_crime": "sold", "knew_of_crime": "sold"}
"""A fact that does nothing alone is tried with the one that it needs, where that one is open too."""


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A fact that is not known: how it is asked, and what the grade would be if the answer were yes.

    ``would`` is empty where the answer moves no grade by itself (it then matters for leniency only).
    """

    fact: str
    asks: Text
    would: Text | None


def open_questions(facts: Facts, low: Side, high: Side, rules: RuleSet, sides: Sides) -> Iterator[OpenQuestion]:
    """Every open fact that would change a grade, in the order of the rule set; then those that leniency asks for."""
    now = (low.grade, high.grade)
    for question in rules.questions:
        if question.fact in facts.known or question.fact in LENIENT:
            continue
        tried = _tried(facts, question.fact, now, rules, sides)
        if tried is not None:
            yield OpenQuestion(question.fact, question.asks, tried)
    yield from _profit(facts, low, high, rules, sides)
    if high.grade is not Grade.NONE and low.grade is not Grade.ESPECIALLY:
        yield from (
            OpenQuestion(q.fact, q.asks, None)
            for q in rules.questions
            if q.fact in LENIENT and q.fact not in facts.known
        )


def _tried(facts: Facts, fact: str, now: tuple[Grade, Grade], rules: RuleSet, sides: Sides) -> Text | None:
    """What the grade would be; first with this fact alone, then with the one that it needs."""
    other = PAIRED.get(fact)
    ways = [{fact: Known.YES}]
    if other and facts.get(other) is None:
        ways.append({fact: Known.YES, other: Known.YES})
    for way in ways:
        then = sides(facts.with_known(**way), rules)
        grades = (then[0].grade, then[1].grade)
        if grades != now:
            return _if_so(*grades, with_other=len(way) > 1, rules=rules, other=other)
    return None


def _if_so(low: Grade, high: Grade, with_other: bool, rules: RuleSet, other: str | None) -> Text:
    en = low.text.en if low is high else f"{low.text.en} (low) to {high.text.en} (high)"
    zh = low.text.zh if low is high else f"低计{low.text.zh}，高计{high.text.zh}"
    if with_other:
        asks = next(q.asks for q in rules.questions if q.fact == other)
        return Text(
            en=f"If so, and if also: {asks.en.rstrip('?')} – {en}.",
            zh=f"如是，且“{asks.zh.rstrip('？')}”亦属实：{zh}。",
        )
    return Text(en=f"If so: {en}.", zh=f"如是：{zh}。")


def _profit(facts: Facts, low: Side, high: Side, rules: RuleSet, sides: Sides) -> Iterator[OpenQuestion]:
    """What a buyer made of it, where he may be measured by that and nobody has said."""
    if facts.profit is not None or (low.profit is None and high.profit is None):
        return
    bar = next(m.serious for r in rules.ruled("buyer") for m in rules.measured(r.id))
    then = sides(replace(facts, profit=Span(Fraction(bar), Fraction(bar))), rules)
    if (then[0].grade, then[1].grade) != (low.grade, high.grade):
        told = f"{int(bar):,} {rules.currency}"
        en, zh = then[0].grade.text.en, then[0].grade.text.zh
        yield OpenQuestion(PROFIT, _PROFIT, Text(en=f"From {told}: {en}.", zh=f"达 {int(bar):,} 元：{zh}。"))
