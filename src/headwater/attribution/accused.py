"""Whom a witness is asked about, and what it says of an account: the nouns that planted and other evidence share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

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

    ``rows`` of the leak show it; ``records`` are those of them that are records of the data set; from ``since`` to
    ``until`` it could be taken.
    """

    account: str
    statement: Statement
    named: bool
    rows: int
    since: date
    until: date | None = None
    records: Ints = field(default_factory=lambda: np.zeros(0, np.int64), repr=False)


def account_of(name: str, accounts: Collection[str], org: Organisation) -> str | None:
    """The account that a name of a registry means: itself, capitals aside, or the only one of the employee of that number.

    ``None`` for an office, a contract, a period, and for whoever has several accounts: a name is laid to nobody by guess.
    """
    known = {*accounts, *org.accounts}
    if name in known:
        return name
    small = name.strip().casefold()
    same = [a for a in known if a.casefold() == small]
    if not same and (employee := org.numbers.get(small)):
        same = [a for a in known if (owner := org.owner(a)) is not None and owner.employee == employee]
    return same[0] if len(same) == 1 else None
