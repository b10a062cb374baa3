"""Single people searched for by name and opened, with whom the reader has no business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from headwater.detection.citing import cited
from headwater.detection.kinship import kinship
from headwater.detection.moments import reading
from headwater.detection.newcomers import newcomer
from headwater.detection.people import named, readers
from headwater.detection.profiles.business import DAYS_AROUND
from headwater.detection.profiles.kin import Kin
from headwater.detection.profiles.rarity import bits
from headwater.detection.profiles.reasons import STILL, Pattern
from headwater.detection.profiles.singles import SOON, Singles
from headwater.detection.scene import LOOKUP, Scene
from headwater.detection.touching import sittings_of
from headwater.model.evidence import Finding, Statement
from headwater.model.words import Text

MONTH = 28
CLOSE = ("staff_traits", "shared_traits")
"""Tables that tell what a reader has in common with others; what it is weighs in another detector."""


@dataclass(frozen=True, slots=True)
class PersonalInterest:
    """Sees people who search for single persons and open them, without any business with them.

    A search, then one record at once: that is how somebody looks up a neighbour, a relative, a famous patient, or a
    person for whom a buyer pays. Of each account it counts such look-ups for which no relation near that day and no
    colleague's absence gives a reason, against colleagues of the same job and the account's own days before. It matters
    because look-ups for hire and out of curiosity are few and drown among proper ones, but these are fewer. People
    whom several others looked up too are well known; they are told and not counted. Innocent work that looks the
    same: callers whom no table records, misspelt names. It misses those who work from lists, and the curious who
    look a handful of people up. What the reader has in common with them is told, and weighs elsewhere.
    """

    least: int = 10
    """Fewer such look-ups beyond the expected ones say nothing."""
    times: float = 2.0
    """The rate must be so many times that of the peers."""
    rate: float = LOOKUP
    """Innocent accounts that may be called unusual, per account and day of the log: what is promised for look-ups."""
    blind: float = 0.7
    """A group whose usual share of explained records is below this cannot be judged."""
    well_known: int = 4
    """Somebody whom so many accounts looked up without a reason is well known."""
    new: int = 60
    """Days after joining in which somebody is a newcomer."""
    joined: float = 12.0
    """Bits that being new takes off."""
    task: int = 5
    """What does not stand out without so many of its days may be a task that nobody put on record."""
    short: float = 2.0
    """Bits at most of what may be such a task."""
    cap: float = 4.0
    """Bits of a finding at most."""

    id: ClassVar[str] = "personal-interest"
    title: ClassVar[Text] = Text("Single people looked up without a reason", "无理由查询个人")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "MT018")
    needs: ClassVar[tuple[str, ...]] = ("access", "relations", "people", "accounts")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("callers whom no table records", "未登记的来电客户"),
        Text("a well-known client whom many look up", "多人查询的知名客户"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        known = scene.reasons
        found = None if known is None else scene.seldom_looked_up(self.well_known)
        if found is None:
            return
        worst = sorted(self._worst(found).items())
        close = scene.close_to(self.well_known) if worst and all(map(scene.has, CLOSE)) else None
        for i, stretch in worst:
            yield self._finding(scene, found, close, i, stretch)

    def _worst(self, found: Singles) -> dict[int, Pattern]:
        """Of each account the clearest month, or the whole time, if it is rare enough for all that was tried."""
        known = found.counted
        lengths = sorted({min(MONTH, len(known.days)), len(known.days)})
        usual = np.maximum(known.usual, 0.002)[:, None]
        judged = (found.reasons.usual <= 1 - self.blind)[:, None]
        best: dict[int, Pattern] = {}
        stretches = [known.stretches(length) for length in lengths]
        tries = sum(len(tried.starts) for tried in stretches)
        for length, tried in zip(lengths, stretches, strict=True):
            enough = (tried.left - tried.mean * tried.read >= self.least) & (
                tried.left >= self.times * usual * tried.read
            )
            scores = np.where(enough & judged, np.nan_to_num(tried.excess()), -1.0)
            for i in map(int, np.flatnonzero(scores.max(1) > 0)):
                j = int(np.argmax(scores[i]))
                p = min(1.0, tried.p(i, j) * tries)
                if p < self.rate * len(known.days) and (i not in best or p < best[i].p):
                    start, mean = int(tried.starts[j]), float(tried.mean[i, j])
                    n, k, rest = known.without(i, start, start + length - 1, mean, self.task)
                    lasting = k >= max(self.least, self.times * known.usual[i] * n) and rest < STILL
                    best[i] = Pattern(p, start, start + length - 1, mean, bool(lasting))
        return best

    def _finding(self, scene: Scene, found: Singles, close: Kin | None, i: int, stretch: Pattern) -> Finding:
        known = found.counted
        account, first, last = known.accounts[i], known.days[stretch.start], known.days[stretch.end]
        rows = found.looked[(found.looked["account"] == account) & found.looked["day"].between(first, last)]
        own = rows[~rows["shared"]]
        dates = tuple(sorted(set(own["day"])))
        subjects = int(own["subject"].nunique())
        sought = sorted(set(own["subject"]))
        sittings = sittings_of(scene, account, lambda t: t.day.isin(dates) & t.subject.isin(sought))
        lines = cited(scene, "access", account, dates, keep=lambda t: t.subject.isin(sought))
        told = self._told(known.read[i, stretch.start : stretch.end + 1].sum(), stretch, account, first, last, own)
        people = readers(scene, sittings)
        reader = next(iter(named(people)), None)
        weight = min(self.cap if stretch.lasting else self.short, bits(stretch.p))
        return Finding(
            detector=self.id,
            key=account,
            title=Text(
                f"Account {account} looked up {subjects:,} single people without a business reason",
                f"账号 {account} 无业务理由查询 {subjects:,} 人",
            ),
            severity="high" if stretch.lasting else "medium",
            accounts=(account,),
            people=people,
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=subjects,
            statements=(
                Statement(told, weight, lines),
                *_again(own),
                *_shared(rows, self.well_known),
                *kinship(scene, close, account, reader, 0.0),
                *newcomer(scene, account, first, self.new, self.joined),
            ),
            p_value=stretch.p,
            clears=(Text("a list of calls that explains these people", "能解释这些人的来电记录"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": dates},
        )

    @staticmethod
    def _told(read: float, stretch: Pattern, account: str, first: object, last: object, own: pd.DataFrame) -> Text:
        return Text(
            f"From {first} to {last} account {account} opened {read:,.0f} records one by one; {len(own):,} times it searched and "
            f"within {SOON} seconds opened somebody with whom no relation within {DAYS_AROUND} days, no "
            "colleague's absence and no earlier opening for either gives "
            f"business. By colleagues of the same job and its own days before, {stretch.mean * read:,.0f} were to be expected.",
            f"{first} 至 {last}，账号 {account} 逐条打开记录 {read:,.0f} 次，其中 {len(own):,} 次为搜索后 {SOON} 秒内打开、且前后 "
            f"{DAYS_AROUND} 天内没有任何业务关系、代班或此前有理由的查阅可以解释的个人。"
            f"按同岗同事及其此前情况，预计约 {stretch.mean * read:,.0f} 次。",
        )


def _again(own: pd.DataFrame) -> tuple[Statement, ...]:
    """People who were looked up on more days than one."""
    days = own.groupby("subject")["day"].nunique()
    count = int((days > 1).sum())
    if not count:
        return ()
    text = Text(
        f"{count} of these people were looked up on more than one day.", f"其中 {count} 人在不止一天被查询。"
    )  # fmt: skip
    return (Statement(text, 0.0),)


def _shared(rows: pd.DataFrame, well_known: int) -> tuple[Statement, ...]:
    """People whom others looked up too: they are no interest of one's own."""
    count = int(rows.loc[rows["shared"], "subject"].nunique())
    if not count:
        return ()
    text = Text(
        f"{count} further people whom {well_known} accounts or more looked up without a reason are well known and not counted.",
        f"另有 {count} 人被 {well_known} 个及以上账号无理由查询，属知名人士，未计入。",
    )
    return (Statement(text, 0.0),)


DETECTOR = PersonalInterest()
