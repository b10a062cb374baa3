"""What messages do: stories of a few people, told in words that the terms know or must learn."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from tests.identifiers.made_ids import made_card, made_id, made_mobile
from tests.network.acts.made_talk import NAMES, Chats, keys_of, said_by, token

from headwater.network.acts.classify import acts
from headwater.network.acts.terms import Lexicon, read_terms

BUYER, SELLER = 1, 2


@pytest.fixture
def chats() -> Chats:
    """A pair that has dealt for some days."""
    made = Chats()
    made.trade(BUYER, SELLER)
    return made


LATER = 10_000.0


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("{mobile} 定位", "location"),
        ("老板 话单一个 {mobile}", "call_record"),
        ("{name}，{mobile}\n要dz", "address"),
        ("加急 {name}{mobile} {id} 户籍", "family"),
        ("帮查个车档 {name} {id}", "vehicle"),
        ("{name} {id} zx 急", "credit"),
        ("need phone location {mobile}", "location"),
        ("нужна детализация {mobile}", "call_record"),
    ],
)
def test_request(chats: Chats, text: str, category: str) -> None:
    filled = text.format(mobile=made_mobile(77), name="孙丽", id=made_id(77))
    number = chats.say(LATER, BUYER, SELLER, filled)
    assert said_by(chats.acts(), chats, number) == [("order", category)]


def test_key_and_item_in_two_messages(chats: Chats) -> None:
    key = chats.say(LATER, BUYER, SELLER, made_mobile(80))
    item = chats.say(LATER + 0.1, BUYER, SELLER, "要户籍")
    made = chats.acts()
    assert said_by(made, chats, key) == [("order", "family")]
    assert said_by(made, chats, item) == []


def test_item_before_its_key(chats: Chats) -> None:
    chats.say(LATER, BUYER, SELLER, "定位")
    key = chats.say(LATER + 0.1, BUYER, SELLER, made_mobile(81))
    assert said_by(chats.acts(), chats, key) == [("order", "location")]


def test_several_keys_before_one_item(chats: Chats) -> None:
    keys = [chats.say(LATER + n / 10, BUYER, SELLER, made_mobile(82 + n)) for n in range(3)]
    chats.say(LATER + 0.4, BUYER, SELLER, "都要话单")
    made = chats.acts()
    assert [said_by(made, chats, n) for n in keys] == [[("order", "call_record")]] * 3


def test_item_left_out_is_the_one_before(chats: Chats) -> None:
    number = chats.say(LATER, BUYER, SELLER, f"{made_mobile(90)} 户籍")
    again = chats.say(LATER + 30, BUYER, SELLER, made_mobile(91))
    made = chats.acts()
    assert said_by(made, chats, number) == said_by(made, chats, again) == [("order", "family")]


def test_item_under_a_picture(chats: Chats) -> None:
    chats.say(LATER, BUYER, SELLER, "", kind="image")
    item = chats.say(LATER + 0.1, BUYER, SELLER, "查征信")
    made = chats.acts()
    assert said_by(made, chats, item) == [("order", "credit")]
    row = made.acts[made.acts["category"] == "credit"].iloc[0]
    assert row["media"]
    assert row.name not in set(made.keys["act"])


def test_another_item_of_what_is_quoted(chats: Chats) -> None:
    first = f"{made_mobile(95)} 机主"
    chats.say(LATER, BUYER, SELLER, first)
    number = chats.say(LATER + 60, BUYER, SELLER, "再查个话单", kind="quote", quoted=first)
    made = chats.acts()
    assert said_by(made, chats, number) == [("order", "call_record")]
    row = int(made.acts.index[made.acts["category"] == "call_record"][0])
    assert token("mobile", made_mobile(95)) in keys_of(made, row)


def test_batch_is_one_order_for_each_key_and_item(chats: Chats) -> None:
    text = f"1、{NAMES[0]}，{made_mobile(1)} 定位+房产\n2、{NAMES[1]} {made_mobile(2)} 余额"
    number = chats.say(LATER, BUYER, SELLER, text)
    made = chats.acts()
    assert said_by(made, chats, number) == [("order", "location"), ("order", "property"), ("order", "balance")]
    rows = made.acts.index[made.acts["category"].isin(["location", "property", "balance"])]
    one, other = token("mobile", made_mobile(1)), token("mobile", made_mobile(2))
    assert [(one in keys_of(made, r), other in keys_of(made, r)) for r in rows] == [(True, False)] * 2 + [(False, True)]


def test_batch_under_one_item(chats: Chats) -> None:
    text = f"以下户籍\n{made_id(1)}\n{NAMES[2]} {made_mobile(3)}\n{made_mobile(4)}"
    number = chats.say(LATER, BUYER, SELLER, text)
    assert said_by(chats.acts(), chats, number) == [("order", "family")] * 3


def test_one_person_over_two_lines(chats: Chats) -> None:
    number = chats.say(LATER, BUYER, SELLER, f"查征信 {NAMES[3]}\n{made_mobile(5)} {made_id(5)}")
    made = chats.acts()
    assert said_by(made, chats, number) == [("order", "credit")]
    row = int(made.acts.index[made.acts["category"] == "credit"][0])
    assert {kind for kind, _ in keys_of(made, row)} == {"name", "mobile", "resident_id"}
    strong = made.keys[(made.keys["act"] == row)].set_index("kind")["strong"]
    assert not strong["name"]
    assert strong["mobile"]
    assert strong["resident_id"]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("{mobile} 机主{name} {id}", "owner"),
        ("{name}：户主赵敏 妻陈静 子{name}", "family"),
        ("{name} 建设银行尾号1234 余额86373.27", "balance"),
        ("{mobile} 18:28 江苏省某某市龙湖路5号附近 误差59米", "location"),
        ("{name} {id} 贷款3笔 信用卡7张 逾期0次", "credit"),
        ("{name} 3月4日 入住江景酒店301房", "hotel"),
    ],
)
def test_answer(chats: Chats, text: str, category: str) -> None:
    filled = text.format(mobile=made_mobile(70), name="孙丽", id=made_id(70))
    number = chats.say(LATER, SELLER, BUYER, filled)
    assert said_by(chats.acts(), chats, number) == [("result", category)]


def test_answer_tells_its_key_from_what_is_new(chats: Chats) -> None:
    chats.say(LATER, SELLER, BUYER, f"{made_mobile(71)} 机主{NAMES[0]} {made_id(71)}")
    made = chats.acts()
    row = int(made.acts.index[made.acts["act"] == "result"][-1])
    assert keys_of(made, row) == {token("mobile", made_mobile(71))}
    assert token("resident_id", made_id(71)) in keys_of(made, row, told=True)


def test_answer_without_key_and_answer_as_picture(chats: Chats) -> None:
    told = chats.say(LATER, SELLER, BUYER, "户主赵敏 妻陈静 子黄磊")
    chats.say(LATER + 10, BUYER, SELLER, f"查征信 {made_mobile(72)}")
    picture = chats.say(LATER + 60, SELLER, BUYER, "", kind="image")
    unasked = chats.say(LATER + 9000, SELLER, BUYER, "", kind="image")
    made = chats.acts()
    assert said_by(made, chats, told) == [("result", "family")]
    assert said_by(made, chats, picture) == [("result", "")]
    assert said_by(made, chats, unasked) == []


def test_failures_and_answers_in_one_message(chats: Chats) -> None:
    text = f"{made_mobile(73)} 机主{NAMES[1]} {made_id(3)}\n{made_mobile(74)} 查无"
    number = chats.say(LATER, SELLER, BUYER, text)
    alone = chats.say(LATER + 5, SELLER, BUYER, "出不来 停机了")
    made = chats.acts()
    assert said_by(made, chats, number) == [("result", "owner"), ("failure", "")]
    failed = int(made.acts.index[made.acts["act"] == "failure"][0])
    assert keys_of(made, failed) == {token("mobile", made_mobile(74))}
    assert said_by(made, chats, alone) == [("failure", "")]


def test_money_is_talked_about(chats: Chats) -> None:
    chats.say(LATER, BUYER, SELLER, f"查定位 {made_mobile(60)}")
    told = {
        "ask_price": chats.say(LATER + 1, BUYER, SELLER, "什么价"),
        "quote": chats.say(LATER + 2, SELLER, BUYER, "1150"),
        "agree": chats.say(LATER + 3, BUYER, SELLER, "好"),
        "pay_request": chats.say(LATER + 400, SELLER, BUYER, "今天2单 1785"),
        "pay_notice": chats.say(LATER + 401, BUYER, SELLER, "打卡里了 1785"),
        "urge": chats.say(LATER + 500, BUYER, SELLER, "出了没"),
        "refund_notice": chats.say(LATER + 600, SELLER, BUYER, "1150退了"),
    }
    made = chats.acts()
    assert {act: said_by(made, chats, n) for act, n in told.items()} == {act: [(act, "")] for act in told}
    sums = made.acts[made.acts["amount"].notna()].groupby("act", observed=True)["amount"].last()
    assert sums[["quote", "pay_request", "pay_notice", "refund_notice"]].tolist() == [1150, 1785, 1785, 1150]


def test_card_to_pay_to_is_no_order(chats: Chats) -> None:
    number = chats.say(LATER, SELLER, BUYER, f"{made_card(7)} 农业银行 {NAMES[4]}")
    made = chats.acts()
    assert said_by(made, chats, number) == [("pay_request", "")]


def test_groups_advertise_and_hold_money() -> None:
    made = Chats()
    advert = made.say(1, 3, 0, "出 机主 秒回 量大优惠 价格私聊", group="group")
    prices = made.say(2, 3, 0, "最新价格表\n户籍 335\n开房 410\n车档 115\n定位 1055", group="group")
    held = made.say(3, 4, 0, "担保单0123 买家 七哥 卖家 孤狼 机主信息 150 款已到", group="group")
    given = made.say(4, 4, 0, "担保单0123 已放款", group="group")
    told = made.acts()
    assert [said_by(told, made, n)[0][0] for n in (advert, prices, held, given)] == [
        "advert",
        "advert",
        "escrow",
        "escrow",
    ]
    sums = told.acts[told.acts["act"] == "escrow"]["amount"].tolist()
    assert sums[0] == 150
    assert np.isnan(sums[1])


ORDINARY = (
    "你舅手机换了 {mobile} 存一下",
    "物业电话{mobile}",
    "电话打不通 {mobile}对吗",
    "这个机主是不是你 充了50话费",
    "我去人行打征信",
    "开房了没 几楼",
    "房产证下来没",
    "全家福发群里",
    "收件人{name} {mobile} 某某市龙湖路5号 对吗",
    "{name} {mobile} 某某市龙湖路5号",
    "客户{name} {mobile} 你跟一下",
    "{name}结婚你随多少",
    "卡里余额还有3200",
    "{mobile}",
    "发个定位 我来接你",
    "查一下{name}的保单",
    "[语音通话 02:13]",
    "借我500 月底还",
    "转你了",
    "多少",
)


@pytest.mark.parametrize("known", [True, False])
def test_ordinary_life_is_no_trade(known: bool) -> None:
    """Whether or not the terms know the words of ordinary life, beside pairs that do trade."""
    made = Chats()
    for pair in range(4):
        made.trade(10 + pair, 20 + pair)
    for friend in range(12):
        for day in range(30):
            text = ORDINARY[(day * 7 + friend) % len(ORDINARY)]
            filled = text.format(mobile=made_mobile(5000 + friend * 40 + day), name=NAMES[day % len(NAMES)])
            made.say(day * 1440 + friend, *((50 + friend, 90) if day % 2 else (90, 50 + friend)), filled)
            made.say(day * 1440 + friend + 3, 90, 50 + friend, "好的")
    told = acts(made.traffic(), None if known else _without("ordinary"))
    assert set(told.acts["act"]) >= {"order", "result"}
    assert not (told.acts["sender"].ge(50) | told.acts["receiver"].ge(50)).any()


def test_single_odd_message_of_a_friend_is_no_order(chats: Chats) -> None:
    for day in range(10):
        chats.say(day * 1440, 30, 31, "晚上回来吃不")
    odd = chats.say(LATER, 30, 31, f"查机主 {made_mobile(66)}")
    assert said_by(chats.acts(), chats, odd) == []


def test_word_is_learned_from_what_answers_show() -> None:
    made = Chats()
    for pair in range(3):
        made.trade(10 + pair, 20 + pair, item="青瓜")
    number = made.say(LATER, 10, 20, f"{made_mobile(67)} 青瓜")
    told = made.acts()
    assert told.words[["word", "category", "before", "how"]].to_numpy().tolist() == [["青瓜", "owner", "", "answers"]]
    assert said_by(told, made, number) == [("order", "owner")]


def test_word_takes_the_meaning_that_it_has_in_the_case() -> None:
    made = Chats()
    for pair in range(4):
        made.trade(10 + pair, 20 + pair, item="档口", orders=5)
    told = made.acts()
    assert told.words[["word", "category", "before"]].to_numpy().tolist() == [["档口", "owner", "address"]]
    orders = told.acts[told.acts["act"] == "order"]
    assert set(orders["category"]) == {"owner"}


def test_letters_stand_for_the_item_that_begins_with_them(chats: Chats) -> None:
    for n in range(2):
        chats.say(LATER + n * 50, BUYER, SELLER, f"{made_mobile(600 + n)} wmda")
    words = read_terms(_terms() + '\n[item.express2]\nsure = "p"\nwords = ["外卖档案"]\n')
    told = acts(chats.traffic(), words)
    assert told.words[["word", "category", "how"]].to_numpy().tolist() == [["wmda", "express2", "initials"]]


def test_nothing_gives_nothing() -> None:
    made = Chats()
    made.say(0, 1, 2, "早")
    assert made.acts().acts.empty
    empty = made.traffic()
    none = empty.messages.iloc[:0]
    told = acts(type(empty)(*(none if n == "messages" else getattr(empty, n) for n in empty.__slots__)))
    assert told.acts.empty
    assert told.keys.empty


def test_same_input_same_acts(chats: Chats) -> None:
    one, other = chats.acts(), chats.acts()
    pd.testing.assert_frame_equal(one.acts, other.acts)
    pd.testing.assert_frame_equal(one.keys, other.keys)


def _terms() -> str:
    return (files("headwater.network.acts") / "terms.toml").read_text("utf-8")


def _without(says: str) -> Lexicon:
    text = _terms()
    start = text.index(f"[say.{says}]")
    end = text.find("\n[", start)
    return read_terms(text[:start] + (text[end:] if end > 0 else ""))
