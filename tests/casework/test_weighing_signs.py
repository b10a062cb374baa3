"""What a machine may say of the insider's half: that something speaks for it, never that it is so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from headwater.casework.holdings import Holding
from headwater.casework.market_weighing import began, market_tallies
from headwater.casework.reports.json import dumps
from headwater.casework.weighing import tallies
from headwater.law.counts import Counts, Range
from headwater.law.entry import entry
from headwater.law.facts_read import facts_of
from headwater.law.rules import load
from headwater.law.tally import tally
from headwater.law.weighing import weigh_facts
from headwater.model.evidence import Citation, PersonOdds
from headwater.model.incident import Incident
from headwater.model.network import Amounts, Hop, Market, Member, Order, Sale
from headwater.model.organisation import Organisation, Person
from headwater.model.words import Text
from headwater.scanning.counting import Items

RULES = load("cn_criminal")
AT, WORDS = Citation("hr/roster.csv", 2), Text("read", "读取")
WHEN = datetime(2026, 3, 2, tzinfo=UTC)
ORG = Organisation(
    people={e: Person(e, "王*", "sales", "agent", "", "N", None, None, None, "PC", "", AT) for e in ("E1", "E2")}
)


def incident(employee: str = "E1", sent: bool = True, probability: float = 0.9) -> Incident:
    channel = (("im.example", 4_000_000, 45),) if sent else ()
    odds = (PersonOdds(employee, probability, 3.0),)
    return Incident(1, WORDS, ("u1",), odds, (), (), (), 5.0, WHEN, WHEN, 9, (), (), (), (), channel)


def holding(holder: str = "E1", low: int = 3_000, high: int = 3_000) -> Holding:
    items = (Items(holder, frozenset({"name", "phone"}), low, high),)
    return Holding(holder, "seized", (), high, high, (), items, ())


def test_without_any_sign_nothing_is_halved_and_the_question_is_asked() -> None:
    (one, case) = tallies("cn", [holding()], [], ORG, "en")
    assert one["half"] == {"low": False, "high": False}
    assert (one["grade"], one["high"]["grade"]) == ("none", "none")
    assert {"in_service", "sold"} <= {q["fact"] for q in one["open"]}
    assert case["half"]["high"] is False


def test_data_that_left_the_house_halves_the_high_count_only() -> None:
    (one, case) = tallies("cn", [holding()], [incident()], ORG, "en")
    assert (one["insider"], one["half"]) == (False, {"low": False, "high": True})
    assert (one["grade"], one["high"]["grade"]) == ("none", "serious")
    assert one["low"]["articles"] == []
    assert one["high"]["articles"][-1] == "Fa Shi [2017] 10 Art. 5 para. 1 no. 8"
    assert (case["grade"], case["high"]["grade"]) == ("none", "serious")


def test_who_only_read_or_is_less_likely_than_not_is_not_halved() -> None:
    for found in (incident(sent=False), incident(probability=0.4), incident("E2")):
        (one, _case) = tallies("cn", [holding()], [found], ORG, "en")
        assert one["half"]["high"] is False
    (reader, _case) = tallies("cn", [holding()], [incident(sent=False)], ORG, "en")
    assert reader["given"] == {"in_service": "disputed", "no_deduplication": "no"}
    assert "If so: below serious (low) to serious (high)." in {
        q["would"] for q in reader["open"] if q["fact"] == "sold"
    }


def test_a_stranger_is_never_an_insider_whatever_he_sold() -> None:
    market = Market(people=(Member("N1", (), low=Amounts(100), high=Amounts(100), holder="L1", sold={"owner": 9}),))
    (one, _case) = tallies("cn", [holding("L1")], [incident()], ORG, "en", market)
    assert one["given"] == {"gross_gains": "yes", "no_deduplication": "no", "sold": "disputed"}
    assert one["half"] == {"low": False, "high": False}


def test_of_the_case_only_the_insiders_items_are_halved() -> None:
    (_one, _two, case) = tallies(
        "cn", [holding("E1", 2_499, 2_499), holding("L1", 2_000, 2_000)], [incident()], ORG, "en"
    )
    assert case["items"]["n5"] == {"low": 4_499, "high": 4_499}
    assert case["sold_items"]["n5"] == {"low": 2_499, "high": 2_499}
    assert (case["grade"], case["high"]["grade"]) == ("none", "none"), "4,499 < 5,000 and 2,499 < 2,500"
    (_one, _two, more) = tallies(
        "cn", [holding("E1", 2_500, 2_500), holding("L1", 2_000, 2_000)], [incident()], ORG, "en"
    )
    assert (more["grade"], more["high"]["grade"]) == ("none", "serious")


def test_persons_are_at_least_the_most_of_one_holder_and_at_most_all() -> None:
    held = [holding("E1", 300, 500), replace(holding("L1", 200, 200), persons=250)]
    (one, two, case) = tallies("cn", held, [], ORG, "en")
    assert [t["persons"] for t in (one, two, case)] == [
        {"low": 300, "high": 500},
        {"low": 200, "high": 250},
        {"low": 300, "high": 750},
    ]


def test_what_was_counted_in_an_open_group_is_not_verified() -> None:
    items = (Items("E1", frozenset({"name", "policy"}), 5_000, 5_000),)
    (one, _case) = tallies("cn", [replace(holding(), items=items)], [], ORG, "zh")
    assert (one["grade"], one["high"]["grade"], one["verified"]) == ("serious", "especially serious", False)
    assert any("policy" in note for note in one["notes"])


def test_the_first_act_is_told_by_the_incidents_and_by_the_market() -> None:
    early = replace(incident(), starts=datetime(2017, 5, 31, 23, tzinfo=UTC))
    (one, case) = tallies("cn", [holding()], [incident(), early], ORG, "en")
    assert [t["since"] for t in (one, case)] == ["2017-05-31", "2017-05-31"]
    assert any("before these figures came into force" in note for note in one["notes"])
    hop = Hop("N2", "N1", None, WHEN, "answered", None, 0.0, 0.0, 0.95)
    failed = Hop("N2", "N3", early.starts, None, "failed", None, 0.0, 0.0, 0.95)
    sale = Sale("N1", "N4", datetime(2026, 3, 1, tzinfo=UTC), "a.xlsx", "", 9, 9, None)
    order = Order("O1", "t1", "", "", "", "credit", ("N2", "N1"), (hop, failed), "answered", 0.95)
    first = began(Market(orders=(order,), sales=(sale,)))
    assert {who: str(day) for who, day in first.items()} == {"N1": "2026-03-01", "N2": "2026-03-02", "N4": "2026-03-01"}


def test_a_fen_below_a_threshold_is_written_as_it_is() -> None:
    member = Member("N1", (), low=Amounts(49_999.99), high=Amounts(1_234_567.89), holder="E1")
    (one, _case) = tallies("cn", [holding("E1", 49_999_999, 49_999_999)], [], ORG, "en", Market(people=(member,)))
    (person,) = market_tallies("cn", Market(people=(member,)), "en")
    written = json.loads(dumps({"tally": [one, person]}))["tally"]
    assert [t["gains"] for t in written] == [{"low": 49_999.99, "high": 1_234_567.89}] * 2
    assert written[0]["low"]["ratio"] == 9_999.9998
    assert written[1]["grade"] == "serious"
    just = tally(Counts(n5=Range(1, 1), n4=Range(499, 499)), False, RULES)
    assert entry(just, None, "en")["low"]["ratio"] == 0.9982
    nearly = tally(Counts(n3=Range(499, 499), n5=Range(99, 99)), True, RULES)
    assert nearly.ratio_low == float(Fraction(99_998, 10_000))
    third = weigh_facts(facts_of({"items": {"n4": 499, "n5": 9}}, RULES), RULES)
    assert (str(third.low.grade), entry(third, None, "en")["low"]["ratio"]) == ("none", 0.9998)
    below = tally(Counts(gains_low=4_999.99, gains_high=4_999.99), False, RULES)
    assert any("4,999.99 < 5,000" in t.en for t in below.arithmetic)
