"""A movement of money stands once, wherever it lies: in both bills, in the chat, on the card."""

from __future__ import annotations

import pandas as pd
import pytest
from tests.network.money.made_money import DAY, MINUTE, START, accounts, bill, bubble, chats, messages, names

from headwater.network.frames import NONE
from headwater.network.money.transfers import Moved, transfers

A, B, C = 0, 1, 2


def out(owner: str, account: int, time: int, amount: float, name: str = "", **more: object) -> dict[str, object]:
    row = {"owner": owner, "account": account, "direction": "out", "time": time, "amount": amount, "other_name": name}
    return {**row, "other_token": f"t{name}" if name else "", **more}


def came(owner: str, account: int, time: int, amount: float, name: str = "", **more: object) -> dict[str, object]:
    return {**out(owner, account, time, amount, name, **more), "direction": "in"}


def join(
    bills: pd.DataFrame | None = None, said: pd.DataFrame | None = None, known: pd.DataFrame | None = None
) -> Moved:
    talk = chats((A, B), (A, C), (B, C))
    return transfers(
        said if said is not None else messages(),
        bills if bills is not None else bill(),
        known if known is not None else names(),
        talk,
        accounts(3),
    )


def only(made: Moved) -> pd.Series:
    assert len(made.transfers) == 1, made.transfers.to_string()
    return made.transfers.iloc[0]


def test_both_bills_and_the_chat_show_one_payment_and_all_are_cited() -> None:
    said = messages(
        bubble(START, A, B, 300.0, "[转账] ¥300.00"), bubble(START + MINUTE, B, A, 300.0, "[转账] 已收款 ¥300.00")
    )
    bills = bill(
        out("a", A, START + 2_000_000, 300.0, "b", reference="77"),
        came("b", B, START + MINUTE, 300.0, "a", reference="77"),
    )
    made = join(bills, said)
    row = only(made)
    assert (row["payer"], row["payee"], row["amount"], row["status"], row["message"]) == (A, B, 300.0, "done", 0)
    assert bool(row["payer_billed"]) and bool(row["payee_billed"])
    assert sorted(made.copies["source"].astype(str)) == ["a.csv", "b.csv", "chat.csv", "chat.csv"]


def test_a_red_packet_has_two_numbers_and_is_joined_by_names_and_sum() -> None:
    known = names((A, "anna", START - DAY, START + DAY), (B, "ben", START - DAY, START + DAY))
    bills = bill(
        out("a", A, START, 88.0, "ben", kind="packet", reference="100"),
        came("b", B, START + 300 * MINUTE, 88.0, "anna", kind="packet", reference="107"),
    )
    row = only(join(bills, known=known))
    assert (row["payer"], row["payee"], row["kind"]) == (A, B, "packet")


def test_a_packet_bubble_without_a_sum_gets_it_from_the_bill() -> None:
    known = names((B, "ben", START - DAY, START + DAY))
    said = messages({"time": START, "sender": A, "receiver": B, "kind": "packet"})
    made = join(bill(out("a", A, START + 1_000_000, 66.0, "ben", kind="packet")), said, known)
    assert only(made)["amount"] == 66.0
    assert only(made)["message"] == 0


def test_a_bubble_tells_whom_a_bill_means_that_names_nobody_known() -> None:
    said = messages(bubble(START, A, B, 120.0), bubble(START + MINUTE, B, A, 120.0, "已收款"))
    row = only(join(bill(out("a", A, START, 120.0, "a name of yesterday")), said))
    assert row["payee"] == B


def test_a_nickname_means_who_bore_it_on_that_day() -> None:
    known = names((B, "moon", START - 30 * DAY, START - 10 * DAY), (C, "moon", START - DAY, START + DAY))
    bills = bill(out("a", A, START - 20 * DAY, 10.0, "moon"), out("a", A, START, 20.0, "moon"))
    assert list(join(bills, known=known).transfers["payee"]) == [B, C]


def test_a_name_that_two_bear_at_once_names_nobody() -> None:
    known = names((B, "moon", START - DAY, START + DAY), (C, "moon", START - DAY, START + DAY))
    made = join(bill(out("a", A, START, 10.0, "moon")), known=known)
    assert only(made)["payee"] == 3
    assert list(made.strangers["shown"]) == ["moon"]
    assert made.facts[["account", "token", "source"]].iloc[0].tolist() == [3, "tmoon", "a.csv"]


def test_masks_are_no_names() -> None:
    known = names((B, "赵**", START - DAY, START + DAY))
    known["token"] = ""
    row = {"channel": "alipay", "other_kind": "name", "other_token": "z"}
    made = join(bill(out("a", A, START, 10.0, "赵**", **row), out("c", C, START, 10.0, "赵**", **row)), known=known)
    assert set(made.transfers["payee"]) == {3}, "one real name is one stranger, and not who is shown by the same mask"


def test_what_came_back_after_a_day_is_one_returned_transfer() -> None:
    bills = bill(
        out("a", A, START, 500.0, "b", status="refunded", refunded=500.0, reference="9"),
        came("a", A, START + DAY, 500.0, "b", kind="refund", status="refunded", reference="5-9"),
    )
    made = join(bills, messages(bubble(START, A, B, 500.0), bubble(START + DAY, B, A, 500.0, "已退还")))
    assert only(made)["status"] == "returned"
    assert len(made.copies) == 4


def test_a_refund_with_the_number_of_its_payment_is_no_second_movement() -> None:
    bills = bill(
        out("a", A, START, 90.0, "b", channel="alipay", reference="2024x", status="refunded"),
        came("a", A, START + DAY, 90.0, "b", channel="alipay", kind="refund", reference="2024x_1"),
    )
    assert only(join(bills))["refunded"] == 90.0


def test_what_the_wallet_drew_from_the_card_is_the_same_payment() -> None:
    firm = {"channel": "bank", "other_kind": "firm", "other_name": "财付通-微信支付"}
    bills = bill(out("a", A, START, 45.0, "b"), {**out("a", C, START + 1_000_000, 45.0), **firm})
    made = join(bills)
    assert only(made)["channel"] == "wechat"
    assert len(made.copies) == 2


def test_shopping_and_withdrawals_are_no_payments_between_people() -> None:
    shop = {"kind": "purchase", "other_kind": "merchant", "other_name": "shop"}
    cash = {"kind": "withdrawal", "direction": "neutral"}
    assert not len(join(bill(out("a", A, START, 9.0, **shop), {**out("a", A, START, 100.0), **cash})).transfers)  # type: ignore[arg-type]


def test_equal_sums_close_together_stay_two_payments() -> None:
    said = messages(*(bubble(START + n * MINUTE, A, B, 50.0) for n in (0, 2)))
    bills = bill(out("a", A, START, 50.0, "b"), out("a", A, START + 2 * MINUTE, 50.0, "b"))
    assert list(join(bills, said).transfers["message"]) == [0, 1]


def test_without_bills_the_chat_stands() -> None:
    said = messages(
        bubble(START, A, B, 30.0), bubble(START + MINUTE, B, A, 30.0, "已收款"), bubble(START + DAY, B, A, 20.0)
    )
    made = join(said=said).transfers
    assert list(made["status"]) == ["done", "pending"]
    assert not made["billed"].any()


def test_an_answer_whose_transfer_was_deleted_still_tells_of_the_payment() -> None:
    row = only(join(said=messages(bubble(START, B, A, 75.0, "已收款 ¥75.00"))))
    assert (row["payer"], row["payee"], row["status"]) == (A, B, "done")


def test_days_without_an_hour_meet_by_card_and_sum() -> None:
    known = {"channel": "bank", "other_kind": "name", "other_name": "x"}
    bills = bill(
        {**out("a", A, START, 800.0, **known), "payee": B},
        {**came("b", B, START + 9 * 60 * MINUTE, 800.0, **known), "payer": A},
    )
    assert only(join(bills))["channel"] == "bank"


@pytest.mark.parametrize("bills", [None, bill(out("a", A, START, 1.0, "b", currency="USD"))])
def test_little_or_foreign_money_is_kept_as_it_is(bills: pd.DataFrame | None) -> None:
    made = join(bills).transfers
    assert list(made["currency"].astype(str)) == ([] if bills is None else ["USD"])


def test_every_transfer_has_both_sides_and_a_line() -> None:
    made = join(bill(out("a", A, START, 5.0, "who"), came("b", B, START, 7.0, "who else")))
    assert (made.transfers[["payer", "payee"]] != NONE).all().all()
    assert set(made.copies["row"]) == set(range(len(made.transfers)))


@pytest.mark.parametrize(("booked", "payee"), [("a", B), ("c", NONE)])
def test_a_nickname_means_who_stands_in_the_holders_address_book(booked: str, payee: int) -> None:
    card = {"account": B, "kind": "phone", "token": "p", "shown": "154****0001", "owner": booked}
    known = names((B, "moon", START, START + DAY))
    known = pd.concat([known, pd.DataFrame([{**card, "first": -1, "last": -1, "source": "k", "line": 2}])])
    made = transfers(messages(), bill(out("a", A, START, 10.0, "moon")), known, chats((A, C)), accounts(3, "a"))
    assert (only(made)["payee"] == B) == (payee == B)


def test_a_half_hidden_name_means_the_only_holder_of_such_a_name_who_talks_with_the_bills() -> None:
    held = accounts(3).assign(owner=["韦一二", "蓝三四", "白三四"])
    rows = bill(out("韦一二", A, START, 10.0, "*三四", channel="alipay"))
    near = transfers(messages(), rows, names(), chats((A, B)), held)
    assert only(near)["payee"] == B
    both = transfers(messages(), rows, names(), chats((A, B), (A, C)), held)
    assert only(both)["payee"] not in (B, C)
