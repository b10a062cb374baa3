"""What must hold of every weighing, whatever the facts."""

from __future__ import annotations

import random
import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from hypothesis import assume, given
from hypothesis import strategies as st

from headwater.law.counts import Counts, Range
from headwater.law.entry import entry
from headwater.law.facts import Facts, Known, Span
from headwater.law.facts_read import facts_of
from headwater.law.facts_written import facts_file
from headwater.law.rule_set import GROUPS
from headwater.law.rules import load
from headwater.law.said import anew
from headwater.law.weighing import sides, weigh_facts

RULES = load("cn_criminal")
ASKED = [q.fact for q in RULES.questions]
YES, NO, DISPUTED = Known.YES, Known.NO, Known.DISPUTED

numbers = st.one_of(st.integers(0, 60), st.integers(0, 6_000), st.integers(0, 60_000))
spans = st.tuples(numbers, numbers).map(lambda t: Range(min(t), max(t)))
known = st.dictionaries(st.sampled_from(ASKED), st.sampled_from([YES, NO, DISPUTED]), max_size=5)
money = st.tuples(numbers, numbers).map(lambda t: Span(Fraction(min(t)), Fraction(max(t))))
names = st.sets(st.sampled_from(["phone", "policy", "bank_card"]), max_size=2)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    gains = draw(money)
    counts = Counts(draw(spans), draw(spans), draw(spans), float(gains.low), float(gains.high))
    doubts = {key: tuple(sorted(draw(names))) for key in ("unsure", "unverified")}
    return Facts(counts, profit=draw(st.none() | money), known=MappingProxyType(draw(known)), **doubts)


@given(facts())
def test_the_low_grade_is_never_the_graver_one_and_what_is_graded_is_cited(found: Facts) -> None:
    weighing = weigh_facts(found, RULES)
    low, high = weighing.low, weighing.high
    assert low.grade.rank <= high.grade.rank
    for side in (low, high):
        assert bool(side.articles) == (side.grade.rank > 0)
    assert weighing.lenient in ("met", "open", "no")
    assert weighing.lenient == "no" or high.grade.rank


@given(facts(), st.sampled_from([*GROUPS, "gains"]), st.integers(1, 60_000))
def test_more_is_never_lighter(found: Facts, what: str, more: int) -> None:
    counts = found.counts
    if what == "gains":
        grown = replace(counts, gains_low=counts.gains_low + more, gains_high=counts.gains_high + more)
    else:
        old = getattr(counts, what)
        grown = replace(counts, **{what: Range(old.low + more, old.high + more)})
    before, after = sides(found, RULES), sides(replace(found, counts=grown), RULES)
    for one, other in zip(before, after, strict=True):
        assert other.grade.rank >= one.grade.rank


@given(facts())
def test_who_sells_from_service_is_never_weighed_lighter(found: Facts) -> None:
    assume(found.get("lawful_business") in (None, NO))
    plain = sides(found.with_known(in_service=NO, sold=YES), RULES)
    insider = sides(found.with_known(in_service=YES, sold=YES), RULES)
    for one, other in zip(plain, insider, strict=True):
        assert other.grade.rank >= one.grade.rank


@given(facts(), st.sampled_from(ASKED))
def test_what_is_in_dispute_lies_between_its_two_answers(found: Facts, fact: str) -> None:
    low, high = sides(found.with_known(**{fact: DISPUTED}), RULES)
    answers = [sides(found.with_known(**{fact: said}), RULES) for said in (YES, NO)]
    assert low.grade.rank <= min(a[0].grade.rank for a in answers)
    assert high.grade.rank == max(a[1].grade.rank for a in answers)


@given(facts())
def test_what_an_open_question_says_would_be_so(found: Facts) -> None:
    weighing = weigh_facts(found, RULES)
    for question in weighing.open:
        assert question.fact not in found.known or question.fact == "profit"
        if question.would is None or question.fact == "profit" or "if also" in question.would.en:
            continue
        then = weigh_facts(found.with_known(**{question.fact: YES}), RULES)
        grades = [side.grade.text.en for side in (then.low, then.high)]
        told = grades[0] if grades[0] == grades[1] else f"{grades[0]} (low) to {grades[1]} (high)"
        assert question.would.en == f"If so: {told}."


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(["name", "phone", "credit", "policy", "health"])), numbers), max_size=6)
)
def test_the_order_of_rows_changes_nothing(rows: list[tuple[set[str], int]]) -> None:
    given_ = [{"categories": sorted(kinds), "count": count} for kinds, count in rows]
    shuffled = random.Random(7).sample(given_, len(given_))
    told = [entry(weigh_facts(facts_of({"rows": r}, RULES), RULES), None, "en") for r in (given_, shuffled)]
    assert told[0] == told[1]


def _value(term: str) -> Fraction:
    return Fraction(term.replace(",", ""))


@given(facts())
def test_every_written_sum_can_be_redone(found: Facts) -> None:
    for line in (t for t in weigh_facts(found, RULES).arithmetic if "÷" in t.en):
        terms, shares, total = line.en.rstrip(".").split(": ", 1)[1].split(" = ")
        parts = [_value(a) / _value(b) for a, b in re.findall(r"([\d,]+) ÷ ([\d,]+)", terms)]
        assert parts == [_value(s) for s in shares.split(" + ")]
        assert sum(parts) == _value(total)
        assert line.zh.split("：", 1)[1].rstrip("。") == line.en.split(": ", 1)[1].rstrip(".")


@given(facts(), st.booleans())
def test_an_entry_written_as_facts_weighs_the_same_again(found: Facts, chinese: bool) -> None:
    told = entry(weigh_facts(found, RULES), "L1", "en")
    text = facts_file(RULES, "zh" if chinese else "en", told)
    again = weigh_facts(facts_of(tomllib.loads(text), RULES), RULES)
    assert entry(again, "L1", "en") == told
    assert list(anew([told], {}, RULES, "en")) == [told]
