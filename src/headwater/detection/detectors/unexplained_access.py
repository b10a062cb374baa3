"""Reading records of people with whom the reader has no business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.newcomers import newcomer
from headwater.detection.people import readers
from headwater.detection.profiles.business import DAYS_AROUND
from headwater.detection.profiles.rarity import TASK, bits, calibrated
from headwater.detection.profiles.reasons import LASTING, STILL, Pattern, Reasons, daily, telling
from headwater.detection.scene import LOOKUP, Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

LENGTHS = (1, 7, 28)
"""Stretches of days that are tried beside the whole time."""
PAST = 50
"""So many readings before say something of an account's own past."""


@dataclass(frozen=True, slots=True)
class UnexplainedAccess:
    """Sees people who read records of clients with whom they have no business, more often than their colleagues do.

    Each reading is explained by a relation valid near that day (own client, claim, call, visit, training), or by cover
    for a colleague who was away. What is left over is compared with the peers' rate (beta-binomial) and with the
    account's own days before, over the whole time and over any four weeks, week or day. It matters because looking up
    for hire is a few records a day, among many proper ones. Innocent work that looks the same: work that no table
    records. It is blind where many readings of a job have no recorded reason, and it misses those who read only their
    own clients, and a handful of look-ups among thousands.
    """

    least: int = 20
    """Fewer unexplained records than this are never called a pattern."""
    times: float = 1.5
    """The rate must be so many times that of the peers."""
    blind: float = 0.7
    """A group whose usual share of explained records is below this cannot be judged."""
    rate: float = LOOKUP
    """Innocent accounts that may be called unusual, per account and day of the log: what is promised for look-ups."""
    new: int = 60
    """Days after joining in which somebody is a newcomer."""
    joined: float = 12.0
    """Bits that being new takes off."""
    cap: float = 15.0
    """Bits of a finding at most: the model of what business leaves unrecorded is not known better."""
    task: int = 5
    """Unexplained reading that does not stand out without so many of its days may be a task that nobody put on record."""
    short: float = TASK
    """Bits at most of what may be such a task: there are as many of those in a house as there are thefts."""

    id: ClassVar[str] = "unexplained-access"
    title: ClassVar[Text] = Text("Reading without a business reason", "无业务理由的读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access", "relations", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (Text("work that no table records", "未在任何表中登记的工作"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        known = scene.reasons
        if known is None:
            return
        rows = daily(scene.sittings, scene.explained)
        for i, found in sorted(self._worst(known).items()):
            yield self._finding(scene, known, i, found, rows)

    def _worst(self, known: Reasons) -> dict[int, Pattern]:
        """Of each account the clearest stretch of days, if it is rare: p-values are corrected for all that was tried."""
        lengths = sorted({x for x in (*LENGTHS, len(known.days)) if x <= len(known.days)})
        usual = np.maximum(known.usual, 0.005)[:, None]
        best: dict[int, Pattern] = {}
        for length in lengths:
            tried = known.stretches(length)
            scores = tried.excess()
            ranked = calibrated(scores) if length < LASTING else None
            enough = (tried.left >= self.least) & (tried.left >= self.times * usual * tried.read)
            scores = np.where(enough & (usual <= 1 - self.blind), np.nan_to_num(scores), -1.0)
            for i in map(int, np.flatnonzero(scores.max(1) > 0)):
                j = int(np.argmax(scores[i]))
                p = tried.p(i, j) if ranked is None else float(ranked[i, j])
                p = min(1.0, p * len(tried.starts) * len(lengths))
                if p < self.rate * len(known.days) and (i not in best or p < best[i].p):
                    start = int(tried.starts[j])
                    best[i] = Pattern(p, start, start + length - 1, float(tried.mean[i, j]), False)
        return {i: found._replace(lasting=self._lasts(known, i, found)) for i, found in best.items()}

    def _lasts(self, known: Reasons, i: int, found: Pattern) -> bool:
        """Whether a pattern is left, and too much of it, without the worst days: as many as a task may have."""
        n, k, p = known.without(i, found.start, found.end, found.mean, self.task)
        return bool(k >= max(self.least, self.times * known.usual[i] * n) and p < STILL)

    def _finding(self, scene: Scene, known: Reasons, i: int, found: Pattern, frame: pd.DataFrame) -> Finding:
        account, days, usual, p = known.accounts[i], known.days, float(known.usual[i]), found.p
        start, end = found.start, found.end
        stretch = slice(start, end + 1)
        rows = frame[(frame["account"] == account) & (frame["unexplained"] > 0)]
        dates = [d for d in rows["day"] if days[start] <= d <= days[end]]
        sittings = telling(scene.sittings, scene.explained, account, dates, usual)
        dates = sorted(set(sittings["day"]))
        kk, nn = int(known.left[i, stretch].sum()), int(known.read[i, stretch].sum())
        expected, before = usual * nn, self._before(known, i, start)
        subjects = min(kk, scene.distinct(account, dates))
        text = Text(
            f"From {days[start]} to {days[end]} account {account} opened {nn:,} records one by one; for {kk:,} of them "
            f"no relation within {DAYS_AROUND} days, no colleague's absence and no earlier opening for either "
            "gives a reason. Among colleagues of the same job "
            f"{usual:.1%} are without one, which would be {expected:,.0f}.{before.en}",
            f"{days[start]} 至 {days[end]}，账号 {account} 逐条打开记录 {nn:,} 次，其中 {kk:,} 次在前后 {DAYS_AROUND} 天内"
            f"没有任何业务关系、代班或此前有理由的查阅可以解释。同岗同事的此类比例为 {usual:.1%}，即约 {expected:,.0f} 次。{before.zh}",
        )
        lines = cited(scene, "access", account, dates, keep=lambda t: t.subject.notnull())
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} read {subjects:,} people's records without a business reason",
                f"账号 {account} 无业务理由读取 {subjects:,} 人的记录",
            ),
            severity="high",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=subjects,
            statements=(
                Statement(text, min(self.cap if found.lasting else self.short, bits(p)), lines),
                *newcomer(scene, account, days[start], self.new, self.joined),
            ),
            p_value=p,
            clears=(Text("a task list that explains these clients", "能解释这些客户的任务清单"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(dates)},
        )

    @staticmethod
    def _before(known: Reasons, i: int, start: int) -> Text:
        """What the account's own days before were like, where there are enough of them to say so."""
        read, left = int(known.read[i, :start].sum()), int(known.left[i, :start].sum())
        if read < PAST:
            return Text("", "")
        return Text(
            f" In its own days before it was {left:,} of {read:,}.", f"该账号此前为 {left:,} 次（共 {read:,} 次）。"
        )


DETECTOR = UnexplainedAccess()
