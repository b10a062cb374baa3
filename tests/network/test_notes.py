"""What was read otherwise than it stands in a bill is said, and counted."""

from __future__ import annotations

import pandas as pd
from tests.network.money.made_money import HOUR, START, acts, hops, messages, moved, people, traffic

from headwater.network.money.laying import laid
from headwater.network.notes import read_otherwise


def said(*rows: tuple[int, int, int, float], payee: int | None = None, **more: object) -> list[str]:
    whole = traffic(messages(), moved(*rows, **more))
    paid = laid(whole, people(), acts(), hops()).payments
    if payee is not None:
        paid = paid.assign(payee=payee)
    return [text.en for text in read_otherwise(whole, people(), paid)]


def test_nothing_is_said_where_every_name_stands() -> None:
    assert said((START, 0, 1, 5.0), (START + HOUR, 0, 2, 7.0)) == []


def test_payments_that_are_laid_to_a_namesake_are_counted() -> None:
    (text,) = said((START, 0, 1, 5.0), (START + HOUR, 0, 1, 7.0), payee=3)
    assert text.startswith("2 payment(s) name a payee by a nickname")


def test_rows_that_the_other_sides_bill_denies_are_counted() -> None:
    mine = moved(*((START + n * HOUR, 0, 1, 5.0) for n in range(4)), payee_billed=False)
    theirs = moved(*((START + n * HOUR, 2, 1, 9.0) for n in (-1, 9)), payer_billed=False)
    whole = traffic(messages(), pd.concat([mine, theirs], ignore_index=True))
    paid = laid(whole, people(), acts(), hops()).payments
    (text,) = [text.en for text in read_otherwise(whole, people(), paid)]
    assert text.startswith("4 row(s) of bills were left out")
