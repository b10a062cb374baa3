"""The lines that a person's facts rest on: a few of the messages and payments, the first ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from headwater.model.evidence import Citation
from headwater.network.frames import Acts, Ints, People, Traffic

SHOWN = 5
"""Lines that are cited for one fact."""


class Rows:
    """Rows of a frame by a number that each of them has."""

    def __init__(self, numbers: Ints) -> None:
        self._order = np.argsort(numbers, kind="stable")
        self._sorted = numbers[self._order]

    def of(self, number: int) -> Ints:
        """The rows that have this number, in their order."""
        first, last = np.searchsorted(self._sorted, [number, number + 1])
        return np.asarray(self._order[first:last], dtype=np.int64)


class Lines:
    """Finds lines of the input for hops, payments and messages; finds none where no frames are given."""

    def __init__(
        self,
        steps: pd.DataFrame,
        traffic: Traffic | None = None,
        people: People | None = None,
        acts: Acts | None = None,
    ) -> None:
        self._messages = traffic.messages if traffic is not None else None
        self._act_message = acts.acts["message"].to_numpy(dtype=np.int64) if acts is not None else np.zeros(0, np.int64)
        self._request = steps["request"].to_numpy(dtype=np.int64)
        self._sides = {c: Rows(steps[c].to_numpy(dtype=np.int64)) for c in ("buyer", "seller")}
        self._transfers = _of_people(traffic, people) if traffic is not None and people is not None else None
        if self._transfers is not None:
            self._paid = {c: Rows(self._transfers[c].to_numpy()) for c in ("payer", "payee")}

    def hops(self, side: str, person: int) -> tuple[Citation, ...]:
        """Where the first few requests are seen in which the person is that side: buyer or seller."""
        acts = self._request[self._sides[side].of(person)]
        acts = acts[(acts >= 0) & (acts < len(self._act_message))][:SHOWN]
        return self.messages(self._act_message[acts])

    def messages(self, rows: Ints | Iterable[int]) -> tuple[Citation, ...]:
        """Where the first few of these messages are seen."""
        if self._messages is None:
            return ()
        return _cited(self._messages, np.asarray(list(rows)[:SHOWN], dtype=np.int64))

    def paid(self, side: str, person: int) -> tuple[Citation, ...]:
        """Where the first few payments are seen in which the person is that side: payer or payee."""
        if self._transfers is None:
            return ()
        return _cited(self._transfers, self._paid[side].of(person)[:SHOWN])


def _of_people(traffic: Traffic, people: People) -> pd.DataFrame:
    rows = traffic.transfers
    of = np.append(people.of, -1)  # NONE stays NONE
    return pd.DataFrame({
        "payer": of[rows["payer"].to_numpy(dtype=np.int64)], "payee": of[rows["payee"].to_numpy(dtype=np.int64)],
        "source": rows["source"].to_numpy(), "line": rows["line"].to_numpy(),
    })  # fmt: skip


def _cited(frame: pd.DataFrame, rows: Ints) -> tuple[Citation, ...]:
    chosen = frame.iloc[rows]
    found = {Citation(str(s), int(n)) for s, n in zip(chosen["source"], chosen["line"], strict=True) if s}
    return tuple(sorted(found))
