"""Messages of several devices become one story: copies meet, repeats stay apart, clocks are set right."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.network.talk_lake import lake, said, told

from headwater.network.frames import NONE, Traffic
from headwater.network.traffic.traffic import traffic

WORDS = [
    "first request of the day",
    "is there anything new",
    "the list is on its way",
    "closed until Monday then",
    "call me in the evening",
]


def both(
    seconds: float, text: str, sender: str = "anna_id", late: float = 0.0, **more: object
) -> list[dict[str, object]]:
    """A message on the phones of Anna and of Ben, whose clock is ``late`` seconds ahead."""
    return [
        said("anna", "ben_id", sender, seconds, text, **more),
        said("ben", "anna_id", sender, seconds + late, text, **more),
    ]


def talk(late: float = 0.0) -> list[dict[str, object]]:
    return [row for n, word in enumerate(WORDS) for row in both(600.0 * n, word, late=late)]


def read(folder: Path, **tables: list[dict[str, object]]) -> Traffic:
    with lake(folder, **tables) as engine:
        return traffic(engine)


def texts(made: Traffic) -> list[str]:
    return [str(text) for text in made.messages["text"]]


def test_a_message_on_two_phones_is_one_and_cites_both(tmp_path: Path) -> None:
    made = read(tmp_path, messages=both(0, "hello there"))
    assert texts(made) == ["hello there"]
    assert made.messages["copies"].tolist() == [2]
    assert sorted(made.copies["source"]) == ["chats/anna/ben_id.csv", "chats/ben/anna_id.csv"]
    assert made.accounts["id"][made.messages["sender"]].tolist() == ["anna_id"]
    assert made.accounts["id"][made.messages["receiver"]].tolist() == ["ben_id"]


def test_the_same_words_of_the_other_side_are_another_message(tmp_path: Path) -> None:
    made = read(tmp_path, messages=[*both(0, "hello there"), *both(1, "hello there", sender="ben_id")])
    assert len(made.messages) == 2


def test_repeats_of_a_short_word_meet_one_to_one(tmp_path: Path) -> None:
    rows = [row for second in (0, 2, 4) for row in both(second, "1")]
    made = read(tmp_path, messages=rows[1:])  # Anna has deleted the first
    assert made.messages["copies"].tolist() == [2, 2, 1] or sorted(made.messages["copies"]) == [1, 2, 2]
    assert len(made.messages) == 3


def test_a_repeat_an_hour_later_is_another_message(tmp_path: Path) -> None:
    made = read(tmp_path, messages=[*both(0, "ok"), *both(3_600, "ok")])
    assert made.messages["copies"].tolist() == [2, 2]


def test_two_exports_of_one_phone_show_one_message(tmp_path: Path) -> None:
    once = said("anna", "ben_id", "anna_id", 0, "hello there")
    made = read(tmp_path, messages=[once, {**once, "source": "chats/anna/copy.jsonl"}])
    assert len(made.messages) == 1


@pytest.mark.parametrize("late", [28_800.0, -3_600.0, 75.0])
def test_a_wrong_clock_is_found_by_what_is_shared(tmp_path: Path, late: float) -> None:
    third = [
        row
        for n, word in enumerate(WORDS)
        for row in (
            said("anna", "cleo_id", "anna_id", 600.0 * n + 60, f"{word} for Cleo"),
            said("cleo", "anna_id", "anna_id", 600.0 * n + 60, f"{word} for Cleo"),
        )
    ]
    made = read(tmp_path, messages=[*talk(late), *third])
    assert len(made.messages) == 2 * len(WORDS)
    offset = made.clocks.set_index("owner")["offset"]
    assert offset.to_dict() == {"anna": 0, "ben": -late * 1e6, "cleo": 0}


def test_a_bill_is_the_clock_that_is_right(tmp_path: Path) -> None:
    moves = [(100 * n, 1_000.0 + 7 * n) for n in range(5)]
    shown = [said("anna", "ben_id", "anna_id", at + 300, "", kind="transfer", amount=sum_) for at, sum_ in moves]
    bill = [
        {**shown[n], "time": said("", "", "", at, "")["time"], "source": "payments/anna/bill.csv"}
        | {"account": "anna_id"}
        for n, (at, _) in enumerate(moves)
    ]
    kept = {"time", "source", "owner", "account", "amount"}
    made = read(tmp_path, messages=shown, payments=[{k: v for k, v in row.items() if k in kept} for row in bill])
    assert made.clocks["offset"].tolist() == [-300_000_000]


def test_devices_that_share_nothing_keep_their_time(tmp_path: Path) -> None:
    rows = [said("anna", "ben_id", "anna_id", 0, WORDS[0]), said("cleo", "dora_id", "cleo_id", 50, WORDS[1])]
    made = read(tmp_path, messages=rows)
    assert made.clocks["offset"].tolist() == [0, 0]


def test_messages_of_a_group_are_one_on_every_phone(tmp_path: Path) -> None:
    room = "123@chatroom"
    rows = [said(owner, room, "anna_id", 9, "price list of the week") for owner in ("anna", "ben", "cleo")]
    made = read(tmp_path, messages=rows)
    assert made.messages["copies"].tolist() == [3]
    assert made.messages["receiver"].tolist() == [NONE]
    assert made.chats[["id", "group"]].to_numpy().tolist() == [[room, True]]


def test_rows_that_name_the_peer_as_sender_of_ones_own_are_not_believed(tmp_path: Path) -> None:
    rows = [
        {**said("anna", "ben_id", "ben_id", 0, "my own words"), "outgoing": True, "receiver": None},
        said("anna", "cleo_id", "anna_id", 5, "to Cleo"),
    ]
    made = read(tmp_path, messages=rows)
    assert made.accounts["id"][made.messages["sender"]].tolist() == ["anna_id", "anna_id"]


def test_a_name_is_the_account_that_the_address_book_calls_so(tmp_path: Path) -> None:
    row = {**said("anna", "name:1", "name:1", 0, "who am I"), "sender_name": "North Star"}
    made = read(tmp_path, messages=[row], contacts=[told("anna", "ben_id", "nickname", "North Star")])
    assert made.accounts["id"][made.messages["sender"]].tolist() == ["ben_id"]
    assert "name:1" not in made.accounts["id"].tolist()


def test_a_name_that_two_contacts_have_stays_a_name(tmp_path: Path) -> None:
    row = {**said("anna", "name:1", "name:1", 0, "who am I"), "sender_name": "North Star"}
    book = [told("anna", who, "nickname", "North Star") for who in ("ben_id", "cleo_id")]
    made = read(tmp_path, messages=[row], contacts=book)
    assert made.accounts["id"][made.messages["sender"]].tolist() == ["name:1"]


def test_a_name_is_the_account_that_wrote_the_same_on_another_phone(tmp_path: Path) -> None:
    rows = [said("ben", "anna_id", "anna_id", 60.0 * n, word) for n, word in enumerate(WORDS)]
    rows += [said("cleo", "name:x", "name:x", 60.0 * n, word) for n, word in enumerate(WORDS)]
    made = read(tmp_path, messages=rows)
    assert set(made.accounts["id"][made.messages["sender"]]) == {"anna_id"}


def test_a_name_whose_words_the_holder_passed_on_is_not_the_holder(tmp_path: Path) -> None:
    rows = [said("cleo", "name:x", "name:x", 60.0 * n, word) for n, word in enumerate(WORDS)]
    rows += [said("cleo", "ben_id", "cleo_id", 60.0 * n + 20, word) for n, word in enumerate(WORDS)]
    rows += [said("ben", "cleo_id", "cleo_id", 60.0 * n + 20, word) for n, word in enumerate(WORDS)]
    made = read(tmp_path, messages=rows)
    assert set(made.accounts["id"][made.messages["sender"]]) == {"name:x", "cleo_id"}


def test_what_accounts_are_called_is_kept_with_its_time(tmp_path: Path) -> None:
    rows = [
        said("anna", "ben_id", "ben_id", n, "x", sender_name=name)
        for n, name in ((0, "North"), (9, "North"), (20, "South"))
    ]
    book = [told("anna", "ben_id", "remark", "cousin"), told("anna", "ben_id", "phone", "154****0001", token="t")]
    facts = read(tmp_path, messages=rows, contacts=book).facts
    ben = facts[facts["kind"] == "nickname"].set_index("shown")
    assert (ben.loc["North", "last"] - ben.loc["North", "first"]) == 9_000_000
    assert facts.set_index("kind").loc["remark", ["shown", "owner"]].tolist() == ["cousin", "anna"]
    assert facts.set_index("kind").loc["phone", "token"] == "t"


def test_identifiers_are_listed_in_their_order(tmp_path: Path) -> None:
    listed = {"tokens": ["name:aa", "mobile:bb"], "masks": ["张*", "154****0001"], "parts": ["1:mobile~4:cc"]}
    made = read(tmp_path, messages=[said("anna", "ben_id", "anna_id", 0, "⟨name⟩⟨mobile⟩", **listed)])
    assert made.named.to_numpy().tolist() == [[0, 0, "name", "aa", "张*"], [0, 1, "mobile", "bb", "154****0001"]]
    assert made.parts.to_numpy().tolist() == [[0, 1, "mobile~4", "cc"]]


def test_an_empty_lake_is_an_empty_story(tmp_path: Path) -> None:
    made = read(tmp_path)
    assert (len(made.messages), len(made.accounts), len(made.chats), len(made.copies)) == (0, 0, 0, 0)
