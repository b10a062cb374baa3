"""Who sat there: the account's owner, the resident of the seat, or somebody unknown.

For a sitting at a place that is not its owner's, the odds start from how seldom accounts are lent, and pieces of
evidence add up in bits: the owner had left or was away, the account was in use elsewhere at that moment, whose business
the records read belong to, how often it came back to that seat, whether the resident was there. Each is a statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from headwater.detection.profiles import business
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.seats import Seats, outside
from headwater.detection.profiles.volume import Volume
from headwater.model.evidence import Statement
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.store.engine import Engine

OUTSIDER = "?"
"""The name of somebody who is not on the roster."""

LENT = -6.6
"""Prior bits that a sitting at another's place is not the owner's: one in a hundred. Believed, not measured."""
GONE, AWAY, TWICE = 12.0, 5.0, 6.0
"""Bits against the owner: had left the house; was on recorded leave; was using the account elsewhere at that moment."""
SERVICE, LOUD_CAP = 8.0, 5.0
"""Bits of a service account at a person's desk; bits that an unusual volume may add."""
CONTENT_CAP, ONE_DAY, FURTHER_DAY = 12.0, 6.0, 4.0
"""Bits that the records read may weigh at most; of a single day at that place, since owners do unusual work too, as
when they show a colleague something; and what each further day there adds to that."""
BY_CHANCE = 0.03
"""Share of records that the business of somebody who did not act explains by chance; the measured share when larger."""


@dataclass(frozen=True, slots=True)
class Odds:
    """Who acted in one sitting: probability per employee (``?`` for an outsider), and why it is (not) the owner."""

    people: Mapping[str, float]
    owner_bits: float  # log2 odds that somebody else than the owner acted
    statements: tuple[Statement, ...]

    @property
    def likeliest(self) -> str:
        """The most likely person."""
        return max(self.people, key=lambda p: (self.people[p], p))


@dataclass(frozen=True, slots=True)
class Who:
    """Odds by row of the sittings frame; rows that are not here are the owner's own."""

    odds: Mapping[int, Odds]
    business_share: Mapping[str, float]  # account -> usual share of its records that its owner's business explains

    def acted(self, row: int, owner: str | None) -> Mapping[str, float]:
        """Probability per employee for a sitting."""
        known = self.odds.get(row)
        if known:
            return known.people
        return {owner: 1.0} if owner else {}


def explained(engine: Engine, org: Organisation, sittings: pd.DataFrame) -> pd.DataFrame:
    """How many of the records opened in each sitting are explained by the owner's and by the seat's resident's business."""
    claims = []
    for column in ("owner", "resident"):
        part = sittings[["account", "place", "sitting", column]].rename(columns={column: "employee"})
        claims.append(part[part["employee"].notna()])
    frame = pd.concat(claims).drop_duplicates()
    table = pa.Table.from_pandas(
        frame.astype({"sitting": "int64"}),
        schema=pa.schema(
            [("account", pa.string()), ("place", pa.string()), ("sitting", pa.int64()), ("employee", pa.string())]
        ),
        preserve_index=False,
    )
    first, last = (sittings["day"].min(), sittings["day"].max()) if len(sittings) else (date.min, date.min)
    return business.explained(engine, table, business.cover(org, first, last)).to_pandas()


def who(
    org: Organisation, seats: Seats, sittings: pd.DataFrame, explained: pd.DataFrame, volume: Volume | None = None
) -> Who:
    """The odds of every sitting that is not plainly the owner's own; ``volume`` says which days were loud."""
    counts = {
        (r.account, r.place, r.sitting, r.employee): (int(r.readings), int(r.explained))
        for r in explained.itertuples(index=False)
    }
    shares = _shares(sittings, counts)
    house = _House(org, seats, sittings, counts, shares, _rare_days(volume))
    odds = {int(row.Index): house.odds(row) for row in sittings.itertuples() if house.foreign(row)}
    return Who(odds, shares)


def _rare_days(volume: Volume | None) -> dict[tuple[str, date], float]:
    """The calibrated p-value of account-days that stand out."""
    if volume is None:
        return {}
    rows, columns = np.nonzero(np.nan_to_num(volume.rare, nan=1.0) < 0.05)
    at = zip(rows.tolist(), columns.tolist(), strict=True)
    return {(volume.accounts[i], volume.days[j]): float(volume.rare[i, j]) for i, j in at}


def _shares(sittings: pd.DataFrame, counts: Mapping[Any, tuple[int, int]]) -> dict[str, float]:
    """Per account the usual share of records explained by the owner's business: median of days at the owner's place."""
    seen: dict[str, list[float]] = defaultdict(list)
    for row in sittings.itertuples(index=False):
        n, e = counts.get((row.account, row.place, row.sitting, row.owner), (0, 0))
        if n >= 3 and row.owner and row.resident == row.owner:
            seen[row.account].append(e / n)
    return {account: float(np.median(values)) for account, values in seen.items() if len(values) >= 3}


def _of_jobs(org: Organisation, shares: Mapping[str, float]) -> dict[tuple[str, str], float]:
    """The usual explained share of each job: the median of its accounts, where there are two at least."""
    jobs: dict[tuple[str, str], list[float]] = defaultdict(list)
    for account, share in shares.items():
        owner = org.owner(account)
        if owner is not None:
            jobs[(owner.department, owner.role)].append(share)
    return {job: float(np.median(known)) for job, known in jobs.items() if len(known) >= 2}


class _House:
    """The evidence that sittings share."""

    def __init__(
        self,
        org: Organisation,
        seats: Seats,
        sittings: pd.DataFrame,
        counts: Mapping[Any, tuple[int, int]],
        shares: Mapping[str, float],
        rare: Mapping[tuple[str, date], float],
    ) -> None:
        self.org, self.seats, self.counts, self.shares, self.rare = org, seats, counts, shares, rare
        self.usual_shares = _of_jobs(org, shares)
        self.times: dict[str, list[tuple[Any, Any, str]]] = defaultdict(list)
        self.active: dict[tuple[str, date], set[str]] = defaultdict(set)
        self.visits: dict[tuple[str, str], set[date]] = defaultdict(set)
        self.seated: dict[tuple[str, date], set[str]] = defaultdict(set)  # who worked there with an own account
        for row in sittings.itertuples(index=False):
            self.times[row.account].append((row.first, row.last, row.seat))
            self.visits[(row.account, row.seat)].add(row.day)
            if row.owner:
                self.active[(row.owner, row.day)].add(row.seat)
                self.seated[(row.seat, row.day)].add(row.owner)
        known = [outside(ip) for ip in sittings["ip"]]
        self.outside_rate = (sum(known) + 1) / (len(known) + 2)

    def foreign(self, row: Any) -> bool:
        """Whether the sitting needs an explanation: not at the owner's own place, or its owner was gone."""
        owner = self.org.people.get(row.owner) if row.owner else None
        if self.org.kind(row.account) != "person" and owner is None:
            return bool(row.resident) or outside(row.ip)
        if owner is None or not owner.here(row.day):
            return True
        return bool(row.resident != owner.employee and (row.resident or outside(row.ip)))

    def odds(self, row: Any) -> Odds:
        owner = self.org.people.get(row.owner) if row.owner else None
        pieces = [
            p for p in (self._gone(row, owner), self._away(row, owner), self._twice(row), self._content(row)) if p
        ]
        more = (self._outside(row), self._service(row), self._loud(row), self._again(row))
        pieces += [p for p in more if p]
        prior = Statement(
            Text(
                "An account used at another's place is seldom a lent one (about one time in a hundred).",
                "账号在他人座位上使用，多半仍是本人（出借约占百分之一）。",
            ),
            LENT,
        )
        total = LENT + sum(p.bits for p in pieces)
        away_from_owner = 1.0 if owner is None else 1 / (1 + 2.0 ** -float(np.clip(total, -60, 60)))
        people = {} if owner is None else {owner.employee: 1 - away_from_owner}
        for other, share in self._others(row).items():
            people[other] = people.get(other, 0.0) + away_from_owner * share
        return Odds(people, total, (prior, *pieces))

    def _others(self, row: Any) -> dict[str, float]:
        """How the blame splits among those who are not the owner: the seat's resident when he was there.

        Who worked with an own account at that seat alone that day, while its resident did not, sat there: desks are
        changed.
        """
        seated = self.seated.get((row.seat, row.day), set()) - {row.owner}
        others = {p for p in seated if self.active[(p, row.day)] == {row.seat} and not self.org.absence(p, row.day)}
        if others and row.resident not in seated:
            return {**{person: 0.9 / len(others) for person in sorted(others)}, OUTSIDER: 0.1}
        resident = self.org.people.get(row.resident) if row.resident else None
        if resident is None or resident.employee == row.owner or not resident.here(row.day):
            return {OUTSIDER: 1.0}
        if self.org.absence(resident.employee, row.day):
            share = 0.1
        elif row.seat in self.active.get((resident.employee, row.day), ()):
            share = 0.95
        else:
            share = 0.85
        return {resident.employee: share, OUTSIDER: 1 - share}

    def _gone(self, row: Any, owner: Any) -> Statement | None:
        if owner is None or owner.here(row.day) or not owner.left or row.day <= owner.left:
            return None
        late = (row.day - owner.left).days
        text = Text(
            f"{owner.employee}, the account's owner, had left the house on {owner.left}, {late} days before.",
            f"账号所有人 {owner.employee} 已于 {owner.left} 离职，距此 {late} 天。",
        )
        return Statement(text, GONE if late > 3 else GONE / 2, (owner.cited,))

    def _away(self, row: Any, owner: Any) -> Statement | None:
        span = self.org.absence(owner.employee, row.day) if owner and owner.here(row.day) else None
        if span is None:
            return None
        text = Text(
            f"{owner.employee}, the account's owner, was on recorded leave from {span.starts} to {span.ends}.",
            f"账号所有人 {owner.employee} 于 {span.starts} 至 {span.ends} 有休假记录。",
        )
        return Statement(text, AWAY, (span.cited,))

    def _twice(self, row: Any) -> Statement | None:
        margin = timedelta(minutes=2)
        others = {
            seat
            for first, last, seat in self.times[row.account]
            if seat != row.seat and first <= row.last - margin and last >= row.first + margin
        }
        if not others:
            return None
        at = ", ".join(sorted(others)[:3])
        text = Text(
            f"Account {row.account} was in use at {row.seat} and at {at} at the same time.",
            f"账号 {row.account} 同时在 {row.seat} 与 {at} 使用。",
        )
        return Statement(text, TWICE)

    def _content(self, row: Any) -> Statement | None:
        """Whose business the records belong to: the owner's usual share of explained records against chance."""
        n, e = self.counts.get((row.account, row.place, row.sitting, row.owner), (0, 0))
        owner = self.org.people.get(row.owner) if row.owner else None
        if owner is None or n == 0:
            return None
        share = min(0.9, self.shares.get(row.account, self.usual_shares.get((owner.department, owner.role), 0.0)))
        if share <= 2 * BY_CHANCE:
            return None
        weight = e * np.log2(BY_CHANCE / share) + (n - e) * np.log2((1 - BY_CHANCE) / (1 - share))
        most = min(CONTENT_CAP, ONE_DAY + FURTHER_DAY * (len(self.visits[(row.account, row.seat)]) - 1))
        weight = float(np.clip(weight, -CONTENT_CAP, most))
        text = Text(
            f"{e} of the {n} records opened one by one are explained by {row.owner}'s own business (usually "
            f"{share:.0%}).",
            f"逐条打开的 {n} 条记录中，{e} 条可由 {row.owner} 本人业务解释（通常 {share:.0%}）。",
        )
        return Statement(text, weight)

    def _outside(self, row: Any) -> Statement | None:
        if not outside(row.ip):
            return None
        weight = float(np.clip(np.log2(0.5 / self.outside_rate), 0, 8))
        text = Text(
            f"It came from {row.ip}, an address outside the house; {self.outside_rate:.2%} of all sittings do.",
            f"来自外部地址 {row.ip}；全部使用时段中仅 {self.outside_rate:.2%} 如此。",
        )
        return Statement(text, weight)

    def _service(self, row: Any) -> Statement | None:
        """A service account at a person's desk, where it hardly ever is."""
        if self.org.kind(row.account) != "service" or not row.resident:
            return None
        days = {seat: len(d) for (account, seat), d in self.visits.items() if account == row.account}
        if days[row.seat] > 0.2 * sum(days.values()):
            return None
        text = Text(
            f"{row.account} is a service account; on {days[row.seat]} of its {sum(days.values())} days it was used at "
            f"{row.seat}, a person's desk.",
            f"{row.account} 是服务账号；其 {sum(days.values())} 个使用日中有 {days[row.seat]} 天在个人座位 {row.seat} 使用。",
        )
        return Statement(text, SERVICE)

    def _loud(self, row: Any) -> Statement | None:
        """A volume that the owner's own days do not know."""
        p = self.rare.get((row.account, row.day), 1.0)
        weight = min(LOUD_CAP, bits(p))
        if weight < 0.5:
            return None
        text = Text(
            f"On {row.day} the account read more than its owner's days explain (p = {p:.1g}).",
            f"{row.day} 该账号的读取量超出其所有人平日水平（p = {p:.1g}）。",
        )
        return Statement(text, weight)

    def _again(self, row: Any) -> Statement | None:
        days = len(self.visits[(row.account, row.seat)])
        total = sum(len(d) for (a, _), d in self.visits.items() if a == row.account) if days > 1 else 1
        if days < 2:
            return None
        weight = float(min(3.0, np.log2(days)))
        text = Text(
            f"The account came back to {row.seat} on {days} of its {total} days.",
            f"该账号 {total} 个使用日中有 {days} 天在 {row.seat} 使用。",
        )
        return Statement(text, weight)
