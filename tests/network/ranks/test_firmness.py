"""Money is held to lie between two people only when more than a nickname on a bill says so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.network.ranks.made_hops import paid_of

from headwater.network.frames import People, Traffic
from headwater.network.ranks.firmness import firm

NO = pd.DataFrame()


def sure(
    systems: tuple[str, str] = ("wechat", "wechat"),
    bubble: int = -1,
    sources: tuple[str, ...] = ("payments/甲/微信.csv",),
    private: tuple[int, int] = (0, 2),
    writers: tuple[int, ...] = (0, 2),
) -> bool:
    accounts = pd.DataFrame({"id": list("abc"), "system": [*systems, "wechat"]})
    chats = pd.DataFrame({"group": [False, True], "one": [private[0], -1], "other": [private[1], -1]})
    messages = pd.DataFrame({"chat": [1] * len(writers), "sender": list(writers)})
    moved = pd.DataFrame({"payer": [0], "payee": [1], "message": [bubble]})
    copies = pd.DataFrame({"table": "transfers", "row": 0, "source": list(sources)})
    traffic = Traffic(accounts, NO, chats, messages, NO, NO, moved, copies, NO)
    return bool(firm(paid_of((0, 1, 50.0, 1, 0.0)), traffic, People(np.arange(3), NO, np.ones(3)))[0])


def test_a_nickname_alone_is_not_enough() -> None:
    assert not sure()
    assert not sure(systems=("wechat", "bank"))


@pytest.mark.parametrize(
    "more",
    [
        {"bubble": 7},
        {"systems": ("bank", "mask")},
        {"sources": ("payments/甲/微信.csv", "payments/乙/微信.csv")},
        {"private": (1, 0)},
        {"writers": (0, 2, 1)},
    ],
)
def test_a_bubble_two_numbers_two_bills_or_a_chat_are(more: dict[str, Any]) -> None:
    assert sure(**more)


def test_two_files_of_one_holder_are_one_witness() -> None:
    assert not sure(sources=("payments/甲/微信.csv", "payments/甲/微信_2.csv"))


def test_unknown_people_have_no_pair() -> None:
    traffic = Traffic(
        pd.DataFrame({"id": [], "system": []}), NO, pd.DataFrame({"group": [], "one": [], "other": []}),
        pd.DataFrame({"chat": [], "sender": []}), NO, NO, pd.DataFrame({"payer": [], "payee": [], "message": []}), NO, NO,
    )  # fmt: skip
    people = People(np.zeros(0, dtype=np.int64), NO, np.zeros(0))
    assert firm(paid_of((-1, -1, 5.0, 1, 0.0)), traffic, people).tolist() == [False]
