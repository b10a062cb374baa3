"""Sigma rules that the case names, run over the lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from headwater.detection.scene import Scene
from headwater.detection.sigma.found import Matched
from headwater.detection.sigma.plan import plan
from headwater.detection.sigma.running import run
from headwater.detection.sigma.telling import Story, cited, moments, of_rule, people, sentence, stories
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

SHARES = {"critical": 1.0, "high": 2 / 3, "medium": 1 / 3, "low": 1 / 6, "informational": 0.0}
"""How much of the bits of a critical rule a rule of each level weighs."""
SEVERITY = {"informational": "low", "low": "low"}


@dataclass(frozen=True, slots=True)
class SigmaRules:
    """Sees what Sigma rules describe: rules that somebody wrote and the case names, single events and correlations.

    It is a fact that a rule matched, and no more than that: a rule knows nothing of this house, so it weighs so little
    that it never makes an incident by itself. It matters because rules carry what others have seen elsewhere, and what a
    house forbids. Innocent work that looks the same is what the rule's own author lists as false positives; a rule that
    matches half the house accuses nobody. It misses what no rule says, and what the lake does not keep: such rules are
    set aside, each with its reason.
    """

    most: float = 1.5
    """Bits of a match of a critical rule; high, medium and low weigh two thirds, a third and a sixth of it."""
    flood: int = 20
    """A rule that matches more accounts than this on one day, or half the staff, is told once and names nobody."""
    quiet: int = 14
    """So many days without a match end a story; the next match begins another."""

    id: ClassVar[str] = "sigma-rules"
    title: ClassVar[Text] = Text("A Sigma rule matched", "Sigma 规则匹配")
    techniques: ClassVar[tuple[str, ...]] = ("T1213",)
    needs: ClassVar[tuple[str, ...]] = ()
    alike: ClassVar[tuple[Text, ...]] = (
        Text("whatever the rule's author lists as false positives", "规则作者列明的误报情形"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per rule, account and stretch of days."""
        made = plan(scene.settings.sigma)
        staff = len(scene.org.people) if made.rules or made.correlations else 0
        for found in run(scene.engine, made, min(self.flood, max(2, staff // 2)) if staff else self.flood):
            if found.broad:
                yield self._of_the_rule(found)
                continue
            for story in stories(scene, found, self.quiet):
                yield self._finding(scene, found, story)

    def _finding(self, scene: Scene, found: Matched, story: Story) -> Finding:
        head = found.rule.head
        said = Statement(sentence(found, story), self.most * SHARES[head.level], story.lines)
        about = f"account {story.account}" if story.account else story.who
        about_zh = f"账号 {story.account}" if story.account else story.who
        return Finding(
            detector=self.id,
            key=f"{head.id}/{found.table}/{story.who}/{story.days[0]}",
            title=Text(f"{head.title} ({about})", f"{head.title}（{about_zh}，Sigma 规则）"),
            severity=SEVERITY.get(head.level, head.level),
            accounts=(story.account,) if story.account else (),
            people=people(scene, story, found.table),
            devices=tuple(sorted({s for s in story.rows["seat"] if s != "?"})),
            starts=story.rows["first"].min().to_pydatetime(),
            ends=story.rows["last"].max().to_pydatetime(),
            subjects=0,
            statements=(said,),
            fact=True,
            clears=self._clears(found),
            moments=moments(story, head, found.table),
            techniques=head.techniques,
            # a rule joins a story of reading only as what was kept or sent does: right after it, by the same person
            details={"about": "person", "follows": True, "rule": head.id, "days": tuple(map(str, story.days))},
        )

    def _of_the_rule(self, found: Matched) -> Finding:
        """A rule that matches half the house says something of the rule."""
        head = found.rule.head
        en, zh = of_rule(head)
        most, most_zh = (
            (f", of {found.busiest:,} accounts on one day", f"，单日涉及 {found.busiest:,} 个账号")
            if found.busiest
            else (", too many to be correlated one by one", "，数量过多，无法逐一关联")
        )
        text = Text(
            f"{en} matched {found.total:,} event(s){most}: practice and rule differ, and nobody is named.",
            f"{zh} 匹配 {found.total:,} 个事件{most_zh}：规则与实际工作不符，不指认任何人。",
        )
        times = found.lines["time"]
        return Finding(
            detector=self.id,
            key=f"{head.id}/{found.table}",
            title=Text(f"{head.title}: too broad a rule", f"{head.title}：Sigma 规则过宽"),
            severity="low",
            accounts=(),
            people=(),
            devices=(),
            starts=times.min().to_pydatetime(),
            ends=times.max().to_pydatetime(),
            subjects=0,
            statements=(Statement(text, 0.0, cited(found.lines)),),
            fact=True,
            clears=self._clears(found),
            techniques=head.techniques,
            details={"about": "person", "rule": head.id},
        )

    @staticmethod
    def _clears(found: Matched) -> tuple[Text, ...]:
        own = (
            Text(f"The rule's author names as harmless: {told}", f"规则作者列明的无害情形：{told}")
            for told in found.rule.head.harmless
        )
        return (*own, Text("a task that explains these events", "能够解释这些事件的工作任务"))


DETECTOR = SigmaRules()
