"""Who sat there: the account's owner, the resident of the seat, or somebody unknown.

For a sitting at a place that is not its owner's, the odds start from how seldom accounts are lent, and pieces of
evidence add up in bits: the owner had left or was away, the account was in use elsewhere at that moment, whose business
the records read belong to, how often it came back to that seat, whether the resident was there. Each is a statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from headwater.detection.profiles import business, turns
from headwater.detection.profiles.leave import Leave
from headwater.detection.profiles.occupied import during, uses
from headwater.detection.profiles.presence import Presence
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.seats import outside
from headwater.detection.profiles.volume import Volume
from headwater.model.evidence import Statement
from headwater.model.organisation import Organisation
from headwater.model.settings import Reason
from headwater.model.words import Text
from headwater.store.engine import Engine

OUTSIDER = turns.OUTSIDER
ABSENT, ELSEWHERE = 0.1, 0.02
"""Likelihood ratios of somebody on recorded leave without a trace, and of one at work elsewhere at that moment."""

LENT = -6.6
"""Prior bits that a sitting at another's place is not the owner's: one in a hundred. Believed, not measured."""
GONE, TWICE = 12.0, 6.0
"""Bits against the owner: had left the house; was using the account elsewhere at that moment."""
SERVICE, LOUD_CAP = 8.0, 5.0
"""Bits of a service account at a person's desk; bits that an unusual volume may add."""
CONTENT_CAP, ONE_DAY, FURTHER_DAY = 12.0, 6.0, 4.0
"""Bits that the records read may weigh at most; of a single day at that place, since owners do unusual work too, as
when they show a colleague something; and what each further day there adds to that."""
BY_CHANCE = 0.03
"""Share of records that the business of somebody who did not act explains by chance; the measured share when larger."""

AT_HOME, AT_HOME_CAP = -10.0, 3.0
"""The prior at the owner's own desk (one in a thousand, believed), where days of leave and odd work are mostly a wrong
table and an odd task; and what the records may weigh there."""
_HOME = Statement(
    Text(
        "At its owner's own desk an account is hardly ever used by others (about one time in a thousand).",
        "在所有人本人座位上，账号极少由他人使用（约占千分之一）。",
    ),
    AT_HOME,
)
_SIDES = (("before", "之前"), ("after", "之后"))


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


def explained(engine: Engine, org: Organisation, sittings: pd.DataFrame, more: Sequence[Reason] = ()) -> pd.DataFrame:
    """How many of the records opened in each sitting are explained by the owner's and by the seat's resident's business.

    ``more``: reasons that the house has adopted beside declared business.
    """
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
    return business.explained(engine, table, business.cover(org, first, last), org, more).to_pandas()


def who(
    org: Organisation,
    sittings: pd.DataFrame,
    explained: pd.DataFrame,
    presence: Presence,
    leave: Leave,
    volume: Volume | None = None,
) -> Who:
    """The odds of every sitting that is not plainly the owner's own; ``volume`` says which days were loud."""
    counts = {
        (r.account, r.place, r.sitting, r.employee): (int(r.readings), int(r.explained))
        for r in explained.itertuples(index=False)
    }
    shares = _shares(sittings, counts)
    rows = list(sittings.loc[foreign(org, sittings, leave)].itertuples())
    house = _House(org, presence, leave, sittings, counts, shares, _rare_days(volume))
    return Who(house.odds(rows), shares)


def foreign(org: Organisation, sittings: pd.DataFrame, leave: Leave) -> pd.Index:
    """Sittings that need an explanation: not at the owner's place, or the owner was gone or away, or not a person's."""
    names = sittings["account"].unique()
    unowned = {a: org.owner(a) is None for a in names}
    of_nobody = sittings["account"].map({a: unowned[a] and org.kind(a) != "person" for a in names}).astype(bool)
    left = {e: p.left or date.max for e, p in org.people.items()}
    hired = {e: p.hired or date.min for e, p in org.people.items()}
    owner = sittings["owner"].fillna("")
    here = (sittings["day"] <= owner.map(left).fillna(date.min)) & (
        sittings["day"] >= owner.map(hired).fillna(date.max)
    )
    from_outside = sittings["ip"].map({ip: outside(ip) for ip in sittings["ip"].unique()}).astype(bool)
    somewhere = sittings["resident"].notna() | from_outside
    elsewhere = (sittings["resident"] != sittings["owner"]) & somewhere
    return sittings.index[(of_nobody & somewhere) | (~of_nobody & (~here | elsewhere | leave.rows))]


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
        presence: Presence,
        leave: Leave,
        sittings: pd.DataFrame,
        counts: Mapping[Any, tuple[int, int]],
        shares: Mapping[str, float],
        rare: Mapping[tuple[str, date], float],
    ) -> None:
        self.org, self.presence, self.leave, self.counts, self.shares, self.rare = (
            org,
            presence,
            leave,
            counts,
            shares,
            rare,
        )
        self.usual_shares = _of_jobs(org, shares)
        self.uses = uses(sittings)
        self.visits: dict[str, dict[str, set[date]]] = defaultdict(lambda: defaultdict(set))
        for account, seat, day in zip(*(sittings[c] for c in ("account", "seat", "day")), strict=True):
            self.visits[account][seat].add(day)
        self.at_work = uses(sittings, "owner")
        known = [outside(ip) for ip in sittings["ip"]]
        self.outside_rate = (sum(known) + 1) / (len(known) + 2)

    def odds(self, rows: Sequence[Any]) -> dict[int, Odds]:
        """Who acted in each of these sittings."""
        accounts: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            accounts[row.account].append(row)
        made: dict[int, Odds] = {}
        for group in accounts.values():
            told = [self._statements(row) for row in group]
            away = [self._away_from_owner(row, pieces) for row, pieces in zip(group, told, strict=True)]
            split = turns.posteriors([self._near(row) for row in group], away)
            for row, pieces, share, others in zip(group, told, away, split, strict=True):
                people = {row.owner: 1 - share} if row.owner in self.org.people else {}
                people |= {other: share * part for other, part in others.items()}
                seated = tuple(p for p in (self._seated(row, others),) if p)
                made[int(row.Index)] = Odds(people, sum(p.bits for p in pieces), (*pieces, *seated))
        return made

    def _away_from_owner(self, row: Any, pieces: Sequence[Statement]) -> float:
        """Probability that somebody else than the owner acted."""
        if row.owner not in self.org.people:
            return 1.0
        return 1 / (1 + float(2.0 ** -np.clip(sum(p.bits for p in pieces), -60, 60)))

    def _near(self, row: Any) -> dict[str, float]:
        """Likelihood ratio of everybody who may have sat there, by traces under own accounts."""
        first, last = row.first.timestamp(), row.last.timestamp()
        made: dict[str, float] = {}
        for employee in self.presence.people(row.seat, row.day):
            person = self.org.people.get(employee)
            if person is None or employee == row.owner or not person.here(row.day):
                continue
            where = self.presence.where(employee, row.seat, row.day, first, last)
            ratio = self.presence.ratios[where]
            if where == "none" and self.org.absence(employee, row.day):
                ratio *= ABSENT
            if where in ("none", "that day") and self._busy(employee, row):
                ratio *= ELSEWHERE
            made[employee] = ratio
        return made

    def _seated(self, row: Any, others: Mapping[str, float]) -> Statement | None:
        """Why one of several people is thought to have sat there."""
        best = max(others, key=lambda p: (others[p], p))
        if best == turns.OUTSIDER or others[best] < 0.5:
            return None
        gaps = self.presence.apart(best, row.seat, row.day, row.first.timestamp(), row.last.timestamp())
        told = [(round(g / 60), *words) for g, words in zip(gaps, _SIDES, strict=True) if g is not None]
        if not told:
            return None
        when = " and ".join(f"{minutes} minute(s) {en}" for minutes, en, _zh in told)
        when_zh = "、".join(f"{zh} {minutes} 分钟" for minutes, _en, zh in told)
        text = Text(
            f"{best} was at that desk under an own account {when} the sitting of {row.day}.",
            f"{best} 在 {row.day} 该时段{when_zh}以本人账号在该座位上。",
        )
        return Statement(text, 0.0)

    def _busy(self, employee: str, row: Any) -> bool:
        """Whether somebody worked under an own account at another desk at that moment."""
        return any(seat != row.seat for seat in during(self.at_work.get(employee), row.first, row.last))

    def _statements(self, row: Any) -> tuple[Statement, ...]:
        """The prior, and what speaks for and against the owner."""
        owner = self.org.people.get(row.owner) if row.owner else None
        prior = Statement(
            Text(
                "An account used at another's place is seldom a lent one (about one time in a hundred).",
                "账号在他人座位上使用，多半仍是本人（出借约占百分之一）。",
            ),
            LENT,
        )
        pieces = (self._gone(row, owner), self._away(row, owner), self._twice(row), self._content(row))
        more = (self._outside(row), self._service(row), self._loud(row), self._again(row))
        return (_HOME if self._at_home(row) else prior, *(p for p in (*pieces, *more) if p))

    def _at_home(self, row: Any) -> bool:
        """Whether it is the owner's own desk, alone or with others."""
        return bool(row.owner) and row.owner in self.presence.claimants.get(row.seat, ())

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
        return Statement(text, self.leave.bits(owner.employee), (span.cited,))

    def _twice(self, row: Any) -> Statement | None:
        margin = timedelta(minutes=2)
        others = set(during(self.uses.get(row.account), row.first + margin, row.last - margin)) - {row.seat}
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
        days = len(self.visits[row.account][row.seat])
        most = AT_HOME_CAP if self._at_home(row) else min(CONTENT_CAP, ONE_DAY + FURTHER_DAY * (days - 1))
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
        days = {seat: len(d) for seat, d in self.visits[row.account].items()}
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
        days = len(self.visits[row.account][row.seat])
        total = sum(len(d) for d in self.visits[row.account].values()) if days > 1 else 1
        if days < 2 or self._at_home(row):
            return None
        weight = float(min(3.0, np.log2(days)))
        text = Text(
            f"The account came back to {row.seat} on {days} of its {total} days.",
            f"该账号 {total} 个使用日中有 {days} 天在 {row.seat} 使用。",
        )
        return Statement(text, weight)
