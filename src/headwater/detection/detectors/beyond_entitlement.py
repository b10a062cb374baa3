"""Reading that no right covers, or more of it than the right allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted
from headwater.detection.reads import acts, records
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.organisation import Entitlement
from headwater.model.words import Text

_UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class BeyondEntitlement:
    """Sees accounts that read a data set, or read it in a way, for which the table of rights gives them no right.

    Also counts days on which the records read exceed the right's own limit. A ticket that covers the day is used and
    named. It is a fact: the table of rights says so. Innocent work that looks the same: rights that lag behind
    practice; when many people of the same job break the same rule, it is said once, of the rule, and accuses nobody.
    """

    none: float = 3.0
    """Doublings of records without any right that count for nothing: a stray look, or a table that is behind."""
    widespread: float = 0.2
    """When this share of a job's accounts breaks the same rule, practice differs from policy."""
    unknown: float = 1.0
    """Bits at most of an account whose job no table tells: the table of rights may well let that job do it."""

    id: ClassVar[str] = "beyond-entitlement"
    title: ClassVar[Text] = Text("Reading beyond entitlement", "超越权限的读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1078", "T1213")
    needs: ClassVar[tuple[str, ...]] = ("access", "entitlements")
    alike: ClassVar[tuple[Text, ...]] = (Text("rights that lag behind practice", "权限表落后于实际工作"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account and kind of breach."""
        frame = self._daily(scene)
        breaches: dict[tuple[str, str], list[tuple[date, str, int, Entitlement | None]]] = defaultdict(list)
        for row in frame.itertuples(index=False):
            breach = self._breach(scene, row)
            if breach:
                kind, right = breach
                breaches[(row.account, kind)].append((row.day, row.action, int(row.records), right))
        jobs = self._jobs(scene, frame)
        broken: dict[tuple[str, str], set[str]] = defaultdict(set)
        for account, kind in breaches:
            broken[(jobs[account], kind)].add(account)
        members = pd.Series(jobs).value_counts()
        for (account, kind), days in sorted(breaches.items()):
            job = jobs[account]
            common = len(broken[(job, kind)])
            wide = common >= 3 and common >= self.widespread * int(members[job])
            if wide and job == _UNKNOWN:
                continue  # what all unknown accounts do is no breach of a rule that nobody can look up
            yield self._finding(scene, account, kind, days, common if wide else 0)

    @staticmethod
    def _daily(scene: Scene) -> pd.DataFrame:
        keys = ["account", "dataset", "action", "day"]
        counted = (
            acts(scene.engine)
            .group_by(keys)
            .agg(
                acts=_.count(),
                nameless=(_.subject.isnull() & _.returned.isnull()).ifelse(ibis.coalesce(_.rows, 0), 0).sum(),
            )
        )
        distinct = records(scene.engine).filter(_.exact).group_by(keys).agg(named=_.subject.nunique())
        frames = [scene.engine.arrow(t).to_pandas() for t in (counted, distinct)]
        merged = frames[0].merge(frames[1], on=keys, how="left").fillna({"named": 0})
        merged["records"] = merged["named"] + merged["nameless"]
        return merged.dropna(subset=["account", "dataset"]).sort_values(keys, ignore_index=True)

    @staticmethod
    def _breach(scene: Scene, row: object) -> tuple[str, Entitlement | None] | None:
        account, dataset, action, day = row.account, row.dataset, row.action, row.day  # type: ignore[attr-defined]
        rights = list(scene.org.rights(account, dataset, action, day))
        limits = [r.rows_per_day for r in rights]
        count = int(row.records)  # type: ignore[attr-defined]
        if rights and (None in limits or count <= max(x for x in limits if x is not None)):
            return None
        if scene.org.ticket(account, dataset, day):
            return None
        if not rights:
            return (f"none:{dataset}:{action}", None) if count or action in ("lookup", "search") else None
        return f"limit:{dataset}:{action}", max(rights, key=lambda r: r.rows_per_day or 0)

    @staticmethod
    def _jobs(scene: Scene, frame: pd.DataFrame) -> dict[str, str]:
        jobs = {}
        for account in frame["account"].unique():
            owner = scene.org.owner(account)
            unknown = _UNKNOWN if _is_untold(scene, account) else f"={account}"
            jobs[account] = f"{owner.department}/{owner.role}" if owner else unknown
        return jobs

    def _finding(
        self,
        scene: Scene,
        account: str,
        kind: str,
        days: list[tuple[date, str, int, Entitlement | None]],
        common: int,
    ) -> Finding:
        _kind, dataset, action = kind.split(":", 2)
        dates = sorted({d for d, *_ in days})
        right = days[0][3]
        sentence, weight = (
            self._limit(account, days, right) if right else self._nothing(scene, account, dataset, action, days)
        )
        lines = cited(
            scene,
            "access",
            account,
            dates,
            largest="rows",
            keep=lambda t: (t.dataset == dataset) & (t.action == action),
        )
        statements = [Statement(sentence, weight, (*((right.cited,) if right else ()), *lines))]
        if common:
            text = Text(
                f"{common} accounts of the same job do the same: practice differs from the table of rights.",
                f"同岗位共有 {common} 个账号如此：实际做法与权限表不一致。",
            )
            statements.append(Statement(text, -weight))
        sittings = self._sat(scene, account, dates)
        return Finding(
            detector=self.id,
            key=f"{account}/{kind}",
            title=Text(
                f"Account {account} read {dataset} beyond its rights ({action}) on {len(dates)} day(s)",
                f"账号 {account} 有 {len(dates)} 天超越权限读取 {dataset}（{action}）",
            ),
            severity="low" if common or weight < 1 else "medium",
            accounts=(account,),
            people=acted(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, dates),
            statements=tuple(statements),
            fact=True,
            clears=(Text("a right or a ticket that the tables do not hold", "表中未载明的授权或工单"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
        )

    @staticmethod
    def _sat(scene: Scene, account: str, dates: list[date]) -> pd.DataFrame:
        """The sittings that begin or end on these days: those of a night belong to the day before as well."""
        own = scene.sittings[scene.sittings["account"] == account]
        ends = own["last"].dt.tz_convert(scene.zone).dt.date
        return own[own["day"].isin(dates) | ends.isin(dates)]

    def _nothing(
        self,
        scene: Scene,
        account: str,
        dataset: str,
        action: str,
        days: list[tuple[date, str, int, Entitlement | None]],
    ) -> tuple[Text, float]:
        total = sum(n for _, _, n, _ in days)
        names = ", ".join(scene.org.principals(account))
        often = len({d for d, *_ in days})
        most = self.unknown if _is_untold(scene, account) else 8.0
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

    @staticmethod
    def _limit(
        account: str, days: list[tuple[date, str, int, Entitlement | None]], right: Entitlement
    ) -> tuple[Text, float]:
        worst = max(days, key=lambda d: (d[2], d[0]))
        limit = right.rows_per_day or 0
        over = len({d for d, *_ in days})
        weight = min(8.0, 2 * float(np.log2(worst[2] / max(limit, 1))) + float(np.log2(over)))
        return (
            Text(
                f"The right of {right.principal} allows {limit:,} records a day ({right.action}); account {account} "
                f"exceeded it on {over} day(s), most on {worst[0]} with {worst[2]:,}.",
                f"{right.principal} 的权限为每日 {limit:,} 条（{right.action}）；账号 {account} 有 {over} 天超出，"
                f"最多为 {worst[0]} 的 {worst[2]:,} 条。",
            ),
            max(0.5, weight),
        )


def _is_untold(scene: Scene, account: str) -> bool:
    """Tell whether the job of an account is unknown: the roster or the list is missing, or does not know its owner."""
    if scene.org.owner(account) is not None:
        return False
    listed = scene.org.account(account)
    return not (scene.has("people") and scene.has("accounts")) or (listed is not None and listed.kind == "person")


DETECTOR = BeyondEntitlement()
