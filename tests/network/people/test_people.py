"""Who is behind accounts: each kind of evidence, what forbids a merge, and what people have said."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from tests.network.people.made_traffic import DAY, SECOND, START, Story

from headwater.model.network import Verdict
from headwater.network.frames import People
from headwater.network.notes import unheard
from headwater.network.people.aliases import aliases
from headwater.network.people.clustering import grouped
from headwater.network.people.evidence import Scene
from headwater.network.people.people import people
from headwater.network.people.roots import root

HOUR = 3_600
WHEN = datetime(2026, 1, 5, tzinfo=UTC)


def story(**owners: str) -> Story:
    made = Story(owners=owners)
    made.strangers(60)
    return made


def together(made: Story, found: People, *accounts: str) -> bool:
    return len({int(found.of[made.place(a)]) for a in accounts}) == 1


def reasons(made: Story, found: People, one: str, other: str) -> set[str]:
    low, high = sorted((made.place(one), made.place(other)))
    links = found.links
    return set(links[(links["first"] == low) & (links["second"] == high)]["reason"])


def test_accounts_of_one_device_are_one_person() -> None:
    made = story(main_id="anna", small_id="anna")
    made.say("main_id", "peer_id", 0, "hello")
    made.say("small_id", "peer_id", 5, "hello again")
    found = people(made.traffic())
    assert together(made, found, "main_id", "small_id")
    assert not together(made, found, "main_id", "peer_id")


def test_accounts_with_one_number_are_one_person() -> None:
    made = story(h_id="holder")
    for account, owner in (("north_id", "one"), ("south_id", "two")):
        made.fact(account, "phone", "154****0001", token="p1", owner=owner)
    made.place("phone:p1")
    found = people(made.traffic())
    assert together(made, found, "north_id", "south_id", "phone:p1")


def test_devices_of_two_holders_are_never_one_person() -> None:
    made = story(north_id="anna", south_id="ben")
    for account in ("north_id", "south_id"):
        made.fact(account, "phone", "154****0001", token="p1", owner="cleo")
    found = people(made.traffic())
    assert not together(made, found, "north_id", "south_id")
    assert "devices" in reasons(made, found, "north_id", "south_id")


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("我换号了 加这个 south_id", True),
        ("小号 south_id 也是我", True),
        ("这个号要封 以后用 south_id", True),
        ("以后找 south_id 这个归他用", False),
        ("south_id 是我朋友的号", False),
        ("south_id 是你小号吗", False),
        ("收到", False),
    ],
)
def test_who_calls_an_account_his_own_has_it(text: str, own: bool) -> None:
    made = story()
    made.say("south_id", "peer_id", 5, "在吗")
    made.say("north_id", "peer_id", 0, text)
    assert together(made, people(made.traffic()), "north_id", "south_id") is own


def test_an_account_that_a_text_hides_is_known_by_its_token() -> None:
    made = story()
    made.fact("south_id", "wechat", "south_id", token="w1")
    made.say("south_id", "peer_id", 5, "在吗")
    made.say("north_id", "peer_id", 0, "新号 ⟨wechat⟩ 老号被封了", tokens=[("wechat", "w1")])
    assert together(made, people(made.traffic()), "north_id", "south_id")


def test_a_card_that_one_alone_tells_is_his_and_one_that_many_tell_is_nobodys() -> None:
    for writers, own in ((["north_id"], True), (["north_id", "south_id"], False)):
        made = story(h_id="holder")
        made.pay("h_id", "card:c1", 0, 320.0)
        for number, writer in enumerate(writers):
            made.say(writer, "h_id", 10 + number, "⟨bank_card⟩ 农业银行", tokens=[("bank_card", "c1")])
        assert together(made, people(made.traffic()), "north_id", "card:c1") is own


def echoed(made: Story, peer: str, payee: str, sums: range, late: float = 20.0, start: float = 0.0) -> None:
    for number, amount in enumerate(sums):
        at = start + number * 7 * HOUR
        made.pay("h_id", payee, at, float(amount))
        made.say("h_id", peer, at + late, f"卡里打了{amount}")
        made.say(peer, "h_id", at + late + 60, "好的")


def test_payments_that_a_chat_announces_are_to_whom_it_is_with() -> None:
    made = story(h_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    made.say("h_id", "south_id", 99, "在吗")
    found = people(made.traffic())
    assert together(made, found, "north_id", "card:c1")
    assert "echo" in reasons(made, found, "north_id", "card:c1")


def test_a_card_that_two_chats_announce_in_turn_and_mixed_is_a_helpers() -> None:
    made = story(h_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    echoed(made, "south_id", "card:c1", range(411, 419), start=HOUR)
    found = people(made.traffic())
    assert not together(made, found, "north_id", "card:c1")
    assert not together(made, found, "north_id", "south_id")


def test_one_card_first_by_one_account_then_by_another_is_one_person() -> None:
    made = story(h_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    echoed(made, "south_id", "card:c1", range(411, 419), start=30 * 86_400)
    made.say("north_id", "h_id", 29 * 86_400, "我换号了 加这个 south_id")
    found = people(made.traffic())
    assert together(made, found, "north_id", "south_id", "card:c1")
    assert "changed" in reasons(made, found, "north_id", "south_id")


def test_two_real_names_on_bills_are_two_people() -> None:
    made = story(h_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    made.fact("card:c1", "name", "张*", token="n1")
    made.fact("card:c2", "name", "李*", token="n2")
    for card in ("card:c1", "card:c2"):
        made.fact(card, "phone", "154****0001", token="p1", owner="x")
    found = people(made.traffic())
    assert not together(made, found, "card:c1", "card:c2")


def test_relatives_of_one_title_are_different_people() -> None:
    made = story(h_id="holder")
    for account in ("north_id", "south_id"):
        made.fact(account, "remark", "爸", owner="holder", token="r")
        made.say(account, "h_id", 0, "吃饭了吗")
    assert not together(made, people(made.traffic()), "north_id", "south_id")


def test_who_talk_with_each_other_are_two() -> None:
    made = story()
    for account in ("north_id", "south_id"):
        made.fact(account, "phone", "154****0001", token="p1", owner="x")
    for number in range(8):
        made.say("north_id", "south_id", number * 60, "问")
        made.say("south_id", "north_id", number * 60 + 30, "答")
    found = people(made.traffic())
    assert not together(made, found, "north_id", "south_id")
    assert "talked" in reasons(made, found, "north_id", "south_id")


def test_who_write_in_one_group_at_the_same_second_are_two() -> None:
    made = story()
    for account in ("north_id", "south_id"):
        made.fact(account, "phone", "154****0001", token="p1", owner="x")
        for second in (10, 500):
            made.say(account, "", second, "在", room="room@chatroom")
    assert not together(made, people(made.traffic()), "north_id", "south_id")


def test_a_name_alone_joins_no_two_people() -> None:
    made = story(h_id="holder")
    made.fact("billed:h_id:x", "nickname", "流年🍀88", first=START, last=START + DAY)
    for account in ("north_id", "south_id"):
        made.fact(account, "nickname", "流年🍀88")
        made.say(account, "h_id", 0, "在吗")
    assert not together(made, people(made.traffic()), "north_id", "south_id")


def test_a_rare_nickname_on_a_bill_is_the_contact_who_bears_it() -> None:
    made = story(h_id="holder")
    made.pay("h_id", "billed:h_id:x", 0, 50.0)
    made.fact("billed:h_id:x", "nickname", "流年🍀88", first=START, last=START + DAY)
    made.fact("north_id", "nickname", "流年🍀88")
    made.say("north_id", "h_id", 0, "在吗")
    assert together(made, people(made.traffic()), "billed:h_id:x", "north_id")


def test_a_nickname_on_a_bill_is_nobody_whom_its_holder_was_not_seen_to_know() -> None:
    made = story(h_id="holder", other_id="another")
    made.pay("h_id", "billed:h_id:x", 0, 50.0)
    made.fact("billed:h_id:x", "nickname", "流年🍀88", first=START, last=START + DAY)
    made.fact("north_id", "nickname", "流年🍀88")
    made.say("north_id", "other_id", 0, "在吗")
    assert not together(made, people(made.traffic()), "billed:h_id:x", "north_id")


def said(kind: str, one: str, other: str, name: str = "v1") -> Verdict:
    return Verdict(name, kind, (one,), (other,), "seen on the device itself", "Officer A", WHEN)


def test_a_verdict_goes_before_evidence_and_the_evidence_stays() -> None:
    made = story(main_id="anna", small_id="anna")
    made.say("main_id", "peer_id", 0, "hello")
    made.say("small_id", "peer_id", 5, "hello")
    split = people(made.traffic(), [said("split", "main_id", "small_id")])
    assert not together(made, split, "main_id", "small_id")
    assert reasons(made, split, "main_id", "small_id") == {"device", "split"}
    joined = people(made.traffic(), [said("merge", "main_id", "peer_id")])
    assert together(made, joined, "main_id", "small_id", "peer_id")


def test_a_verdict_of_unknown_accounts_does_nothing() -> None:
    made = story(main_id="anna")
    made.say("main_id", "peer_id", 0, "hello")
    found = people(made.traffic(), [said("merge", "gone_id", "main_id")])
    assert found.count == len(made.ids)


def test_a_verdict_whose_accounts_are_gone_is_said() -> None:
    made = story(main_id="anna")
    made.say("main_id", "peer_id", 0, "hello")
    told = list(unheard([said("merge", "gone_id", "main_id"), said("merge", "main_id", "peer_id")], made.traffic()))
    assert [text.en for text in told] == ["Verdict v1: 1 of its 2 accounts do not occur here."]


def test_every_link_has_both_sentences_and_none_repeats() -> None:
    made = story(h_id="holder", small_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    links = people(made.traffic()).links
    assert (links["en"].str.len() > 10).all() and (links["zh"].str.len() > 5).all()
    assert not links.duplicated(["first", "second", "reason"]).any()


def test_the_same_story_gives_the_same_people() -> None:
    made = story(h_id="holder", small_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    one, other = people(made.traffic()), people(made.traffic())
    assert np.array_equal(one.of, other.of) and one.links.equals(other.links)


def test_a_bridge_between_two_joined_pairs_needs_more_than_a_single_pair() -> None:
    made = story()
    links = Scene(made.traffic())
    frame = people(made.traffic()).links
    rows = [(0, 1, 40.0), (2, 3, 40.0), (1, 2, links.prior + 3.0)]
    frame = (
        frame.iloc[:0]
        .reindex(range(3))
        .assign(first=[r[0] for r in rows], second=[r[1] for r in rows], bits=[r[2] for r in rows], reason="number")
    )
    bridged = grouped(frame, 4, links.prior, {})
    assert bridged.of.tolist() == [0, 0, 1, 1]
    assert grouped(frame.iloc[2:], 4, links.prior, {}).of.tolist() == [0, 1, 1, 2]


def test_aliases_show_masks_of_numbers_and_ids_of_accounts() -> None:
    made = story(h_id="holder")
    echoed(made, "north_id", "card:c1", range(311, 319))
    made.fact("card:c1", "card", "6200****0005", token="c1")
    made.fact("card:c1", "name", "张*", token="n1")
    made.fact("north_id", "nickname", "北极星", first=START, last=START + SECOND)
    traffic = made.traffic()
    found = people(traffic)
    told = aliases(traffic, found)[int(found.of[made.place("north_id")])]
    assert [(a.kind, a.value) for a in told] == [
        ("account", "north_id"),
        ("nickname", "北极星"),
        ("name", "张*"),
        ("card", "6200****0005"),
    ]
    assert told[0].evidence[0].source == "chats/north_id.csv"


def test_a_new_id_that_was_never_used_is_an_alias() -> None:
    made = story()
    made.say("north_id", "peer_id", 0, "我换号了 加这个 newid7788")
    traffic = made.traffic()
    found = people(traffic)
    told = aliases(traffic, found)[int(found.of[made.place("north_id")])]
    assert [(a.kind, a.value) for a in told] == [("account", "newid7788"), ("account", "north_id")]


@pytest.mark.parametrize(
    ("nickname", "made_of"),
    [
        ("A流年🍀", "流年"),
        ("流年888", "流年"),
        ("老北极星2018", "北极星"),
        ("查档一路向北66", "一路向北"),
        ("七哥", "七哥"),
        ("🔥", ""),
    ],
)
def test_nicknames_have_a_root(nickname: str, made_of: str) -> None:
    assert root(nickname) == made_of


def test_an_empty_story_has_nobody() -> None:
    found = people(Story().traffic())
    assert found.count == 0 and len(found.links) == 0
