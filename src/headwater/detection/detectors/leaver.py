"""People who are about to leave and read more or other records than before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

import numpy as np

from headwater.detection.citing import cited
from headwater.detection.moments import reading
from headwater.detection.people import label, readers
from headwater.detection.profiles.business import DAYS_AROUND
from headwater.detection.profiles.departures import Departure, departures
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.reasons import Reasons, telling
from headwater.detection.profiles.volume import Counted
from headwater.detection.scene import Scene
from headwater.detection.touching import sittings_on
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

LENGTHS = (14, 28)
"""Stretches of days that are looked at beside all days since the notice, the last one first."""
WAYS = 3
"""Ways of reading that are tried: without a reason, one by one, in lists."""


class Seen(NamedTuple):
    """What stands out: its p-value for this person, the days, the sentence, and the bits at most."""

    p: float
    account: str
    days: tuple[date, ...]
    text: Text
    cap: float
    most: int | None = None  # so many records of these days at most are what stands out
    usual: float | None = None  # the usual share without a reason, where that is what stands out


@dataclass(frozen=True, slots=True)
class Leaver:
    """Sees people who have given notice, or whose last day has come, and read more or other records than before.

    Some weeks before the notice and all days from it on are held against the person's own earlier days and the
    colleagues of the same job: records opened without a business reason, records opened at all (the own client book
    read again in bulk is explained by business, and shows here), and lists. Leavers are few, so the bar is lower than
    for all staff: only leavers count as tries. It matters because whoever goes to a rival takes clients along in the
    last weeks, with rights that are still his. Innocent work that looks the same: handing over the own clients, which
    a ticket or a table of the business often records and which weighs little where it does not; clearing a backlog.
    It misses leavers who copy what they read every day anyway, and those whose notice nobody put on record until
    their last day, until then.
    """

    before: int = 28
    """Days before the notice that are looked at too."""
    least: int = 12
    """Fewer records beyond the usual than this say nothing."""
    times: float = 1.4
    """What is read must be so many times what was to be expected."""
    chance: float = 0.05
    """How many innocent leavers of a house may be called unusual by chance."""
    notice: float = 3.0
    """How many times likelier a theft is from the notice to the last day than on other days."""
    cap: float = 12.0
    """Bits at most of reading without a reason."""
    task: int = 5
    """Reading without a reason that does not stand out without so many of its days may be a task that nobody recorded."""
    short: float = 8.0
    """Bits at most of what may be such a task."""
    volume: float = 3.0
    """Bits at most of mere volume: handing over looks the same."""
    blind: float = 0.7
    """A group whose usual share of explained records is below this is judged by volume only."""

    id: ClassVar[str] = "leaver"
    title: ClassVar[Text] = Text("Reading before leaving", "离职前的异常读取")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "T1119", "MT003")
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("handing over the own clients", "离职交接本人客户"),
        Text("clearing a backlog before the last day", "离职前清理积压工作"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per leaver who stands out."""
        calendar = scene.volume.days
        if not calendar:
            return
        going = departures(scene.org, calendar[0], calendar[-1], self.before)
        known = scene.reasons if going and scene.has("relations") else None
        for departure in going:
            seen = [s for a in departure.accounts for s in self._seen(scene, departure, a, known)]
            best = self.clearest(seen, len(going))
            if best is not None:
                yield self._finding(scene, departure, best, seen)

    def clearest(self, seen: Sequence[Seen], leavers: int) -> Seen | None:
        """What weighs most of that which is rare among so many leavers."""
        rare = [s for s in seen if s.p * leavers < self.chance]
        return min(rare, key=lambda s: (-min(s.cap, bits(s.p)), s.p, s.account)) if rare else None

    def _seen(
        self,
        scene: Scene,
        departure: Departure,
        account: str,
        known: Reasons | None,
    ) -> Iterator[Seen]:
        """Everything that stands out in an account's last weeks; p-values are corrected for what was tried."""
        if known is not None and account in known.accounts:
            yield from self._unexplained(departure, account, known)
        if account in scene.volume.accounts:
            yield from self._volume(scene, departure, account)

    def _unexplained(self, departure: Departure, account: str, known: Reasons) -> Iterator[Seen]:
        """The stretch of days with too much that no business explains."""
        i = known.accounts.index(account)
        if not known.usual[i] <= 1 - self.blind or departure.starts > known.days[-1] or departure.ends < known.days[0]:
            return
        begin, ends = max(departure.starts, known.days[0]), min(departure.ends, known.days[-1])
        first, last = known.days.index(begin), known.days.index(ends)
        best: tuple[float, int, int, float] | None = None
        tried = 0
        since = (ends - max(departure.known, known.days[0])).days + 1
        for length in sorted({*LENGTHS, max(1, since)}):
            starts = np.arange(last - length + 1, first - 1, -max(1, length // 4))
            some = known.stretches(length, starts)
            tried += len(starts)
            left, expected = some.left[i], some.mean[i] * some.read[i]
            for j in np.flatnonzero((left - expected >= self.least) & (left >= self.times * expected)).tolist():
                p = some.p(i, j)
                if best is None or p < best[0]:
                    best = (p, int(starts[j]), int(starts[j]) + length - 1, float(some.mean[i, j]))
        if best is None:
            return
        p, start, end, mean = best
        n, k, rest = known.without(i, start, end, mean, self.task)
        lasting = rest < self.chance and k >= self.times * mean * n
        days = tuple(known.days[t] for t in range(start, end + 1) if known.left[i, t] > 0)
        text = _reason(known, i, account, start, end, mean)
        cap, most = self.cap if lasting else self.short, int(known.left[i, start : end + 1].sum())
        yield Seen(min(1.0, p * tried * WAYS), account, days, text, cap, most, float(known.usual[i]))

    def _volume(self, scene: Scene, departure: Departure, account: str) -> Iterator[Seen]:
        """Weeks in which more was opened, and days on which lists were drawn, than past and peers let expect."""
        volume = scene.volume
        i = volume.index(account)
        inside = [
            t
            for t, day in enumerate(volume.days)
            if departure.starts <= day <= departure.ends
            and not any(scene.org.ticket(account, dataset, day) for dataset in scene.datasets)
        ]
        if not inside:
            return
        for way, sentence in ((volume.opened, _opened), (volume.listed, _lists)):
            found = self._rarest(way, i, inside)
            if found is not None:
                p, start, end = found
                days = tuple(volume.days[t] for t in inside if start <= t <= end and way.counts[i, t] > 0)
                if days:
                    yield Seen(p, account, days, sentence(way, i, account, volume.days, start, end), self.volume)

    def _rarest(self, way: Counted, i: int, inside: list[int]) -> tuple[float, int, int] | None:
        """The rarest day or week, of which no day has a ticket: p-value corrected for the tries, first and last day."""
        best: tuple[float, int, int] | None = None
        judged = set(inside)
        for width, rare, total, usual in (
            (1, way.rare, way.counts, way.expected.mean),
            (7, way.slow[7], way.total[7], way.usual[7]),
        ):
            for t in inside:
                high = total[i, t] - usual[i, t] >= self.least and total[i, t] >= self.times * usual[i, t]
                if not high or np.isnan(rare[i, t]) or not judged.issuperset(range(t - width + 1, t + 1)):
                    continue
                p = min(1.0, float(rare[i, t]) * 2 * WAYS * max(1.0, len(inside) / width))
                if best is None or p < best[0]:
                    best = (p, t - width + 1, t)
        return best

    def _finding(self, scene: Scene, departure: Departure, best: Seen, seen: list[Seen]) -> Finding:
        account = best.account
        sittings = (
            telling(scene.sittings, scene.explained, account, best.days, best.usual)
            if best.usual is not None
            else sittings_on(scene, account, best.days)
        )
        dates = tuple(sorted(set(sittings["day"])))
        others = [s for s in seen if s is not best and s.p < self.chance]
        read = scene.distinct(account, dates)
        subjects = read if best.most is None else min(read, best.most)
        who = label(scene, departure.person.employee)
        return Finding(
            detector=self.id,
            key=departure.person.employee,
            title=Text(
                f"{who}, about to leave, read {subjects:,} people's records over account {account}",
                f"即将离职的 {who} 通过账号 {account} 读取 {subjects:,} 人的记录",
            ),
            severity="high",
            accounts=(account,),
            people=readers(scene, sittings),
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=subjects,
            statements=(
                self._told(scene, best, min(best.cap, bits(best.p))),
                self._going(departure, dates),
                *(self._told(scene, s, 0.0) for s in others),
            ),
            p_value=best.p,
            clears=(
                Text("a hand-over that the manager asked for", "主管要求的交接工作"),
                Text("a task list that explains these clients", "能解释这些客户的任务清单"),
            ),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": dates, "retrospective": bool(dates[0] < departure.known)},
        )

    @staticmethod
    def _told(scene: Scene, seen: Seen, weight: float) -> Statement:
        return Statement(seen.text, weight, cited(scene, "access", seen.account, seen.days, largest="rows"))

    def _going(self, departure: Departure, dates: tuple[date, ...]) -> Statement:
        """Notice and last day; it weighs when most of these days lie after the notice."""
        person = departure.person
        after = sum(d >= departure.known for d in dates)
        left = f", and the last day is {person.left}" if person.left else ""
        left_zh = f"，最后工作日为 {person.left}" if person.left else ""
        known, known_zh = (
            (f"gave notice on {person.resigned}", f"于 {person.resigned} 提出离职")
            if person.resigned
            else ("has no notice on record", "没有离职申请记录")
        )
        text = Text(
            f"{person.employee} {known}{left}; {after} of these {len(dates)} day(s) lie after it was known. From notice to "
            f"last day a theft is held to be {self.notice:g} times likelier than on other days.",
            f"{person.employee} {known_zh}{left_zh}；上述 {len(dates)} 天中有 {after} 天在离职信息已知之后。"
            f"自提出离职至最后工作日，窃取数据的可能性按平日的 {self.notice:g} 倍计。",
        )  # fmt: skip
        weight = float(np.log2(self.notice)) if 2 * after >= len(dates) and person.resigned else 0.0
        return Statement(text, weight, (person.cited,))


def _reason(known: Reasons, i: int, account: str, start: int, end: int, mean: float) -> Text:
    read, left = int(known.read[i, start : end + 1].sum()), int(known.left[i, start : end + 1].sum())
    first, last = known.days[start], known.days[end]
    return Text(
        f"From {first} to {last} account {account} opened {read:,} records one by one; for {left:,} of them no relation "
        f"within {DAYS_AROUND} days, no colleague's absence and no earlier opening for either "
        "gives a reason. By colleagues and its own days before, "
        f"{mean * read:,.0f} were to be expected.",
        f"{first} 至 {last}，账号 {account} 逐条打开记录 {read:,} 次，其中 {left:,} 次在前后 {DAYS_AROUND} 天内没有任何业务"
        f"关系、代班或此前有理由的查阅可以解释。按同岗同事及其此前情况，预计约 {mean * read:,.0f} 次。",
    )


def _opened(way: Counted, i: int, account: str, days: tuple[date, ...], start: int, end: int) -> Text:
    total, usual = np.nansum(way.counts[i, start : end + 1]), np.nansum(way.expected.mean[i, start : end + 1])
    return Text(
        f"From {days[start]} to {days[end]} account {account} opened {total:,.0f} records one by one, counted by day; past and "
        f"colleagues let expect {usual:,.0f}.",
        f"{days[start]} 至 {days[end]}，账号 {account} 逐条打开记录 {total:,.0f} 条（按日计）；按其以往及同事情况预计 "
        f"{usual:,.0f} 条。",
    )


def _lists(way: Counted, i: int, account: str, days: tuple[date, ...], start: int, end: int) -> Text:
    total = np.nansum(way.counts[i, start : end + 1])
    most = np.nansum(way.counts[i, :start])
    return Text(
        f"From {days[start]} to {days[end]} account {account} drew lists of {total:,.0f} records, counted by day; on all days "
        f"before it drew lists of {most:,.0f}.",
        f"{days[start]} 至 {days[end]}，账号 {account} 调取清单共 {total:,.0f} 条记录（按日计）；此前全部日子共 "
        f"{most:,.0f} 条。",
    )


DETECTOR = Leaver()
