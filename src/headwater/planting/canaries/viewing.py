"""Who was shown a decoy, and when: only showings between its planting and the day on which the leak was received can have led to it.

Days are those of the house: at seven in the morning in Shanghai it is still the day before by UTC.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from headwater.planting.canaries.registry import Book, Decoy, PlanEntry, Showing


@dataclass(frozen=True, slots=True)
class Seen:
    """The accounts that were shown one decoy while it stood in the data set and before a leak was received.

    ``early`` are those who are said to have been shown it before it was planted, or on a day that nobody knows: they are not
    accused of anything, but they knew of it, and so it is not one account's alone.
    """

    accounts: frozenset[str]
    early: frozenset[str] = field(default=frozenset())

    def others(self, account: str) -> int:
        """How many other accounts knew of it."""
        return len((self.accounts | self.early) - {account})


def seen(book: Book, received: date | None = None) -> Mapping[str, Seen]:
    """Who was shown each decoy that was planted, by the decoy's name. Its own label counts as shown to.

    ``received`` is when the leak was received, where that is known: whoever looked a decoy up afterwards is not its source.
    """
    by_decoy: dict[str, list[Showing]] = defaultdict(list)
    for showing in book.showings:
        by_decoy[showing.decoy].append(showing)
    return {d.id: _seen(plan, d, by_decoy[d.id], received) for plan in book.planted for d in plan.decoys}


def of(book: Book, decoy: Decoy, received: date | None = None) -> Seen:
    """Who was shown one decoy; nobody where it was never planted."""
    plan = next((p for p in book.planted if any(d.id == decoy.id for d in p.decoys)), None)
    return (
        Seen(frozenset())
        if plan is None
        else _seen(plan, decoy, (s for s in book.showings if s.decoy == decoy.id), received)
    )


def _seen(plan: PlanEntry, decoy: Decoy, showings: Iterable[Showing], received: date | None) -> Seen:
    planted = plan.day("planted")
    accounts, early = {decoy.label} - {""}, set()
    for showing in showings:
        day = day_of(showing, plan)
        if day is None or (planted and day < planted):
            early.add(showing.account)
        elif received is None or day <= received:
            accounts.add(showing.account)
    return Seen(frozenset(accounts), frozenset(early - accounts))


def day_of(showing: Showing, plan: PlanEntry) -> date | None:
    """The day of a showing in the house of a plan, where it is known."""
    for told in (showing.at, showing.at[:10]):
        try:
            return plan.local(datetime.fromisoformat(told))
        except ValueError:
            continue
    return None
