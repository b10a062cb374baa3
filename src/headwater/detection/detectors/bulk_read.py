"""Reading far more people's records than usual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.owning import own_business
from headwater.detection.people import readers
from headwater.detection.profiles.rarity import TASK, bits
from headwater.detection.profiles.volume import Counted, Floats, Volume
from headwater.detection.scene import DAILY, Scene
from headwater.detection.touching import sittings_on
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

WAYS: Mapping[str, tuple[str, str]] = {"opened": ("opened", "逐条打开"), "listed": ("drew lists of", "以列表取得")}
"""The two ways of reading many records, in words."""


@dataclass(frozen=True, slots=True)
class BulkRead:
    """Sees an account that reads many more people's records in a day than it ever did.

    Records opened one by one and records drawn in lists are counted apart. Each day's count is judged by the account's
    own past and its peers of the same job; weekday and whatever lifts the whole group (a campaign, a month's end) are
    taken out, and the rarity is checked against the days of others of that job. Days that a ticket authorises do not
    count and are named. It matters because whoever collects clients has to open them. Innocent work that looks the
    same: a migration or an audit without a ticket, a new task, cover for a colleague. It misses what is small every
    day (see slow-reading), and what the account did just so three weeks before.
    """

    least: int = 20
    """Fewer distinct records than this in a day are never called bulk."""
    times: float = 2.0
    """A day must be so many times its expectation."""
    clear: float = 1.25
    """A day must be so many times the second largest of the account's other days."""
    habit: int = 21
    """What an account did twice before so many days ago is its habit, not news."""
    apart: int = 3
    """Loud days no further apart than this are one task, and count as one."""
    explained: float = 4.0
    """Bits that speak for the account when its owner's business explains the records as it usually does."""
    cap: float = TASK
    """Bits at most: there are as many large tasks that nobody put on record as there are thefts."""

    id: ClassVar[str] = "bulk-read"
    title: ClassVar[Text] = Text("Bulk reading", "批量读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "T1530", "T1119", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a migration, an audit or a list request without a ticket", "没有工单的数据迁移、审计或名单提取"),
        Text("a new task, or cover for a colleague", "新任务，或代班"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account with days that its past and its peers do not explain."""
        volume = scene.volume
        for i, account in enumerate(volume.accounts):
            found = {name: self._days(scene, getattr(volume, name), i) for name in WAYS}
            if any(found.values()):
                yield self._finding(scene, account, i, found)

    def _days(self, scene: Scene, way: Counted, i: int) -> list[int]:
        """Days of an account that stand out by one way of reading, that nothing authorises, and that are no habit."""
        volume, counts = scene.volume, way.counts[i]
        with np.errstate(invalid="ignore"):
            rare = (
                (way.rare[i] < DAILY / len(WAYS))
                & (counts >= self.least)
                & (counts >= self.times * way.expected.mean[i])
            )
        account = volume.accounts[i]
        days = [j for j in np.flatnonzero(rare).tolist() if not self._authorised(scene, account, volume.days[j])]
        own = np.delete(counts, days)
        own = np.sort(own[~np.isnan(own)])
        usual_top = float(own[-2]) if len(own) >= 2 else 0.0
        # the model's tail is thin where somebody's days are of two kinds (a daily trickle, a monthly list)
        return [j for j in days if counts[j] > self.clear * usual_top and self._is_new(counts, j)]

    def _is_new(self, counts: Floats, j: int) -> bool:
        """Whether a day is not an old habit: fewer than two days nearly as large lie more than three weeks back."""
        past = counts[: max(0, j - self.habit)]
        return bool(np.count_nonzero(past >= counts[j] / self.clear) < 2)

    @staticmethod
    def _authorised(scene: Scene, account: str, day: date) -> bool:
        return any(scene.org.ticket(account, d, day) for d in scene.datasets)

    def _finding(self, scene: Scene, account: str, i: int, found: Mapping[str, list[int]]) -> Finding:
        volume = scene.volume
        days = sorted({j for several in found.values() for j in several})
        dates = [volume.days[j] for j in days]
        worst = {name: self._p(volume, getattr(volume, name), i, several) for name, several in found.items() if several}
        first = min(worst, key=lambda name: (worst[name], name))
        p = min(1.0, worst[first] * len(WAYS))
        loud = {j: [getattr(volume, name) for name, several in found.items() if j in several] for j in days}
        expected = {
            volume.days[j]: sum(float(np.nan_to_num(way.expected.mean[i, j])) for way in ways)
            for j, ways in loud.items()
        }
        sittings = self._telling(scene, account, expected)
        lines = cited(scene, "access", account, dates, largest="rows")
        statements = [
            Statement(
                self._sentence(scene, name, i, found[name]), min(self.cap, bits(p)) if name == first else 0.0, lines
            )
            for name in sorted(worst, key=lambda name: name != first)
        ]
        if first == "opened":
            statements += own_business(scene, account, sittings, self.explained)
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} read far more records than usual on {len(days)} day(s)",
                f"账号 {account} 有 {len(days)} 天读取的记录数远超平常",
            ),
            severity="high" if len(days) > 1 else "medium",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, dates),
            statements=tuple(statements),
            p_value=p,
            clears=(Text("a ticket or a manager's request for these days", "能说明这些日期用途的工单或主管要求"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(dates)},
        )

    def _p(self, volume: Volume, way: Counted, i: int, days: list[int]) -> float:
        """The rarity of the rarest day among all of the account's, or of there being so many rare ones.

        Days of one task are not independent: those near each other count as one.
        """
        observed = int(np.sum(~np.isnan(way.rare[i])))
        best = min(1.0, float(np.min(way.rare[i][days])) * observed)
        dates = [volume.days[j] for j in days]
        times = 1 + sum((b - a).days > self.apart for a, b in pairwise(dates))
        often = float(stats.binom.sf(times - 1, observed, DAILY / len(WAYS)))
        return max(min(1.0, 2 * min(best, often)), 1e-300)

    @staticmethod
    def _telling(scene: Scene, account: str, expected: dict[date, float]) -> pd.DataFrame:
        """The sittings that make the days loud: the largest, until what is left is no more than was expected.

        An owner's ordinary hour on the day of a stranger's raid is not part of the raid.
        """
        rows = sittings_on(scene, account, expected)
        rows = rows.assign(total=rows["subjects"] + rows["unseen"])
        kept: list[int] = []
        for day, sittings in rows.groupby("at"):
            left = float(sittings["total"].sum())
            ranked = sittings.sort_values(["total", "first"], ascending=[False, True], kind="stable")
            for place, row in enumerate(ranked.itertuples()):
                if place and left <= expected[day]:
                    break
                kept.append(int(row.Index))
                left -= row.total
        return rows.loc[sorted(kept)]

    def _sentence(self, scene: Scene, name: str, i: int, days: list[int]) -> Text:
        volume = scene.volume
        way: Counted = getattr(volume, name)
        top = max(days, key=lambda j: way.counts[i, j])
        count, mean, day = int(way.counts[i, top]), float(way.expected.mean[i, top]), volume.days[top]
        rest = np.delete(way.counts[i], days)
        rest = rest[~np.isnan(rest)]
        past = f", never above {int(rest.max()):,} on the other {len(rest)} days" if len(rest) else ""
        past_zh = f"，其余 {len(rest)} 天最多 {int(rest.max()):,} 条" if len(rest) else ""
        seen = int(np.sum(~np.isnan(way.rare)))
        rarest = float(way.rare[i, top])
        one_in = f"about one person-day in {1 / rarest:,.0f} of such a job is as rare"
        one_in_zh = f"同类岗位约每 {1 / rarest:,.0f} 个人日才有一次如此罕见"
        if rarest * seen < 1:
            one_in = f"no ordinary one among the {seen:,} person-days of this house is as rare"
            one_in_zh = f"本机构 {seen:,} 个人日中没有任何正常日如此罕见"
        peers = np.count_nonzero(volume.groups == volume.groups[i]) - 1
        did, did_zh = WAYS[name]
        return Text(
            f"On {day} account {volume.accounts[i]} {did} {count:,} people's records; {mean:,.0f} were to be "
            f"expected{past}. {len(days)} day(s) like this; {one_in}"
            f"{f' (judged with {peers} colleagues of the same job)' if peers else ' (judged by its own past)'}.",
            f"{day} 账号 {volume.accounts[i]} {did_zh} {count:,} 人的记录，预期约 {mean:,.0f}{past_zh}。"
            f"此类日期共 {len(days)} 天；{one_in_zh}"
            f"{f'（与同岗 {peers} 人比较）' if peers else '（与自身历史比较）'}。",
        )


DETECTOR = BulkRead()
