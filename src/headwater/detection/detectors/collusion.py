"""Several people who take together: the same rare place, the same account, the same hours, shares of one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import ibis
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import OWN, SHOWN, label
from headwater.detection.profiles.borrowers import Borrowed, borrowed
from headwater.detection.profiles.destinations import destinations, following
from headwater.detection.profiles.parties import jobs_of, parties
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.sharing import Shared, shared
from headwater.detection.profiles.slices import Slices, slices
from headwater.detection.profiles.together import Together, together
from headwater.detection.reads import place
from headwater.detection.scene import Scene
from headwater.identifiers import email
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.words import Text

KINDS = {
    "host": ("outside host", "外部主机", "web"),
    "address": ("outside mail address", "外部邮箱地址", "mail"),
    "stick": ("removable drive with serial number", "序列号为该值的移动介质", "files"),
}
WORDS = {
    "host": ("the same rare host", "同一罕见主机"),
    "address": ("the same rare mail address", "同一罕见邮箱地址"),
    "stick": ("the same drive", "同一移动介质"),
    "account": ("the same borrowed account", "同一借用账号"),
    "slices": ("shares of one list", "同一名单的不同部分"),
    "hours": ("the same hours", "同一时段"),
}
LEAST = 1.0
"""A weaker tie than this ties nobody: one weak link must not draw a bystander into a group."""
LINES = 12
"""So many lines of each person are cited for one piece of evidence."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One piece of evidence between people: its sentence, its weight, and the sittings and lines that it rests on."""

    kind: str
    people: tuple[str, ...]
    statement: Statement
    sittings: pd.DataFrame
    p: float


@dataclass(frozen=True, slots=True)
class Collusion:
    """Sees people who read suspiciously and have something in common by which they may have acted together.

    What ties them is a rare outside place (host, mail address, stick) that they use right after such reading, a colleague's
    account that both borrow, suspicious hours at the same time, or takings that keep clear of each other as shares of one
    list do. Each is held against other pairs of the same house, and all pairs that were tried are paid for. It matters because
    who takes in concert takes little each. Innocent work that looks the same: a common project or partner, a backlog
    that two share out. Nobody is surer to have acted for it than his own reading makes him. It misses people whose
    own reading does not stand out by volume, by its lists or by lack of reasons, three of one job on the
    same days, lists shared out by range or by week, a place that half the house uses, and what is handed over outside.
    """

    hours: float = 24.0
    """What goes out so long after suspicious reading belongs to it."""
    each: float = 3.0
    """Bits that each kind of tie may weigh at most: what a common project would show as well."""
    task: float = 0.9
    """Bits that common hours, and shares of one list, may weigh at most: two who share out a task that nobody put on record
    show as much, and reading is weighed as high as such a task already."""
    cap: float = 4.0
    """Bits that all ties may weigh together at most."""

    id: ClassVar[str] = "collusion"
    title: ClassVar[Text] = Text("Several people who may act together", "可能共同行动的多人")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "T1567", "T1078", "ME018")
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a common project or partner", "共同的项目或合作方"),
        Text("a backlog that two colleagues share out", "两名同事分担的积压工作"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per group of people who are tied to each other."""
        rows = parties(scene.anchors, scene.org)
        if rows["person"].nunique() < 2:
            return
        ties = [t for t in self._ties(scene, rows) if t.statement.bits > 0 and bits(t.p) >= LEAST]
        for people in _groups(ties):
            yield self._finding(scene, people, [t for t in ties if set(t.people) <= set(people)], rows)

    def _ties(self, scene: Scene, rows: pd.DataFrame) -> Iterator[Tie]:
        jobs = jobs_of(scene.org)
        yield from self._places(scene, rows)
        for lent in borrowed(rows, scene.org, scene.sittings["account"].nunique()):
            yield self._lent(scene, lent, rows)
        for pair in together(rows, scene.sittings, jobs, scene.zone):
            yield self._hours(scene, pair, rows)
        for share in slices(scene.engine, rows, scene.sittings, jobs):
            yield self._slices(scene, share, rows)

    def _weight(self, p: float) -> float:
        return min(self.each, bits(p))

    def _of_a_task(self, p: float) -> float:
        return min(self.task, self._weight(p))

    # -- the ties

    def _places(self, scene: Scene, rows: pd.DataFrame) -> Iterator[Tie]:
        uses = destinations(scene.engine, scene.org, scene.seats, scene.uploads)
        after = following(uses, rows, self.hours)
        uses = uses.assign(near=uses.index.isin(set(after["use"])))
        kinds = [k for k in KINDS if uses.loc[uses["kind"] == k, "near"].any()]
        for kind in kinds:
            told = uses[uses["kind"] == kind]
            for common in shared(told, jobs_of(scene.org)):
                mine = told[told["near"] & (told["thing"] == common.thing) & told["person"].isin(common.people)]
                paid = replace(common, p=min(1.0, common.p * len(kinds)))
                read = rows.loc[sorted(set(after.loc[after["use"].isin(mine.index), "sitting"]))]
                yield self._place(scene, kind, paid, mine, read)

    def _place(self, scene: Scene, kind: str, found: Shared, uses: pd.DataFrame, rows: pd.DataFrame) -> Tie:
        en, zh, table = KINDS[kind]
        who, who_zh = _names(scene, found.people)
        thing = email.mask(found.thing) if kind == "address" else found.thing
        like, like_zh = ("of one job", "同岗位") if found.one_job else ("of different jobs", "不同岗位")
        text = Text(
            f"{who} sent to the {en} {thing} within {self.hours:g} hours of suspicious reading of their own; in all "
            f"{found.users} people of the house use it. Of {found.pairs:,} other pairs {like}, {found.alike:,} have in "
            f"common what so few use.",
            f"{who_zh} 各自在可疑读取后 {self.hours:g} 小时内使用了{zh} {thing}；全机构共 {found.users} 人使用过。"
            f"其他 {found.pairs:,} 对{like_zh}员工中，有 {found.alike:,} 对共用如此少人使用之物。",
        )
        lines = tuple(c for p in found.people for c in self._sent(scene, table, found.thing, uses[uses["person"] == p]))
        weight = self._weight(found.p) if lines else 0.0
        return Tie(kind, found.people, Statement(text, weight, lines), rows, found.p)

    @staticmethod
    def _sent(scene: Scene, table: str, thing: str, uses: pd.DataFrame) -> tuple[Citation, ...]:
        """Lines of the log that tell of a place, of one person."""
        made: list[Citation] = []
        for account, mine in uses.groupby(uses["account"].fillna(""), sort=True):
            made += cited(scene, table, str(account) or None, list(mine["day"]), keep=_of(table, thing), limit=LINES)
        return tuple(made)

    def _lent(self, scene: Scene, found: Borrowed, rows: pd.DataFrame) -> Tie:
        who, who_zh = _names(scene, found.people)
        text = Text(
            f"{who} are each thought to have used account {found.account}, which is none of theirs, at different desks. By chance "
            f"two borrowers would come upon the same account once in {1 / found.chance:,.0f} times ({found.pairs:,} pair(s) "
            "of borrowers tried).",
            f"{who_zh} 均被认为在不同座位使用过不属于本人的账号 {found.account}。两名借用者偶然用到同一账号，约每 "
            f"{1 / found.chance:,.0f} 次才有一次（共比较 {found.pairs:,} 对借用者）。",
        )
        mine = rows[(rows["account"] == found.account) & rows["person"].isin(found.people)]
        return Tie("account", found.people, self._statement(scene, text, self._weight(found.p), mine), mine, found.p)

    def _hours(self, scene: Scene, found: Together, rows: pd.DataFrame) -> Tie:
        who, who_zh = _names(scene, found.people)
        text = Text(
            f"On {len(found.days)} day(s) {who} read suspiciously at the same time, of {found.of} such days at most; "
            f"{found.expected:.2f} were to be expected from when each works and when others stand out ({found.pairs:,} pair(s) tried).",
            f"{who_zh} 有 {len(found.days)} 天在同一时段可疑读取（最多可能 {found.of} 天）；按各自的工作时间和他人异常的日子，"
            f"预期为 {found.expected:.2f} 天（共比较 {found.pairs:,} 对）。",
        )
        mine = rows[rows["person"].isin(found.people) & rows["day"].isin(found.days)]
        return Tie("hours", found.people, self._statement(scene, text, self._of_a_task(found.p), mine), mine, found.p)

    def _slices(self, scene: Scene, found: Slices, rows: pd.DataFrame) -> Tie:
        who, who_zh = _names(scene, found.people)
        one, other = found.taken
        text = Text(
            f"{who} took {one:,} and {other:,} records of {found.dataset} with which they have no business, and only {found.met:,} in "
            f"common; {found.expected:,.1f} were to be expected of the parts that both read, and other pairs have "
            f"{found.usual:.0%} of what is ({found.pairs:,} pair(s) tried).",
            f"{who_zh} 在 {found.dataset} 中各读取 {one:,} 和 {other:,} 条与本人业务无关的记录，仅 {found.met:,} 条相同；按双方都读取的"
            f"部分预期为 {found.expected:,.1f} 条，其他员工对通常达到预期的 {found.usual:.0%}（共比较 {found.pairs:,} 对）。",
        )
        mine = rows[rows["person"].isin(found.people)]
        return Tie("slices", found.people, self._statement(scene, text, self._of_a_task(found.p), mine), mine, found.p)

    @staticmethod
    def _statement(scene: Scene, text: Text, weight: float, rows: pd.DataFrame) -> Statement:
        """A sentence on readings, with lines of each person's."""
        lines = [
            c
            for (_person, account), mine in rows.groupby(["person", "account"], sort=True)
            for c in cited(
                scene, "access", str(account), list(mine["day"]), largest="rows", keep=_at(mine), limit=LINES
            )
        ]
        return Statement(text, weight, tuple(lines))

    # -- the finding

    def _finding(self, scene: Scene, people: Sequence[str], ties: Sequence[Tie], rows: pd.DataFrame) -> Finding:
        told = self._capped(ties)
        total = sum(s.bits for s in told)
        mine = pd.concat([t.sittings for t in ties])
        mine = mine[~mine.index.duplicated()].sort_values(["first", "account", "place", "sitting"])
        odds = rows[rows["person"].isin(people)].groupby("person")["probability"].max().clip(upper=OWN)
        ranked = sorted(people, key=lambda p: (-odds[p], people.index(p)))
        who, who_zh = _names(scene, people)
        kinds = sorted({t.kind for t in ties})
        return Finding(
            detector=self.id,
            key="+".join(people),
            title=Text(
                f"{who} may have acted together ({', '.join(WORDS[k][0] for k in kinds)})",
                f"{who_zh} 可能共同行动（{'、'.join(WORDS[k][1] for k in kinds)}）",
            ),
            severity="medium" if total >= 3 else "low",
            accounts=tuple(sorted(set(mine["account"]))),
            people=tuple(PersonOdds(p, float(odds[p]), 0.0) for p in ranked if odds[p] >= SHOWN),
            devices=tuple(sorted(set(mine["seat"]))),
            starts=mine["first"].min().to_pydatetime(),
            ends=mine["last"].max().to_pydatetime(),
            subjects=0,
            statements=told,
            p_value=min(float(t.p) for t in ties),
            clears=(
                Text("a project, partner or book that they have in common", "共同的项目、合作方或客户名册"),
                Text("a backlog that was shared out among them, and by whom", "由谁将积压工作分派给他们的记录"),
                Text("the place being a tool of their team", "该去处为其团队工具的证明"),
            ),
            moments=reading(scene, mine),
            techniques=self.techniques,
            details={"days": tuple(sorted(set(mine["day"])))},
        )

    def _capped(self, ties: Sequence[Tie]) -> tuple[Statement, ...]:
        """The clearest tie of each kind weighs; all together no more than the cap."""
        left, counted, made = self.cap, set[str](), []
        for tie in sorted(ties, key=lambda t: (-t.statement.bits, list(WORDS).index(t.kind))):
            family = "place" if tie.kind in KINDS else tie.kind
            weight = 0.0 if family in counted else min(left, tie.statement.bits)
            counted.add(family)
            left -= weight
            made.append(replace(tie.statement, bits=weight))
        return tuple(made)


def _groups(ties: Sequence[Tie]) -> list[tuple[str, ...]]:
    """People who are tied to each other, in the order in which their sittings begin."""
    groups: list[set[str]] = []
    for tie in ties:
        met = [g for g in groups if g & set(tie.people)]
        groups = [g for g in groups if g not in met] + [set(tie.people).union(*met)]
    begins = {
        p: min(t.sittings.loc[t.sittings["person"] == p, "first"].min() for t in ties if p in t.people)
        for group in groups
        for p in group
    }
    ordered = [tuple(sorted(group, key=lambda p: (begins[p], p))) for group in groups]
    return sorted(ordered, key=lambda group: (begins[group[0]], group))


def _names(scene: Scene, people: Sequence[str]) -> tuple[str, str]:
    labels = [label(scene, p) for p in people]
    return " and ".join(labels), "、".join(labels)


def _of(table: str, thing: str) -> Callable[[ibis.Table], ibis.Value]:
    """Whether a row of a log tells of a place."""
    if table == "web":
        return lambda rows: (rows.host.lower() == thing) & (rows.bytes_out > 0)
    if table == "mail":
        return lambda rows: rows.recipients.filter(lambda r: r.lower() == thing).length() > 0
    return lambda rows: rows.path.upper().contains(thing)


def _at(sittings: pd.DataFrame) -> Callable[[ibis.Table], ibis.Value]:
    """Whether a reading was done where these sittings were."""
    return lambda rows: place(rows).isin(sorted(set(sittings["place"])))


DETECTOR = Collusion()
