"""One row of a bill, before a wallet or a bank prints it."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One movement of money as its owner's bill knows it.

    ``sign`` is 1 for money in, -1 for money out, 0 for money moved between the owner's own pockets. ``person`` is who
    is on the other side if he has a part in this world, and ``payment`` the place in the trade's ledger, else -1.
    """

    time: int
    sign: int
    amount: float
    kind: str
    other: str
    account: str  # of the other side
    goods: str
    method: str
    status: str
    number: str
    merchant: str = ""
    note: str = ""
    person: int = -1
    payment: int = -1


def total(rows: list[Row], sign: int) -> tuple[int, float]:
    """How many rows of that sign there are, and their sum."""
    amounts = [row.amount for row in rows if row.sign == sign]
    return len(amounts), round(sum(amounts), 2)
