"""Days, weeks and months unlike any before, over everything that is logged beside the reading of records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from headwater.detection.people import label
from headwater.detection.profiles.conduct import SPANS, Conduct
from headwater.detection.profiles.counters import COUNTERS
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.stories import Story, own_past, peers, stories
from headwater.detection.profiles.traces import Traces, traces
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding, Moment, PersonOdds, Statement
from headwater.model.organisation import Person
from headwater.model.words import Text

OUTGOING = ("odd_sticks", "mounts", "to_stick", "posts", "kilobytes", "attachments", "mail_kilobytes", "own_address")
"""Counters by which data may have left the house."""
SURFING, ALONE = ("sent", "sites"), 4.0
"""Where nothing but requests and posts to sites stands out clearly, so many bits at most: staff post photographs."""
CLEARLY = 0.005


@dataclass(frozen=True, slots=True)
class UnusualConduct:
    """Sees people whose days, weeks or months are unlike their own past and unlike those of the same job.

    It counts log-ons, odd hours, devices never used before or somebody else's, failures, removable media, files and
    prints, sites never visited before, what is posted and mailed outside. It matters because those who prepare to take
    something do so without any log of records: they begin to use sticks at night, copy far more than before, sit at
    another's machine, mail files home. Innocent work that looks the same: a new task, a move to another desk, a deadline,
    an exhibition for which much is copied. It misses what is part of somebody's every day, the first ten days at work,
    and whatever leaves no trace in these logs.
    """

    least: float = 4.0
    """Bits below which nothing is said: sixteen to one that chance does not do this."""
    loud: tuple[float, ...] = (0.002, 0.01)
    """A day is loud when fewer of the house's days than this are as rare; several together are counted."""
    cap: float = 12.0
    """Bits that unusual conduct may weigh at most: it is no proof of what was taken."""
    together: int = 3
    """When so many people of one job have such a day at once, it is the job's day and nobody's in particular."""

    id: ClassVar[str] = "unusual-conduct"
    title: ClassVar[Text] = Text("Conduct unlike any before", "行为明显异于以往")
    techniques: ClassVar[tuple[str, ...]] = ("T1052", "T1078", "T1567", "T1114", "T1074", "IF001", "IF002", "IF010")
    needs: ClassVar[tuple[str, ...]] = ()
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a new task, a move to another desk, a deadline", "新任务、换座位、赶工"),
        Text("a large delivery on a stick that was asked for", "受托用移动介质交付大量文件"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per person, of the clearest stretch of days."""
        conduct = scene.conduct
        if conduct is None:
            return
        for story in stories(conduct, scene.org, self.loud, self.together):
            if self._weight(story) >= self.least:
                finding = self._finding(scene, conduct, story)
                if finding:
                    yield finding

    def _weight(self, story: Story) -> float:
        """What the story is worth in bits."""
        clear = {COUNTERS[c].family for c in story.speaks if story.p_of[c] < CLEARLY}
        return min(self.cap, bits(story.p), self.cap if clear - set(SURFING) else ALONE)

    def _finding(self, scene: Scene, conduct: Conduct, story: Story) -> Finding | None:
        name = conduct.staff.names[story.person]
        found = traces(scene.engine, conduct, story)
        if not found.lines:
            return None
        who = label(scene, name) if conduct.staff.owned[story.person] else f"account {name.lstrip('=')}"
        who_zh = label(scene, name) if conduct.staff.owned[story.person] else f"账号 {name.lstrip('=')}"
        days = story.dates
        spoken = [COUNTERS[c] for c in story.speaks[:3]]
        statements = [self._main(story, who, who_zh, found), *self._each(conduct, story, found)]
        statements += self._around(scene, conduct, story, found)
        return Finding(
            detector=self.id,
            key=name,
            title=Text(
                f"{who}: {len(days)} day(s) unlike any before ({', '.join(c.en for c in spoken)})",
                f"{who_zh}：{len(days)} 天的行为异于以往（{'、'.join(c.noun for c in spoken)}）",
            ),
            severity="high" if set(OUTGOING) & set(story.speaks) and bits(story.p) >= 6 else "medium",
            accounts=found.accounts,
            people=self._people(scene, conduct, story, found),
            devices=found.devices,
            starts=found.lines[0].time,
            ends=found.lines[-1].time,
            subjects=0,
            statements=tuple(statements),
            p_value=max(story.p, 1e-300),
            clears=(
                Text("a task or a manager's request for these days", "能说明这些日期用途的任务或主管要求"),
                Text("the sticks, files or mails, showing something else", "移动介质、文件或邮件内容证明与此无关"),
            ),
            moments=tuple(
                Moment(m.time, m.lane, Text(f"{m.count:,} {COUNTERS[m.counter].en} by {who}",
                       f"{who_zh}：{m.count:,} {COUNTERS[m.counter].zh}"), m.count)
                for m in found.moments
            ),
            techniques=self.techniques,
            details={"about": "person", "follows": True, "days": tuple(days)},
        )  # fmt: skip

    def _main(self, story: Story, who: str, who_zh: str, found: Traces) -> Statement:
        """What weighs: how rare these days are together."""
        span = SPANS[-1]
        loud, seen = story.loud, story.observed
        if story.level:
            text = Text(
                f"On {loud} of {seen} days at work within {span} days, from {story.first} to {story.last}, the conduct of "
                f"{who} was as rare as that of {story.level:.1%} of this house's days, everything counted together.",
                f"{story.first} 至 {story.last}（{span} 天内 {seen} 个工作日），{who_zh} 有 {loud} 天的行为罕见程度仅占"
                f"本机构全部人日的 {story.level:.1%}（各项综合计算）。",
            )
        else:
            rarest = f"{max(story.rarest, 1e-9):.1g}"
            text = Text(
                f"Everything counted together, the {story.span} day(s) to {story.end} of {who} are as rare as a share of "
                f"{rarest} of such days in this house and job; {seen} of this person's days were compared.",
                f"各项综合计算，{who_zh} 截至 {story.end} 的 {story.span} 天，在本机构同类岗位中仅占 {rarest}；"
                f"共比较其 {seen} 天。",
            )
        return Statement(text, self._weight(story), found.cited())

    @staticmethod
    def _each(conduct: Conduct, story: Story, found: Traces) -> Iterator[Statement]:
        """Each counter that speaks: observed, usual, own maximum, the range of the peers."""
        for name in story.speaks:
            counter, day = COUNTERS[name], story.worst[name]
            seen, usual, most = own_past(conduct, story, name)
            low, high, colleagues = peers(conduct, story, name)
            p = story.p_of[name]
            what = found.hosts if name in ("rare_visits", "new_hosts") else ()
            sites, sites_zh = (f" ({', '.join(what)})", f"（{'、'.join(what)}）") if what else ("", "")
            others, others_zh = "", ""
            if colleagues:
                others = f"; the {colleagues} others of the same job had {low:,.0f} to {high:,.0f} a day"
                others_zh = f"；同岗 {colleagues} 人每日 {low:,.0f} 至 {high:,.0f}"
            text = Text(
                f"{seen:,} {counter.en} on {day}{sites}; usual are {usual:.1f} a day, never above {most:,} before"
                f"{others} (p = {p:.1g}).",
                f"{day}：{seen:,} {counter.zh}{sites_zh}；平日约 {usual:.1f}，此前最多 {most:,}{others_zh}（p = {p:.1g}）。",
            )
            yield Statement(text, 0.0, found.cited(name))

    def _around(self, scene: Scene, conduct: Conduct, story: Story, found: Traces) -> Iterator[Statement]:
        """What else is known: notice given, whose machines, what was looked at and is ordinary."""
        name = conduct.staff.names[story.person]
        person = scene.org.people.get(name)
        if person and _leaving(person, story):
            yield Statement(
                Text(
                    f"{name} had given notice on {person.resigned}: people who leave take things along oftener.",
                    f"{name} 已于 {person.resigned} 提出离职：离职人员带走资料更为常见。",
                ),
                0.0,  # the notice is weighed once, with the reading
                (person.cited,),
            )
        for device in found.devices:
            resident = scene.seats.resident(device)
            if resident and resident != name:
                text = Text(
                    f"{device} is usually the machine of {label(scene, resident)}.",
                    f"{device} 平时由 {label(scene, resident)} 使用。",
                )
                yield Statement(text, 0.0)
        silent = [COUNTERS[c] for c in conduct.judged if c not in story.speaks]
        if silent:
            text = Text(
                f"Also counted, and ordinary: {', '.join(c.en for c in silent)}.",
                f"同时统计且无异常：{'、'.join(c.noun for c in silent)}。",
            )
            yield Statement(text, 0.0)

    @staticmethod
    def _people(scene: Scene, conduct: Conduct, story: Story, found: Traces) -> tuple[PersonOdds, ...]:
        """The owner of the account; at somebody else's machine it may have been that person."""
        if not conduct.staff.owned[story.person]:
            return ()
        name = conduct.staff.names[story.person]
        residents = {r for d in found.devices if (r := scene.seats.resident(d)) and r != name}
        if len(residents) == 1 and found.elsewhere:
            return (PersonOdds(name, 0.5, bits(story.p)), PersonOdds(residents.pop(), 0.4, 0.0))
        return (PersonOdds(name, 0.9, bits(story.p)),)


def _leaving(person: Person, story: Story) -> bool:
    """Whether notice had been given by the end of these days, and the person was still here when they began."""
    return bool(person.resigned and person.resigned <= story.last and not (person.left and person.left < story.first))


DETECTOR = UnusualConduct()
