"""Whom a witness is asked about, and what it says of an account: the nouns that planted and other evidence share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from headwater.model.evidence import Statement
from headwater.model.organisation import Organisation

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Accused:
    """An account whose reading between two days explains rows of a leak; ``coverage`` of what it read went into it."""

    account: str
    starts: date
    ends: date
    coverage: float


Witness = Callable[[Accused], Sequence[Statement]]
"""What something other than the reading says of an account that is accused of a leak: statements, each with its kind.

Asked about the account and about all that explain the same rows; the order of its statements must not depend on which.
"""


@dataclass(frozen=True, slots=True)
class Piece:
    """What was planted says of one account: its statement, and whether that alone is enough to name it.

    ``rows`` of the leak show it; ``records`` are those of them that are records of the data set.
    """

    account: str
    statement: Statement
    named: bool
    rows: int
    records: Ints = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)


class Names:
    """Which account each name of a registry means. Made once of all accounts, since every decoy asks."""

    def __init__(self, accounts: Collection[str], org: Organisation) -> None:
        self._known, self._org = {*accounts, *org.accounts}, org
        self._small: dict[str, list[str]] = defaultdict(list)
        for account in sorted(self._known):
            self._small[account.casefold()].append(account)

    def account(self, name: str) -> str | None:
        """The account itself, capitals aside, or the only one of the employee of that number.

        ``None`` for an office, a contract, a period, and for whoever has several accounts: a name is laid to nobody by guess.
        """
        if name in self._known:
            return name
        small = name.strip().casefold()
        same = self._small.get(small, ())
        if not same and (employee := self._org.numbers.get(small)):
            same = self._owned.get(employee, ())
        return same[0] if len(same) == 1 else None

    def accounts(self, names: Collection[str]) -> tuple[str, ...]:
        """Those of some names that are accounts."""
        return tuple(sorted({a for a in map(self.account, names) if a}))

    @cached_property
    def _owned(self) -> dict[str, list[str]]:
        """The accounts of each employee."""
        owned: dict[str, list[str]] = defaultdict(list)
        for account in sorted(self._known):
            if (owner := self._org.owner(account)) is not None:
                owned[owner.employee].append(account)
        return owned
