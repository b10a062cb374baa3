"""What a rule matched, in words: one story per account and stretch of days, and who was there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from headwater.detection.people import present, readers
from headwater.detection.scene import Scene
from headwater.detection.sigma.found import LINES, Matched
from headwater.detection.sigma.rules import Correlation, Head
from headwater.model.evidence import Citation, Moment, PersonOdds
from headwater.model.words import Text

LANES: Mapping[str, str] = {"access": "reading", "files": "files", "logons": "logons"}
"""Lanes of the time line by table; everything else is sending."""


@dataclass(frozen=True)
class Story:
    """What one rule matched of one account (or, without one, at one place) in a stretch of days."""

    who: str
    account: str | None
    rows: pd.DataFrame
    lines: tuple[Citation, ...]

    @property
    def days(self) -> list[date]:
        """The local days on which it matched."""
        return sorted(set(self.rows["day"]))

    @property
    def count(self) -> int:
        """How many events matched."""
        return int(self.rows["n"].sum())


def stories(scene: Scene, found: Matched, quiet: int) -> Iterator[Story]:
    """One story per account and stretch; more than ``quiet`` days without a match begin a new one."""
    seated = scene.seats.seated(found.days, scene.org)
    lines = scene.seats.seated(found.lines, scene.org)
    seated, lines = (f.assign(who=f["account"].where(f["account"].notna(), f["seat"])) for f in (seated, lines))
    for who, rows in seated.groupby("who", sort=True):
        ordered = rows.sort_values(["day", "first"], ignore_index=True)
        gaps = pd.to_datetime(ordered["day"]).diff().dt.days > quiet
        for _number, part in ordered.groupby(gaps.cumsum(), sort=True):
            own = lines[(lines["who"] == who) & lines["day"].isin(set(part["day"]))].head(LINES)
            account = part["account"].iloc[0]
            yield Story(str(who), account if isinstance(account, str) else None, part, cited(own))


def cited(lines: pd.DataFrame) -> tuple[Citation, ...]:
    """Lines as evidence, in order."""
    return tuple(sorted({Citation(r.source, int(r.line)) for r in lines.itertuples(index=False)}))


def people(scene: Scene, story: Story, table: str) -> tuple[PersonOdds, ...]:
    """Who is thought to have acted: as everywhere for readings, else the owner and who usually sits there."""
    if not scene.org.people:
        return ()
    if table == "access" and story.account is not None:
        sittings = scene.sittings
        there = (sittings["account"] == story.account) & sittings["day"].isin(story.days)
        return readers(scene, sittings[there & sittings["seat"].isin(set(story.rows["seat"]))])
    return present(scene, story.rows, story.rows["n"])


def sentence(found: Matched, story: Story) -> Text:
    """How often the rule matched, whose, and when."""
    rule, first, last = found.rule, story.days[0], story.days[-1]
    named, named_zh = of_rule(rule.head)
    about = ("account " if story.account else "") + story.who
    about_zh = ("账号 " if story.account else "") + story.who
    days = len(story.days)
    en = f"{named} matched {story.count:,} event(s) of {about} on {days} day(s), from {first} to {last}"
    zh = f"{named_zh} 在 {days} 天（{first} 至 {last}）内匹配 {about_zh} 的 {story.count:,} 个事件"
    if not isinstance(rule, Correlation):
        return Text(f"{en}.", f"{zh}。")
    peak, (what, what_zh) = int(story.rows["peak"].max()), _counted(rule)
    return Text(
        f"{en}: up to {peak:,} {what} within {rule.span}, where {rule.needed:,} are asked for.",
        f"{zh}：{rule.span} 内最多 {peak:,} {what_zh}，规则要求 {rule.needed:,}。",
    )


def _counted(rule: Correlation) -> tuple[str, str]:
    if rule.kind == "event_count":
        return "events", "个事件"
    if rule.kind == "value_count":
        fields = " and ".join(rule.values)
        return f"different values of {fields}", f"个不同的 {fields} 值"
    if rule.kind == "temporal_ordered":
        return "of its rules, in their order", "条子规则依次出现"
    return "of its rules", "条子规则同时出现"


def of_rule(head: Head) -> tuple[str, str]:
    """A rule by its title, with its place and level."""
    return (
        f'The Sigma rule "{head.title}" ({head.place}, level {head.level})',
        f"Sigma 规则“{head.title}”（{head.place}，级别 {head.level}）",
    )


def moments(story: Story, head: Head, table: str) -> tuple[Moment, ...]:
    """One point of the time line per day and place."""
    made = []
    for row in story.rows.itertuples(index=False):
        text = Text(
            f'{int(row.n):,} event(s) of {story.who} at {row.seat} match the Sigma rule "{head.title}"',
            f"{story.who} 在 {row.seat} 的 {int(row.n):,} 个事件匹配 Sigma 规则“{head.title}”",
        )
        made.append(Moment(row.first.to_pydatetime(), LANES.get(table, "sending"), text, int(row.n)))
    return tuple(made)
