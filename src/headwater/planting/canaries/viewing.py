"""Who was shown a decoy, and when: only showings between its planting and the day on which the leak was received can have led to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from headwater.planting.canaries.registry import Book, Decoy, PlanEntry, Showing


@dataclass(frozen=True, slots=True)
class Seen:
    """The accounts that were shown one decoy while it stood in the data set and before a leak was received.

    ``early`` are those who are said to have been shown it before it was planted: they are not accused of anything, but they
    knew of it, and so it is not one account's alone.
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
    planted = plan.since("planted")
    accounts, early = {decoy.label} - {""}, set()
    for showing in showings:
        day = day_of(showing)
        if day is None or planted is None or day >= planted.date():
            if day is None or received is None or day <= received:
                accounts.add(showing.account)
        else:
            early.add(showing.account)
    return Seen(frozenset(accounts), frozenset(early - accounts))


def day_of(showing: Showing) -> date | None:
    """The day of a showing, where it is known."""
    try:
        return date.fromisoformat(showing.at[:10])
    except ValueError:
        return None
