"""The market in the report: drawn by tier, told by order, nothing left out in silence, hostile names inert."""

from __future__ import annotations

import re
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from made_result import made_result
from pages import Page
from test_report_html import ALLOWED, HOSTILE, poisoned
from tests.network.made_market import made_market

from headwater.casework.market_weighing import market_tallies
from headwater.casework.network_part import NetworkPart
from headwater.casework.reports.html import render
from headwater.casework.reports.market.bands import EACH, STRONGEST
from headwater.casework.reports.market.section import section
from headwater.casework.reports.market.stories import events
from headwater.model.words import LANGS, Lang

ZONE = ZoneInfo("Asia/Shanghai")


@cache
def network(lang: Lang = "en", people: int = 60, orders: int = 200) -> dict[str, Any]:
    market = made_market(people, orders)
    return NetworkPart(lang, ZONE).make(market) | {"tally": market_tallies("cn", market, lang)}


def with_market(found: dict[str, Any], lang: Lang = "en") -> dict[str, Any]:
    return {"case": {"name": "x", "timezone": "Asia/Shanghai"}, "network": found} | {
        "answer": made_result(lang)["answer"]
    }


@cache
def rendered(lang: Lang = "en", people: int = 60, orders: int = 200) -> str:
    return render(with_market(network(lang, people, orders), lang), lang)


def test_the_same_market_gives_the_same_page() -> None:
    assert render(with_market(network()), "en") == rendered()


def test_everybody_is_drawn_in_the_layer_of_the_tier() -> None:
    found = section(with_market(network()), 200)
    assert found is not None
    where = {n.person.id: n.x for n in found.picture.nodes if n.person}
    assert set(where) == {p["id"] for p in network()["people"]}
    by_tier: dict[float, set[float]] = {}
    for person in network()["people"]:
        if person["tier"] is not None:
            by_tier.setdefault(person["tier"], set()).add(where[person["id"]])
    assert all(len(columns) == 1 for columns in by_tier.values())
    columns = [min(by_tier[tier]) for tier in sorted(by_tier)]
    assert columns == sorted(columns)
    assert len(set(columns)) == len(columns)


def test_nobody_who_sells_stands_among_the_customers() -> None:
    known = [("A", "customer", 0.2), ("B", "middleman", 0.4), ("C", "middleman", 1.4), ("D", "source", 2.0)]
    made = {"people": [{"id": i, "role": r, "tier": t} for i, r, t in known], "orders": []}
    found = section(with_market(made), 200)
    assert found is not None
    x = {n.person.id: n.x for n in found.picture.nodes if n.person}
    assert x["A"] < x["B"] == x["C"] < x["D"]


def test_ties_are_as_wide_as_their_sums() -> None:
    found = section(with_market(network()), 200)
    assert found is not None
    lines = sorted(found.picture.lines, key=lambda line: line.tie.amount)
    widths = [line.width for line in lines]
    assert widths == sorted(widths)
    assert lines[-1].width == pytest.approx(14 * lines[-1].tie.amount / found.picture.most)
    flows = network()["flows"]
    assert sum(line.tie.amount for line in lines) + found.picture.left_sum == pytest.approx(
        sum(f["amount"] for f in flows)
    )


def test_who_was_not_read_is_hollow_and_who_was_only_inferred_is_dashed() -> None:
    made = {
        "people": [
            {"id": "A", "aliases": ["a"], "role": "customer", "tier": 0, "seized": True},
            {"id": "B", "aliases": ["b"], "role": "middleman", "tier": 1, "seized": False},
            {"id": "C", "aliases": ["c"], "role": "source", "tier": 2, "seized": False},
        ],
        "orders": [
            {
                "subject": {"name": "张*"},
                "path": ["A", "B", "C"],
                "hops": [
                    {"from": "A", "to": "B", "outcome": "answered", "confidence": 0.9},
                    {"from": "B", "to": "C", "outcome": "answered", "confidence": 0.5, "inferred": True},
                ],
            }
        ],
    }
    html = render(with_market(made), "en")
    classes = re.findall(r'class="node ([^"]+)"', html)
    assert classes == ["r-customer", "r-middleman hollow", "r-source hollow dashed"]
    assert 'class="inferred"' in html
    assert "inferred: 50 % that both sides belong to one order and nobody unseen stood between them" in html


def test_an_inferred_step_is_told_as_such_behind_the_one_before_it() -> None:
    hops = [
        {"from": "A", "to": "B", "asked": "2026-01-01T08:00:00+08:00", "answered": "2026-01-01T12:00:00+08:00"},
        {"from": "B", "to": "C", "asked": None, "answered": None, "inferred": True},
        {"from": "C", "to": "D", "asked": "2026-01-01T09:00:00+08:00", "answered": None},
    ]
    told = [(e.act, e.one, e.other) for e in events({"hops": hops})]
    assert told == [("asked", "A", "B"), ("inferred", "B", "C"), ("asked", "C", "D"), ("answered", "B", "A")]


def test_of_many_people_bands_are_drawn_and_all_are_counted() -> None:
    people, html = 900, rendered("en", 900, 1500)
    assert people > EACH
    found = section(with_market(network("en", 900, 1500)), 200)
    assert found is not None
    alone = [n for n in found.picture.nodes if n.person]
    banded = sum(len(n.band.people) for n in found.picture.nodes if n.band)
    assert STRONGEST <= len(alone) < STRONGEST + 10
    assert len(alone) + banded == len(network("en", 900, 1500)["people"])
    between = sum(line.tie.amount for line in found.picture.lines) + found.picture.left_sum
    whole = sum(f["amount"] for f in network("en", 900, 1500)["flows"])
    assert between + found.picture.within == pytest.approx(whole)
    text = Page(html).text
    assert f"Of {len(found.everybody)} people {len(found.cast.alone)} are drawn one by one" in text
    assert str(len(found.all.split("\n")) // 9) == str(len(found.everybody))
    assert "more orders are in result.json (network.orders)" in text


def test_key_players_are_drawn_alone_even_when_little_money_passed() -> None:
    made = dict(network("en", 900, 1500))
    poorest = min(made["people"], key=lambda p: (max(p["gains_high"], p["paid_high"]), p["id"]))
    made["key_players"] = [{"id": poorest["id"], "rank": 1, "cut": 3, "items": 4, "fragmentation": 0.1, "kept": 0.9}]
    found = section(with_market(made), 200)
    assert found is not None
    assert poorest["id"] in {n.person.id for n in found.picture.nodes if n.person}


def test_an_order_is_told_with_its_messages_payments_and_lines() -> None:
    page = Page(rendered())
    market = made_market(60, 200)
    told = next(o for o in market.orders if o.lookups)
    assert "the subject is looked up with account crm.li (" in page.text
    assert f"{told.name} {told.phone}" in page.text
    assert "查一下" in page.text
    cited = [h for h in page.values("href") if h.startswith("#cited-")]
    assert cited
    assert set(cited) <= {f"#{i}" for i in page.values("id")}


def test_a_card_leads_to_the_orders_that_are_told() -> None:
    found = section(with_market(network()), 200)
    assert found is not None
    person = next(p for p in found.cards if p.id in found.stories_of)
    card = rendered().split(f'id="{person.anchor}"')[1].split("</details>")[0]
    assert f'href="#order-{found.stories_of[person.id][0].number}"' in card
    assert all(person.id in story.order["path"] for story in found.stories_of[person.id])


def test_every_link_leads_somewhere() -> None:
    for html in (rendered(), rendered("en", 900, 1500)):
        page = Page(html)
        assert {h for h in page.values("href") if h.startswith("#")} <= {f"#{i}" for i in page.values("id")}


def test_figures_stand_side_by_side() -> None:
    found = next(p for p in network()["people"] if p["gains_low"] != p["gains_high"] and p["gains_low"] >= 1000)
    low, high = (f"{found[key]:,.2f}".rstrip("0").rstrip(".") for key in ("gains_low", "gains_high"))
    assert f"{low} / {high}" in Page(rendered()).text


def test_people_are_graded_low_and_high_the_gravest_first() -> None:
    found = section(with_market(network()), 200)
    assert found is not None
    grades = [(e["low"]["grade"], e["high"]["grade"]) for e in found.graded]
    order = ["especially serious", "serious", "none"]
    assert grades == sorted(grades, key=lambda pair: [order.index(g) for g in pair])
    assert len({*grades}) > 1
    low, high = (f"{found.graded[0]['gains'][side]:,.2f}".rstrip("0").rstrip(".") for side in ("low", "high"))
    text = Page(rendered()).text.split("People of the market")[-1]
    assert f"{low} / {high}" in text
    assert "all money that came from people of the market" in text


def test_without_places_it_says_so() -> None:
    made = network() | {"people": [p | {"place": ""} for p in network()["people"]]}
    assert "No places are known." in Page(render(with_market(made), "en")).text
    assert "No places are known." not in Page(rendered()).text


def test_a_place_off_the_map_is_listed() -> None:
    first, *rest = network()["people"]
    made = network() | {"people": [first | {"place": "仰光"}, *rest]}
    assert "仰光 : 1 person" in Page(render(with_market(made), "en")).text


def test_the_chinese_page_speaks_chinese() -> None:
    text = Page(rendered("zh")).text
    for said in ("谁付钱给谁", "逐人资金", "关键人物", "价目表", "所在地", "中间人", "有一名源头的手机未读取。"):
        assert said in text
    assert (
        "middleman"
        not in text.split("--paper", maxsplit=1)[0].split("谁付钱给谁", maxsplit=1)[-1].split("use strict")[0]
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_names_stay_text(poison: str, lang: Lang) -> None:
    whole = network(lang, 400, 150)
    # who is who, and when, is kept in one half: pictures, cards and stories are drawn with hostile texts in them
    kept = ("id", "from", "to", "role", "time", "asked", "month", "path", "act")
    made = {k: [_half(v, poison, kept) for v in vs] for k, vs in whole.items() if isinstance(vs, list)}
    html = render(with_market(made, lang), lang)
    page = Page(html)
    assert page.tags <= ALLOWED
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not [a for _, attrs in page.elements for a in attrs if a.startswith("on")]
    assert all(h.startswith("#") or h == "data:," for h in page.values("href"))
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in page.values("id"))
    assert not re.search(
        "[\u202a-\u202e\u2066-\u2069\u200b-\u200f\ufeff\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html
    )
    html.encode("utf-8")


def _half(value: Any, poison: str, kept: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {k: v if k in kept else _half(v, poison, kept) for k, v in value.items()}
    if isinstance(value, list):
        return [_half(v, poison, kept) for v in value]
    return poisoned(value, poison)


@pytest.mark.parametrize("poison", HOSTILE)
def test_a_market_that_is_hostile_through_and_through_is_shown(poison: str) -> None:
    page = Page(render(with_market(poisoned(network("en", 30, 20), poison)), "en"))
    assert page.tags <= ALLOWED


@pytest.mark.parametrize(
    "broken",
    [
        {"people": [1, None, "x"], "orders": [None], "flows": "x", "key_players": [None, 3], "tally": "x"},
        {"people": [{"id": "A"}], "tally": [None, {}, {"suspect": "A", "low": "x", "gains": 3}]},
        {"people": [{}], "orders": [{}]},
        {
            "people": [{"id": "A", "tier": "high", "gains": "much", "aliases": [{}]}],
            "orders": [{"hops": [{}], "path": ["A"]}],
        },
        {
            "people": [{"id": "A", "tier": 4.0}],
            "prices": [{}],
            "sales": [{}],
            "flows": [{"from": "A", "to": "A", "amount": 3}],
        },
    ],
)
def test_a_market_of_another_make_does_not_break_the_page(broken: dict[str, Any]) -> None:
    assert "The network" in Page(render(with_market(broken), "en")).text
