"""Relatives, people of the reader's home and colleagues, searched for and opened without a reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from headwater.detection.kinship import clearest, kinship, worth_telling
from headwater.detection.moments import reading
from headwater.detection.people import label, named, readers
from headwater.detection.profiles.kin import Common, Kin
from headwater.detection.scene import ALPHA, Scene
from headwater.detection.touching import sittings_of
from headwater.model.evidence import Finding
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Acquaintances:
    """Sees people who search for single persons close to them and open them, without any business with them.

    Of each account's look-ups without a reason it counts those who bear the reader's surname, have his address or mobile number,
    or are colleagues of the house, against the share of such people in the data set, among what colleagues open and among
    what the reader opens with a reason. It matters because curiosity about relatives, neighbours and colleagues is what staff are
    most often punished for, and each look-up is a breach for the one who was looked up. It is weak evidence of a theft.
    Innocent work that looks the same: a village where all are called the same, a relative who comes to the reader's own
    counter, somebody who looks after the staff. A surname proves no kinship; one that many bear is not even compared, and people of
    one household count once. It misses whom the reader opens without searching, friends, relatives of another name, and
    what is done over somebody else's account.
    """

    rate: float = ALPHA / 20
    """Innocent accounts that may be called unusual, per account and day of the log: a twentieth of the whole promise."""
    well_known: int = 4
    """Somebody whom so many accounts looked up without a reason is well known and says nothing of any of them."""
    cap: float = 2.0
    """Bits of a finding at most: it tells curiosity, which is seldom theft."""

    id: ClassVar[str] = "acquaintances"
    title: ClassVar[Text] = Text("Relatives, people at home and colleagues looked up", "查询亲属、同住者或同事")
    techniques: ClassVar[tuple[str, ...]] = ("T1213", "MT018")
    needs: ClassVar[tuple[str, ...]] = ("access", "relations", "people", "accounts", "staff_traits")
    alike: ClassVar[tuple[Text, ...]] = (
        Text("namesakes of a village or a family firm", "同村或家族企业中的同姓者"),
        Text("a relative who comes to the reader's own counter", "亲属到本人柜台办理业务"),
    )

    def find(self, scene: Scene) -> Iterator[Finding]:
        """One finding per account."""
        known = scene.reasons
        close = scene.close_to(self.well_known) if known else None
        if known is None or close is None:
            return
        for account, common in sorted(close.common.items()):
            told = [each for each in worth_telling(common) if clearest([each]) < self.rate * len(known.days)]
            made = self._finding(scene, close, account, told) if told else None
            if made is not None:
                yield made

    def _finding(self, scene: Scene, close: Kin, account: str, told: list[Common]) -> Finding | None:
        rows = pd.concat([each.rows for each in told])
        days, sought = sorted(set(rows["day"])), sorted(set(rows["subject"]))
        sittings = sittings_of(scene, account, lambda t: t.day.isin(days) & t.subject.isin(sought))
        people, reader = readers(scene, sittings), told[0].reader
        if named(people)[:1] != (reader,):
            return None  # what its owner has in common says nothing where somebody else sat there
        return Finding(
            detector=self.id,
            key=account,
            title=_title(scene, account, reader, len(sought)),
            severity="medium",
            accounts=(account,),
            people=people,
            devices=tuple(sorted(set(sittings["seat"]))),
            starts=sittings["first"].min().to_pydatetime(),
            ends=sittings["last"].max().to_pydatetime(),
            subjects=len(sought),
            statements=kinship(scene, close, account, reader, self.cap),
            p_value=clearest(told),
            clears=(Text("a visit or a call of these people that no table records", "未登记的来访或来电"),),
            moments=reading(scene, sittings),
            techniques=self.techniques,
            details={"days": tuple(days)},
        )


def _title(scene: Scene, account: str, reader: str, number: int) -> Text:
    who = label(scene, reader)
    return Text(
        f"Account {account} looked up {number:,} people who have something in common with {who}",
        f"账号 {account} 查询了与 {who} 有关联的 {number:,} 人",
    )


DETECTOR = Acquaintances()
