"""Reading far more people's records than usual."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.volume import WEEKS, Floats, Volume
from headwater.detection.scene import ALPHA, Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class BulkRead:
    """Sees an account that reads many more people's records in a day, or over four weeks, than it ever did.

    Each day's count is judged by the account's own past and its peers of the same job; weekday and whatever lifts the
    whole group (a campaign, a month's end) are taken out, and the rarity is checked against all other person-days of
    the house. Days that a ticket authorises do not count and are named. It matters because whoever collects clients
    has to open them. Innocent work that looks the same: a migration or an audit without a ticket, a new task, cover
    for a colleague. It misses what is small every day from the first day of the log on.
    """

    least: int = 20
    """Fewer distinct records than this in a day are never called bulk."""
    times: float = 2.0
    """A day must be so many times its expectation."""
    clear: float = 1.25
    """A day must be so many times the second largest of the account's other days."""
    habit: int = 21
    """What an account did twice before so many days ago is its habit, not news."""
    cap: float = 20.0
    """Bits that repetition may add up to."""

    id: ClassVar[str] = "bulk-read"
    title: ClassVar[Text] = Text("Bulk reading", "批量读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "T1530", "T1119")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a migration, an audit or a list request without a ticket", "没有工单的数据迁移、审计或名单提取"),
        Text("a new task, or cover for a colleague", "新任务，或代班"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account with days that its past and its peers do not explain."""
        volume = scene.volume
        for i, account in enumerate(volume.accounts):
            counts, mean = volume.counts[i], volume.expected.mean[i]
            with np.errstate(invalid="ignore"):
                rare = (volume.rare[i] < ALPHA) & (counts >= self.least) & (counts >= self.times * mean)
            found = [j for j in np.flatnonzero(rare).tolist() if not self._authorised(scene, account, volume.days[j])]
            days = self._beyond(volume, i, found)
            if days:
                yield self._finding(scene, account, i, days)

    def _beyond(self, volume: Volume, i: int, days: list[int]) -> list[int]:
        """Days that stand clear of the account's own other days, and of what the job sees now and then.

        The model's tail is thin where somebody's days are of two kinds (a daily trickle, a monthly list).
        """
        own = np.delete(volume.counts[i], days)
        own = np.sort(own[~np.isnan(own)])
        usual_top = float(own[-2]) if len(own) >= 2 else 0.0
        mates = volume.counts[(volume.groups == volume.groups[i]) & (np.arange(len(volume.accounts)) != i)]
        mates = mates[~np.isnan(mates)]
        bar = self.clear * usual_top
        if len(mates) >= 100:
            bar = max(bar, float(np.quantile(mates, 1 - 2 * ALPHA)))
        clear = [j for j in days if volume.counts[i, j] > bar]
        return [j for j in clear if self._is_new(volume.counts[i], j)]

    def _is_new(self, counts: Floats, j: int) -> bool:
        """Whether a day is not an old habit: fewer than two days nearly as large lie more than three weeks back."""
        past = counts[: max(0, j - self.habit)]
        return bool(np.count_nonzero(past >= counts[j] / self.clear) < 2)

    @staticmethod
    def _authorised(scene: Scene, account: str, day: date) -> bool:
        return any(scene.org.ticket(account, d, day) for d in scene.datasets)

    def _finding(self, scene: Scene, account: str, i: int, days: list[int]) -> Finding:
        volume = scene.volume
        dates = [volume.days[j] for j in days]
        observed = int(np.sum(~np.isnan(volume.rare[i])))
        best = min(1.0, float(np.min(volume.rare[i][days])) * observed)
        often = float(stats.binom.sf(len(days) - 1, observed, ALPHA))
        p = max(min(1.0, 2 * min(best, often)), 1e-300)
        sittings = self._telling(scene, account, {volume.days[j]: volume.expected.mean[i, j] for j in days})
        lines = cited(scene, "access", account, dates, largest="rows")
        statements = (
            Statement(self._sentence(scene, account, i, days), min(self.cap, bits(p)), lines),
            *self._slow(scene, i),
        )
        people = acted(scene, sittings)
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} read far more records than usual on {len(days)} day(s)",
                f"账号 {account} 有 {len(days)} 天读取的记录数远超平常",
            ),
            severity="high" if len(days) > 1 else "medium",
            accounts=(account,),
            people=people,
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, dates),
            statements=statements,
            p_value=p,
            clears=(Text("a ticket or a manager's request for these days", "能说明这些日期用途的工单或主管要求"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(dates)},
        )

    @staticmethod
    def _telling(scene: Scene, account: str, expected: dict[date, float]) -> pd.DataFrame:
        """The sittings that make the days loud: the largest, until what is left is no more than was expected.

        An owner's ordinary hour on the day of a stranger's raid is not part of the raid.
        """
        rows = scene.sittings[(scene.sittings["account"] == account) & scene.sittings["day"].isin(expected)]
        rows = rows.assign(total=rows["subjects"] + rows["unseen"])
        kept: list[int] = []
        for day, sittings in rows.groupby("day"):
            left = float(sittings["total"].sum())
            for row in sittings.sort_values(["total", "first"], ascending=[False, True], kind="stable").itertuples():
                if left <= expected[day]:
                    break
                kept.append(int(row.Index))
                left -= row.total
        return rows.loc[sorted(kept)]

    def _sentence(self, scene: Scene, account: str, i: int, days: list[int]) -> Text:
        volume = scene.volume
        top = max(days, key=lambda j: volume.counts[i, j])
        count, mean, day = int(volume.counts[i, top]), float(volume.expected.mean[i, top]), volume.days[top]
        rest = np.delete(volume.counts[i], days)
        rest = rest[~np.isnan(rest)]
        past = f", never above {int(rest.max())} on the other {len(rest)} days" if len(rest) else ""
        past_zh = f"，其余 {len(rest)} 天最多 {int(rest.max())} 条" if len(rest) else ""
        rarest = float(volume.rare[i, top])
        seen = int(np.sum(~np.isnan(volume.rare)))
        one_in = f"about one person-day in {1 / rarest:,.0f} of this house is as rare"
        one_in_zh = f"本机构约每 {1 / rarest:,.0f} 个人日才有一次如此罕见"
        if rarest * seen < 1:
            one_in = f"no ordinary one among the {seen:,} person-days of this house is as rare"
            one_in_zh = f"本机构 {seen:,} 个人日中没有任何正常日如此罕见"
        peers = np.count_nonzero(volume.groups == volume.groups[i]) - 1
        return Text(
            f"On {day} account {account} read {count:,} people's records; {mean:,.0f} were to be expected{past}. "
            f"{len(days)} day(s) like this; {one_in}"
            f"{f' (judged with {peers} colleagues of the same job)' if peers else ' (judged by its own past)'}.",
            f"{day} 账号 {account} 读取了 {count:,} 人的记录，预期约 {mean:,.0f}{past_zh}。此类日期共 {len(days)} 天；"
            f"{one_in_zh}"
            f"{f'（与同岗 {peers} 人比较）' if peers else '（与自身历史比较）'}。",
        )

    @staticmethod
    def _slow(scene: Scene, i: int) -> tuple[Statement, ...]:
        slow = scene.volume.slow[i]
        if np.all(np.isnan(slow)) or np.nanmin(slow) >= ALPHA:
            return ()
        j = int(np.nanargmin(slow))
        total, mean = int(scene.volume.slow_sum[i, j]), float(scene.volume.slow_mean[i, j])
        last = scene.volume.days[j]
        text = Text(
            f"In the {WEEKS} days to {last} it read {total:,} records; {mean:,.0f} were to be expected.",
            f"截至 {last} 的 {WEEKS} 天内共读取 {total:,} 条，预期约 {mean:,.0f} 条。",
        )
        return (Statement(text, min(3.0, bits(float(slow[j])))),)


DETECTOR = BulkRead()
