"""Reading records of people with whom the reader has no business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import acted
from headwater.detection.profiles.business import DAYS_AROUND
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.volume import peer_groups
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

LENGTHS, ENOUGH = (1, 7, 28), 10
"""Stretches of days that are tried beside the whole time; readings that a rate needs to be counted."""
UNUSUAL = 0.01
"""A sitting carries a pattern when so many unexplained records would come together less often than this."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class UnexplainedAccess:
    """Sees people who read records of clients with whom they have no business, more often than their colleagues do.

    Each reading is explained by a relation valid near that day (own client, claim, call, visit, training), or by cover
    for a colleague who was away. What is left over is compared with the peers' rate (beta-binomial), over the whole
    time and over any week. It matters because looking up for hire is a few records a day, among many proper ones.
    Innocent work that looks the same: work that no table records. It is blind where most readings of a job have no
    recorded reason, and it misses those who read only their own clients.
    """

    least: int = 20
    """Fewer unexplained records than this are never called a pattern."""
    times: float = 3.0
    """The rate must be so many times that of the peers."""
    blind: float = 0.5
    """A group whose usual share of explained records is below this cannot be judged."""
    chance: float = 0.01
    """How many innocent accounts of a house may be called unusual by chance."""
    new: int = 60
    """Days after joining in which somebody is a newcomer."""
    joined: float = 12.0
    """Bits that being new takes off."""
    cap: float = 15.0
    """Bits of a finding at most: the model of what business leaves unrecorded is not known better."""
    task: int = 5
    """Unexplained reading on no more days than this may be a task that nobody put on record."""
    short: float = 8.0
    """Bits at most of what may be such a task: there are as many of those in a house as there are thefts."""

    id: ClassVar[str] = "unexplained-access"
    title: ClassVar[Text] = Text("Reading without a business reason", "无业务理由的读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213",)
    needs: ClassVar[tuple[str, ...]] = ("access", "relations", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (Text("work that no table records", "未在任何表中登记的工作"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        frame = self._daily(scene)
        if frame.empty:
            return
        accounts = tuple(sorted(frame["account"].unique()))
        groups, _names = peer_groups(accounts, scene.org)
        n, k, days = self._matrices(frame, accounts)
        rates = _smoothed(k.sum(1), n.sum(1))
        for i, account in enumerate(accounts):
            peers = (groups == groups[i]) & (np.arange(len(accounts)) != i)
            if np.count_nonzero(peers) < 2:
                continue
            usual = float(np.median(rates[peers]))
            if usual > 1 - self.blind:
                continue
            found = self._worst(k[i], n[i], usual, _dispersions(k[peers], n[peers], usual))
            if found and found[0] * len(accounts) < self.chance:
                yield self._finding(scene, account, found, usual, k[i], n[i], days, frame)

    @staticmethod
    def _daily(scene: Scene) -> pd.DataFrame:
        """Per account and day: readings at all, and readings that the owner's business does not explain."""
        keys = ["account", "place", "sitting"]
        own = scene.explained.merge(scene.sittings[[*keys, "owner", "day"]], on=keys)
        own = own[own["employee"] == own["owner"]]
        grouped = own.groupby(["account", "day"], as_index=False)[["readings", "explained"]].sum()
        return grouped.assign(unexplained=grouped["readings"] - grouped["explained"])

    @staticmethod
    def _matrices(frame: pd.DataFrame, accounts: tuple[str, ...]) -> tuple[Floats, Floats, list[date]]:
        days = list(pd.date_range(frame["day"].min(), frame["day"].max(), freq="D").date)
        row, at = {a: i for i, a in enumerate(accounts)}, {d: j for j, d in enumerate(days)}
        n, k = np.zeros((len(accounts), len(days))), np.zeros((len(accounts), len(days)))
        where = [row[a] for a in frame["account"]], [at[d] for d in frame["day"]]
        n[where], k[where] = frame["readings"], frame["unexplained"]
        return n, k, days

    def _worst(self, k: Floats, n: Floats, usual: float, rho: Mapping[int, float]) -> tuple[float, int, int] | None:
        """The clearest stretch of days: p-value corrected for the stretches tried, first and last day."""
        best: tuple[float, int, int] | None = None
        tried, clearest = 0, 0.0
        for length in rho:
            for start in range(0, len(n) - length + 1, max(1, length // 4)):
                kk, nn = float(k[start : start + length].sum()), float(n[start : start + length].sum())
                tried += 1
                if kk < self.least or kk < self.times * max(usual, 0.005) * nn:
                    continue
                excess = _divergence(kk, nn, max(usual, 0.002))
                if excess > clearest:
                    clearest, best = excess, (_tail(kk, nn, usual, rho[length]), start, start + length - 1)
        return None if best is None else (min(1.0, best[0] * tried), best[1], best[2])

    def _finding(
        self,
        scene: Scene,
        account: str,
        found: tuple[float, int, int],
        usual: float,
        k: Floats,
        n: Floats,
        days: list[date],
        frame: pd.DataFrame,
    ) -> Finding:
        p, start, end = found
        stretch = slice(start, end + 1)
        rows = frame[(frame["account"] == account) & (frame["unexplained"] > 0)]
        dates = [d for d in rows["day"] if days[start] <= d <= days[end]]
        sittings = self._telling(scene, account, dates, usual)
        dates = sorted(set(sittings["day"]))
        kk, nn = int(k[stretch].sum()), int(n[stretch].sum())
        expected = usual * nn
        subjects = min(kk, scene.distinct(account, dates))
        text = Text(
            f"From {days[start]} to {days[end]} account {account} opened {nn:,} records one by one; for {kk:,} of them "
            f"no relation within {DAYS_AROUND} days and no colleague's absence gives a reason. Among colleagues of the same job "
            f"{usual:.1%} are without one, which would be {expected:,.0f}.",
            f"{days[start]} 至 {days[end]}，账号 {account} 逐条打开记录 {nn:,} 次，其中 {kk:,} 次在前后 {DAYS_AROUND} 天内"
            f"没有任何业务关系或代班可以解释。同岗同事的此类比例为 {usual:.1%}，即约 {expected:,.0f} 次。",
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
            people=acted(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=subjects,
            statements=(
                Statement(text, min(self.short if len(dates) <= self.task else self.cap, bits(p)), lines),
                *self._newcomer(scene, account, days[start]),
            ),
            p_value=p,
            clears=(Text("a task list that explains these clients", "能解释这些客户的任务清单"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(dates)},
        )

    def _newcomer(self, scene: Scene, account: str, start: date) -> tuple[Statement, ...]:
        """What speaks for somebody new: nobody has business of his own in his first weeks."""
        owner = scene.org.owner(account)
        if owner is None or owner.hired is None or (start - owner.hired).days > self.new:
            return ()
        text = Text(
            f"{owner.employee} joined on {owner.hired}: newcomers read what colleagues handle, and are not judged by the "
            "colleagues' rate.",
            f"{owner.employee} 于 {owner.hired} 入职：新员工常查阅同事经手的记录，不宜按同事比例衡量。",
        )
        return (Statement(text, -self.joined, (owner.cited,)),)

    @staticmethod
    def _telling(scene: Scene, account: str, dates: list[date], usual: float) -> pd.DataFrame:
        """The sittings that carry the pattern: with more unexplained records than the usual share lets happen.

        The others are left out, so that a stranger's night does not become the owner's because of his proper days.
        """
        sittings = scene.sittings[(scene.sittings["account"] == account) & scene.sittings["day"].isin(dates)]
        keys = ["account", "place", "sitting"]
        own = scene.explained.merge(sittings[[*keys, "owner"]], on=keys)
        own = own[own["employee"] == own["owner"]]
        left = own["readings"] - own["explained"]
        rare = stats.poisson.sf(left - 1, 1.5 * max(usual, 0.002) * own["readings"]) < UNUSUAL
        telling = own[(left > 0) & (rare if rare.any() else left == left.max())][keys]
        index = sittings.reset_index().merge(telling, on=keys)["index"]
        return sittings.loc[sorted(index)]


def _divergence(k: float, n: float, mean: float) -> float:
    """Log likelihood ratio of a rate k/n against the usual one: how much a stretch of days says."""
    rate = k / n
    rest = (n - k) * np.log((1 - rate) / (1 - mean)) if rate < 1 else 0.0
    return float(k * np.log(rate / mean) + rest)


def _smoothed(k: Floats, n: Floats) -> Floats:
    return np.asarray((k + 0.5) / (n + 1.0))


def _dispersions(k: Floats, n: Floats, mean: float) -> dict[int, float]:
    """The correlation of the peers' rates over stretches of each length: what comes in runs varies more by the week."""
    days = k.shape[1]
    made = {}
    for length in sorted({x for x in (*LENGTHS, days) if x <= days}):
        starts = range(0, days - length + 1, length)
        kk = np.concatenate([k[:, s : s + length].sum(1) for s in starts])
        nn = np.concatenate([n[:, s : s + length].sum(1) for s in starts])
        enough = nn >= ENOUGH
        made[length] = _dispersion(kk[enough], nn[enough], mean) if np.count_nonzero(enough) >= 5 else 0.02
    return made


def _dispersion(k: Floats, n: Floats, mean: float) -> float:
    """Intra-class correlation of rates by moments, the largest tenth left out; at least a thousandth."""
    rates = k / np.maximum(n, 1)
    kept = np.argsort(rates, kind="stable")[: max(3, int(np.ceil(0.9 * len(rates))))]
    mean = float(np.clip(mean, 0.002, 0.9))
    noise = mean * (1 - mean) / np.maximum(n[kept], 1)
    spread = float(np.mean((rates[kept] - mean) ** 2 - noise))
    return float(np.clip(spread / (mean * (1 - mean)), 0.001, 0.5))


def _tail(k: float, n: float, mean: float, rho: float) -> float:
    """Mid-p of at least k under a beta-binomial with this mean and intra-class correlation."""
    mean = float(np.clip(mean, 0.002, 0.9))
    total = 1 / rho - 1
    law = stats.betabinom(int(n), mean * total, (1 - mean) * total)
    return float(np.clip(law.sf(k) + 0.5 * law.pmf(k), 1e-300, 1.0))


DETECTOR = UnexplainedAccess()
