"""Drawing lists of people unlike those that the account and its colleagues draw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import readers
from headwater.detection.profiles.drawing import HABIT, PAGE, Drawing
from headwater.detection.profiles.rarity import TASK, bits
from headwater.detection.profiles.walking import Walk, ranges, walk
from headwater.detection.scene import Scene
from headwater.model.evidence import Finding, Statement
from headwater.model.organisation import Span
from headwater.model.words import Text

LOUD = 0.002
"""Share of ordinary days at work whose lists may be called unusual; one alone proves little, several are judged together."""
LEAST = 4.0
"""Findings with fewer bits than this are not worth a look."""


@dataclass(frozen=True, slots=True)
class UnusualList:
    """Sees lists of people that are unlike what the account and its colleagues draw: larger, or got in another way.

    A list is a statement, an export or a search that gives many people's records at once. What counts is how many
    people a day's lists gave that no earlier list had given the account; then how the list was asked for, over which
    program, at which hour, from which data set. Its own past is the measure, then colleagues of the same job, then the
    house; services and administrators have only their own past. Ranges of keys that keep clear of each other, as when
    a data set is copied in portions, weigh a little more. It matters because one statement takes more people than a
    year of look-ups. Innocent work that looks the same: a migration, a test, an audit's export or a month-end list without
    a ticket. A ticket that covers the day authorises what such tickets are used for, and is named. It misses small
    lists of the account's usual kind, and who has drawn everything since the first day of the log.
    """

    least: int = 100
    """Days on which lists gave fewer new people than this are never unusual."""
    page: int = PAGE
    """A search that finds no more than this has shown a page, and drawn no list."""
    habit: int = HABIT
    """What an account did more than so many days ago is its habit; what it did since is not yet one."""
    beyond: float = 10.0
    """A ticket authorises so many times the largest list drawn by others under tickets of the same purpose."""
    foreseen: float = 2.0
    """Bits that speak for the account where a right of its own foresees an application's lists of that size."""
    cap: float = TASK
    """Bits at most: there are as many odd lists for tasks that nobody put on record as there are thefts."""

    id: ClassVar[str] = "unusual-list"
    title: ClassVar[Text] = Text("An unusual list", "异常的名单提取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213.006", "T1213", "T1030", "IF022")
    needs: ClassVar[tuple[str, ...]] = ("access",)
    alike: ClassVar[tuple[Text, ...]] = (
        Text("a migration, a test of load or an audit's export without a ticket", "没有工单的迁移、压测或审计取数"),
        Text("a month-end or campaign list that is drawn for the first time", "首次提取的月末名单或营销名单"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account with days on which its lists were unlike its own and its peers'."""
        drawn = scene.drawn(self.page, self.habit)
        if drawn is None:
            return
        large = drawn.days[(drawn.days["p"] < LOUD) & (drawn.days["new"] >= self.least)]
        for account, days in large.groupby("account"):
            left = [row for row in days.itertuples(index=False) if not self._authorised(drawn, row)]
            if left:
                finding = self._finding(scene, drawn, str(account), pd.DataFrame(left))
                if finding.bits >= LEAST:
                    yield finding

    def _authorised(self, drawn: Drawing, row: object) -> bool:
        """Whether a ticket covers the day, and lists as large are drawn under tickets of its purpose."""
        ticket = drawn.tickets.get((row.account, row.day))  # type: ignore[attr-defined]
        if ticket is None:
            return False
        usual = drawn.usual(ticket, row.account)  # type: ignore[attr-defined]
        return usual is None or row.people <= self.beyond * usual  # type: ignore[attr-defined]

    def _finding(self, scene: Scene, drawn: Drawing, account: str, found: pd.DataFrame) -> Finding:
        dates = sorted(found["day"])
        p = self._rarity(found["p"].to_numpy(float), drawn.observed(account), drawn.cluster(account))
        lists = drawn.lists[(drawn.lists["account"] == account) & drawn.lists["day"].isin(dates)]
        lines = cited(scene, "access", account, dates, largest="rows", keep=lambda t: t.subject.isnull())
        statements = (
            Statement(self._sentence(drawn, account, found), min(self.cap, bits(p)), lines),
            Statement(self._ways(drawn, account, found, lists), 0.0),
            *self._tickets(drawn, account, dates),
            *self._foreseen(scene, lists),
            *self._walked(scene, lists, max(0.0, self.cap - bits(p))),
        )
        sittings = self._sat(scene, account, dates)
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} drew unusual lists on {len(dates)} day(s)",
                f"账号 {account} 有 {len(dates)} 天提取异常名单",
            ),
            severity="high" if sum(s.bits for s in statements) >= 8 else "medium",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=int(found["new"].sum()),
            statements=statements,
            p_value=p,
            clears=(Text("a request, a ticket or a plan that names these lists", "载明这些名单的申请、工单或计划"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(dates)},
        )

    @staticmethod
    def _rarity(p: npt.NDArray[np.float64], observed: int, cluster: float) -> float:
        """How rare it is that the best of so many days is as rare, or that so many are as rare as the worst found."""
        spread = 1 / cluster - 1
        tried = [(1, float(p.min())), (len(p), float(p.max()))]
        each = [float(stats.betabinom.sf(k - 1, observed, q * spread, (1 - q) * spread)) for k, q in tried]
        return max(min(1.0, 2 * min(each)), 1e-300)

    @staticmethod
    def _sat(scene: Scene, account: str, dates: list[date]) -> pd.DataFrame:
        """The sittings of these days, those with lists in them if any has."""
        own = scene.sittings[scene.sittings["account"] == account]
        ends = own["last"].dt.tz_convert(scene.zone).dt.date
        own = own[own["day"].isin(dates) | ends.isin(dates)]
        drew = own[(own["statements"] > 0) | (own["unseen"] > 0)]
        return drew if len(drew) else own

    def _sentence(self, drawn: Drawing, account: str, found: pd.DataFrame) -> Text:
        top = found.loc[found["new"].idxmax()]
        others = drawn.days[(drawn.days["account"] == account) & ~drawn.days["day"].isin(found["day"])]
        before = int(others["new"].max()) if len(others) else 0
        rest = drawn.observed(account) - len(found)
        rare = f"{1 / top['p']:,.0f}"
        return Text(
            f"On {top['day']} lists gave account {account} the records of {int(top['new']):,} people whom no list had given "
            f"it before; on its other {rest} days at work never more than {before:,}. {len(found)} day(s) like this; about "
            f"one such day in {rare} by this house's own measure.",
            f"{top['day']} 账号 {account} 通过名单获得 {int(top['new']):,} 名此前名单中从未出现的人员记录；其余 {rest} 个工作日"
            f"最多 {before:,} 名。此类日期共 {len(found)} 天；按本机构自身数据约 {rare} 天一遇。",
        )

    @staticmethod
    def _ways(drawn: Drawing, account: str, found: pd.DataFrame, lists: pd.DataFrame) -> Text:
        """How most of the people were drawn, and who else ever drew lists so."""
        way = str(lists.groupby("way")["people"].sum().idxmax())
        mine = lists[lists["way"] == way]
        over = [p for p in mine.groupby("application")["people"].sum().sort_values(ascending=False).index if p]
        hours = sorted(set(mine["hour"].astype(int)))
        same = drawn.lists[drawn.lists["way"] == way]
        earlier = same[(same["account"] == account) & (same["day"] < found["day"].min())]["day"].nunique()
        others = same[same["account"] != account]["account"].nunique()
        program = f" over {over[0]}" if over else ""
        return Text(
            f"Most came by “{way}”{program}, between {hours[0]} and {hours[-1] + 1} o'clock, in {len(mine)} question(s); the "
            f"account had drawn lists so on {earlier} earlier day(s), and {others} other account(s) do.",
            f"多数通过“{way}”{f'（程序 {over[0]}）' if over else ''}取得，时间在 {hours[0]} 至 {hours[-1] + 1} 点之间，共 {len(mine)} 次；"
            f"该账号此前有 {earlier} 天如此，另有 {others} 个账号如此。",
        )

    def _tickets(self, drawn: Drawing, account: str, dates: list[date]) -> tuple[Statement, ...]:
        """Tickets that cover some of the days, and are used for much less."""
        covering: dict[str, Span] = {}
        for day in dates:
            ticket = drawn.tickets.get((account, day))
            if ticket is not None:
                covering[ticket.label] = ticket
        made = []
        for label, ticket in sorted(covering.items()):
            usual = drawn.usual(ticket, account) or 0
            text = Text(
                f"Ticket {label} covers the day, but by others under tickets of its purpose at most {usual:,} people were drawn.",
                f"工单 {label} 覆盖当日，但他人在同类用途工单下最多只提取过 {usual:,} 人。",
            )
            made.append(Statement(text, 0.0, (ticket.cited,)))
        return tuple(made)

    def _foreseen(self, scene: Scene, lists: pd.DataFrame) -> tuple[Statement, ...]:
        """A right with a limit that none of these days passes: whoever wrote it had such lists in mind.

        Lists of an application, that is: nobody who grants an export means a copy made past every application.
        """
        if not (lists["channel"] == "application").all():
            return ()
        top = lists.groupby(["account", "dataset", "action", "day"], as_index=False)["people"].sum()
        rights = []
        for row in top[top["people"] >= self.least].itertuples(index=False):
            given = scene.org.rights(row.account, row.dataset, row.action, row.day)
            limits = [r for r in given if r.rows_per_day is not None and r.rows_per_day >= row.people]
            if not limits:
                return ()
            rights.append(limits[0])
        if not rights:
            return ()
        right = rights[0]
        text = Text(
            f"The right of {right.principal} foresees {right.rows_per_day or 0:,} records a day ({right.action}); none of these "
            "days passes it.",
            f"{right.principal} 的权限预设每日 {right.rows_per_day or 0:,} 条（{right.action}），上述日期均未超出。",
        )
        return (Statement(text, -self.foreseen, (right.cited,)),)

    @staticmethod
    def _walked(scene: Scene, lists: pd.DataFrame, most: float) -> tuple[Statement, ...]:
        """Whether a data set was walked in pieces, as any copy of it is, with a ticket or without."""
        known = lists[lists["known"] & lists["returned"].notna()]
        best: Walk | None = None
        for dataset, rows in known.groupby("dataset"):
            table = scene.engine.table("records")
            size = scene.engine.arrow(table.filter(table.dataset == dataset).agg(n=table.ordinal.nunique()))
            found = walk(ranges(scene.engine, set(rows["returned"])), int(size["n"][0].as_py()))
            if found is not None and (best is None or found.p < best.p):
                best = found
        if best is None or bits(best.p) < 0.5:
            return ()
        text = Text(
            f"{best.ranges} ranges of keys that cover {best.covered:,} records overlap {best.overlaps} time(s): the data set was "
            f"walked in pieces (by chance in {best.p:.1%} of such walks).",
            f"{best.ranges} 段键值范围共覆盖 {best.covered:,} 条记录，仅重叠 {best.overlaps} 次："
            f"系分段遍历数据集（偶然概率 {best.p:.1%}）。",
        )
        return (Statement(text, min(3.0, most, bits(best.p))),)


DETECTOR = UnusualList()
