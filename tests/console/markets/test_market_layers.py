"""A market of any size is drawn as some hundred nodes, and what is summed is what the report sums."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench.large_market import large_market

from headwater.casework.market_book import Book
from headwater.casework.market_telling import against_lines
from headwater.casework.reports.figures import percent
from headwater.casework.reports.market.bands import foremost
from headwater.casework.reports.market.people import people
from headwater.casework.reports.market.ties import ties as reported
from headwater.casework.reports.market.ties import within
from headwater.casework.reports.words import words as report_words
from headwater.console.markets import kept
from headwater.console.markets.building import market
from headwater.console.markets.dealings import against, dealings, months_between
from headwater.console.markets.drawing import chart
from headwater.console.markets.layers import ALONE, BESIDE, MOST_TIES, Focus, Layers, layers
from headwater.console.markets.lists import people_table
from headwater.console.markets.market import Market
from headwater.console.markets.ways import Ways
from headwater.console.words import words

EVERYBODY = Focus()
TOO_MUCH = [{"from": "N2", "to": "N1", "amount": 1, "payments": n} for n in (1e30, float("nan"), -5, True)]
NOBODY: dict[str, Any] = {"people": [], "flows": [], "orders": []}


@cache
def network(count: int = 120, orders: int = 900) -> dict[str, Any]:
    found = large_market(count, orders, months=4).network()
    found["orders"][0]["hops"][0]["inferred"] = True
    found["people"][1]["tier"] = None
    found["people"][1]["role"] = "mule"
    return found


MADE: dict[int, tuple[dict[str, Any], Market]] = {}


def made(found: dict[str, Any]) -> Market:
    """Its columns; made once of each, since nothing changes in them."""
    if id(found) not in MADE:
        MADE[id(found)] = found, market(found["people"], found["flows"], found["orders"])
    return MADE[id(found)][1]


def whole(of: Market) -> tuple[int, int]:
    return 0, len(of.months) - 1


def drawn(
    found: dict[str, Any], focus: Focus = EVERYBODY, period: tuple[int, int] | None = None
) -> tuple[Market, Layers]:
    of = made(found)
    return of, layers(of, focus, tuple(foremost(found)), period or whole(of))


def test_everybody_of_a_small_market_is_drawn_and_every_tie_is_the_reports() -> None:
    _, told = drawn(network())
    assert len(told.cast.alone) == 120
    expected = reported(network(), told.cast.node_of)
    assert [(t.payer, t.payee, round(t.amount, 2), t.orders, t.inferred, t.bridged) for t in expected] == [
        (t.payer, t.payee, t.amount, t.orders, t.inferred, t.bridged) for t in told.ties
    ]
    hop = network()["orders"][0]["hops"][0]
    (bridged,) = (t for t in told.ties if t.bridged)
    assert (bridged.payer, bridged.payee, bridged.bridged) == (hop["from"], hop["to"], 1)


def test_a_picture_says_what_is_inferred_and_how_sure_a_role_is() -> None:
    found = network(40, 60)
    of, told = drawn(found)
    shown = chart(told, Ways("/cases/x"), words("en"), report_words("en"), "")
    (row,) = (r for r in shown.table.rows if r["bridged"])
    assert row["bridged"] == 1
    edges = [e["tooltip"]["formatter"] for e in shown.option["series"][1]["edges"]]
    assert sum("this step is inferred" in text for text in edges) == 1
    person = next(p for p in of.people if p.role != "unknown" and not p.own)
    node = next(n for n in shown.option["series"][1]["data"] if n["id"] == person.id)
    assert percent(person.known["confidence"]) in node["tooltip"]["formatter"]
    assert "neither device nor bills" in node["tooltip"]["formatter"]
    listed = people_table(of, told.people, Ways("/cases/x"), report_words("en"), words("en"), "", None, 500)
    entry = next(e for e in found["people"] if e["id"] == person.id)
    line = next(r for r in listed.rows if r["id"] == person.id)
    assert line["sure"] == entry["confidence"]
    assert line["tier_span"] == f"{entry['tier_low']:.1f} – {entry['tier_high']:.1f}"


def test_what_is_inferred_is_no_dealing_that_speaks_against_a_merge() -> None:
    found = {
        "people": [{"id": "N1"}, {"id": "N2"}],
        "flows": [],
        "orders": [
            {"path": ["N1", "N2"], "hops": [{"from": "N1", "to": "N2", "inferred": True}]},
            {"path": ["N1", "N2"], "hops": [{"from": "N1", "to": "N2"}, {"from": "N2", "to": "N1"}]},
        ],
    }
    of = market(found["people"], found["flows"], found["orders"])
    (deal,) = dealings(of, 0)
    assert (deal.asked, deal.was_asked, deal.inferred) == (2, 1, 1)
    assert against(of, 0, 1, report_words("en")) == ["Mind: the two dealt with each other in 1 order."]
    book = Book({}, of.people, found["orders"][:1])
    assert list(against_lines(book, *of.people, report_words("en"))) == []


def test_an_account_is_told_by_what_else_it_is_called() -> None:
    token = "card:57cb2d6a42953f37a8217c37e1e945b6"
    details = [{"value": v, "kind": "card", "account": token} for v in (token, "6228***2431", "\u202e老王", "third")]
    of = market([{"id": "N1", "alias_details": details}], [], [])
    assert of.written(token) == "card:57cb2d6a42953f37a8… (6228***2431, ‹U+202E›老王)"
    assert of.written("wxid_of_nobody_that_is_known") == "wxid_of_nobody_that_is_known"


def test_the_later_month_may_be_told_first() -> None:
    of = made(network())
    assert of.span(of.months[2], of.months[1]) == (1, 2)


def test_of_ten_thousand_some_hundred_are_drawn_and_nothing_is_lost_in_silence() -> None:
    found = network(10_000, 4_000)
    of, told = drawn(found)
    nodes = len(told.picture.nodes)
    assert ALONE <= nodes <= 150
    assert told.shown <= MOST_TIES
    assert sum(1 if p.person else len(p.band.people) for p in told.picture.nodes if p.person or p.band) == 10_000
    every = sum(f["amount"] for f in found["flows"])
    assert sum(t.amount for t in told.ties) + told.inside == pytest.approx(every)
    assert told.inside == pytest.approx(within(found, told.cast.node_of))
    assert {p.id for p in told.cast.alone} >= {k["id"] for k in found["key_players"]}
    option = chart(told, Ways("/cases/x"), words("en"), report_words("en"), "").option
    assert len(json.dumps(option, ensure_ascii=False)) < 200_000, "what the browser gets does not grow with the market"
    assert of.orders == 4_000


def test_a_month_holds_what_flowed_in_it_and_nobody_moves() -> None:
    of, always = drawn(network())
    parts = [drawn(network(), period=(n, n))[1] for n in range(len(of.months))]
    assert sum(t.amount for part in parts for t in part.ties) == pytest.approx(sum(t.amount for t in always.ties))
    for part in parts:
        assert [(n.x, n.y) for n in part.picture.nodes] == [(n.x, n.y) for n in always.picture.nodes]
    month = of.months[1]
    assert sum(t.amount for t in parts[1].ties) == pytest.approx(
        sum(f["amount"] for f in network()["flows"] if f["month"] == month)
    )


def test_widths_of_months_can_be_compared() -> None:
    of, _ = drawn(network())
    parts = [drawn(network(), period=(n, n))[1] for n in range(len(of.months))]
    assert len({part.most for part in parts}) == 1
    assert parts[0].most == max(t.amount for part in parts for t in part.ties)


@pytest.mark.parametrize(("tier", "role"), [(1, None), (None, "source"), (2, "middleman"), (BESIDE, None)])
def test_a_tier_is_drawn_one_by_one_and_the_others_together(tier: int | None, role: str | None) -> None:
    focus = Focus(tier=tier, role=role)
    of, told = drawn(network(10_000, 4_000), focus)
    wanted = [p for p in of.people if focus.holds(p)]
    assert {p.id for p in told.people} == {p.id for p in wanted}
    assert {p.id for p in told.cast.alone} >= {p.id for p in told.people[:ALONE]}
    assert len(told.picture.nodes) < ALONE + 20


def test_around_a_person_stand_those_he_dealt_with() -> None:
    found = network()
    seller = found["flows"][0]["to"]
    of, told = drawn(found, Focus(person=made(found).number[seller]))
    partners = {f["from"] for f in found["flows"] if f["to"] == seller} | {
        f["to"] for f in found["flows"] if f["from"] == seller
    }
    for order in found["orders"]:
        for hop in order["hops"]:
            if seller in (hop["from"], hop["to"]):
                partners |= {hop["from"], hop["to"]}
    assert {p.id for p in told.people} == partners | {seller}
    assert told.people[0].id == seller
    for deal in dealings(of, of.number[seller]):
        name = of.people[deal.partner].id
        paid = sum(f["amount"] for f in found["flows"] if (f["from"], f["to"]) == (name, seller))
        assert deal.received == pytest.approx(paid)
        between = months_between(of, of.number[seller], deal.partner)
        assert sum(m.back for m in between) == pytest.approx(paid)


def test_a_market_is_the_same_from_its_file(tmp_path: Path) -> None:
    of = made(network())
    file = tmp_path / "m.npz"
    kept.write(file, of)
    again = kept.read(file)
    assert file.stat().st_mode & 0o777 == 0o600
    for name in ("payer", "payee", "flow_sums", "buyer", "seller", "hop_month", "hop_order", "hop_inferred", "on_path"):
        assert np.array_equal(getattr(of, name), getattr(again, name))
    assert [(p.id, p.label, p.tier, p.role, p.told, p.own) for p in of.people] == [
        (p.id, p.label, p.tier, p.role, p.told, p.own) for p in again.people
    ]
    file.write_bytes(file.read_bytes()[:1000])
    assert kept.kept(file, lambda: of) is of
    assert kept.read(file).months == of.months
    file.write_bytes(b"")  # as a machine that lost its power leaves it
    assert kept.kept(file, lambda: of) is of
    file.unlink()
    file.mkdir()
    assert kept.kept(file, lambda: of) is of
    assert [p.name for p in tmp_path.iterdir()] == ["m.npz"], "nothing half written is left"


def test_hostile_rows_make_a_market_all_the_same(tmp_path: Path) -> None:
    found: dict[str, Any] = {
        "people": [
            {"id": "N1", "tier": "high", "role": "<b>", "alias_details": [{"value": "{b}\u202e", "kind": "nickname"}]},
            {"id": "N2"},
        ],
        "flows": [{"from": "N1", "to": "N9"}, {"from": "N1", "to": "N2", "amount": "much", "month": 7}, *TOO_MUCH],
        "orders": [{"id": 3, "path": "N1", "hops": [{"from": "N1", "to": "N2"}, "no hop"]}, {"path": ["N2", "N1"]}],
    }  # fmt: skip
    of, told = drawn(found)
    assert [p.role for p in of.people] == ["unknown", "unknown"]
    assert of.months == ()
    assert sorted(of.payments) == [0, 0, 0, 0, 2**31 - 1]
    option = json.dumps(chart(told, Ways("/c"), words("zh"), report_words("zh"), "").option, ensure_ascii=False)
    assert "\u202e" not in option
    assert 'formatter": "{b}\u202e' not in option
    kept.write(tmp_path / "m.npz", of)
    assert kept.read(tmp_path / "m.npz").people[0].label == of.people[0].label


def test_no_market_has_an_empty_picture() -> None:
    of, told = drawn(NOBODY, period=(0, 0))
    assert not told.picture.nodes
    assert not told.ties
    assert of.span("2026-01", None) == (0, 0)


def test_everybody_stands_where_the_report_draws_him() -> None:
    found = network()
    of, told = drawn(found)
    assert {p.id: (p.role, p.tier, p.strength) for p in told.cast.alone} == {
        p.id: (p.role, p.tier, p.strength) for p in people(found)
    }
    assert of.people[1].tier is None
    assert next(n for n in told.picture.nodes if n.person and n.person.id == of.people[1].id).y > (
        told.picture.lane or 0
    )
