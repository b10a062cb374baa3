"""The market as ``result.json`` has it: every figure low and high, masks everywhere, the contract kept."""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

from tests.identifiers.made_ids import made_id
from tests.network.made_market import made_market

from headwater.casework.network_part import WITHOUT_LIMIT, NetworkPart
from headwater.casework.reports.checks import listed, text
from headwater.casework.reports.json import dumps, plain
from headwater.casework.reports.network_schema import NETWORK
from headwater.evaluation.network_answer import network_in
from headwater.evaluation.record import Record
from headwater.model.evidence import Statement
from headwater.model.network import Alias, Amounts, Link, Market, Member
from headwater.model.words import Text

MISTYPED = made_id(7)[:-1] + ("1" if made_id(7)[-1] != "1" else "2")
PART = NetworkPart("en", ZoneInfo("Asia/Shanghai"))


def test_a_case_without_a_market_has_empty_lists() -> None:
    made = PART.make(Market())
    assert {k: v for k, v in made.items() if v} == {}
    assert {"people", "orders", "key_players", "flows"} <= set(made)
    assert tuple(NETWORK(made, "network")) == ()


def test_a_market_keeps_the_contract_and_gives_the_same_bytes() -> None:
    market = made_market(60)
    made = json.loads(dumps(PART.make(market)))
    assert tuple(NETWORK(made, "network")) == ()
    assert dumps(PART.make(made_market(60))) == dumps(PART.make(market))
    assert len(made["people"]) == len(market.people)
    assert len(made["orders"]) == len(market.orders)


def test_the_contract_names_what_is_wrong() -> None:
    made = PART.make(made_market(30))
    made["people"][0]["gains"] = "much"
    made["orders"][1]["hops"][0]["confidence"] = 2
    told = tuple(NETWORK(made, "network"))
    assert any(t.startswith("network.people[0].gains") for t in told)
    assert any(t.startswith("network.orders[1].hops[0].confidence") for t in told)


def test_sums_stand_side_by_side_and_the_plain_one_is_what_was_not_given_back() -> None:
    member = Member("N1", (), low=Amounts(1_234_567.89, 400.0, 10.0, 5.0), high=Amounts(2_000_000.0, 500.5, 10.0, 5.0))
    told = json.loads(dumps(PART.make(Market(people=(member,)))))["people"][0]
    assert (told["gains"], told["gains_low"], told["gains_high"]) == (1_999_990, 1_234_567.89, 2_000_000)
    assert (told["paid"], told["paid_low"], told["paid_high"]) == (495.5, 400, 500.5)
    assert told["kept_low"] == 1_234_567.89 - 400 - 10 + 5


def test_an_alias_that_is_a_number_is_masked_at_the_door() -> None:
    aliases = (
        Alias("15412345678", "account", "15412345678"),
        Alias("老王15412345678", "nickname", "15412345678"),
        Alias("6200000000000005", "card", ""),
        Alias("li.ming@example.com", "account", "li.ming@example.com"),
        Alias("wxid_made000017", "account", "wxid_made000017"),
        Alias("6200000000000006123", "card", "6200000000000006123"),  # a wrong check digit
        Alias(MISTYPED, "account", MISTYPED),  # likewise
        Alias("8615412345678@s.example", "account", "8615412345678@s.example"),
        Alias("10412345678", "account", "10412345678"),  # no mobile: nobody's has 0 there
    )
    member = Member("N1", aliases, holder="15412345678", links=(Link("15412345678", "wxid_made000017", ()),))
    written = dumps(PART.make(Market(people=(member,)))).decode()
    for raw in ("15412345678", "6200000000000005", "li.ming", "6200000000000006123", MISTYPED):
        assert raw not in written
    assert "wxid_made000017" in written
    assert "10412345678" in written
    assert "154****5678" in written


def test_a_silent_head_is_a_middleman_of_the_contract_and_stays_a_head() -> None:
    head = Member("N1", (), role="head", roles=("head",), low=Amounts(), high=Amounts(9_000.0))
    told = PART.make(Market(people=(head,)))["people"][0]
    assert (told["role"], told["roles"]) == ("middleman", ["head"])
    assert (told["gains"], told["gains_low"]) == (9_000, 0), (
        "no order can be laid to a head: the money is what makes one"
    )


def test_the_evaluation_reads_what_is_written() -> None:
    market = made_market(40)
    read = network_in(Record(json.loads(dumps(PART.make(market))), "network"))
    person = next(m for m in market.people if m.sold)
    said = next(p for p in read.people if p.id == person.id)
    assert said.sold == dict(person.sold)
    assert said.gains == round(person.high.income, 2)
    assert [o.path for o in read.orders] == [o.path for o in market.orders]


def test_notes_and_reasons_are_said_in_chinese() -> None:
    market = made_market(30)
    made = NetworkPart("zh", ZoneInfo("Asia/Shanghai")).make(market)
    assert made["notes"] == [n.zh for n in market.notes]
    assert made["people"][0]["facts"][0]["text"] == market.people[0].facts[0].text.zh
    assert tuple(listed(text)(made["notes"], "notes")) == ()


def test_an_answer_says_which_verdicts_it_was_made_by() -> None:
    assert PART.make(replace(made_market(10), verdicts=("V-1", "V-2")))["verdicts"] == ["V-1", "V-2"]


def test_times_are_in_the_zone_of_the_case() -> None:
    market = made_market(30)
    hop = replace(market.orders[0].hops[0], answered=None)
    order = replace(market.orders[0], hops=(hop,))
    told = PART.make(Market(people=market.people, orders=(order,)))["orders"][0]
    assert told["asked"].endswith("+08:00")
    assert told["answered"] is None


def test_bits_without_limit_are_written_as_a_number() -> None:
    said = Statement(Text("A person said so.", "有人如此认定。"), float("inf"))
    against = Statement(Text("Both wrote in one second.", "两者在同一秒发言。"), float("-inf"))
    member = Member(
        "N1", (), links=(Link("a", "b", (said,), "merge"), Link("a", "c", (against,)), Link("a", "d", (said, against)))
    )
    links = json.loads(dumps({"network": PART.make(Market(people=(member,)))}))["network"]["people"][0]["links"]
    assert [link["bits"] for link in links] == [WITHOUT_LIMIT, -WITHOUT_LIMIT, 0]


def test_each_person_and_order_of_a_result_has_a_line() -> None:
    market = made_market(40, 60)
    result = {"answer": ["a\nb", {"x": []}], "network": PART.make(market), "zz": {}}
    written = dumps(result)
    assert json.loads(written) == plain(result)
    lines = written.decode().splitlines()
    assert sum(line.startswith('   {"alias_details"') for line in lines) == len(market.people)
    assert sum(line.startswith('   {"answered"') for line in lines) == len(market.orders)
