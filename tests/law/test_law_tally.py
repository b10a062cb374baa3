from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.law.counts import Counts, Range, count_rows, row_groups
from headwater.law.entry import entry
from headwater.law.facts import Facts, Known
from headwater.law.grade import Grade
from headwater.law.rules import load
from headwater.law.tally import tally
from headwater.law.weighing import Weighing, sides

RULES = load("cn_criminal")
NONE, SERIOUS, ESPECIALLY = Grade.NONE, Grade.SERIOUS, Grade.ESPECIALLY

# LAW.md section 1: group, serious, serious for an insider, especially serious, especially serious for an insider
TABLE = [
    ("n3", 50, 25, 500, 250),
    ("n4", 500, 250, 5_000, 2_500),
    ("n5", 5_000, 2_500, 50_000, 25_000),
]
GAINS = (5_000, 2_500, 50_000, 25_000)


def both(**groups: int) -> Counts:
    return Counts(**{g: Range(n, n) for g, n in groups.items()})


def grade(counts: Counts, insider: bool = False) -> Grade:
    known = dict.fromkeys(("in_service", "sold"), Known.YES) if insider else {}
    low, high = sides(Facts(counts).with_known(**known), RULES)
    assert low.grade is high.grade
    return low.grade


@pytest.mark.parametrize("insider", [False, True])
@pytest.mark.parametrize("row", TABLE, ids=lambda r: r[0])
def test_each_side_of_every_number(row: tuple[str, int, int, int, int], insider: bool) -> None:
    group, *limits = row
    serious, especially = limits[insider], limits[insider + 2]
    assert grade(both(**{group: serious - 1}), insider) is NONE
    assert grade(both(**{group: serious}), insider) is SERIOUS
    assert grade(both(**{group: especially - 1}), insider) is SERIOUS
    assert grade(both(**{group: especially}), insider) is ESPECIALLY


@pytest.mark.parametrize("insider", [False, True])
def test_each_side_of_the_gains(insider: bool) -> None:
    serious, especially = GAINS[insider], GAINS[insider + 2]
    for amount, wanted in [
        (serious - 0.01, NONE),
        (serious, SERIOUS),
        (especially - 0.01, SERIOUS),
        (especially, ESPECIALLY),
    ]:
        assert grade(Counts(gains_low=amount, gains_high=amount), insider) is wanted


@pytest.mark.parametrize(
    ("counts", "insider", "wanted"),
    [
        ({"n3": 24, "n4": 250, "n5": 99}, False, NONE),  # 0.48 + 0.5 + 0.0198
        ({"n3": 24, "n4": 250, "n5": 100}, False, SERIOUS),  # exactly 1
        ({"n3": 12, "n4": 125, "n5": 49}, True, NONE),  # 0.24 + 0.25 + 0.0098
        ({"n3": 12, "n4": 125, "n5": 50}, True, SERIOUS),  # exactly 0.5
        ({"n3": 499, "n5": 99}, False, SERIOUS),  # 9.98 + 0.0198
        ({"n3": 499, "n5": 100}, False, ESPECIALLY),  # exactly 10
        ({"n4": 2_499, "n5": 9}, True, SERIOUS),  # 4.998 + 0.0018
        ({"n4": 2_499, "n5": 10}, True, ESPECIALLY),  # exactly 5
    ],
)
def test_each_side_of_the_proportional_sum(counts: dict[str, int], insider: bool, wanted: Grade) -> None:
    assert grade(both(**counts), insider) is wanted


def test_the_number_that_is_met_is_cited_and_the_sum_only_where_none_is() -> None:
    alone = tally(both(n5=5_000), False, RULES)
    assert alone.articles == ("法释〔2017〕10号 第五条第一款第（五）项",)
    together = tally(both(n4=250, n5=2_500), False, RULES)
    assert together.articles == ("法释〔2017〕10号 第五条第一款第（六）项",)
    insider = tally(both(n3=25), True, RULES)
    assert insider.articles[-1] == "法释〔2017〕10号 第五条第一款第（八）项"
    assert tally(both(n5=4_999), False, RULES).articles == ()


def test_tenfold_by_the_sum_over_a_number_that_is_serious_alone_is_marked_unverified() -> None:
    graded = tally(both(n4=3_000, n5=20_000), False, RULES)  # 6 + 4
    assert graded.grade_low is ESPECIALLY
    assert not graded.verified
    assert any("Not verified" in n.en for n in graded.notes)
    assert tally(both(n3=500), False, RULES).verified


def test_count_and_gains_differ_the_heavier_counts() -> None:
    graded = tally(Counts(n5=Range(5_000, 5_000), gains_low=50_000, gains_high=50_000), False, RULES)
    assert graded.grade_low is ESPECIALLY


def test_low_and_high_are_graded_apart_and_the_sum_is_written_for_both() -> None:
    graded = tally(Counts(n5=Range(4_000, 0), n4=Range(0, 6_000)), False, RULES)
    assert (graded.grade_low, graded.grade_high) == (NONE, ESPECIALLY)
    assert graded.arithmetic[0].en == "Low count: n3 0 ÷ 50 + n4 0 ÷ 500 + n5 4,000 ÷ 5,000 = 0 + 0 + 0.8 = 0.8."
    assert any(t.en.startswith("High count: n3 0 ÷ 50 + n4 6,000 ÷ 500") for t in graded.arithmetic)
    assert "different grades" in graded.notes[0].en


def test_impossible_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="outweighs"):
        tally(Counts(n3=Range(10, 5)), False, RULES)
    with pytest.raises(ValueError, match="below zero"):
        Range(-1, 0)
    with pytest.raises(ValueError, match="gains"):
        Counts(gains_low=2, gains_high=1)


def _redone(sentence: str) -> bool:
    terms, _, total = sentence.rstrip(".").split(": ", 1)[1].split(" = ")
    parts = re.findall(r"n\d ([\d,]+) ÷ ([\d,]+)", terms)
    number = [(int(a.replace(",", "")), int(b.replace(",", ""))) for a, b in parts]
    return sum(Fraction(a, b) for a, b in number) == Fraction(total.replace(",", ""))


numbers = st.integers(0, 100_000)
ranges = st.tuples(numbers, numbers).map(lambda t: Range(min(t), max(t)))


@given(ranges, ranges, ranges, st.integers(0, 100_000), st.booleans())
def test_the_written_sum_can_be_redone_and_grades_never_fall(
    n3: Range, n4: Range, n5: Range, gains: int, insider: bool
) -> None:
    graded = tally(Counts(n3, n4, n5, gains_low=gains, gains_high=gains), insider, RULES)
    assert graded.grade_low.rank <= graded.grade_high.rank
    assert all(_redone(t.en) for t in graded.arithmetic if "÷" in t.en)
    more = tally(Counts(Range(n3.low + 1, n3.high + 1), n4, n5, gains, gains), insider, RULES)
    assert more.grade_low.rank >= graded.grade_low.rank
    assert bool(graded.articles) == (graded.grade_high is not NONE)


@given(st.integers(0, 60), st.integers(0, 600), st.integers(0, 6_000), st.booleans())
def test_what_would_change_the_grade_does(n3: int, n4: int, n5: int, insider: bool) -> None:
    graded = tally(both(n3=n3, n4=n4, n5=n5), insider, RULES)
    up = next(t.en for t in graded.changes if "more of" in t.en)
    have = {"n3": n3, "n4": n4, "n5": n5}
    for amount, group in re.findall(r"([\d,]+) more of (n\d)", up):
        needed = int(amount.replace(",", ""))
        assert grade(both(**{**have, group: have[group] + needed}), insider).rank == graded.grade_high.rank + 1
        assert grade(both(**{**have, group: have[group] + needed - 1}), insider).rank == graded.grade_high.rank
    for amount, group in re.findall(r"([\d,]+) of (n\d)(?= proved|,| or)", _line(graded, "would be below serious if")):
        struck = int(amount.replace(",", ""))
        assert grade(both(**{**have, group: have[group] - struck}), insider) is NONE
        assert grade(both(**{**have, group: have[group] - struck + 1}), insider) is SERIOUS


def _line(graded: Weighing, words: str) -> str:
    return next((t.en for t in graded.changes if words in t.en), "")


def test_insider_or_not_is_said_where_it_matters() -> None:
    assert _line(tally(both(n5=3_000), True, RULES), "only collecting").endswith("full figures apply: below serious.")
    assert _line(tally(both(n5=3_000), False, RULES), "duty or service").endswith("half the figures apply: serious.")
    assert not _line(tally(both(n5=5_000), False, RULES), "duty or service")


def test_what_carries_the_low_grade_is_named() -> None:
    gains_only = tally(Counts(gains_low=6_000, gains_high=6_000), False, RULES)
    assert _line(gains_only, "rests on the gains of 6,000 alone")
    both_carry = tally(Counts(n5=Range(5_000, 5_000), gains_low=6_000, gains_high=6_000), False, RULES)
    assert _line(both_carry, "alone would still give")
    thick = tally(both(n3=200, n4=2_000), False, RULES)
    assert _line(thick, "No single group")


def test_a_row_has_the_group_of_its_gravest_part() -> None:
    assert row_groups(["phone"], RULES) == ("out", "n5")
    assert row_groups(["phone", "name"], RULES) == ("n5", "n5")
    assert row_groups(["name", "bank_card"], RULES) == ("n5", "n3")
    assert row_groups(["never heard of"], RULES) == ("n5", "n5")
    assert row_groups([], RULES) == ("out", "out")
    rows = {frozenset({"phone"}): Range(7, 9), frozenset({"name", "policy"}): Range(80, 100)}
    counts = count_rows(rows, RULES, gains_high=12)
    assert (counts.n5, counts.n4, counts.n3) == (Range(80, 9), Range(0, 100), Range(0, 0))
    assert counts.gains_high == 12


def test_an_entry_of_the_result_speaks_both_languages() -> None:
    graded = tally(Counts(n4=Range(250, 2_600)), True, RULES)
    english, chinese = entry(graded, "E1001", "en"), entry(graded, None, "zh")
    assert (english["grade"], english["high"]["grade"]) == ("serious", "especially serious")
    assert english["items"]["n4"] == {"low": 250, "high": 2_600}
    assert english["articles"][0] == "Fa Shi [2017] 10 Art. 5 para. 1 no. 4"
    assert chinese["articles"][0] == "法释〔2017〕10号 第五条第一款第（四）项"
    assert english["rule_set"]["digest"] == RULES.digest
    assert chinese["suspect"] is None
    assert {len(english[k]) == len(chinese[k]) for k in ("arithmetic", "notes", "changes", "counting")} == {True}
