"""Reading that software did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy import stats

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import readers
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.runs import distance, factor, runs
from headwater.detection.profiles.steadiness import Steadiness, steadiness
from headwater.detection.reads import place
from headwater.detection.scene import ALPHA, Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

PAST = 20
"""An account that is no single person's is judged once it has so many earlier days of its own."""
STEADIER = {"spread": 0.1, "step": 0.5}
"""By so much a day must fall below all earlier ones of such an account to be news."""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Software:
    """Sees records opened one after the other as software does it: at a steady pace, or number after number.

    Every thirty openings are described by how much the pauses between them vary and how far each record lies
    from the one before; both are ranked among the days of all accounts of the house, people's among people's, so that a
    trade in which everybody works through lists is its own measure. It matters because software takes in a night what
    a hand takes in months, and partners' accounts are made for it. Innocent work that looks the same: a tool that the
    house itself gave to somebody, a check of a range of records, somebody in haste with a list of the own, a campaign
    (several colleagues of one job in one week are left out). It misses software that waits as a person does and also
    picks at random, accounts with fewer than thirty openings, and statements in the database.
    """

    alpha: float = ALPHA
    """How rare a day's steadiness or order must be among all of the house."""
    least: float = 5.0
    """Bits that the rarest day and its like must reach, with all days of the account allowed for."""
    together: float = 0.25
    """Where more of a job than this does it within a week (three accounts at least), it is the job's work."""
    own: float = 5.0
    """Bits that speak for the account when all that it opened was its owner's business, where such is on record."""
    cap: float = 20.0
    """Bits that one sign may add up to."""

    id: ClassVar[str] = "software"
    title: ClassVar[Text] = Text("Reading done by software", "程序自动读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1119", "T1213", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a tool that the house itself gave to somebody for this work", "单位自行配发的工具"),
        Text("a check that goes through a range of records in order", "按顺序逐条核查记录"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account with days that its peers' hands do not explain."""
        known = steadiness(runs(scene.engine), scene.org)
        rare = known.runs[(known.runs[["p_spread", "p_step"]].min(axis=1) < self.alpha / 2)]
        rare = rare[self._news(scene, known.runs).loc[rare.index]]
        allowed = [bool(scene.org.ticket(r.account, r.dataset, r.day)) for r in rare.itertuples(index=False)]
        rare = rare[~np.array(allowed, bool)]
        everybody = self._everybodys(scene, known.runs, rare)
        for account, rows in rare.groupby("account", sort=True):
            weights = {s: self._p(known.runs, str(account), rows, s) for s in ("spread", "step")}
            if account not in everybody and bits(min(weights.values())) >= self.least:
                finding = self._finding(scene, known, rows, weights)
                if finding.bits >= self.least:
                    yield finding

    @staticmethod
    def _news(scene: Scene, frame: pd.DataFrame) -> pd.Series:
        """Not so for a service or shared account that has always run like that, or whose past is too short to tell."""
        kinds = {a: scene.org.kind(a) for a in frame["account"].unique()}
        persons = ~frame["account"].map(kinds).isin(["service", "shared"])
        daily = frame.groupby(["account", "day"], as_index=False)[list(STEADIER)].min()
        of = daily["account"]
        least = daily.groupby(of)[list(STEADIER)].cummin().groupby(of).ffill().groupby(of).shift()
        known = daily[["account", "day"]].assign(
            days=daily.groupby(of).cumcount(), **{f"least_{s}": least[s] for s in STEADIER}
        )
        told = frame[["account", "day"]].merge(known, on=["account", "day"], how="left").set_index(frame.index)
        steadier = [frame[sign] < told[f"least_{sign}"] - by for sign, by in STEADIER.items()]
        return persons | ((told["days"] >= PAST) & (steadier[0] | steadier[1]))

    def _everybodys(self, scene: Scene, frame: pd.DataFrame, rare: pd.DataFrame) -> set[str]:
        """Accounts that did it when a good part of their job did."""
        owners = {a: scene.org.owner(a) for a in frame["account"].unique()}
        jobs = {a: (o.department, o.role) if o else ("", "") for a, o in owners.items()}
        size: dict[tuple[str, str], int] = defaultdict(int)
        for job in jobs.values():
            size[job] += 1
        doing: dict[tuple[str, str], list[tuple[str, object]]] = defaultdict(list)
        for row in rare.itertuples(index=False):
            doing[jobs[row.account]].append((row.account, row.day))
        found = set()
        for row in rare.itertuples(index=False):
            near = {a for a, day in doing[jobs[row.account]] if abs(day - row.day) <= WEEK}
            if len(near) >= 3 and len(near) > self.together * size[jobs[row.account]]:
                found.add(row.account)
        return found

    def _p(self, frame: pd.DataFrame, account: str, rows: pd.DataFrame, sign: str) -> float:
        """The rarest day with all of the account's allowed for, or how many there are, whichever is rarer."""
        count = int((frame["account"] == account).sum())
        best = float(rows[f"p_{sign}"].min()) * count
        many = int((rows[f"p_{sign}"] < self.alpha / 2).sum())
        often = float(stats.binom.sf(many - 1, count, self.alpha / 2)) if many else 1.0
        return float(np.clip(2 * min(best, often), 1e-300, 1.0))

    def _finding(self, scene: Scene, known: Steadiness, rows: pd.DataFrame, weights: dict[str, float]) -> Finding:
        account = str(rows["account"].iloc[0])
        sittings = self._sittings(scene, account, rows)
        days, places = sorted(set(rows["day"])), sorted(set(rows["place"]))
        lines = cited(
            scene,
            "access",
            account,
            days,
            keep=lambda t: t.subject.notnull() & place(t).isin(places),
        )
        said = (self._rhythm(scene, known, rows), self._order(scene, known, rows))
        weighed = [min(self.cap, bits(weights[s])) for s in ("spread", "step")]
        signs = tuple(Statement(t, b, lines) for t, b in zip(said, weighed, strict=True) if b > 0)
        statements = (*signs, *self._business(scene, sittings))
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Records were opened over account {account} as software does it, on {len(days)} day(s)",
                f"账号 {account} 有 {len(days)} 天以程序方式打开记录",
            ),
            severity="high" if len(days) > 1 else "medium",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=rows["first"].min().to_pydatetime(),
            ends=rows["last"].max().to_pydatetime(),
            subjects=scene.distinct(account, days, places),
            statements=statements,
            p_value=float(min(1.0, 2 * min(weights.values()))),
            clears=(
                Text("a tool that the house gave to this account, and for what", "单位为该账号配发的工具及其用途"),
                Text("a ticket that asks for these records", "要求读取这些记录的工单"),
            ),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(days)},
        )

    @staticmethod
    def _sittings(scene: Scene, account: str, rows: pd.DataFrame) -> pd.DataFrame:
        """The sittings in which these runs lie."""
        own = scene.sittings[(scene.sittings["account"] == account)]
        inside = pd.Series(False, own.index)
        for row in rows.itertuples(index=False):
            inside |= (own["place"] == row.place) & (own["last"] >= row.first) & (own["first"] <= row.last)
        return own[inside]

    def _business(self, scene: Scene, sittings: pd.DataFrame) -> tuple[Statement, ...]:
        """How much of it was the owner's business: somebody who works through his own list hurries too."""
        keys = ["account", "place", "sitting"]
        known = scene.explained if scene.has("relations") else pd.DataFrame(columns=[*keys, "employee"])
        mine = known.merge(sittings[[*keys, "owner"]].rename(columns={"owner": "employee"}), on=[*keys, "employee"])
        read, explained = (int(mine[c].sum()) if len(mine) else 0 for c in ("readings", "explained"))
        if not explained:
            return ()
        text = Text(
            f"{explained:,} of the {read:,} records opened in these sittings are the business of the account's owner.",
            f"这些时段逐条打开的 {read:,} 条记录中，{explained:,} 条属于账号所有人的业务。",
        )
        return (Statement(text, -self.own * explained / read),)

    @staticmethod
    def _rhythm(scene: Scene, known: Steadiness, rows: pd.DataFrame) -> Text:
        row = rows.loc[rows["p_spread"].idxmin()]
        count, middle, least = known.usual(row["band"], "spread")
        begins, ends = (f"{row[c].tz_convert(scene.zone):%Y-%m-%d %H:%M}" for c in ("first", "last"))
        own, usual, steadiest = (f"{factor(v):.2f}" for v in (row["spread"], middle, least))
        return Text(
            f"From {begins} to {ends} account {row['account']} opened {row['records']:,} records one after the other; the "
            f"pauses between them vary by a factor of {own}. On the {count:,} days of accounts of the house that this "
            f"is held against they vary by {usual} as a rule, and by {steadiest} on the steadiest. {len(rows)} day(s) "
            f"of the account stand out by pace or order.",
            f"{begins} 至 {ends}，账号 {row['account']} 连续打开 {row['records']:,} 条记录，间隔波动倍数为 {own}。"
            f"作为对照的本机构 {count:,} 个账号日通常为 {usual}，最平稳者为 {steadiest}。"
            f"该账号共有 {len(rows)} 天在节奏或顺序上异常。",
        )

    @staticmethod
    def _order(scene: Scene, known: Steadiness, rows: pd.DataFrame) -> Text:
        row = rows.loc[rows["p_step"].fillna(1.0).idxmin()]
        count, middle, least = known.usual(row["band"], "step")
        begins, ends = (f"{row[c].tz_convert(scene.zone):%Y-%m-%d %H:%M}" for c in ("first", "last"))
        own, usual, nearest = (f"{distance(v):,.1f}" for v in (row["step"], middle, least))
        return Text(
            f"Of the {row['records']:,} records opened from {begins} to {ends}, each lies {own} places from the one before "
            f"it in {row['dataset']}, as a rule; on {count:,} other days {usual}, never less than {nearest}.",
            f"{begins} 至 {ends} 打开的 {row['records']:,} 条记录中，相邻两条在 {row['dataset']} 中通常相距 {own} 位；"
            f"其他 {count:,} 个账号日通常为 {usual} 位，最少为 {nearest} 位。",
        )


DETECTOR = Software()
