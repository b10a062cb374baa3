"""Who is about to leave, as far as it is known, and the days that are looked at for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from headwater.model.organisation import Organisation, Person


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody whose departure is known since ``known``; what is looked at is from ``starts`` to ``ends``."""

    person: Person
    known: date
    starts: date
    ends: date
    accounts: tuple[str, ...]


def departures(org: Organisation, first: date, last: date, before: int) -> tuple[Departure, ...]:
    """Everybody whose notice or last day is known on the last day of the log, with an own account, in order.

    A notice is known from the day on which it was given; a last day without a notice only when it has come, and then
    the weeks before it are looked at once more.
    """
    owned: dict[str, list[str]] = {}
    for account in sorted(org.accounts):
        owner = org.owner(account)
        if owner is not None and org.kind(account) == "person":
            owned.setdefault(owner.employee, []).append(account)
    made = []
    for person in sorted(org.people.values(), key=lambda p: p.employee):
        known = _known(person, last)
        if known is None or person.employee not in owned:
            continue
        starts, ends = max(first, known - timedelta(days=before)), min(last, person.left or last)
        if starts <= ends:
            made.append(Departure(person, known, starts, ends, tuple(owned[person.employee])))
    return tuple(made)


def _known(person: Person, last: date) -> date | None:
    """Since when the departure was known; a notice after the last day is an error of the roster and none."""
    if person.resigned and not (person.left and person.resigned > person.left):
        return person.resigned if person.resigned <= last else None
    return person.left if person.left and person.left <= last else None
