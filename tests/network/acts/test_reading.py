"""Shapes read word by word: what is an item, what a field of an answer, what belongs to whom."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.network.acts.content import content
from headwater.network.acts.reading import FIELD, ITEM, OTHER, fold, read
from headwater.network.acts.shapes import Lists
from headwater.network.acts.talk import NONE, Talk
from headwater.network.acts.terms import lexicon, read_terms


def words(shape: str, what: int) -> list[str]:
    return [t.text for line in read(fold(shape), lexicon()) for t in line if t.what == what]


def test_numbers_notices_and_beginnings_of_addresses_are_folded() -> None:
    assert fold("今天12单 1,785.50") == "今天#单 #"
    assert fold("[语音通话 02:13]好") == "好"
    assert fold("⟨name⟩ 江苏省南京市鼓楼⟨address⟩") == "⟨name⟩ ⟨address⟩"
    assert fold("+86 ⟨mobile⟩") == "⟨mobile⟩"


@pytest.mark.parametrize(
    ("shape", "items"),
    [
        ("查个户籍 ⟨mobile⟩", ["户籍"]),  # and not 个户
        ("要查房 ⟨name⟩", ["查房"]),
        ("帮查个个户\n⟨name⟩⟨mobile⟩", ["个户"]),
        ("⟨mobile⟩ 银行余额+收货地址", ["银行余额", "收货地址"]),
        ("dw ⟨mobile⟩", ["dw"]),
        ("dwg ⟨mobile⟩", []),  # letters of a longer word
        ("call log ⟨phone⟩ please", ["call log"]),
    ],
)
def test_items(shape: str, items: list[str]) -> None:
    assert words(shape, ITEM) == items


@pytest.mark.parametrize(
    ("shape", "fields"),
    [
        ("⟨mobile⟩ 机主⟨name⟩ ⟨resident_id⟩", ["机主"]),
        ("机主:⟨name⟩ ⟨mobile⟩", []),  # the number comes after: it is asked for
        ("查全户 ⟨name⟩⟨mobile⟩", []),
        ("⟨resident_id⟩ 全户 ⟨name⟩ ⟨name⟩ 共4人 ⟨address⟩", ["全户", "共"]),
        ("入住 2个\n⟨name⟩ ⟨resident_id⟩", []),
        ("⟨name⟩ 2月3日 入住如家301房", ["入住", "如家", "房"]),
        ("⟨mobile⟩ 机主任诗 ⟨resident_id⟩", ["机主"]),  # a name that was not known for one
    ],
)
def test_fields_of_answers(shape: str, fields: list[str]) -> None:
    assert words(shape, FIELD) == fields


def test_what_is_unknown_stays_in_one_piece() -> None:
    assert words("⟨mobile⟩ 平安青瓜", OTHER) == ["平安青瓜"]


def test_prices_of_many_items_are_no_answer() -> None:
    told = content(read(fold("最新价格表\n户籍 335\n开房 410\n余额 115"), lexicon()))
    assert not told.answered
    assert told.said["advert"] >= 3


def test_words_of_the_file_are_whole() -> None:
    terms = lexicon()
    assert {s.item for s in terms.senses.values() if s.item} <= CATEGORIES
    assert all(word == word.lower().strip() for word in terms.senses)
    assert terms.initials["mxfc"] == "property"


CATEGORIES = {
    "owner", "location", "track", "call_record", "credit", "balance", "transaction", "property", "family", "hotel",
    "vehicle", "address", "identity", "travel", "marriage", "employment", "education", "health", "social_account",
    "express", "contact", "other",
}  # fmt: skip


def test_terms_may_be_given() -> None:
    terms = read_terms('[item.owner]\nsure = "p"\nwords = ["青瓜"]\n')
    told = content(read("青瓜 ⟨mobile⟩", terms))
    assert told.categories == ("owner",)
    assert told.asked[0].keys == (0,)


def test_lists_are_spread() -> None:
    lists = Lists.of([[3, 4], [], [5]])
    by, values = lists.spread(np.array([2, 1, 0, 0]))
    assert by.tolist() == [0, 2, 2, 3, 3]
    assert values.tolist() == [5, 3, 4, 3, 4]


def test_next_and_last_stay_within_their_group() -> None:
    group = np.array([0, 0, 0, 1, 1])
    chosen = np.array([True, False, True, False, True])
    talk = Talk(*(group,) * 5)
    assert talk.next_of(chosen, group).tolist() == [0, 2, 2, 4, 4]
    assert talk.last_of(chosen, group).tolist() == [NONE, 0, 0, NONE, NONE]
