"""An account that is handed over is two people's, each with the deeds, names and money of his own time; words alone part nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.network.talk_lake import START, lake, said, told

from headwater.casework.covered import cover_account
from headwater.model.network import Verdict
from headwater.network.frames import People, Traffic
from headwater.network.handovers.handing import parted_by_hand
from headwater.network.handovers.saying import said as heard
from headwater.network.handovers.telling import handovers_told
from headwater.network.people.aliases import aliases
from headwater.network.people.people import people
from headwater.network.traffic.traffic import traffic

DAY = 86_400.0
AT = 20 * DAY
PARTNERS = ("anna", "ben", "cora")
"""Whose phones are read; they trade with the account ``wxid_shop``."""
AFTER = START + timedelta(seconds=AT)
WORDS = "我不做了 听风接手"

Rows = list[dict[str, Any]]


def trade(partner: str, day: float, account: str = "wxid_shop", **more: Any) -> Rows:
    """A request that names somebody, and its answer."""
    named = {"tokens": [f"mobile:{int(day * 100):016x}"], "masks": ["154****0000"]}
    asked = f"{day:.1f} 查一个 ⟨mobile⟩"
    return [
        said(partner, account, f"{partner}_id", day * DAY, asked, **named, **more),
        said(partner, account, account, day * DAY + 600, f"出了 {day:.1f} ⟨mobile⟩ 结果在这", **named, **more),
    ]


def market(words: str = WORDS, hearers: tuple[str, ...] = PARTNERS, until: int = 40) -> Rows:
    """The account trades with three every other day, tells the hearers something on the twentieth, and trades on until some day."""
    rows = [row for n, day in enumerate(range(1, until, 2)) for row in trade(PARTNERS[n % 3], day + n % 3 / 10)]
    rows += [said(hearer, "wxid_shop", "wxid_shop", AT + n, words) for n, hearer in enumerate(hearers)]
    crowd = [said("anna", f"other{n}", f"other{n}", n * 1000.0, f"hello number {n} here") for n in range(40)]
    return rows + crowd


def read(folder: Path, messages: Rows, **tables: Rows) -> Traffic:
    with lake(folder, messages=messages, **tables) as engine:
        return parted_by_hand(traffic(engine), engine)


def parts(made: Traffic) -> list[str]:
    return sorted(i for i in made.accounts["id"] if str(i).startswith("wxid_shop"))


def person(made: Traffic, known: People, account: str) -> int:
    return int(known.of[made.accounts["id"].tolist().index(account)])


GIVEN = [
    WORDS,
    "以后这个号归听风用 找他就行",
    "这个号以后归听风打理了",
    "兄弟们 我这边不干了 听风来接",
    "我把这个号转给听风了",
    "i quit, tingfeng takes over",
    "this account belongs to my cousin now",
    "my brother will take over this account",
]
TAKEN = ["这个号换人了", "我是新接手的", "我接手了这个号", "i have taken over this account"]
IDLE = [
    "我换号了 加我新号",
    "新号 other3 老号被封了",
    "这个号以后少用 加我新号",
    "这个号以后给客户用",
    "我不做了",
    "哈哈 我不做了 听风接手",
    "我不做了 你来接手吧",
    "他不做了 听风接手",
    "老王不做了 听风接手 以后找他",
    "我不做了 谁来接手",
    "这个号归属江苏南京",
    "这个号是他老婆在用",
    "这单我不做了 转给听风做",
    "以后打这个卡号 归财务用",
    "if i quit, he takes over this account",
    "who takes over this account?",
    "this account belongs to you now",
]


def test_who_gives_an_account_over_or_has_taken_it_is_heard_and_nobody_else() -> None:
    texts = [*GIVEN, *TAKEN, *IDLE]
    rows = {"sender": 0, "receiver": 1, "time": range(len(texts)), "shape": pd.Categorical(texts)}
    told = heard(pd.DataFrame(rows))
    found = dict(zip((texts[n] for n in told["message"]), told["takes"], strict=True))
    assert found == {**dict.fromkeys(GIVEN, False), **dict.fromkeys(TAKEN, True)}


def test_what_is_said_and_lived_parts_the_account(tmp_path: Path) -> None:
    made = read(tmp_path, market())
    assert parts(made) == ["wxid_shop#1", "wxid_shop#2"]
    one, two = (made.accounts["id"].tolist().index(p) for p in parts(made))
    cut = made.handovers["time"].iloc[0]
    messages = made.messages
    for side in ("sender", "receiver"):
        assert (messages["time"][messages[side] == one] < cut).all()
        assert (messages["time"][messages[side] == two] >= cut).all()
    assert messages["text"][made.handovers["message"]].astype(str).tolist() == [WORDS] * 3


def test_what_the_new_holder_says_parts_it_before_his_first_word(tmp_path: Path) -> None:
    made = read(tmp_path, market("这个号换人了 我接手了这个号"))
    two = made.accounts["id"].tolist().index("wxid_shop#2")
    assert two in made.messages["sender"][made.handovers["message"]].tolist()


@pytest.mark.parametrize(
    ("words", "hearers", "until"),
    [
        (WORDS, PARTNERS, 21),  # the account falls silent: another one goes on, or none
        (WORDS, PARTNERS, 24),  # what is left is wound up
        (WORDS, PARTNERS[:1], 40),  # one is joked with
        ("我换号了 加我新号", PARTNERS, 40),
    ],
)
def test_a_joke_a_new_account_or_a_silent_one_parts_nothing(
    tmp_path: Path, words: str, hearers: tuple[str, ...], until: int
) -> None:
    made = read(tmp_path, market(words, hearers, until))
    assert parts(made) == ["wxid_shop"]
    assert not len(made.handovers)


def seized(since: float, until: float = 40.0, holder: str = "dora", peer: str = "eve_id") -> Rows:
    """The account on a phone from one day to another, with an account of the holder's own on all other days."""
    rows = []
    for day in np.arange(1, 40, 1.7):
        own = "wxid_shop" if since < day < until else f"{holder}_id"
        rows.append(said(holder, peer, own, day * DAY, f"good morning on day {day:.1f}", own=own))
    return rows


def test_a_phone_that_goes_on_with_those_who_were_told_gainsays_the_words(tmp_path: Path) -> None:
    made = read(tmp_path, [*market(), *seized(0.0, peer="anna_id")])
    assert parts(made) == ["wxid_shop"]


def shown_by_the_giver() -> Rows:
    """The trade until the account was given away as the giver's own phone shows it."""
    rows = [row for row in market() if row["time"] < AFTER and row["chat"] == "wxid_shop"]
    chats = [f"{row['owner']}_id" for row in rows]
    ends = [
        (chat, "wxid_shop" if row["sender"] != "wxid_shop" else chat) for row, chat in zip(rows, chats, strict=True)
    ]
    own = {"owner": "dora"}
    return [
        {**row, **own, "chat": c, "receiver": r, "outgoing": r == c, "source": f"chats/dora/{c}.csv"}
        for row, (c, r) in zip(rows, ends, strict=True)
    ]


def test_what_the_givers_phone_goes_on_to_show_is_his_own(tmp_path: Path) -> None:
    made = read(tmp_path, [*market(), *shown_by_the_giver(), *seized(0.0, peer="anna_id")])
    owner = dict(zip(made.accounts["id"], made.accounts["owner"], strict=True))
    assert (owner["wxid_shop#1"], owner["wxid_shop#2"]) == ("dora", "")
    senders = made.accounts["id"].to_numpy(object)[made.messages["sender"]]
    mornings = made.messages["text"].astype(str).str.startswith("good morning").to_numpy()
    assert set(senders[mornings]) == {"wxid_shop#1"}
    assert "wxid_shop#2" in set(senders[~mornings])


def test_the_phone_that_has_it_from_then_on_is_the_new_holders(tmp_path: Path) -> None:
    made = read(tmp_path, [*market(), *seized(20.0)])
    owner = dict(zip(made.accounts["id"], made.accounts["owner"], strict=True))
    assert (owner["wxid_shop#1"], owner["wxid_shop#2"]) == ("", "dora")
    known = people(made)
    assert person(made, known, "wxid_shop#2") == person(made, known, "dora_id")
    assert person(made, known, "wxid_shop#1") != person(made, known, "dora_id")


def test_names_and_numbers_stay_with_whom_they_were_told_of(tmp_path: Path) -> None:
    heard_late = [row for row in market(hearers=PARTNERS[:2]) if row["owner"] != "cora" or row["time"] > AFTER]
    book = [
        told("anna", "wxid_shop", "remark", "朱**", token="a" * 32),
        told("cora", "wxid_shop", "remark", "沈**", token="b" * 32),
        told("ben", "wxid_shop", "nickname", "烟雨"),
    ]
    made = read(tmp_path, heard_late, contacts=book)
    ids = made.accounts["id"].to_numpy(object)
    facts = [(ids[f.account], f.kind, f.shown) for f in made.facts.itertuples()]
    shop = sorted(f for f in facts if f[0].startswith("wxid_shop") and f[1] in ("remark", "nickname"))
    assert ("wxid_shop#1", "remark", "朱**") in shop
    assert ("wxid_shop#2", "remark", "沈**") in shop
    assert [f for f in shop if f[1] == "remark" and f[2] == "朱**"] == [("wxid_shop#1", "remark", "朱**")]
    assert {f[0] for f in shop if f[2] == "烟雨"} == {"wxid_shop#1", "wxid_shop#2"}


def test_conversations_are_parted_and_every_message_lies_in_its_own(tmp_path: Path) -> None:
    made = read(tmp_path, market())
    chats, messages = made.chats, made.messages
    two = ~chats["group"].astype(bool).to_numpy()[messages["chat"]]
    ends = chats[["one", "other"]].to_numpy()[messages["chat"]]
    wrote = np.sort(messages[["sender", "receiver"]].to_numpy(), axis=1)
    assert (ends[two] == wrote[two]).all()
    assert chats["id"].is_unique


def test_the_words_name_the_taker_where_one_account_alone_is_called_so(tmp_path: Path) -> None:
    talk = [said("ben", "tingfeng9", "tingfeng9", 60.0 * n, f"早上好 第{n}天", sender_name="听风") for n in range(8)]
    made = read(tmp_path, [*market(), *talk])
    known = people(made)
    assert person(made, known, "wxid_shop#2") == person(made, known, "tingfeng9")
    assert person(made, known, "wxid_shop#1") != person(made, known, "tingfeng9")
    also = [said("anna", "double7", "double7", 60.0 * n, f"早上好 第{n}天", sender_name="听风") for n in range(8)]
    twice = read(tmp_path / "twice", [*market(), *talk, *also])
    several = people(twice)
    assert person(twice, several, "wxid_shop#2") not in {person(twice, several, a) for a in ("tingfeng9", "double7")}


def test_both_are_told_of_it_with_lines_and_go_by_the_plain_id(tmp_path: Path) -> None:
    made = read(tmp_path, market())
    known = people(made)
    names = {person(made, known, "wxid_shop#1"): "N00001", person(made, known, "wxid_shop#2"): "N00002"}
    facts = handovers_told(made, known, names)
    assert set(facts) == set(names)
    for (fact,) in facts.values():
        assert "until 2024-05-21 02:00 UTC it was N00001's, from then on N00002's" in fact.text.en
        assert "N00001" in fact.text.zh and "wxid_shop#" not in fact.text.zh
        assert len(fact.evidence) == 3
    for who in names:
        account = [a for a in aliases(made, known)[who] if a.kind == "account"]
        assert [a.value for a in account] == ["wxid_shop"]
        assert account[0].account.startswith("wxid_shop#")


def test_a_human_may_join_the_parts_again(tmp_path: Path) -> None:
    made = read(tmp_path, market())
    at = datetime(2026, 1, 1, tzinfo=UTC)
    joined = people(made, [Verdict("V-1", "merge", ("wxid_shop#1",), ("wxid_shop#2",), "one voice", "Li", at)])
    assert person(made, joined, "wxid_shop#1") == person(made, joined, "wxid_shop#2")
    assert handovers_told(made, joined, {}) == {}


def test_a_verdict_on_the_whole_account_bears_on_its_parts(tmp_path: Path) -> None:
    made = read(tmp_path, market())
    at = datetime(2026, 1, 1, tzinfo=UTC)
    apart = people(made, [Verdict("V-1", "split", ("wxid_shop",), ("other3",), "two voices", "Li", at)])
    forbidden = apart.links[apart.links["reason"] == "split"]
    assert len(forbidden) == 2


def test_a_part_of_an_account_that_is_a_persons_number_is_masked() -> None:
    assert cover_account("15412345678#2") == "154****5678#2"
    assert cover_account("zhang@example.com#1") == f"{cover_account('zhang@example.com')}#1"
    assert "zhang@" not in cover_account("zhang@example.com#1")


def test_no_messages_say_nothing() -> None:
    none = pd.DataFrame({"sender": [], "receiver": [], "time": [], "shape": pd.Categorical([])})
    assert not len(heard(none))
