"""The market of an answer as columns: people, who paid whom in which month, who asked whom in which order.

What the pages draw of ten thousand people is summed from here in milliseconds. Rows of the result are read once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.casework.market_book import Book, accounts_of
from headwater.casework.reports.market.people import Person
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible

CALLED = 2
"""By so many names an account is told."""
LONGEST = 24
"""So many characters of an account's own name are shown where it has another name."""
Ints = npt.NDArray[np.int32]
Sums = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Market:
    """Columns of equal length: ``flow_*`` is money by month, ``hop_*`` a step of an order. Numbers of people are places in ``people``."""

    people: tuple[Person, ...] = field(repr=False)
    months: tuple[str, ...]
    orders: int
    """How many orders there are."""
    to_source: tuple[str, ...]
    """Orders that lead to a look-up in the house's own systems."""
    payer: Ints = field(repr=False)
    payee: Ints = field(repr=False)
    flow_month: Ints = field(repr=False)
    flow_sums: Sums = field(repr=False)
    """Two columns: all that passed, and the part laid to orders and sales."""
    payments: Ints = field(repr=False)
    buyer: Ints = field(repr=False)
    seller: Ints = field(repr=False)
    hop_month: Ints = field(repr=False)
    """−1 where no message tells when."""
    hop_order: Ints = field(repr=False)
    """Of which order it is a step, by its number."""
    hop_inferred: npt.NDArray[np.bool_] = field(repr=False)
    on_path: Ints = field(repr=False)
    """On how many orders' paths each person stands."""

    @cached_property
    def number(self) -> Mapping[str, int]:
        """The place of each person."""
        return {p.id: n for n, p in enumerate(self.people)}

    @cached_property
    def book(self) -> Book:
        """The people as a book that knows them by any of their names."""
        return Book({}, self.people, [])

    @cached_property
    def owners(self) -> Mapping[str, frozenset[int]]:
        """The people of each account: one, but for parts of an account that passed to somebody else."""
        found: dict[str, frozenset[int]] = {}
        for n, person in enumerate(self.people):
            for account in accounts_of(person):
                found[account] = found.get(account, frozenset()) | {n}
        return found

    @cached_property
    def known_as(self) -> Mapping[str, tuple[str, ...]]:
        """What else each account is called: nicknames, masks of its number."""
        found: dict[str, dict[str, None]] = {}
        for person in self.people:
            for alias in records(person.known.get("alias_details")):
                account, value = str(alias.get("account") or ""), str(alias.get("value") or "")
                if value != account:
                    found.setdefault(account, {})[value] = None
        return {account: tuple(values) for account, values in found.items()}

    def written(self, account: str) -> str:
        """An account as people can tell it from another: by what it is called, and its name, which may be a long token."""
        short = account if len(account) <= LONGEST else f"{account[: LONGEST - 1]}…"
        names = ", ".join(map(visible, self.known_as.get(account, ())[:CALLED]))
        return f"{visible(short)} ({names})" if names else visible(account)

    def span(self, first: str | None, last: str | None) -> tuple[int, int]:
        """The places of the first and last month of a period, whichever is told first; all months where none lies in it."""
        if first and last and first > last:
            first, last = last, first
        chosen = [n for n, m in enumerate(self.months) if (not first or m >= first) and (not last or m <= last)]
        return (chosen[0], chosen[-1]) if chosen else (0, max(len(self.months) - 1, 0))
