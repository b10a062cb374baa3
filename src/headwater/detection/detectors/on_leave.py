"""An account in use while its owner was on recorded leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted, label
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Statement
from headwater.model.organisation import Person
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class OnLeave:
    """Sees an account that reads records on days on which its owner is on recorded leave, at any desk.

    It matters because somebody else may be at it, also at the owner's own desk. It is a fact: the table of absences
    says so. How much it weighs is counted in the house: where many work on days of leave, the table is at fault, and
    one more says nothing. Innocent work that looks the same: leave that was cancelled or entered wrongly, half a day,
    work from home; then the records are the owner's own business. It misses absences that nobody recorded.
    """

    most: float = 3.0
    """Bits at most, however few others work on days of leave: one in eight does for once (believed). More days add one."""
    own: float = 0.5
    """From this share of records that are the owner's own business, it was the owner."""
    least: float = 1.0
    """Bits below which nothing is said."""

    id: ClassVar[str] = "on-leave"
    title: ClassVar[Text] = Text("Account used during its owner's leave", "所有人休假期间账号被使用")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "IF025")
    needs: ClassVar[tuple[str, ...]] = ("access", "accounts", "people", "absences")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("leave that was cancelled or entered wrongly", "已取消或登记有误的休假"),
        Text("work from home on a day of leave", "休假日居家办公"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        rows = scene.sittings[scene.leave.rows]
        rows = rows[(rows["subjects"] + rows["unseen"] > 0)]
        for account, mine in rows.groupby("account", sort=True):
            owner = scene.org.owner(str(account))
            if owner is None or scene.org.kind(str(account)) in ("shared", "service"):
                continue
            found = self._finding(scene, str(account), owner, mine)
            if found.bits >= self.least:
                yield found

    def _finding(self, scene: Scene, account: str, owner: Person, rows: pd.DataFrame) -> Finding:
        days = sorted(set(rows["day"]))
        who = label(scene, owner.employee)
        spans = {s.cited: s for day in days if (s := scene.org.absence(owner.employee, day))}
        lines = cited(scene, "access", account, days, largest="rows")
        told = "; ".join(f"{s.starts} to {s.ends}" for s in spans.values())
        told_zh = "；".join(f"{s.starts} 至 {s.ends}" for s in spans.values())
        seats = ", ".join(sorted(set(rows["seat"])))
        what = Text(
            f"Account {account} read records on {len(days)} day(s) from {days[0]} to {days[-1]} at {seats}, while its owner "
            f"{who} was on recorded leave ({told}).",
            f"账号 {account} 在 {days[0]} 至 {days[-1]} 间有 {len(days)} 天于 {seats} 读取记录，而其所有人 {who} 当时有休假记录"
            f"（{told_zh}）。",
        )
        weight, rate = self._weight(scene, owner.employee, len(days))
        notes = [Statement(what, weight, (*spans, *lines)), rate, *self._own(scene, rows, owner, weight)]
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} was used while its owner {owner.employee} was on leave",
                f"账号 {account} 在其所有人 {owner.employee} 休假期间被使用",
            ),
            severity="high",
            accounts=(account,),
            people=acted(scene, rows),
            devices=tuple(sorted(set(rows["seat"]))),
            starts=rows["first"].min().to_pydatetime(),
            ends=rows["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days),
            statements=tuple(notes),
            fact=True,
            clears=(
                Text("proof that the leave was cancelled or ended earlier", "休假已取消或提前结束的证明"),
                Text("the owner's word that the work was his own", "所有人确认系本人工作"),
            ),
            moments=reading(scene, rows),
            techniques=self.techniques,
            details={"days": tuple(days)},
        )

    def _weight(self, scene: Scene, employee: str, days: int) -> tuple[float, Statement]:
        """What the house's own days of leave say, those of the owner left out."""
        used, total = scene.leave.others(employee)
        text = Text(
            f"Of {total} other person-days of leave in the span {used} saw the account in use.",
            f"期间其他人员的 {total} 个休假人日中，有 {used} 个有账号使用。",
        )
        weight = min(self.most, scene.leave.bits(employee))
        return weight + (min(1.0, float(np.log2(days))) if weight > 0 else 0.0), Statement(text, 0.0)

    def _own(self, scene: Scene, rows: pd.DataFrame, owner: Person, weight: float) -> list[Statement]:
        """What speaks for the owner: own business, as if the leave had been cancelled."""
        keys = ["account", "place", "sitting"]
        told = scene.explained.merge(rows[keys], on=keys)
        told = told[told["employee"] == owner.employee]
        read, explained = int(told["readings"].sum()), int(told["explained"].sum())
        if not read or explained < self.own * read:
            return []
        text = Text(
            f"{explained} of the {read} records opened one by one are {owner.employee}'s own business: the leave may have been "
            "cancelled.",
            f"逐条打开的 {read} 条记录中有 {explained} 条属 {owner.employee} 本人业务：休假可能已取消。",
        )
        evidence: tuple[Citation, ...] = (owner.cited,)
        return [Statement(text, -weight, evidence)]


DETECTOR = OnLeave()
