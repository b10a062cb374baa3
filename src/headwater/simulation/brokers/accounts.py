"""Whose accounts there are, under which nicknames, from when to when; wallets and cards beside them.

Published: several accounts a person, mules, and accounts that change hands. How many is assumed. **Cards** are made
to fail the check digit on purpose: every card of the prefix 62 carries a right one, so none of these can exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.span import DAY, Span
from headwater.simulation.brokers.words import PHRASES
from headwater.simulation.events import Column, Whole, dice

_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyz0123456789"))
_BINS = ("621700", "622202", "622848", "621661", "622260", "621799", "621483")  # in the order of the banks


@dataclass(frozen=True, slots=True)
class Account:
    """One chat account in one person's hands; an account that changed hands is there twice, with the same ``wxid``."""

    wxid: str
    person: int
    since: int
    until: int
    nicknames: tuple[tuple[int, str], ...]  # from when, what

    def nickname(self, time: int) -> str:
        """What the account called itself at that time."""
        return [name for since, name in self.nicknames if since <= time or since == self.nicknames[0][0]][-1]


@dataclass(frozen=True, slots=True)
class Accounts:
    """All accounts, and for each person the places of the main, the next, the small and the taken-over one (or -1)."""

    rows: tuple[Account, ...]
    main: Whole
    after: Whole
    after_from: Whole
    small: Whole
    taken: Whole
    taken_from: Whole
    handovers: tuple[tuple[int, int, int], ...]  # giver, taker, time
    alipay: Column
    card: Column
    bank: Column

    def between(self, person: Whole, peer: Whole, time: Whole) -> Whole:
        """The account that a person uses with a peer at a time."""
        chosen = np.where(
            (self.after[person] >= 0) & (time >= self.after_from[person]), self.after[person], self.main[person]
        )
        chosen = np.where((self.small[person] >= 0) & ((person + peer) % 3 == 0), self.small[person], chosen)
        taken = (self.taken[person] >= 0) & (time >= self.taken_from[person]) & (peer % 2 == 0)
        return np.where(taken, self.taken[person], chosen)

    def of(self, person: int) -> list[int]:
        """The places of a person's accounts."""
        return [place for place, row in enumerate(self.rows) if row.person == person]


def accounts(people: Cast, habits: BrokerHabits, days: Span, seed: int) -> Accounts:
    """Open the accounts."""
    rng = dice(seed, "brokers/accounts")
    count = len(people)
    rows: list[Account] = []
    names = _Nicknames(rng, habits.renamed, days)
    absent = np.full(count, -1, dtype=np.int64)
    after, small, taken = absent.copy(), absent.copy(), absent.copy()
    after_from, taken_from = np.full(count, days.end, dtype=np.int64), np.full(count, days.end, dtype=np.int64)
    for person in range(count):
        rows.append(Account(_wxid(rng), person, 0, days.end, names.of(person)))
    handovers = _handovers(people, habits, days, rng)
    giving = {giver for giver, _, _ in handovers}
    for person in np.flatnonzero(rng.random(people.members) < habits.extra_accounts).tolist():
        if person in giving or people.silent[person]:
            continue
        if rng.random() < 0.5:
            after[person] = len(rows)
            after_from[person] = days.start + int(rng.integers(days.days // 4, days.days * 3 // 4)) * DAY + 43_200
        else:
            small[person] = len(rows)
        since = int(after_from[person]) if after[person] >= 0 else 0
        rows.append(Account(_wxid(rng), person, since, days.end, names.of(person)))
    for giver, taker, time in handovers:
        taken[taker], taken_from[taker] = len(rows), time
        rows.append(Account(rows[giver].wxid, taker, time, days.end, rows[giver].nicknames))
    bank = rng.integers(len(_BINS), size=count)
    return Accounts(
        rows=tuple(rows),
        main=np.arange(count),
        after=after,
        after_from=after_from,
        small=small,
        taken=taken,
        taken_from=taken_from,
        handovers=handovers,
        alipay=np.array([_login(rng, phone) for phone in people.phone.tolist()], dtype=object),
        card=np.array([_card(rng, _BINS[b]) for b in bank.tolist()], dtype=object),
        bank=np.array(PHRASES["banks"], dtype=object)[bank],
    )


def _handovers(
    people: Cast, habits: BrokerHabits, days: Span, rng: np.random.Generator
) -> tuple[tuple[int, int, int], ...]:
    """Pairs of middlemen of one tier: the first leaves the trade at a time and the second goes on with the account."""
    found: list[tuple[int, int, int]] = []
    for number in range(habits.handovers):
        group = people.at(1 + number % people.tiers)
        group = group[people.role[group] == "middleman"]
        free = group[~np.isin(group, [p for pair in found for p in pair[:2]])]
        if len(free) >= 3:  # somebody of the tier stays as he is
            giver, taker = rng.choice(free, 2, replace=False).tolist()
            found.append((giver, taker, days.start + int(days.days * rng.uniform(0.4, 0.7)) * DAY + 50_000))
    return tuple(found)


def _wxid(rng: np.random.Generator) -> str:
    if rng.random() < 0.7:
        return f"wxid_{''.join(_LETTERS[rng.integers(len(_LETTERS), size=12)])}22"
    letters = "".join(_LETTERS[rng.integers(26, size=rng.integers(5, 9))])
    return f"{letters}{rng.integers(1_000, 99_999)}"


def _login(rng: np.random.Generator, phone: str) -> str:
    return (
        phone
        if rng.random() < 0.6
        else f"{''.join(_LETTERS[rng.integers(26, size=7)])}{rng.integers(100, 999)}@example.com"
    )


def _card(rng: np.random.Generator, issuer: str) -> str:
    body = issuer + "".join(map(str, rng.integers(10, size=12).tolist()))
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(reversed(body))]
    right = -sum(d - 9 if d > 9 else d for d in doubled) % 10
    return f"{body}{(right + int(rng.integers(1, 10))) % 10}"


class _Nicknames:
    """Nicknames that no two accounts share as a whole, though many share their first part."""

    def __init__(self, rng: np.random.Generator, renamed: float, days: Span) -> None:
        self._rng, self._renamed, self._days = rng, renamed, days
        self._used: set[str] = set()
        self._base: dict[int, str] = {}

    def of(self, person: int) -> tuple[tuple[int, str], ...]:
        """One nickname, or two of which the second comes later; a person often keeps the first part."""
        kept = self._base.get(person)
        base = kept if kept and self._rng.random() < 0.6 else str(self._rng.choice(PHRASES["nick_bases"]))
        self._base[person] = base
        first = self._fresh(base)
        if self._rng.random() >= self._renamed:
            return ((0, first),)
        later = self._days.start + int(self._rng.integers(1, self._days.days)) * DAY
        other = base if self._rng.random() < 0.5 else str(self._rng.choice(PHRASES["nick_bases"]))
        return ((0, first), (later, self._fresh(other)))

    def _fresh(self, base: str) -> str:
        name = base
        while name in self._used:
            mark = str(self._rng.choice(PHRASES["nick_marks"]))
            name = f"{name}{mark}" if len(name) < len(base) + 4 else f"{base}{self._rng.integers(10, 99_999)}"
        self._used.add(name)
        return name
