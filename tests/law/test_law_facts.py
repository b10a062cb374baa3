from __future__ import annotations

import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from headwater.law.counts import Range
from headwater.law.facts import Facts, Known, Span
from headwater.law.facts_read import FactsError, facts_of, read_facts
from headwater.law.facts_written import facts_file
from headwater.law.rules import load
from headwater.law.weighing import weigh_facts

RULES = load("cn_criminal")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"itmes": {"n3": 1}}, "no such fact: itmes"),
        ({"张三": 1}, "no such fact: …"),
        ({"items": {"n9": 1}}, "items: a table with n3, n4, n5"),
        ({"items": {"n3": -1}}, "items.n3: a number from 0"),
        ({"items": {"n3": 1.5}}, "items.n3: a whole number"),
        ({"items": {"n3": True}}, "items.n3: a number is wanted"),
        ({"items": {"n3": "50"}}, "items.n3: a number is wanted"),
        ({"items": {"n3": {"low": 1}}}, "items.n3: a number, or low and high"),
        ({"items": {"n3": float("nan")}}, "items.n3: a number from 0"),
        ({"gains": {"low": 2, "high": 1}}, "gains: low must not be above high"),
        ({"gains": 1e300}, "gains: a number from 0"),
        ({"since": "yesterday"}, "since: a day is wanted"),
        ({"since": 20170601}, "since: a day is wanted"),
        ({"sold": "perhaps"}, "sold: true, false or 'disputed'"),
        ({"sold": 1}, "sold: true, false or 'disputed'"),
        ({"rows": {"categories": []}}, "rows: a list of tables"),
        ({"rows": [3]}, r"rows\[1\]: a table is wanted"),
        ({"rows": [{"categories": "name", "count": 1}]}, r"rows\[1\]: categories"),
        ({"rows": [{"categories": ["name"]}]}, r"rows\[1\]: count, or low and high"),
        ({"rows": [{"categories": ["name"], "count": 1, "low": 1}]}, "count, or low and high"),
        ({"rows": [{"categories": ["name"], "count": 1, "more": 1}]}, "no such entry: more"),
        ({"rows": [{"categories": ["name"], "count": 5, "struck": 6}]}, "nor more be struck out"),
        ({"rows": [{"categories": ["name"], "count": 5, "to": 0}]}, "to is at least 1"),
        ({"items": {"n3": 1}, "sold_items": {"n3": 2}}, "more is said to be sold"),
        ({"intrusion": {"machines": 20}}, "intrusion: a table with happened"),
        ({"network": {"for_trade": True, "shops": 2}}, "network: a table with for_trade"),
    ],
)
def test_facts_that_cannot_be_are_refused_by_name(given: dict[str, Any], said: str) -> None:
    with pytest.raises(FactsError, match=said):
        facts_of(given, RULES)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.toml", "items = {"),
        ("a.json", "{"),
        ("a.json", "[" * 100_000),
        ("a.json", '{"gains": ' + "9" * 5_000 + "}"),
        ("a.json", "[]"),
        ("a.toml", "gains = 1e999999999"),
        ("a.toml", "gains = 1e-999999999"),
        ("a.toml", "gains = inf"),
    ],
)
def test_a_file_that_is_none_is_refused_without_repeating_it(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content, "utf-8")
    with pytest.raises(FactsError, match=name):
        read_facts(tmp_path / name, RULES)
    with pytest.raises(FactsError, match="missing"):
        read_facts(tmp_path / "missing.toml", RULES)


def test_rows_are_struck_doubted_and_handed_on() -> None:
    row = {"categories": ["name", "phone"], "low": 900, "high": 1_000, "struck": 100, "doubtful": 50, "to": 3}
    found = facts_of({"rows": [row], "items": {"n5": 7}}, RULES)
    assert found.counts.n5 == Range((900 - 150) * 3 + 7, (1_000 - 100) * 3 + 7)


def test_what_is_said_is_kept_and_what_is_not_stays_unknown() -> None:
    found = facts_of({"sold": "disputed", "prior": False, "gains": 4_999.99, "suspect": "L1"}, RULES)
    assert found.get("sold") is Known.DISPUTED
    assert found.get("prior") is Known.NO
    assert found.get("harm") is None
    assert found.counts.gains_low == 4_999.99
    assert found.suspect == "L1"


def test_a_span_below_zero_or_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="below zero"):
        Span(Fraction(2), Fraction(1))
    with pytest.raises(ValueError, match="outweighs"):
        weigh_facts(facts_of({"items": {"n3": {"low": 10, "high": 5}}}, RULES), RULES)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_file_to_begin_with_can_be_read_and_knows_nothing(lang: Any) -> None:
    text = facts_file(RULES, lang)
    assert facts_of(tomllib.loads(text), RULES) == Facts(facts_of({}, RULES).counts)
    assert all(q.asks.said(lang) in text for q in RULES.questions)
    marked = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("#")]
    filled = "\n".join(m for m in marked if m.startswith(("[refused_order]", "ordered = ", "n3 = ")))
    assert tomllib.loads(filled)["refused_order"] == {"ordered": True, "n3": 0}


def test_a_suspects_name_cannot_break_the_file() -> None:
    name = 'a"\\\n[items]\nn3 = 9'
    text = facts_file(RULES, "en", {"suspect": name})
    assert facts_of(tomllib.loads(text), RULES).suspect == name


def test_the_grade_is_unverified_where_what_was_counted_has_no_confirmed_group() -> None:
    sure = weigh_facts(facts_of({"rows": [{"categories": ["credit"], "count": 50}]}, RULES), RULES)
    open_ = weigh_facts(facts_of({"rows": [{"categories": ["credentials"], "count": 50}]}, RULES), RULES)
    beside = weigh_facts(facts_of({"rows": [{"categories": ["credentials", "credit"], "count": 50}]}, RULES), RULES)
    gains = {"rows": [{"categories": ["credentials"], "count": 5}], "gains": 5_000}
    assert (sure.verified, open_.verified, beside.verified) == (True, False, True)
    assert weigh_facts(facts_of(gains, RULES), RULES).verified, "the grade rests on the gains alone"
    assert any("credentials" in n.en and "credentials" in n.zh for n in open_.notes)


def test_a_category_is_in_doubt_only_where_it_moves_the_row() -> None:
    def doubts(*categories: str) -> tuple[str, ...]:
        return facts_of({"rows": [{"categories": list(categories), "count": 1}]}, RULES).unsure

    assert doubts("phone") == ("phone",)
    assert doubts("phone", "name") == ()
    assert doubts("phone", "name", "policy") == ("policy",)
    assert doubts("bank_card", "credit") == ()


def test_acts_before_the_figures_were_in_force_are_named_and_not_verified() -> None:
    before = weigh_facts(facts_of({"items": {"n5": 5_000}, "since": "2017-05-31"}, RULES), RULES)
    after = weigh_facts(facts_of({"items": {"n5": 5_000}, "since": date(2017, 6, 1)}, RULES), RULES)
    assert (before.verified, after.verified) == (False, True)
    assert any("before these figures came into force on 2017-06-01" in n.en for n in before.notes)
    assert not any("came into force" in n.en for n in after.notes)
