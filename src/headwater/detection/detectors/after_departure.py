"""An account that lives on after its owner, or that was made for no one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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
class AfterDeparture:
    """Sees an account that is used after its owner left the house, after it was disabled, or that no list knows.

    It matters because a leaver's live account is the usual way to read without one's own name on it. It is a fact, not
    a rarity: roster and account list say so. Innocent work that looks the same: a roster that is updated late, a
    hand-over agreed with the leaver, a job that still runs under the account. Days just after the departure, at the
    owner's own desk, weigh little. It misses accounts whose owner the list does not name.
    """

    grace: int = 3
    """Use within so many days after the departure may be a roster that is late."""
    weight: float = 8.0
    """Bits of an account in use after its owner left."""
    unlisted: float = 3.0
    """Bits of an account that the account list does not know."""

    id: ClassVar[str] = "after-departure"
    title: ClassVar[Text] = Text("Account used after its owner left", "所有人离职后账号仍被使用")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "ME021")
    needs: ClassVar[tuple[str, ...]] = ("access", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a roster that was updated late", "花名册更新滞后"),
        Text("a scheduled job that still runs under the account", "仍以该账号运行的定时任务"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        sittings = scene.sittings
        listed = len(scene.org.accounts)
        for account, rows in sittings.groupby("account", sort=True):
            name = str(account)
            row = scene.org.account(name)
            if row is None:
                if listed and self._few_unlisted(scene):
                    yield self._nobody(scene, name, rows)
                continue
            ends = [d for d in (self._left(scene, name), row.disabled) if d]
            late = rows[rows["day"] > min(ends)] if ends else rows[:0]
            if len(late):
                yield self._departed(scene, name, late, min(ends) == row.disabled, row.cited)

    @staticmethod
    def _left(scene: Scene, account: str) -> date | None:
        owner = scene.org.owner(account)
        return owner.left if owner else None

    @staticmethod
    def _few_unlisted(scene: Scene) -> bool:
        """Many unlisted accounts mean that the list is not whole: then none of them is remarkable."""
        seen = scene.sittings["account"].dropna().unique()
        unlisted = sum(scene.org.account(str(a)) is None for a in seen)
        return bool(unlisted <= max(3, 0.02 * len(seen)))

    def _departed(self, scene: Scene, account: str, late: pd.DataFrame, disabled: bool, listed: Citation) -> Finding:
        owner = scene.org.owner(account)
        days = sorted(set(late["day"]))
        end = owner.left if owner and owner.left and not disabled else scene.org.account(account).disabled  # type: ignore[union-attr]
        lines = cited(scene, "access", account, days, largest="rows")
        who = label(scene, owner.employee) if owner else "?"
        what = Text(
            f"Account {account} was used on {len(days)} day(s) from {days[0]} to {days[-1]}, after "
            + (f"it was disabled on {end}." if disabled else f"its owner {who} had left on {end}."),
            f"账号 {account} 在 {days[0]} 至 {days[-1]} 间有 {len(days)} 天被使用，而"
            + (f"该账号已于 {end} 停用。" if disabled else f"其所有人 {who} 已于 {end} 离职。"),
        )
        at_once = all((d - end).days <= self.grace for d in days)
        weight = self.weight / 4 if at_once else self.weight + min(4.0, float(np.log2(len(days))))
        rule = (owner.cited,) if owner and not disabled else (listed,)
        notes = [Statement(what, weight, (*rule, *lines))]
        notes += self._own(scene, late, owner, weight) if not disabled else []
        if owner and owner.resigned and not disabled:
            text = Text(
                f"{who} had given notice on {owner.resigned}; the account was never closed.",
                f"{who} 于 {owner.resigned} 提出离职，账号一直未关闭。",
            )
            notes.append(Statement(text, 0.0, (owner.cited, listed)))
        title = Text(
            f"Account {account} was used after its owner {owner.employee if owner else ''} left on {end}",
            f"账号 {account} 在其所有人 {owner.employee if owner else ''} 于 {end} 离职后仍被使用",
        )
        if disabled:
            title = Text(
                f"Account {account} was used after it was disabled on {end}", f"账号 {account} 停用（{end}）后仍被使用"
            )
        return self._finding(scene, account, late, title, tuple(notes), "high")

    def _own(self, scene: Scene, late: pd.DataFrame, owner: Person | None, weight: float) -> list[Statement]:
        """What speaks for the owner: own desk and own business, as if the roster were late."""
        if owner is None or set(late["resident"]) != {owner.employee}:
            return []
        keys = ["account", "place", "sitting"]
        told = scene.explained.merge(late[keys], on=keys)
        told = told[told["employee"] == owner.employee]
        if told["readings"].sum() == 0 or told["explained"].sum() < 0.5 * told["readings"].sum():
            return []
        text = Text(
            f"All of it was at {owner.employee}'s own desk and mostly with own clients: the roster may be late.",
            f"均在 {owner.employee} 本人座位且多为其本人客户：可能是花名册更新滞后。",
        )
        return [Statement(text, -weight, (owner.cited,))]

    def _nobody(self, scene: Scene, account: str, rows: pd.DataFrame) -> Finding:
        days = sorted(set(rows["day"]))
        lines = cited(scene, "access", account, days, largest="rows")
        text = Text(
            f"Account {account} read protected data on {len(days)} day(s) and is not in the account list.",
            f"账号 {account} 有 {len(days)} 天读取受保护数据，但不在账号清单中。",
        )
        title = Text(f"Account {account} belongs to no one", f"账号 {account} 无人认领")
        return self._finding(scene, account, rows, title, (Statement(text, self.unlisted, lines),), "medium")

    def _finding(
        self,
        scene: Scene,
        account: str,
        rows: pd.DataFrame,
        title: Text,
        statements: tuple[Statement, ...],
        severity: str,
    ) -> Finding:
        days = sorted(set(rows["day"]))
        return Finding(
            detector=self.id,
            key=account,
            title=title,
            severity=severity,
            accounts=(account,),
            people=acted(scene, rows),
            devices=tuple(sorted(set(rows["seat"]))),
            starts=rows["first"].min().to_pydatetime(),
            ends=rows["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days),
            statements=statements,
            fact=True,
            clears=(
                Text(
                    "proof that the person was still employed, or agreed to the use", "该人当时仍在职或同意使用的证明"
                ),
                Text("a job description that names this account", "写明使用该账号的作业说明"),
            ),
            moments=reading(scene, rows),
            techniques=self.techniques,
        )


DETECTOR = AfterDeparture()
