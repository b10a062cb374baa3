"""The answer's sentences on a market: who is in it, where it meets the house, on whom it hangs; none without one."""

from __future__ import annotations

from tests.network.made_market import made_market

from headwater.casework.answer import answer
from headwater.casework.market_answer import market_answer
from headwater.model.attribution import Attribution
from headwater.model.network import Market, Member
from headwater.model.organisation import Organisation

MARKET = made_market(60, 120)


def test_without_a_market_nothing_is_added() -> None:
    assert market_answer(Market()) == []


def test_people_orders_look_ups_and_key_players_are_told_in_both_languages() -> None:
    who, met, hangs = market_answer(MARKET)
    customers = sum(m.role == "customer" for m in MARKET.people)
    answered = sum(o.outcome == "answered" for o in MARKET.orders)
    assert "60 people" in who.en
    assert f"customers {customers}" in who.en
    assert f"of which {answered} were answered" in who.en
    assert f"客户 {customers} 人" in who.zh
    assert "through account crm.li (S1042)" in met.en
    assert "crm.li (S1042)" in met.zh
    assert MARKET.key_players[0].id in hangs.en
    assert MARKET.key_players[0].id in hangs.zh


def test_people_without_a_role_are_counted_as_such() -> None:
    (who,) = market_answer(Market(people=(Member("N1", ()), Member("N2", (), role="source", roles=("source",)))))
    assert "sources 1, without a role 1" in who.en
    assert "角色不明 1 人" in who.zh


def test_where_nothing_else_was_found_the_market_comes_first_and_nobody_is_called_free_of_blame() -> None:
    told = answer((), Attribution(), (), Organisation(), MARKET)
    assert told[:3] == market_answer(MARKET)
    assert not any("nobody is accused" in t.en for t in told)
    assert any("nobody is accused" in t.en for t in answer((), Attribution(), (), Organisation()))
