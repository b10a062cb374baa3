"""Sending more to outside sites than usual, near in time to suspicious reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import ClassVar

import pandas as pd
from scipy import stats

from headwater.detection.citing import LINES
from headwater.detection.people import OWN, label
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.uploads import READING_METHODS
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Moment, PersonOdds, Statement
from headwater.model.words import Text
LOUD = 0.002
"""Share of ordinary upload days that may be called loud; one alone proves little, several are judged together."""


@dataclass(frozen=True, slots=True)
class Outflow:
    """Sees days on which somebody sends far more to outside sites than he, or anybody here, usually does.

    A permitted site is no excuse: the volume is judged, not the name. Whether the same person had read what he should
    not on the same day or the day before is weighed as well. It matters because this is where the data leaves.
    Innocent work that looks the same: a large attachment to a partner. It misses what is sent in small pieces over
    months, and what leaves on a phone or a stick.
    """

    least: int = 20_000
    """Days with fewer bytes than this are never called an outflow."""
    times: float = 3.0
    """A day must be so many times the person's usual one."""
    cap: float = 10.0
    """Bits that volume may add up to; coincidence with reading may add as many."""

    id: ClassVar[str] = "outflow"
    title: ClassVar[Text] = Text("Outflow to an outside site", "向外部网站大量发送")
    techniques: ClassVar[tuple[str, ...]] = ("T1567", "T1102", "T1048")
    needs: ClassVar[tuple[str, ...]] = ("web",)
    alike: ClassVar[tuple[Text, ...]] = (Text("a large attachment to a partner", "发送给合作方的大附件"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person."""
        daily = scene.uploads.by_day
        if daily.empty:
            return
        loud = daily[(daily["p"] < LOUD) & (daily["bytes"] >= self.least) & (daily["bytes"] >= self.times * daily["usual"])]
        reading = scene.anchors.groupby("person")["day"].apply(lambda d: set(d)) if len(scene.anchors) else {}
        for person, rows in loud.groupby("person", sort=True):
            yield self._finding(scene, str(person), rows, daily[daily["person"] == person], set(reading.get(person, ())))

    def _finding(self, scene: Scene, person: str, rows: pd.DataFrame, all_days: pd.DataFrame, reading: set[date]) -> Finding:
        who = label(scene, person)
        dates = sorted(rows["day"])
        sites = scene.uploads.by_site
        sent = sites[(sites["person"] == person) & sites["day"].isin(dates)]
        hosts = sent.groupby("host")["bytes"].sum().sort_values(ascending=False, kind="stable")
        main = [str(h) for h in hosts.index[:3] if hosts[h] >= 0.1 * hosts.sum()]
        best = min(1.0, float(rows["p"].min()) * len(all_days))
        p = max(min(1.0, 2 * min(best, float(stats.binom.sf(len(rows) - 1, len(all_days), LOUD)))), 1e-300)
        statements = [Statement(self._volume(who, rows, main), min(self.cap, bits(p)), self._lines(scene, sent, main))]
        active = set(all_days["day"]) | set(scene.sittings.loc[scene.sittings["owner"] == person, "day"]) | reading
        statements += self._coincidence(who, set(dates), reading, active)
        statements += self._policy(scene, main)
        return Finding(
            detector=self.id,
            key=person,
            title=Text(
                f"{who} sent {rows['bytes'].sum() / 1e6:.1f} MB to {', '.join(main)} on {len(rows)} day(s)",
                f"{who} 在 {len(rows)} 天内向 {'、'.join(main)} 发送 {rows['bytes'].sum() / 1e6:.1f} MB",
            ),
            severity="high" if reading & self._before(set(dates)) else "medium",
            accounts=tuple(sorted(set(sent["account"].dropna()))),
            people=(PersonOdds(person, OWN, sum(s.bits for s in statements)),),
            devices=tuple(sorted(set(sent["seat"]))),
            starts=sent["first"].min().to_pydatetime(),
            ends=sent["last"].max().to_pydatetime(),
            subjects=0,
            statements=tuple(statements),
            p_value=p,
            clears=(Text("the content of what was sent", "所发送内容的证明"),),
            moments=tuple(self._moment(r) for r in sent.itertuples(index=False) if r.host in main),
            techniques=self.techniques,
            details={
                "channel": tuple(
                    (h, int(hosts[h]), int(sent.loc[sent["host"] == h, "posts"].sum())) for h in main
                )
            },
        )

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
    def _before(dates: set[date]) -> set[date]:
        return dates | {d - timedelta(days=1) for d in dates}

    def _coincidence(self, who: str, dates: set[date], reading: set[date], active: set[date]) -> list[Statement]:
        """Uploads on or right after days of suspicious reading, against chance (hypergeometric)."""
        near = [d for d in dates if reading & self._before({d})]
        if not near:
            return []
        days = len(active)
        covered = len({d for d in active if reading & self._before({d})})
        p = float(stats.hypergeom.sf(len(near) - 1, days, covered, len(dates)))
        text = Text(
            f"{len(near)} of these {len(dates)} day(s) follow suspicious reading by {who} on the same day or the day "
            f"before; {covered} of {days} days do.",
            f"这 {len(dates)} 天中有 {len(near)} 天紧随 {who} 当日或前一日的可疑读取；全部 {days} 天中仅 {covered} 天如此。",
        )
        return [Statement(text, min(self.cap, bits(p)))]

    @staticmethod
    def _policy(scene: Scene, main: list[str]) -> list[Statement]:
        permitted = scene.settings.permitted_sites
        if not permitted:
            return []
        banned = [h for h in main if not any(fnmatchcase(h, pattern) for pattern in permitted)]
        if not banned:
            text = Text("The site is one that staff may reach.", "该网站属于允许访问的站点。")
            return [Statement(text, 0.0)]
        text = Text(
            f"{', '.join(banned)} is not among the sites that staff may reach.", f"{'、'.join(banned)} 不在允许访问的站点之列。"
        )
        return [Statement(text, 3.0)]

    @staticmethod
    def _lines(scene: Scene, sent: pd.DataFrame, main: list[str]) -> tuple[Citation, ...]:
        web = scene.engine.table("web")
        rows = web.filter(web.host.isin(main) & web.day.isin(sorted(set(sent["day"]))) & (web.bytes_out > 0))
        rows = rows.filter(rows.method.isnull() | ~rows.method.upper().isin(READING_METHODS))
        accounts, ips = sorted(set(sent["account"].dropna())), sorted(set(sent["ip"].dropna()))
        rows = rows.filter(rows.account.isin(accounts) if accounts else rows.ip.isin(ips))
        top = rows.order_by([rows.bytes_out.desc(), rows.time, rows.line]).select("source", "line").limit(LINES)
        return tuple(sorted(Citation(r["source"], r["line"]) for r in scene.engine.arrow(top).to_pylist()))

    @staticmethod
    def _moment(row: object) -> Moment:
        text = Text(
            f"{row.bytes / 1000:,.0f} kB sent to {row.host} in {row.posts} post(s)",  # type: ignore[attr-defined]
            f"向 {row.host} 发送 {row.bytes / 1000:,.0f} kB（{row.posts} 次）",  # type: ignore[attr-defined]
        )
        return Moment(row.first.to_pydatetime(), "sending", text, int(row.posts))  # type: ignore[attr-defined]


DETECTOR = Outflow()
