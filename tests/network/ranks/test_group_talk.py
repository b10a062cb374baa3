"""What is said in groups: adverts, price lists, and money held, in groups of the trade only; and the lines that are cited."""

from __future__ import annotations

import numpy as np
import pandas as pd
from tests.network.ranks.made_hops import hops_of, paid_of

from headwater.model.evidence import Citation
from headwater.network.frames import Acts, People, Traffic
from headwater.network.ranks.group_talk import group_talk, said_by
from headwater.network.ranks.rank import ranks

NO = pd.DataFrame()
MARKET, HOME, SINGLE = 0, 1, 2
LIST = "今日价格\n机主 100\n定位 1200元\n开房 300\n征信 1000/条"
SAID = [
    (MARKET, 0, LIST, "advert"),
    (MARKET, 0, "出定位 秒回 1200起", "advert"),
    (MARKET, 0, "收征信渠道", "advert"),
    (MARKET, 2, "有新渠道吗", "advert"),  # asked for, not offered
    (MARKET, 2, "价格表发我一份", "advert"),
    (MARKET, 1, "担保单881 买家甲 卖家乙 1065 款已到", ""),
    (MARKET, 1, "担保单881 已放款", ""),
    (MARKET, 1, "没出 300原路退回", ""),
    (MARKET, 1, "款已到", ""),  # no number: says nothing countable
    (HOME, 2, "物业费 300 已收", ""),
    (HOME, 2, "多收的 30 已退", ""),
    (SINGLE, 1, "300 已收", ""),
]


def talk() -> tuple[Traffic, People, Acts]:
    frame = pd.DataFrame(SAID, columns=["chat", "sender", "text", "act"])
    messages = frame.assign(
        time=np.arange(len(frame)), kind="text", source="chats/a.csv", line=np.arange(len(frame)) + 2
    )
    chats = pd.DataFrame(
        {"id": ["m", "h", "s"], "group": [True, True, False], "one": [-1, -1, 1], "other": [-1, -1, 3]}
    )
    transfers = pd.DataFrame({"payer": [3], "payee": [1], "message": [-1], "source": ["payments/b.csv"], "line": [7]})
    accounts = pd.DataFrame({"id": list("abcd"), "system": ["wechat"] * 4, "owner": ["", "", "h", ""]})
    acts = messages[messages["act"] != ""].rename_axis("message").reset_index()[["message", "act"]]
    traffic = Traffic(accounts, NO, chats, messages.drop(columns="act"), NO, NO, transfers, NO, NO)
    return traffic, People(np.arange(4), NO, np.ones(4)), Acts(acts, NO)


def test_adverts_price_lists_and_money_held_are_told_apart() -> None:
    said = group_talk(*talk())
    rows = [tuple(row) for row in said[["person", "kind", "message"]].itertuples(index=False)]
    assert rows == [
        (0, "price_list", 0),
        (0, "advert", 1),
        (0, "advert", 2),
        (1, "holds", 5),
        (1, "releases", 6),
        (1, "returns", 7),
    ]
    assert said_by(said, "advert", 4).tolist() == [2, 0, 0, 0]


def test_without_adverts_the_same_words_are_neighbours_business() -> None:
    traffic, people, acts = talk()
    few = Acts(acts.acts.iloc[:2], NO)
    assert set(group_talk(traffic, people, few)["person"]) == {0}


def test_a_group_where_people_of_orders_write_is_one_of_the_trade() -> None:
    traffic, people, _ = talk()
    orders = Acts(pd.DataFrame({"message": [0, 3], "act": ["order", "order"]}), NO)
    assert said_by(group_talk(traffic, people, orders), "holds", 4).tolist() == [0, 1, 0, 0]


def test_everything_at_one_go_cites_lines_of_the_input() -> None:
    traffic, people, acts = talk()
    more = pd.DataFrame({"message": [3, 4, 5, 1], "act": ["order"] * 4})
    acts = Acts(pd.concat([acts.acts, more], ignore_index=True), NO)
    hops = hops_of([(3, 2, 0)] * 6)
    hops.hops["request"] = [3, 4] * 6
    found = ranks(
        traffic, people, acts, hops, paid_of((3, 1, 50.0, 1, 0.0)), np.array([True, False, True, True, False])
    )
    assert [s.role for s in found.standings] == ["source", "", "middleman", "customer"]
    lines = {c for s in found.standings for f in s.facts for c in f.evidence}
    known = {Citation("chats/a.csv", n + 2) for n in range(len(SAID))} | {Citation("payments/b.csv", 7)}
    assert lines
    assert lines <= known
    assert Citation("chats/a.csv", 3 + 2) in found.standings[3].facts[0].evidence
    assert found.keys.players[0].cut == 6
    assert set(found.tiers["person"]) == {0, 2, 3}


def test_nobody_has_a_role_in_a_case_without_orders() -> None:
    traffic, people, _ = talk()
    none = Acts(pd.DataFrame({"message": np.zeros(0, np.int64), "act": []}), NO)
    found = ranks(traffic, people, none, hops_of([]), paid_of(), np.zeros(5, dtype=bool))
    assert not any(s.member for s in found.standings)
    assert found.keys.players == ()
