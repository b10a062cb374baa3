"""Reading somewhat more than before, for weeks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.owning import own_business
from headwater.detection.people import readers
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.volume import SPANS, Volume
from headwater.detection.scene import SLOW, Scene
from headwater.detection.touching import sittings_on
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class SlowReading:
    """Sees an account that opens somewhat more people's records than before, for a week or for four.

    The sum of the last seven and of the last 28 days is held against what the account's past from before these days,
    and its peers on the same days, let expect, so that a patient thief does not become his own measure. The rarity
    is checked against the sums of others of the same job. It matters because whoever knows that single days are
    watched takes a little every day. Innocent work that looks the same: a new task, a larger client book, cover for a
    colleague, an investigation; records that the owner's business explains speak against theft and are counted. It
    misses what is a tenth above the usual, what has gone on since the first day of the log, and people who were at
    work for less than a third of the log.
    """

    least: int = 40
    """A sum must exceed its expectation by so many records."""
    times: float = 1.3
    """A sum must be so many times its expectation."""
    explained: float = 3.0
    """Bits that speak for the account when its owner's business explains the records as it usually does."""
    cap: float = 4.0
    """Bits that a sum may weigh: more reading alone is no theft."""

    id: ClassVar[str] = "slow-reading"
    title: ClassVar[Text] = Text("Reading more, for weeks", "持续偏高读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "T1030", "T1029", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a new task or a larger client book", "新任务或客户数增加"),
        Text("cover for a colleague", "代班"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account whose sum of a week or of four weeks its past and its peers do not explain."""
        volume = scene.volume
        for i, account in enumerate(volume.accounts):
            found = [w for w in SPANS if self._stands_out(volume, i, w) is not None]
            if found:
                yield self._finding(scene, account, i, found)

    def _stands_out(self, volume: Volume, i: int, width: int) -> int | None:
        """The last day of the rarest sum of so many days, when it is rare enough."""
        way = volume.opened
        p, total, usual = way.slow[width][i], way.total[width][i], way.usual[width][i]
        with np.errstate(invalid="ignore"):
            high = (total >= self.times * usual) & (total - usual >= self.least)
        rare = np.where(high & (p < SLOW / len(SPANS)), p, np.nan)
        return None if np.all(np.isnan(rare)) else int(np.nanargmin(rare))

    def _finding(self, scene: Scene, account: str, i: int, widths: list[int]) -> Finding:
        volume, way = scene.volume, scene.volume.opened
        ends = {w: self._stands_out(volume, i, w) for w in widths}
        worst = min(widths, key=lambda w: way.slow[w][i, ends[w]])
        end = ends[worst] or 0
        p = min(1.0, float(way.slow[worst][i, end]) * len(SPANS) * max(1.0, len(volume.days) / worst))
        dates = [volume.days[j] for j in range(max(0, end - worst + 1), end + 1)]
        sittings = sittings_on(scene, account, dates)
        lines = cited(scene, "access", account, dates, keep=lambda t: t.subject.notnull())
        told = Statement(self._sentence(scene, i, worst, end), min(self.cap, bits(p)), lines)
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} opened more records than before for {worst} days",
                f"账号 {account} 连续 {worst} 天打开的记录多于以往",
            ),
            severity="medium",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, dates),
            statements=(told, *own_business(scene, account, sittings, self.explained)),
            p_value=p,
            clears=(Text("a new task, a larger client book, or cover", "新任务、客户增加或代班的说明"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(sorted(set(sittings["day"])))},
        )

    def _sentence(self, scene: Scene, i: int, width: int, end: int) -> Text:
        volume, way = scene.volume, scene.volume.opened
        total, usual = int(way.total[width][i, end]), float(way.usual[width][i, end])
        peers = np.count_nonzero(volume.groups == volume.groups[i]) - 1
        account, last = volume.accounts[i], volume.days[end]
        return Text(
            f"In the {width} days to {last} account {account} opened {total:,} people's records, counted day by day; "
            f"{usual:,.0f} were to be expected from its past before these days"
            f"{f' and from {peers} colleagues of the same job on them' if peers else ''}. About one such sum in "
            f"{1 / float(way.slow[width][i, end]):,.0f} of such a job is as rare.",
            f"截至 {last} 的 {width} 天内，账号 {account} 逐日合计打开 {total:,} 人的记录；按其此前水平"
            f"{f'及同岗 {peers} 人同期情况' if peers else ''}，预期约 {usual:,.0f}。同类岗位约每 "
            f"{1 / float(way.slow[width][i, end]):,.0f} 个此类合计才有一个如此罕见。",
        )


DETECTOR = SlowReading()
