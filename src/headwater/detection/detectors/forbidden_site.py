"""What was sent to sites that staff may not reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar

import pandas as pd
from ibis import _

from headwater.detection.citing import cited
from headwater.detection.people import label, present
from headwater.detection.profiles.following import Followed, following
from headwater.detection.profiles.hosts import bare, goes_out
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.uploads import READING_METHODS
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, Finding, Moment, Statement
from headwater.model.words import Text

BLOCKED = 400
"""Answers from this status on gave nothing: the attempt was refused."""


@dataclass(frozen=True, slots=True)
class ForbiddenSite:
    """Sees people who send to outside sites that are not on the list of permitted ones, where there is such a list.

    It matters because the list is the rule, and what was sent past it left the house. It is a fact, of little weight by
    itself: people send photographs. It weighs when it comes within hours of suspicious reading oftener than on other
    days. What the proxy refused is an attempt, and said to be one. When many send to unlisted sites, the list is what
    is wrong: that is said once, and of nobody. Innocent work that looks the same: a partner's new address that nobody
    has listed. It misses reading a page, which sends nothing, and traffic around the proxy.
    """

    least: int = 2_000
    """Fewer bytes than this in all, to one site, are forms and searches."""
    crowd: float = 0.15
    """When such a share of those who send anything sends to unlisted sites, it is a practice, not a person."""
    weight: float = 1.0
    """Bits of sending that got past; attempts weigh half."""
    hours: float = 8.0
    """So long after suspicious reading a sending counts."""
    cap: float = 8.0
    """Bits that coincidence with reading may add up to."""

    id: ClassVar[str] = "forbidden-site"
    title: ClassVar[Text] = Text("Sent to a site that is not permitted", "向未获许可的网站发送")
    techniques: ClassVar[tuple[str, ...]] = ("T1567", "T1048", "IF001")
    needs: ClassVar[tuple[str, ...]] = ("web",)
    alike: ClassVar[tuple[Text, ...]] = (Text("a partner's new address", "合作方的新地址"),)

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person; of a practice one, and one per person whose sending follows suspicious reading."""
        if not scene.settings.permitted_sites:
            return
        sent = _sent(scene, self.least)
        known, practice = sent[sent["person"].notna()], False
        everybody = set(scene.uploads.by_site["person"]) | set(known["person"])
        if known["person"].nunique() >= max(3.0, self.crowd * len(everybody)):
            yield self._practice(scene, known, len(everybody))
            practice = True
        reading = {str(person): rows for person, rows in scene.anchors.groupby("person")}
        for person, rows in known.groupby("person", sort=True):
            after = None
            if str(person) in reading:
                active = scene.active_days.get(str(person), frozenset())
                after = following(reading[str(person)], rows, str(person), self.hours, active)
            if not practice or (
                after and bits(after.p) >= 1
            ):  # a practice excuses nobody whose sending follows reading
                yield self._finding(scene, str(person), rows, after)

    def _finding(self, scene: Scene, person: str, rows: pd.DataFrame, after: Followed | None) -> Finding:
        who, past = label(scene, person), rows[rows["passed"]]
        hosts = rows.groupby("host")["bytes"].sum().sort_values(ascending=False, kind="stable")
        main = [str(h) for h in hosts.index[:3]]
        coincident = min(self.cap, bits(after.p)) if after else 0.0
        statements = [
            Statement(
                self._what(who, rows, past, main), self.weight if len(past) else self.weight / 2, _lines(scene, rows)
            )
        ]
        if after and coincident >= 1:
            text = Text(
                f"After {after.followed} of the {after.sittings} suspicious sitting(s) of {who} this happened within "
                f"{after.hours:g} hours; by chance {after.chance:.0%} would be followed so.",
                f"{who} 的 {after.sittings} 个可疑时段中有 {after.followed} 个在 {after.hours:g} 小时内有此类发送；"
                f"偶然情况下约 {after.chance:.0%}。",
            )
            statements.append(Statement(text, coincident))
        total = past["bytes"].sum()
        return Finding(
            detector=self.id,
            key=person,
            title=Text(
                f"{who} sent {total / 1e6:.1f} MB to {', '.join(main)}, which is not permitted"
                if len(past)
                else f"{who} tried to send to {', '.join(main)}, which is not permitted",
                f"{who} 向未获许可的 {'、'.join(main)} 发送 {total / 1e6:.1f} MB"
                if len(past)
                else f"{who} 试图向未获许可的 {'、'.join(main)} 发送",
            ),
            severity="high" if coincident >= 1 else "low",
            accounts=tuple(sorted(set(rows["account"].dropna()))),
            people=present(scene, rows, rows["posts"], sum(s.bits for s in statements)),
            devices=tuple(sorted(set(rows["seat"]))),
            starts=rows["time"].min().to_pydatetime(),
            ends=rows["last"].max().to_pydatetime(),
            subjects=0,
            statements=tuple(statements),
            fact=True,
            clears=(
                Text(
                    "a permission for the site, or the content of what was sent", "对该网站的许可，或所发送内容的证明"
                ),
            ),
            moments=tuple(_moment(row) for row in rows.itertuples(index=False)),
            techniques=self.techniques,
            details={
                "about": "person",
                "follows": bool(coincident >= 1 and len(past)),
                "days": tuple(sorted(set(rows["day"]))),
                "channel": tuple(
                    (h, int(part["bytes"].sum()), int(part["posts"].sum()))
                    for h, part in past.groupby("host", sort=True)
                ),
            },
        )

    @staticmethod
    def _what(who: str, rows: pd.DataFrame, past: pd.DataFrame, main: list[str]) -> Text:
        refused = int(rows["posts"].sum() - past["posts"].sum())
        posts, size, days = int(past["posts"].sum()), past["bytes"].sum() / 1000, rows["day"].nunique()
        return Text(
            f"On {days} day(s) {who} sent to {', '.join(main)}, which the list of permitted sites does not have: {posts} "
            f"post(s) with {size:,.0f} kB were let through, {refused} attempt(s) were refused.",
            f"{who} 在 {days} 天内向许可名单之外的 {'、'.join(main)} 发送：{posts} 次（{size:,.0f} kB）被放行，{refused} 次被拦截。",
        )

    def _practice(self, scene: Scene, rows: pd.DataFrame, everybody: int) -> Finding:
        people = rows["person"].nunique()
        hosts = rows.groupby("host")["person"].nunique().sort_values(ascending=False, kind="stable")
        main = ", ".join(f"{h} ({n})" for h, n in hosts.head(5).items())
        text = Text(
            f"{people} of the {everybody} people who send anything to outside sites send to sites that the list of permitted "
            f"ones does not have, most of them to {main}.",
            f"向外部网站发送数据的 {everybody} 人中，有 {people} 人发往许可名单之外的网站，主要为 {main}。",
        )
        return Finding(
            detector=self.id,
            key="practice",
            title=Text("The list of permitted sites and what people do differ", "许可网站名单与实际做法不符"),
            severity="low",
            accounts=(),
            people=(),
            devices=(),
            starts=rows["time"].min().to_pydatetime(),
            ends=rows["last"].max().to_pydatetime(),
            subjects=0,
            statements=(Statement(text, 0.0, _lines(scene, rows)),),
            fact=True,
            clears=(Text("a list of permitted sites that is up to date", "更新后的许可网站名单"),),
            techniques=self.techniques,
            details={"about": "practice"},
        )


def _sent(scene: Scene, least: int) -> pd.DataFrame:
    """Sendings to unlisted sites by hour: account, seat, person, host, day, time, last, bytes, posts, passed."""
    web = scene.engine.table("web")
    sending = web.method.isnull() | ~web.method.upper().isin(READING_METHODS)
    sends = web.filter((web.bytes_out > 0) & goes_out(web.host) & sending).mutate(host=bare(web.host))
    hosts = scene.engine.arrow(sends.group_by("host").agg(n=_.bytes_out.sum())).to_pandas()
    patterns = tuple(p.lower() for p in scene.settings.permitted_sites)
    wanted = [h for h in hosts.loc[hosts["n"] >= least, "host"] if not any(fnmatchcase(h, p) for p in patterns)]
    rows = sends.filter(sends.host.isin(sorted(wanted))) if wanted else sends.limit(0)
    rows = rows.mutate(passed=rows.status.isnull() | (rows.status < BLOCKED))
    keys = ["account", "device", "ip", "host", "day", "hour", "passed"]
    hourly = rows.group_by(keys).agg(bytes=_.bytes_out.sum(), posts=_.count(), time=_.time.min(), last=_.time.max())
    frame = scene.engine.arrow(hourly).to_pandas().sort_values(["time", "host", "account", "ip"], ignore_index=True)
    seated = scene.seats.seated(frame, scene.org)
    seated = seated.assign(person=seated["owner"].where(seated["owner"].notna(), seated["resident"]))
    enough = seated.groupby(["person", "host"])["bytes"].transform("sum") >= least
    return seated[enough | seated["person"].isna()]


def _lines(scene: Scene, rows: pd.DataFrame) -> tuple[Citation, ...]:
    """The largest of these sendings."""
    hosts, days = sorted(set(rows["host"])), sorted(set(rows["day"]))
    accounts, addresses = sorted(set(rows["account"].dropna())), sorted(set(rows["ip"].dropna()))
    return cited(
        scene,
        "web",
        None,
        days,
        largest="bytes_out",
        keep=lambda t: (
            bare(t.host).isin(hosts) & (t.account.isin(accounts) | (t.account.isnull() & t.ip.isin(addresses)))
        ),
    )


def _moment(row: object) -> Moment:
    refused = not row.passed  # type: ignore[attr-defined]
    text = Text(
        f"{row.bytes / 1000:,.0f} kB {'refused on the way' if refused else 'sent'} to {row.host}",  # type: ignore[attr-defined]
        f"向 {row.host} 发送 {row.bytes / 1000:,.0f} kB{'（被拦截）' if refused else ''}",  # type: ignore[attr-defined]
    )
    return Moment(row.time.to_pydatetime(), "sending", text, int(row.posts))  # type: ignore[attr-defined]


DETECTOR = ForbiddenSite()
