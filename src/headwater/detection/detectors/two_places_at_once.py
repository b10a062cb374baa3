"""One account at two desks at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted, label, named
from headwater.detection.reads import place
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

_SHARED = ("shared", "service")


@dataclass(frozen=True, slots=True)
class TwoPlacesAtOnce:
    """Sees an account of one person that reads records at two desks or addresses at overlapping moments.

    It matters because nobody sits at two desks: one of the two is somebody else. It is a fact: the account list gives
    the account to one person. Clocks of machines differ, so an overlap of minutes says nothing, and two places that an
    account uses together on most of its days are one (a terminal server, a second screen, a telephone). Where nobody else
    is known to have sat at either, the owner is not named: he may be the one from whom the account was stolen. Innocent work
    that looks the same: a session left open that asks by itself, a new laptop beside the old machine. It misses
    shared and service accounts, and who takes turns.
    """

    minutes: int = 20
    """Overlaps that are not longer than this may be clocks, or a walk from one desk to the other."""
    crowd: int = 5
    """A place where so many accounts are at work at one moment on a usual day is a gateway or a terminal server."""
    usual: float = 0.3
    """Two places that meet on such a share of the days of an account are how it is used."""
    weight: float = 6.0
    """Bits of the first day; more days add up to three."""

    id: ClassVar[str] = "two-places-at-once"
    title: ClassVar[Text] = Text("One account at two desks at once", "同一账号同时在两处使用")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "IF025")
    needs: ClassVar[tuple[str, ...]] = ("access", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a session left open that refreshes by itself", "未关闭且自动刷新的会话"),
        Text("a terminal server, or a laptop beside the machine", "终端服务器或主机旁的笔记本电脑"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        frame = scene.sittings
        frame = frame[(frame["seat"] != "?") & (frame["subjects"] + frame["unseen"] > 0)]
        frame = frame[[scene.org.kind(a) not in _SHARED for a in frame["account"]]]
        frame = frame[~frame["seat"].isin(_crowded(scene.sittings, self.crowd))]
        for account, rows in frame.groupby("account", sort=True):
            pairs = self._odd(_pairs(rows, timedelta(minutes=self.minutes)), rows)
            listed = scene.org.account(str(account))
            if pairs and listed is not None:
                yield self._finding(scene, str(account), rows, pairs)

    def _odd(self, pairs: list[tuple[int, int]], rows: pd.DataFrame) -> list[tuple[int, int]]:
        """Without the pairs of places that the account uses together as a habit."""
        days: dict[frozenset[str], set[object]] = {}
        for one, other in pairs:
            days.setdefault(frozenset(rows.loc[[one, other], "seat"]), set()).add(rows.at[one, "day"])
        most = max(1.0, self.usual * rows["day"].nunique())
        return [(a, b) for a, b in pairs if len(days[frozenset(rows.loc[[a, b], "seat"])]) <= most]

    def _finding(self, scene: Scene, account: str, rows: pd.DataFrame, pairs: list[tuple[int, int]]) -> Finding:
        sat = rows.loc[sorted({i for pair in pairs for i in pair})]
        days, seats = sorted({rows.at[a, "day"] for a, _b in pairs}), sorted(set(sat["seat"]))
        longest = max(pairs, key=lambda pair: (_overlap(rows, *pair), -pair[0]))
        minutes = int(_overlap(rows, *longest).total_seconds() // 60)
        first, second = sorted(rows.loc[list(longest), "seat"])
        people, owners = acted(scene, sat), set(sat["owner"].dropna())
        others = [p for p in named(people) if p not in owners]
        if not others:  # somebody used it beside the owner, who may well be the one from whom it was stolen
            people = tuple(
                replace(p, probability=min(p.probability, 0.5)) if p.employee in owners else p for p in people
            )
        what = Text(
            f"Account {account} read records at {first} and at {second} at the same time for {minutes} minute(s) on "
            f"{rows.at[longest[0], 'day']}; {len(days)} day(s) are like this.",
            f"账号 {account} 于 {rows.at[longest[0], 'day']} 同时在 {first} 与 {second} 读取记录达 {minutes} 分钟；"
            f"共有 {len(days)} 天如此。",
        )
        listed = scene.org.account(account)
        lines = cited(scene, "access", account, days, keep=lambda t: place(t).isin(sorted(set(sat["place"]))))
        weight = self.weight + min(3.0, float(np.log2(len(days))))
        rule = (listed.cited,) if listed else ()
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} was at {first} and at {second} at once",
                f"账号 {account} 同时出现在 {first} 与 {second}",
            ),
            severity="critical" if others else "high",
            accounts=(account,),
            people=people,
            devices=tuple(seats),
            starts=sat["first"].min().to_pydatetime(),
            ends=sat["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days, sat["place"]),
            statements=(Statement(what, weight, (*rule, *lines)), self._who(scene, sat)),
            fact=True,
            clears=(
                Text("proof that one of the two sessions ran by itself", "其中一个会话系自动运行的证明"),
                Text("a second machine that the owner was given", "所有人获配第二台设备的证明"),
            ),
            moments=reading(scene, sat),
            techniques=self.techniques,
            details={"days": tuple(days)},
        )

    @staticmethod
    def _who(scene: Scene, sat: pd.DataFrame) -> Statement:
        """Who is thought to have sat at each place, with the odds."""
        told, told_zh = [], []
        for seat, rows in sat.groupby("seat", sort=True):
            people = acted(scene, rows)
            if people:
                names = {"?": ("somebody unknown", "身份不明者")}
                en, zh = names.get(people[0].employee, (label(scene, people[0].employee),) * 2)
                told.append(f"{en} at {seat} ({people[0].probability:.0%})")
                told_zh.append(f"{seat}：{zh}（{people[0].probability:.0%}）")
        if not told:
            return Statement(Text("Who sat at either place cannot be told.", "无法判断两处各为何人。"), 0.0)
        return Statement(Text(f"Likeliest: {'; '.join(told)}.", f"最可能的使用者：{'；'.join(told_zh)}。"), 0.0)


def _overlap(rows: pd.DataFrame, one: int, other: int) -> timedelta:
    """How long two sittings ran at the same time."""
    last = min(rows.at[one, "last"], rows.at[other, "last"])
    length: timedelta = last - max(rows.at[one, "first"], rows.at[other, "first"])
    return length


def _pairs(rows: pd.DataFrame, margin: timedelta) -> list[tuple[int, int]]:
    """Sittings of one account at different places that overlap for longer than a margin; rows are in order of time."""
    made: list[tuple[int, int]] = []
    running: list[Any] = []
    for row in rows.itertuples():
        running = [each for each in running if each.last > row.first + margin]
        for other in running:
            if _apart(row, other) and min(other.last, row.last) - row.first > margin:
                made.append((int(other.Index), int(row.Index)))
        running.append(row)
    return made


def _apart(one: Any, other: Any) -> bool:
    """Whether two sittings are surely at two places: an address that no log maps to a machine may be the other's."""
    bare = [row.seat == row.ip for row in (one, other)]
    if bare[0] == bare[1]:
        return bool(one.seat != other.seat)
    return isinstance(one.ip, str) and isinstance(other.ip, str) and one.ip != other.ip


def _crowded(sittings: pd.DataFrame, crowd: int) -> frozenset[str]:
    """Places where on a usual day so many accounts were at work within the same hour."""
    hours = sittings.assign(hour=sittings["first"].dt.floor("h"))
    together = hours.groupby(["seat", "day", "hour"])["account"].nunique()
    daily = together.groupby(["seat", "day"]).max().groupby("seat").median()
    return frozenset(daily[daily >= crowd].index)


DETECTOR = TwoPlacesAtOnce()
