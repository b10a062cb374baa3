"""Worked examples, written from the text of the law: every one must be right, to the article."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headwater.law.articles import place
from headwater.law.entry import entry
from headwater.law.facts_read import facts_of
from headwater.law.rules import load
from headwater.law.weighing import weigh_facts

RULES = load("cn_criminal")
HERE = Path(__file__).parent


def _examples(name: str) -> list[dict[str, Any]]:
    found = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"), parse_float=Decimal)["example"]
    assert isinstance(found, list)
    return found


EXAMPLES, NEIGHBOURS = _examples("worked_examples"), _examples("worked_neighbours")


def test_there_are_enough_examples_and_each_names_its_source() -> None:
    ids = [e["id"] for e in (*EXAMPLES, *NEIGHBOURS)]
    assert len(ids) == len(set(ids)) >= 60
    assert all(e["source"].strip() for e in (*EXAMPLES, *NEIGHBOURS))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e["id"])
def test_an_example_is_right_to_the_article(example: dict[str, Any]) -> None:
    weighing = weigh_facts(facts_of(example["facts"], RULES), RULES)
    wanted = (example["low"], example.get("high", example["low"]))
    assert (str(weighing.low.grade), str(weighing.high.grade)) == wanted
    assert list(weighing.low.articles) == example["articles"]
    assert list(weighing.high.articles) == example.get("articles_high", example["articles"])
    told = entry(weighing, None, "zh")
    assert (told["grade"], told["low"]["grade"], told["high"]["grade"]) == (wanted[0], *wanted)
    assert set(told["articles"]) == {*example["articles"], *example.get("articles_high", example["articles"])}
    assert told["articles"] == sorted(told["articles"], key=place)
    assert {q.fact for q in weighing.open} >= set(example.get("asks", ()))
    assert example.get("lenient", weighing.lenient) == weighing.lenient
    if "fine" in example:
        assert weighing.fine == tuple(example["fine"])


@pytest.mark.parametrize("example", NEIGHBOURS, ids=lambda e: e["id"])
def test_a_neighbour_is_right_to_the_article(example: dict[str, Any]) -> None:
    weighing = weigh_facts(facts_of(example["facts"], RULES), RULES)
    (beside,) = weighing.beside
    assert beside.offence.id == example["offence"]
    assert (str(beside.low), str(beside.high)) == (example["low"], example.get("high", example["low"]))
    for cited, key in ((beside.cited_low, "articles"), (beside.cited_high, "articles_high")):
        assert list(dict.fromkeys(c.basis.article.zh for c in cited)) == example.get(key, example["articles"])
    assert weighing.articles == (), "a neighbour's facts say nothing of the main offence"
