"""An account in a stranger's hands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import OWN, named
from headwater.detection.profiles.actors import LENT, OUTSIDER
from headwater.detection.profiles.origins import KNOWN, Origins, origins
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.visits import FEW, Failures, Hours, Levels, failures, hours, levels, unlike_business
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.words import Text

TWICE = 4.0
"""Bits of an account that was in use elsewhere at that moment."""
COLLEAGUE = 0.2
"""What a colleague is blamed with who came from the same address: believed: addresses outside are shared by many."""


@dataclass(frozen=True, slots=True)
class _Visit:
    """What is known of an account's readings from one new address."""

    origin: str
    first: date
    sittings: pd.DataFrame
    way_in: tuple[Statement, ...]
    reading: tuple[Statement, ...]

    @property
    def bits(self) -> float:
        return sum(s.bits for s in (*self.way_in, *self.reading))


@dataclass(frozen=True, slots=True)
class HijackedAccount:
    """Sees an account that comes from an address new to it and then reads as its owner does not.

    The way in: an address (or device) that the account never used, weighed by how often that happens in the house and
    with this account; wrong passwords before; an hour at which the account is not used; use elsewhere at the same
    moment. The reading: records that the owner's business does not explain as usual, and more of them than on other days.
    It matters because a stolen password opens all that its owner may open, and the log names the owner. Innocent work
    that looks the same: a journey with a forgotten password, the first evening at home, a new provider: their way in is
    the same, and their reading is the owner's own, so that a new address alone is never told. It misses strangers who
    come over an address that the account uses anyway, who read what the owner reads, and accounts in their first days.
    """

    fresh: int = 14
    """An address is new to an account for so many days."""
    strange: float = 8.0
    """Bits that the way in may weigh: a journey has all of it too."""
    unlike: float = 2.0
    """Bits that the reading itself must speak against the owner."""
    least: float = 6.0
    """Bits that all must reach."""
    content: float = 8.0
    """Bits that whose business it was may weigh."""
    cap: float = 20.0
    """Bits that a finding may reach."""

    id: ClassVar[str] = "hijacked-account"
    title: ClassVar[Text] = Text("Account in a stranger's hands", "账号被盗用")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "T1110", "T1213")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a journey, a hotel, a forgotten password", "出差、酒店上网或忘记密码"),
        Text("a first evening at home, or a new provider", "首次居家办公或更换网络"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account, of all addresses from which it read as its owner does not."""
        known = origins(scene.engine)
        sittings = self._new(scene, known)
        if not len(sittings):
            return
        house = _House(scene, known, sittings)
        for account, rows in sittings.groupby("account", sort=True):
            visits = [self._visit(house, str(account), str(o), v) for o, v in rows.groupby("origin", sort=True)]
            told = [v for v in visits if sum(s.bits for s in v.reading) >= self.unlike and v.bits >= self.least]
            if told:
                yield self._finding(scene, house, str(account), told)

    def _new(self, scene: Scene, known: Origins) -> pd.DataFrame:
        """Sittings of people's accounts at addresses new to them, at nobody's desk."""
        rows = scene.sittings
        origin = rows["ip"].where(rows["ip"].notna(), rows["device"])
        rows = rows.assign(origin=origin, row=rows.index, total=rows["subjects"] + rows["unseen"])
        kinds = {a: scene.org.kind(a) for a in rows["account"].unique()}
        nobodys = rows["resident"].isna()
        rows = rows[nobodys & rows["account"].map(kinds).isin(["person", "unlisted"]) & (rows["total"] > 0)]
        news = known.firsts[known.firsts["before"] >= KNOWN]
        rows = rows.merge(news, on=["account", "origin"])
        age = pd.to_datetime(rows["day"]) - pd.to_datetime(rows["first_y"])
        return rows[age <= pd.Timedelta(days=self.fresh)].rename(columns={"first_x": "first", "first_y": "since"})

    def _visit(self, house: _House, account: str, origin: str, rows: pd.DataFrame) -> _Visit:
        since = rows["since"].iloc[0]
        way_in = [s for s in house.way_in(account, origin, rows) if s.bits > 0]
        total = sum(s.bits for s in way_in)
        scale = min(1.0, self.strange / total) if total else 1.0
        told = (house.business(account, since, rows, self.content), house.volume(account, since, rows))
        return _Visit(
            origin,
            since,
            rows,
            tuple(Statement(s.text, s.bits * scale, s.evidence) for s in way_in),
            tuple(s for s in told if s is not None),
        )

    def _finding(self, scene: Scene, house: _House, account: str, visits: list[_Visit]) -> Finding:
        rows = pd.concat([v.sittings for v in visits])
        sittings = scene.sittings.loc[sorted(rows["row"])]
        best = max(visits, key=lambda v: (v.bits, v.origin))
        days = sorted(set(sittings["day"]))
        lines = self._lines(scene, account, sittings, visits)
        first = Statement(self._where(account, visits, sittings), 0.0, lines)
        scale = min(1.0, self.cap / best.bits)
        pieces = tuple(Statement(s.text, s.bits * scale, s.evidence) for s in (*best.way_in, *best.reading))
        people = house.people(account, [v.origin for v in visits], best.bits)
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} was used from an address new to it, and not as its owner uses it",
                f"账号 {account} 从陌生地址登录，读取方式与所有人不符",
            ),
            severity="critical" if best.bits >= self.strange + self.unlike else "high",
            accounts=(account,),
            people=people,
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days, sorted(set(sittings["place"]))),
            statements=(first, *pieces, *house.shared(account, [v.origin for v in visits])),
            clears=(
                Text("the owner's word that it was the owner, and from where", "所有人确认本人操作及当时所在地"),
                Text("a journey, work from home or a new provider on record", "出差、居家办公或更换网络的记录"),
            ),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(days), "outsider": not named(people)},
        )

    @staticmethod
    def _where(account: str, visits: list[_Visit], sittings: pd.DataFrame) -> Text:
        total = int((sittings["subjects"] + sittings["unseen"]).sum())
        parts = ", ".join(f"{v.origin} (since {v.first})" for v in visits[:6])
        parts_zh = "、".join(f"{v.origin}（自 {v.first} 起）" for v in visits[:6])
        return Text(
            f"Account {account} read {total:,} records in {len(sittings)} sitting(s) from addresses new to it: {parts}.",
            f"账号 {account} 在 {len(sittings)} 个时段从新地址读取 {total:,} 条记录：{parts_zh}。",
        )

    @staticmethod
    def _lines(scene: Scene, account: str, sittings: pd.DataFrame, visits: list[_Visit]) -> tuple[Citation, ...]:
        places, days = sorted(set(sittings["place"])), sorted(set(sittings["day"]))
        read = cited(scene, "access", account, days, keep=lambda t: t.device.coalesce(t.ip).isin(places))
        where = sorted({v.origin for v in visits})
        near = sorted({d - timedelta(days=1) for d in days} | set(days))
        logons = cited(scene, "logons", account, near, keep=lambda t: t.ip.coalesce(t.device).isin(where))
        return tuple(sorted({*read, *logons}))


class _House:
    """What visits are held against."""

    def __init__(self, scene: Scene, known: Origins, sittings: pd.DataFrame) -> None:
        accounts = sorted(set(sittings["account"]))
        self.scene, self.known = scene, known
        self.hours: Hours = hours(scene.engine, accounts)
        self.failures: Failures = failures(scene.engine, accounts)
        self.levels: Levels = levels(scene.days)
        self.firsts = known.firsts.set_index(["account", "origin"])
        self.past, self.explained, self.own = (
            dict(iter(frame[frame["account"].isin(accounts)].groupby("account")))
            for frame in (scene.days, self._explained(accounts), scene.sittings)
        )

    def _explained(self, accounts: list[str]) -> pd.DataFrame:
        """Per sitting of these accounts: how many records were read, and how many their owner's business explains."""
        keys = ["account", "place", "sitting"]
        if not self.scene.has("relations"):
            return pd.DataFrame(columns=[*keys, "readings", "explained", "day"])
        rows = self.scene.sittings[self.scene.sittings["account"].isin(accounts)]
        rows = rows[[*keys, "day", "owner"]].rename(columns={"owner": "employee"})
        return self.scene.explained.merge(rows, on=[*keys, "employee"])

    def way_in(self, account: str, origin: str, rows: pd.DataFrame) -> Iterator[Statement]:
        """The address, the wrong passwords, the hour, the use elsewhere at that moment."""
        p, before, strange = self.firsts.loc[(account, origin), ["p", "before", "strange"]]
        before, strange = int(before), int(strange)
        what = ("its network was known", "the account or a colleague knew its network or itself", "nobody knew it")[
            strange
        ]
        what_zh = ("所在网络已知", "账号或同事此前用过该网络或地址", "此前无人使用")[strange]
        yield Statement(
            Text(
                f"{origin} was new to the account after {before} days of use, and {what}; about one account-day in "
                f"{1 / p:,.0f} brings such an address.",
                f"账号使用 {before} 天后首次出现 {origin}，{what_zh}；约每 {1 / p:,.0f} 个账号日才有一次。",
            ),
            bits(p),
        )
        yield self._failed(account, rows)
        yield self._hour(account, rows)
        yield from self._elsewhere(account, rows)

    def _failed(self, account: str, rows: pd.DataFrame) -> Statement:
        count = self.failures.before(account, rows["first"])
        p = self.failures.rare(count)
        text = Text(
            f"{count} wrong password(s) came within three hours before; one account-day in {1 / p:,.0f} has so many.",
            f"此前三小时内有 {count} 次密码错误；约每 {1 / p:,.0f} 个账号日才有一次。",
        )
        return Statement(text, bits(p))

    def _hour(self, account: str, rows: pd.DataFrame) -> Statement:
        zone, since = self.scene.zone, rows["since"].iloc[0]
        found = {h: self.hours.odd(account, h, since) for h in rows["first"].dt.tz_convert(zone).dt.hour.unique()}
        hour, (p, there, total) = min(found.items(), key=lambda each: (each[1][0], each[0]))
        text = Text(
            f"It was used at about {hour} o'clock; on {there} of {total} earlier days it was used within an hour of that.",
            f"使用时间约为 {hour} 点；此前 {total} 天中有 {there} 天在该时段前后一小时内使用过。",
        )
        return Statement(text, bits(p))

    def _elsewhere(self, account: str, rows: pd.DataFrame) -> Iterator[Statement]:
        margin, own = timedelta(minutes=2), self.own[account]
        others = own[~own["place"].isin(rows["place"].unique())]
        for row in rows.itertuples(index=False):
            both = others[(others["first"] <= row.last - margin) & (others["last"] >= row.first + margin)]
            if len(both):
                seat = both["seat"].iloc[0]
                text = Text(f"At the same time it was in use at {seat}.", f"同一时间该账号也在 {seat} 使用。")
                yield Statement(text, TWICE)
                return

    def business(self, account: str, since: date, rows: pd.DataFrame, most: float) -> Statement | None:
        """Whether the owner's business explains the records as it usually does."""
        mine = self.explained.get(account)
        if mine is None:
            return None
        past = mine[mine["day"] < since]
        now = mine.merge(rows[["place", "sitting"]], on=["place", "sitting"])
        read, known = int(now["readings"].sum()), int(now["explained"].sum())
        usual = float(past["explained"].sum() / past["readings"].sum()) if past["readings"].sum() >= FEW else 0.0
        if not read or usual <= 0.1:
            return None
        text = Text(
            f"The owner's business explains {known:,} of the {read:,} records opened one by one ({usual:.0%} before).",
            f"逐条打开的 {read:,} 条记录中，{known:,} 条可由所有人业务解释（此前为 {usual:.0%}）。",
        )
        return Statement(text, float(np.clip(unlike_business(read, known, usual), -most, most)))

    def volume(self, account: str, since: date, rows: pd.DataFrame) -> Statement | None:
        """How much more was read from there in a day than the account reads on other days."""
        past = self.past[account] if account in self.past else self.scene.days.iloc[:0]
        past = past[past["day"] < since]
        if not len(past):
            return None
        usual = float((past["subjects"] + past["unseen"]).mean())
        by_day = rows.groupby("day")["total"].sum()
        count, day = int(by_day.max()), by_day.idxmax()
        p = self.levels.louder(float(count), usual)
        if bits(p) <= 0 or count <= usual:
            return None
        text = Text(
            f"On {day} {count:,} records were read from there; the account read {usual:,.0f} a day before (p = {p:.1g}).",
            f"{day} 从该地址读取 {count:,} 条记录；该账号此前日均 {usual:,.0f} 条（p = {p:.1g}）。",
        )
        return Statement(text, bits(p))

    def _colleagues(self, account: str, addresses: list[str]) -> dict[str, str]:
        """Other people of the house whose accounts came from there, with one such account."""
        owner = self.scene.org.owner(account)
        found: dict[str, str] = {}
        for address in addresses:
            for other, _first in self.known.also(account, address):
                person = self.scene.org.owner(other)
                if person is not None and person != owner:
                    found.setdefault(person.employee, other)
        return found

    def shared(self, account: str, addresses: list[str]) -> tuple[Statement, ...]:
        """Who else came from there: to be heard, not blamed."""
        found = sorted(self._colleagues(account, addresses).values())
        if not found:
            return ()
        names = ", ".join(found[:4])
        text = Text(
            f"{len(found)} other account(s) of the house came from there too, among them {names}.",
            f"另有 {len(found)} 个本机构账号也来自该地址，包括 {names}。",
        )
        return (Statement(text, 0.0),)

    def people(self, account: str, addresses: list[str], weight: float) -> tuple[PersonOdds, ...]:
        """The owner by what is left of the odds; else somebody unknown, or a colleague who came from there."""
        if not self.scene.org.people:
            return ()
        owner = self.scene.org.owner(account)
        total = LENT + weight
        other = 1 / (1 + 2.0 ** -float(np.clip(total, -60, 60))) if owner else 1.0
        colleagues = sorted(self._colleagues(account, addresses))
        odds = {person: other * COLLEAGUE / len(colleagues) for person in colleagues}
        odds[OUTSIDER] = other - sum(odds.values())
        if owner:
            odds[owner.employee] = min(OWN, 1 - other)
        ranked = sorted((p for p in odds if odds[p] >= 0.05), key=lambda p: (-odds[p], p))
        return tuple(PersonOdds(p, odds[p], total) for p in ranked)


DETECTOR = HijackedAccount()
