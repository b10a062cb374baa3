"""Reading that no right covers, or more of it than the right allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import readers
from headwater.detection.profiles.breaches import breaches, counts
from headwater.detection.scene import Scene
from headwater.detection.touching import sittings_of
from headwater.model.evidence import Finding, Statement
from headwater.model.organisation import Entitlement
from headwater.model.words import Text

_UNKNOWN = "?"


Breach = tuple[date, int, Entitlement | None]


@dataclass(frozen=True, slots=True)
class BeyondEntitlement:
    """Sees accounts that read a data set, or read it in a way, for which the table of rights gives them no right.

    Also counts days on which the records read exceed the right's own limit. A ticket that covers the day is used and
    named. It is a fact: the table of rights says so. Innocent work that looks the same: rights that lag behind
    practice. When many people of the same job break the same rule on many days, it is said once, of the rule, and
    accuses nobody; who reads far more than the others by the same broken rule is told apart. It misses what rights allow.
    """

    none: float = 3.0
    """Doublings of records without any right that count for nothing: a stray look, or a table that is behind."""
    widespread: float = 0.2
    """When this share of a job's accounts breaks the same rule, practice differs from policy."""
    days: int = 3
    """And when they break it on so many days."""
    far: float = 20.0
    """Who reads so many times what the job's others usually read against the rule does not follow their practice."""
    unknown: float = 1.0
    """Bits at most of an account whose job no table tells: the table of rights may well let that job do it."""

    cap: float = 5.0
    """Bits at most: in every house some do for weeks what no right foresees (one account in forty; believed)."""

    id: ClassVar[str] = "beyond-entitlement"
    title: ClassVar[Text] = Text("Reading beyond entitlement", "超越权限的读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "T1213", "ME024")
    needs: ClassVar[tuple[str, ...]] = ("access", "entitlements")
    alike: ClassVar[tuple[Text, ...]] = (Text("rights that lag behind practice", "权限表落后于实际工作"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account and kind of breach, and one per rule that a whole job breaks."""
        counted = counts(scene.engine)
        jobs = self._jobs(scene, counted["account"].unique())
        members = pd.Series(jobs).value_counts()
        broken: dict[tuple[str, str], dict[str, list[Breach]]] = defaultdict(lambda: defaultdict(list))
        for row in breaches(scene.engine, scene.org, counted):
            broken[jobs[row.account], row.kind][row.account].append((row.day, row.records, row.right))
        for (job, kind), by_account in sorted(broken.items()):
            wide = len(by_account) >= max(3, self.widespread * int(members[job]))
            practice = {*by_account}
            if wide and job == _UNKNOWN:
                # what all unknown accounts do is no breach of a rule that nobody can look up; what one does beyond all is
                practice -= self._practice(by_account)
            elif wide and len({d for days in by_account.values() for d, *_ in days}) >= self.days:
                practice = self._practice(by_account)
                yield self._rule(scene, job, kind, {a: by_account[a] for a in practice}, int(members[job]))
                practice = {*by_account} - practice
            for account in sorted(practice):
                yield self._finding(scene, account, kind, by_account[account])

    def _practice(self, by_account: Mapping[str, list[Breach]]) -> set[str]:
        """Those who break the rule as its others do: not by many times as many records as half of them."""
        total = {a: sum(n for _, n, _ in days) for a, days in by_account.items()}
        usual = max(1.0, float(np.median(list(total.values()))))
        return {a for a, n in total.items() if n < self.far * usual}

    @staticmethod
    def _jobs(scene: Scene, accounts: Iterable[str]) -> dict[str, str]:
        jobs = {}
        for account in accounts:
            owner = scene.org.owner(account)
            unknown = _UNKNOWN if _is_untold(scene, account) else f"={account}"
            jobs[account] = f"{owner.department}/{owner.role}" if owner else unknown
        return jobs

    def _rule(self, scene: Scene, job: str, kind: str, by_account: Mapping[str, list[Breach]], members: int) -> Finding:
        """What a job does by habit and the table of rights forbids: nobody is named, and it weighs nothing."""
        rule, dataset, action = kind.split(":", 2)
        days = sorted({d for each in by_account.values() for d, *_ in each})
        total = sum(n for each in by_account.values() for _, n, _ in each)
        what, what_zh = ("without a right", "无授权") if rule == "none" else ("beyond the limit", "超出限额")
        text = Text(
            f"{len(by_account)} of the {members} accounts of {job} do {action} on {dataset} {what}, on {len(days)} day(s) "
            f"and {total:,} records: practice differs from the table of rights.",
            f"{job} 的 {members} 个账号中有 {len(by_account)} 个对 {dataset} 执行 {action}（{what_zh}），共 {len(days)} 天、"
            f"{total:,} 条：实际做法与权限表不一致。",
        )
        accounts = sorted(by_account)
        lines = cited(
            scene, "access", None, days, largest="rows",
            keep=lambda t: t.account.isin(accounts) & (t.dataset == dataset) & (t.action == action),
        )  # fmt: skip
        rights = tuple(sorted({r.cited for each in by_account.values() for *_, r in each if r}))
        start, end = (datetime.combine(d, time(), scene.zone) for d in (days[0], days[-1] + timedelta(days=1)))
        return Finding(
            detector=self.id,
            key=f"{job}/{kind}",
            title=Text(
                f"Policy and practice differ: {job} does {action} on {dataset} {what}",
                f"制度与实际不一致：{job} 对 {dataset} 执行 {action}（{what_zh}）",
            ),
            severity="low",
            accounts=(),
            people=(),
            devices=(),
            starts=start,
            ends=end,
            subjects=0,
            statements=(Statement(text, 0.0, (*rights, *lines)),),
            fact=True,
            clears=(Text("a right for this job in the table of rights", "在权限表中为该岗位补充授权"),),
            techniques=self.techniques,
            details={"about": "rule"},
        )

    def _finding(
        self,
        scene: Scene,
        account: str,
        kind: str,
        days: list[Breach],
    ) -> Finding:
        _kind, dataset, action = kind.split(":", 2)
        dates = sorted({d for d, *_ in days})
        worst = max(days, key=_furthest)
        right = worst[2]
        sentence, weight = (
            self._limit(account, days, worst, right) if right else self._nothing(scene, account, dataset, action, days)
        )
        lines = cited(
            scene,
            "access",
            account,
            dates,
            largest="rows",
            keep=lambda t: (t.dataset == dataset) & (t.action == action),
        )
        statements = (Statement(sentence, weight, (*((right.cited,) if right else ()), *lines)),)
        sittings = sittings_of(
            scene, account, lambda t: (t.dataset == dataset) & (t.action == action) & t.day.isin(dates)
        )
        return Finding(
            detector=self.id,
            key=f"{account}/{kind}",
            title=Text(
                f"Account {account} read {dataset} beyond its rights ({action}) on {len(dates)} day(s)",
                f"账号 {account} 有 {len(dates)} 天超越权限读取 {dataset}（{action}）",
            ),
            severity="low" if weight < 1 else "medium",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, dates),
            statements=statements,
            fact=True,
            clears=(Text("a right or a ticket that the tables do not hold", "表中未载明的授权或工单"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"family": "reading"} if right else {},  # above a limit is a large day by another name
        )

    def _nothing(
        self,
        scene: Scene,
        account: str,
        dataset: str,
        action: str,
        days: list[Breach],
    ) -> tuple[Text, float]:
        total = sum(n for _, n, _ in days)
        names = ", ".join(scene.org.principals(account))
        often = len({d for d, *_ in days})
        most = self.unknown if _is_untold(scene, account) else self.cap
        weight = float(np.clip(np.log2(1 + total) - self.none + np.log2(often) / 2, 0.5, most))
        return (
            Text(
                f"No right lets account {account} ({names}) do {action} on {dataset}; it did on "
                f"{len({d for d, *_ in days})} day(s), {total:,} records.",
                f"没有任何授权允许账号 {account}（{names}）对 {dataset} 执行 {action}；"
                f"其在 {len({d for d, *_ in days})} 天内共读取 {total:,} 条。",
            ),
            weight,
        )

    def _limit(self, account: str, days: list[Breach], worst: Breach, right: Entitlement) -> tuple[Text, float]:
        limit = right.rows_per_day or 0
        over = len({d for d, *_ in days})
        weight = min(self.cap, 2 * float(np.log2(worst[1] / max(limit, 1))) + float(np.log2(over)))
        return (
            Text(
                f"The right of {right.principal} allows {limit:,} records a day ({right.action}); account {account} "
                f"exceeded its right of the day on {over} day(s), most on {worst[0]} with {worst[1]:,}.",
                f"{right.principal} 的权限为每日 {limit:,} 条（{right.action}）；账号 {account} 有 {over} 天超出当日权限，"
                f"超出最多为 {worst[0]} 的 {worst[1]:,} 条。",
            ),
            max(0.5, weight),
        )


def _furthest(breach: Breach) -> tuple[float, int, date]:
    """How many times the day's own limit was read, then how much, then when."""
    day, count, right = breach
    return count / max((right.rows_per_day or 0) if right else 0, 1), count, day


def _is_untold(scene: Scene, account: str) -> bool:
    """Tell whether the job of an account is unknown: the roster or the list is missing, or does not know its owner."""
    if scene.org.owner(account) is not None:
        return False
    listed = scene.org.account(account)
    return not (scene.has("people") and scene.has("accounts")) or (listed is not None and listed.kind == "person")


DETECTOR = BeyondEntitlement()
