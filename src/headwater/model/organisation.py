"""The organisation as its own tables describe it: people, accounts, rights, absences, tickets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from headwater.model.evidence import Citation


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the roster. ``name`` is masked."""

    employee: str
    name: str
    department: str
    role: str
    grade: str
    site: str
    hired: date | None
    left: date | None
    resigned: date | None
    workstation: str | None
    ip: str | None
    cited: Citation

    def here(self, day: date) -> bool:
        """Whether the roster has this person in service on that day."""
        return not ((self.hired and day < self.hired) or (self.left and day > self.left))


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the account list; ``kind`` is person, shared or service."""

    account: str
    system: str
    owner: str | None
    kind: str
    created: date | None
    disabled: date | None
    cited: Citation


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One right: who may do what to which data set, and up to how many records a day."""

    principal: str
    dataset: str
    action: str
    rows_per_day: int | None
    starts: date | None
    ends: date | None
    cited: Citation

    def covers(self, day: date) -> bool:
        """Whether the right held on that day, its first and last included."""
        return not ((self.starts and day < self.starts) or (self.ends and day > self.ends))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days in a table: an absence or a ticket. ``label`` is the kind or the ticket's number."""

    who: str
    starts: date
    ends: date
    label: str
    dataset: str | None
    cited: Citation

    def covers(self, day: date) -> bool:
        """Whether the day lies inside, ends included."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who works here, whose accounts and desks these are, what was allowed and when who was away."""

    people: Mapping[str, Person] = field(default_factory=dict)
    accounts: Mapping[str, tuple[Account, ...]] = field(default_factory=dict)
    entitlements: tuple[Entitlement, ...] = ()
    absences: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    tickets: tuple[Span, ...] = ()
    residents: Mapping[str, str] = field(default_factory=dict)  # device or address -> employee, from the roster
    numbers: Mapping[str, str] = field(default_factory=dict)  # employee in lower case -> employee

    def account(self, account: str) -> Account | None:
        """The account's row: one that names an owner before one that does not.

        Where the list does not know it, an account that is written as an employee's number is that employee's.
        """
        rows = self.accounts.get(account, ())
        if not rows and (person := self._named(account)):
            return Account(account, "", person.employee, "person", None, None, person.cited)
        return next((r for r in rows if r.owner), rows[0] if rows else None)

    def _named(self, account: str) -> Person | None:
        """The person whose number an account bears, capitals aside and without a domain before or after it."""
        return self.people.get(self.numbers.get(re.split(r"[\\/]", account)[-1].split("@")[0].casefold(), ""))

    def owner(self, account: str) -> Person | None:
        """The person whose account it is, when the tables name one."""
        row = self.account(account)
        return self.people.get(row.owner) if row and row.owner else None

    def kind(self, account: str) -> str:
        """person, shared or service; ``unlisted`` when the account list does not know it."""
        row = self.account(account)
        return row.kind if row else "unlisted"

    def absence(self, employee: str, day: date) -> Span | None:
        """The recorded absence of that day, if any."""
        return next((s for s in self.absences.get(employee, ()) if s.covers(day)), None)

    def principals(self, account: str) -> tuple[str, ...]:
        """Every name under which a right may have been given to the account."""
        row, owner = self.account(account), self.owner(account)
        names = [account, (row.owner if row else None) or ""]
        if owner:
            names += [owner.role, owner.department]
        return tuple(n for n in names if n)

    def ticket(self, account: str, dataset: str | None, day: date) -> Span | None:
        """A ticket that authorised this account (or its owner) on that day for that data set."""
        row = self.account(account)
        names = {account, row.owner if row else None} - {None}
        return next(
            (t for t in self.tickets if t.who in names and t.covers(day) and t.dataset in (None, "", "*", dataset)),
            None,
        )

    def given(self, account: str, dataset: str, action: str) -> Iterator[Entitlement]:
        """The rights that cover an action on a data set on some day."""
        names = set(self.principals(account))
        for right in self.entitlements:
            if right.principal in names and right.dataset in (dataset, "*") and right.action in (action, "*"):
                yield right

    def rights(self, account: str, dataset: str, action: str, day: date) -> Iterator[Entitlement]:
        """The rights that cover an action on a data set on that day."""
        return (right for right in self.given(account, dataset, action) if right.covers(day))
