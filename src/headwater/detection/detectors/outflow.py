"""Sending more to outside sites than usual, or right after suspicious reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import ClassVar

import pandas as pd
from scipy import stats

from headwater.detection.citing import LINES
from headwater.detection.people import label, present
from headwater.detection.profiles.following import Followed, following
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.uploads import LARGE
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Moment, PersonOdds, Statement
from headwater.model.words import Text

LOUD = 0.002
"""Share of ordinary upload days that may be called loud; one alone proves little, several are judged together."""


@dataclass(frozen=True, slots=True)
class Outflow:
    """Sees people who send far more to outside sites than usual, and people who send right after suspicious reading.

    A permitted site is no excuse: the volume is judged, not the name. Volume alone, with no suspicious reading before
    it, weighs little: staff post photographs. Large posts within hours of suspicious reading are counted against how
    often the person posts such things anyway. It matters because this is where the data leaves. Innocent work that
    looks the same: a large attachment to a partner. It misses what leaves on a phone or a stick.
    """

    least: int = 20_000
    """Days with fewer bytes than this are never loud."""
    times: float = 3.0
    """A loud day must be so many times the person's usual one."""
    hours: tuple[float, ...] = (8.0, 32.0)
    """So long after reading a post counts: a working day, or until the end of the next."""
    alone: float = 2.0
    """Bits that volume may add up to when no suspicious reading precedes it."""
    cap: float = 10.0
    """Bits that volume may add up to, and that coincidence with reading may."""

    id: ClassVar[str] = "outflow"
    title: ClassVar[Text] = Text("Outflow to an outside site", "向外部网站大量发送")
    techniques: ClassVar[tuple[str, ...]] = ("T1567", "T1102", "T1048", "IF001")
    needs: ClassVar[tuple[str, ...]] = ("web",)
    alike: ClassVar[tuple[Text, ...]] = (Text("a large attachment to a partner", "发送给合作方的大附件"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person."""
        daily = scene.uploads.by_day
        if daily.empty:
            return
        enough = (daily["bytes"] >= self.least) & (daily["bytes"] >= self.times * daily["usual"])
        loud = daily[(daily["p"] < LOUD) & enough]
        reading = {str(person): rows for person, rows in scene.anchors.groupby("person")}
        for person in sorted({*loud["person"], *reading}):
            after = None
            likely = 1.0
            if person in reading:
                after, likely = self._follows(scene, reading[person], person), reading[person]["probability"].max()
            finding = self._finding(
                scene, person, loud[loud["person"] == person], daily[daily["person"] == person], after, float(likely)
            )
            if finding:
                yield finding

    def _follows(self, scene: Scene, sittings: pd.DataFrame, person: str) -> Followed:
        """Large or very large posts, the same day or the next: the clearest of these, its p-value paid for all."""
        large, active = scene.uploads.large, scene.active_days.get(person, frozenset())
        near = large[(large["person"] == person) | large["seat"].isin(set(sittings["seat"]))]
        tried = [
            following(sittings, near[near["size"] >= size], person, hours, active)
            for size in range(1, len(LARGE) + 1)
            for hours in self.hours
        ]
        best = min(tried, key=lambda f: f.p)
        return replace(best, p=min(1.0, best.p * len(tried)))

    def _finding(
        self,
        scene: Scene,
        person: str,
        loud: pd.DataFrame,
        daily: pd.DataFrame,
        after: Followed | None,
        likely: float,
    ) -> Finding | None:
        who = label(scene, person)
        coincident = min(self.cap, bits(after.p)) if after else 0.0
        dates = set(loud["day"])
        if after and coincident >= 1:
            dates |= set(scene.uploads.large.loc[list(after.events), "day"])
        if not dates or (loud.empty and coincident < 1):
            return None
        sites = scene.uploads.by_site
        sent = sites[(sites["person"] == person) & sites["day"].isin(dates)]
        if sent.empty:
            return None
        hosts = sent.groupby("host")["bytes"].sum().sort_values(ascending=False, kind="stable")
        main = [str(h) for h in hosts.index[:3] if hosts[h] >= 0.1 * hosts.sum()]
        statements: list[Statement] = []
        lines = self._lines(scene, sent, main)
        p = 1.0
        if len(loud):
            p = self._rarity(loud, daily)
            most = self.cap if coincident >= 1 else self.alone
            statements.append(Statement(self._volume(who, loud, main), min(most, bits(p)), lines))
        if after and coincident >= 1:
            statements.append(Statement(self._after(who, after, main), coincident, lines))
        statements += self._policy(scene, main, 3.0 if coincident >= 1 else 1.0)
        if sum(s.bits for s in statements) < 0.5:
            return None
        return Finding(
            detector=self.id,
            key=person,
            title=Text(
                f"{who} sent {hosts.sum() / 1e6:.1f} MB to {', '.join(main)} on {len(dates)} day(s)",
                f"{who} 在 {len(dates)} 天内向 {'、'.join(main)} 发送 {hosts.sum() / 1e6:.1f} MB",
            ),
            severity="high" if coincident >= 1 else "low",
            accounts=tuple(sorted(set(sent["account"].dropna()))),
            people=self._people(scene, sent, sum(s.bits for s in statements), likely if coincident >= 1 else 1.0),
            devices=tuple(sorted(set(sent["seat"]))),
            starts=sent["first"].min().to_pydatetime(),
            ends=sent["last"].max().to_pydatetime(),
            subjects=0,
            statements=tuple(statements),
            p_value=min(p, after.p) if after else p,
            clears=(Text("the content of what was sent", "所发送内容的证明"),),
            moments=tuple(self._moment(r) for r in sent.itertuples(index=False) if r.host in main),
            techniques=self.techniques,
            details={
                "about": "person",
                "follows": bool(coincident >= 1),
                "channel": tuple((h, int(hosts[h]), int(sent.loc[sent["host"] == h, "posts"].sum())) for h in main),
            },
        )

    @staticmethod
    def _people(scene: Scene, sent: pd.DataFrame, bits: float, likely: float) -> tuple[PersonOdds, ...]:
        """Who sent it; where it weighs by the reading before it, no likelier than it was that person who read."""
        told = present(scene, sent, sent["bytes"], bits)
        return tuple(replace(p, probability=min(p.probability, likely)) for p in told)

    @staticmethod
    def _rarity(loud: pd.DataFrame, daily: pd.DataFrame) -> float:
        best = min(1.0, float(loud["p"].min()) * len(daily))
        often = float(stats.binom.sf(len(loud) - 1, len(daily), LOUD))
        return max(min(1.0, 2 * min(best, often)), 1e-300)

    @staticmethod
    def _volume(who: str, rows: pd.DataFrame, main: list[str]) -> Text:
        top = rows.loc[rows["bytes"].idxmax()]
        kb, usual = top["bytes"] / 1000, rows["usual"].median() / 1000
        return Text(
            f"On {len(rows)} day(s) {who} sent far more than usual, mostly to {', '.join(main)}: {kb:,.0f} kB in "
            f"{int(top['posts'])} post(s) on {top['day']}, where {usual:,.0f} kB is a usual day.",
            f"{who} 有 {len(rows)} 天发送量远超平常，主要发往 {'、'.join(main)}：{top['day']} 以 {int(top['posts'])} 次提交"
            f"发送 {kb:,.0f} kB，平常每日约 {usual:,.0f} kB。",
        )

    @staticmethod
    def _after(who: str, after: Followed, main: list[str]) -> Text:
        return Text(
            f"After {after.followed} of the {after.sittings} suspicious sitting(s) of {who} a large post went out within "
            f"{after.hours:g} hours ({len(after.events)} posts, mostly to {', '.join(main)}); by chance "
            f"{after.chance:.0%} would be followed by one.",
            f"{who} 的 {after.sittings} 个可疑时段中，有 {after.followed} 个在 {after.hours:g} 小时内有大额提交外发"
            f"（{len(after.events)} 次，主要发往 {'、'.join(main)}）；正常情况下约 {after.chance:.0%} 会如此。",
        )

    @staticmethod
    def _policy(scene: Scene, main: list[str], weight: float) -> list[Statement]:
        permitted = scene.settings.permitted_sites
        if not permitted:
            return []
        banned = [h for h in main if not any(fnmatchcase(h, pattern) for pattern in permitted)]
        if not banned:
            return [Statement(Text("The site is one that staff may reach.", "该网站属于允许访问的站点。"), 0.0)]
        text = Text(
            f"{', '.join(banned)} is not among the sites that staff may reach.",
            f"{'、'.join(banned)} 不在允许访问的站点之列。",
        )
        return [Statement(text, weight)]

    @staticmethod
    def _lines(scene: Scene, sent: pd.DataFrame, main: list[str]) -> tuple[Citation, ...]:
        large = scene.uploads.large
        rows = large[large["host"].isin(main) & large["day"].isin(set(sent["day"]))]
        rows = rows[rows["person"].isin(set(sent["person"]))].nlargest(LINES, "bytes_out", keep="first")
        return tuple(sorted(Citation(r.source, int(r.line)) for r in rows.itertuples(index=False)))

    @staticmethod
    def _moment(row: object) -> Moment:
        text = Text(
            f"{row.bytes / 1000:,.0f} kB sent to {row.host} in {row.posts} post(s)",  # type: ignore[attr-defined]
            f"向 {row.host} 发送 {row.bytes / 1000:,.0f} kB（{row.posts} 次）",  # type: ignore[attr-defined]
        )
        return Moment(row.first.to_pydatetime(), "sending", text, int(row.posts))  # type: ignore[attr-defined]


DETECTOR = Outflow()
