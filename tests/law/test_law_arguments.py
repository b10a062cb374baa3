"""What may be said against a grade, what stays open, and what follows from it."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.law.facts_read import facts_of
from headwater.law.rules import load
from headwater.law.weighing import Weighing, weigh_facts

RULES = load("cn_criminal")


def weighed(**given: Any) -> Weighing:
    return weigh_facts(facts_of(given, RULES), RULES)


def said(weighing: Weighing) -> set[str]:
    return {r.id.removeprefix("cn.argue.") for r in weighing.against}


def asked(weighing: Weighing) -> list[str]:
    return [q.fact for q in weighing.open]


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ({"items": {"n5": 5_000}}, {"untrue", "anonymous", "lawful", "cn.253-1.lenient"}),
        ({"items": {"n5": 5_000}, "sold": False, "first_offence": False}, {"untrue", "lawful"}),
        ({"items": {"n4": 500}, "sold": True, "remorse": False}, {"untrue", "anonymous"}),
        ({"items": {"n5": 3_000}, "in_service": True, "sold": True, "remorse": False}, {"untrue", "anonymous", "half"}),
        ({"items": {"n3": 1}, "gains": 5_000, "sold": True, "remorse": False}, {"anonymous", "gains"}),
        ({"items": {"n3": 499, "n5": 100}, "sold": False}, {"untrue", "sum"}),
        ({"items": {"n5": 4_999}}, set()),
        (
            {"items": {"n5": 9}, "lawful_business": True, "sold": False, "profit": 50_000, "remorse": False},
            {"profit"},
        ),
        (
            {"rows": [{"categories": ["phone"], "count": 5_000}], "sold": True, "remorse": False},
            {"untrue", "anonymous", "phones"},
        ),
        (
            {
                "rows": [{"categories": ["bank_card"], "count": 50}],
                "sold": False,
                "remorse": False,
                "no_deduplication": True,
            },
            {"untrue", "groups", "lawful", "seized"},
        ),
    ],
)
def test_the_arguments_fit_the_weighing(given: dict[str, Any], fits: set[str]) -> None:
    assert said(weighed(**given)) == fits


def test_art_10_is_closed_where_the_grade_is_especially_serious() -> None:
    every = {"first_offence": True, "gains_returned": True, "remorse": True}
    assert weighed(items={"n5": 5_000}, **every).lenient == "met"
    assert weighed(items={"n5": 5_000}, **every | {"remorse": "disputed"}).lenient == "open"
    assert weighed(items={"n5": 50_000}, **every).lenient == "no"
    assert weighed(items={"n5": {"low": 5_000, "high": 50_000}}, **every).lenient == "met"
    assert weighed(items={"n5": 10}, **every).lenient == "no"


def test_only_facts_that_would_move_the_grade_are_asked_and_none_twice() -> None:
    nothing = asked(weighed(items={"n5": 10}))
    assert nothing == [
        "knew_of_crime",
        "prior",
        "other_serious",
        "harm",
        "major_loss",
        "other_grave",
    ]
    assert "prior" not in asked(weighed(items={"n5": 5_000})), "serious already"
    assert "harm" not in asked(weighed(items={"n5": 50_000})), "especially serious already"
    assert asked(weighed(items={"n3": 1}, prior=False, harm=False))[:2] == ["track_used_in_crime", "knew_of_crime"]
    assert asked(weighed()) == [], "nothing was done"


def test_a_fact_that_needs_another_is_asked_with_it() -> None:
    open_ = {q.fact: q.would for q in weighed(items={"n5": 2_500}).open}
    assert {"in_service", "sold"} <= set(open_)
    would = open_["in_service"]
    assert would is not None
    assert "sold, provided or published – serious" in would.en
    assert "出售" in would.zh and "情节严重" in would.zh
    alone = {q.fact: q.would for q in weighed(items={"n5": 2_500}, sold=True).open}["in_service"]
    assert alone is not None
    assert alone.en == "If so: serious."


def test_the_statute_follows_the_act() -> None:
    def paragraphs(**given: Any) -> list[str]:
        return [r.basis.article.en.removeprefix("Criminal Law Art. 253-1 ") for r in weighed(**given).law]

    assert paragraphs(items={"n5": 5_000}, sold=False) == ["para. 3"]
    assert paragraphs(items={"n5": 5_000}, sold=True) == ["para. 1", "para. 3"]
    assert paragraphs(items={"n5": 5_000}, sold=True, in_service=True) == ["para. 1", "para. 2", "para. 3"]
    assert paragraphs(items={"n5": 5_000}, unit=True) == ["para. 3", "para. 4"]
    assert paragraphs(items={"n5": 1}) == []


def test_below_the_crime_the_police_law_is_named() -> None:
    assert any("Art. 56" in r.basis.article.en for r in RULES.ruled("below"))
    told = [n.en for n in weighed(items={"n5": 10}).notes]
    assert any(n.startswith("For acts since 2026-01-01 only: below the crime the police may detain") for n in told)
    assert not any("police" in n.en for n in weighed(items={"n5": 5_000}).notes)
    assert not any("police" in n.en for n in weighed().notes), "no act, no penalty"


def test_a_fine_is_one_to_five_times_the_gains() -> None:
    assert weighed(items={"n5": 1}, gains={"low": 4_000, "high": 6_000}).fine == (4_000, 30_000)
    assert weighed(items={"n5": 1}, gains=100).fine is None
    assert weighed(items={"n5": 5_000}).fine is None


def test_a_site_for_the_trade_gives_way_to_the_main_offence() -> None:
    both = weighed(items={"n5": 5_000}, network={"for_trade": True, "groups": 5})
    assert any("where it is Art. 253-1 as well" in n.en for n in both.notes)
    refused = weighed(refused_order={"ordered": True, "n3": 500})
    assert any("Art. 286-1" in n.en for n in refused.notes)


def test_what_a_buyer_made_is_asked_and_told() -> None:
    open_ = {q.fact: q.would for q in weighed(items={"n5": 100_000}, lawful_business=True, sold=False).open}
    assert open_["profit"] is not None
    assert open_["profit"].en == "From 50,000 CNY: serious."
    told = weighed(items={"n5": 100_000}, lawful_business=True, sold=False, profit=49_999.99)
    assert (
        told.arithmetic[0].en == "Count, profit of who bought for a lawful business: 49,999.99 < 50,000: below serious."
    )


def test_circumstances_are_written_out_beside_the_sum() -> None:
    told = [t.en for t in weighed(items={"n5": 10}, prior=True).arithmetic]
    assert told[-1].endswith("for the same kind of act: serious whatever the count.")
    apart = weighed(items={"n5": 3_000}, sold_items={"n5": 2_500}, in_service=True, sold=True)
    assert any(t.en.startswith("Count, of everything: ") for t in apart.arithmetic)


def test_track_that_is_in_the_high_count_only_is_used_in_crime_there_only() -> None:
    found = weighed(
        items={"n3": {"low": 0, "high": 1}, "n5": {"low": 1, "high": 0}}, sold=True, track_used_in_crime=True
    )
    assert (str(found.low.grade), str(found.high.grade)) == ("none", "serious")


def test_a_grade_that_rests_on_income_as_gains_is_not_verified() -> None:
    assert weighed(items={"n5": 1}, gains=5_000).verified
    gross = weighed(items={"n5": 1}, gains=5_000, gross_gains=True)
    assert not gross.verified
    assert any("what was paid for the data is not deducted. (Not verified.)" in n.en for n in gross.notes)
    assert weighed(items={"n5": 5_000}, gains=4_000, gross_gains=True).verified, "the count decides"
