"""Decoys among the records, and an account that draws one is held at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.casework.prevention.acts import LISTING
from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling, Step
from headwater.casework.prevention.first_decoy import expected, met
from headwater.casework.prevention.house import Cost, House, Mask
from headwater.model.words import Text

Floats = npt.NDArray[np.float64]
SOON = pd.Timedelta(seconds=90)
"""A record opened so soon after a search was searched for: whoever asks for a person by name meets no decoy."""
WHOLE = 0.5
"""Whoever draws such a share of a data set at once draws everything, decoys too: backups are known, and no surprise."""
TRIED = (0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True)
class Decoys:
    """Plants made-up people among the records; an account that draws one is held until that is explained. At which row is chance.

    It costs lists that innocent people draw and that happen to hold a decoy. It misses look-ups of people who were searched for,
    whoever takes a few records, and whoever can tell decoys. That he draws as if at random is assumed.
    """

    per_thousand: float = 1.0
    """Decoys for each thousand records."""
    confidence: float = 0.95
    """The row is told by which so large a share of such thieves has met one."""

    id: ClassVar[str] = "decoys"
    title: ClassVar[Text] = Text("Decoys among the records", "诱饵记录")
    does: ClassVar[Text] = Text(
        "made-up people stand among the records; an account that draws one is held",
        "在记录中放置虚构人员，读取者账号即被冻结",
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "records")

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts after the row by which a decoy has been met with the wanted chance."""
        sizes = house.keep("sizes", lambda: _sizes(house))
        drawn = _drawn(case)
        if not drawn.any() or not set(case.frame.loc[drawn > 0, "dataset"]) & set(sizes):
            return Cannot(
                Text(
                    "the case only opened people who were searched for by name or number",
                    "本案仅打开按姓名或号码检索的人员",
                )
            )
        chance = self._chance(case, drawn, sizes, self.per_thousand)
        half, sure = (_first(chance, p) for p in (0.5, self.confidence))
        denied = self._held(case, chance)
        told = self._told(case, chance, half, sure)
        settings = {"per thousand": self.per_thousand, "chance at the end": round(float(chance.max()), 6)}
        for dataset in sorted(set(case.frame.loc[drawn > 0, "dataset"]) & set(sizes)):
            count = _decoys(sizes[dataset], self.per_thousand)
            settings |= {f"decoys {dataset}": count, f"records {dataset}": sizes[dataset]}
            settings[f"expected person {dataset}"] = expected(count, sizes[dataset])
        because = Text(
            f"by then {self.confidence:.0%} of those who read so many would have drawn a decoy, and the account is held from there on",
            f"至此 {self.confidence:.0%} 的同等读取已遇到诱饵，账号自此冻结",
        )
        return Ruling(
            denied, because, (), settings, None, self._curve(house, case, drawn, sizes), self._assumed(), told
        )

    def cost(self, house: House) -> Cost:
        """How many lists of innocent people are expected to hold a decoy; whole copies are known and left out."""
        return _cost(house, self.per_thousand)

    def _assumed(self) -> tuple[Text, ...]:
        late = 1 - self.confidence
        return (
            Text(
                "Records that were not searched for are held to be drawn as if at random.",
                "未经检索而读取的记录视同随机抽取。",
            ),
            Text(
                "What other people open one by one is held to come of their work, which leads to no decoy: only their lists are "
                "counted as a cost.",
                "他人逐条打开的记录视为因工作而来，不会遇到诱饵：代价仅计其批量读取。",
            ),
            Text(
                f"{late:.0%} of such thieves would have met none by then: what is kept back, alone or with other controls, holds "
                "for the rest.",
                f"至此仍有 {late:.0%} 的此类读取未遇诱饵：单独或与其他控制合并所拦下的行数，仅就其余而言。",
            ),
        )

    def _chance(self, case: CaseActs, drawn: npt.NDArray[np.int64], sizes: dict[str, int], share: float) -> Floats:
        """The chance that the account of each act has met a decoy by then, over all data sets."""
        chance = np.zeros(len(drawn))
        sets = case.frame["dataset"].to_numpy()
        for rows in case.frame.groupby("account").indices.values():
            none = np.ones(len(rows))
            for dataset, size in sizes.items():
                sofar = np.where(sets[rows] == dataset, drawn[rows], 0).cumsum()
                none = none * (1 - met(_decoys(size, share), size, sofar))
            chance[rows] = 1 - none
        return chance

    def _held(self, case: CaseActs, chance: Floats) -> Mask:
        """Acts of each account after the one by which it has met a decoy with the wanted chance."""
        denied = np.zeros(len(chance), bool)
        for rows in case.frame.groupby("account").indices.values():
            at = _first(chance[rows], self.confidence)
            if at is not None:
                denied[rows[at + 1 :]] = True
        return denied

    def _told(self, case: CaseActs, chance: Floats, half: int | None, sure: int | None) -> tuple[Text, ...]:
        rows = case.rows.cumsum()
        made = []
        for share, at in ((0.5, half), (self.confidence, sure)):
            if at is None:
                made.append(
                    Text(
                        f"Not even at the end would {share:.0%} of those who read so many have met a decoy ({chance.max():.0%} would).",
                        f"直至结束，同等读取中遇到诱饵的仍不足 {share:.0%}（为 {chance.max():.0%}）。",
                    )
                )
                continue
            day = (case.frame["day"].iloc[at] - case.days[0]).days + 1
            made.append(
                Text(
                    f"{share:.0%} of those who read so many would have met a decoy by row {rows[at]:,}, on day {day}.",
                    f"{share:.0%} 的同等读取会在第 {rows[at]:,} 行（第 {day} 天）之前遇到诱饵。",
                )
            )
        return tuple(made)

    def _curve(
        self, house: House, case: CaseActs, drawn: npt.NDArray[np.int64], sizes: dict[str, int]
    ) -> tuple[Step, ...]:
        made, rows = [], case.rows.cumsum()
        for share in TRIED:
            chance = self._chance(case, drawn, sizes, share)
            at = _first(chance, self.confidence)
            saved = int(case.rows[self._held(case, chance)].sum())
            row = int(rows[at]) if at is not None else None
            count = sum(_decoys(n, share) for n in sizes.values())
            made.append(Step(share, float(count), row, saved, round(_cost(house, share).days, 6)))
        return tuple(made)


def _cost(house: House, share: float) -> Cost:
    return house.keep(f"decoys {share}", lambda: _expected_cost(house, share))


def _expected_cost(house: House, share: float) -> Cost:
    sizes = house.keep("sizes", lambda: _sizes(house))
    lists = house.lists[house.lists["dataset"].isin(sizes)]
    size = lists["dataset"].map(sizes).to_numpy(float)
    lists = lists[lists["rows"].to_numpy() < WHOLE * size]
    hit = np.zeros(len(lists))
    for dataset, records in sizes.items():
        mine = (lists["dataset"] == dataset).to_numpy()
        hit[mine] = met(_decoys(records, share), records, lists["rows"].to_numpy(np.int64)[mine])
    acts = lists["acts"].to_numpy(float)
    none = lists.assign(log=acts * np.log1p(-np.minimum(hit, 1 - 1e-12)))
    days = -np.expm1(none.groupby(["person", "day"])["log"].sum())
    people = -np.expm1(none.groupby("person")["log"].sum())
    return Cost(float((acts * hit).sum()), float(people.sum()), float(days.sum()))


def _sizes(house: House) -> dict[str, int]:
    """How many records each data set has."""
    records = house.scene.engine.table("records")
    counted = records.group_by("dataset").agg(n=_.subject.nunique())
    frame = house.scene.engine.arrow(counted).to_pandas().sort_values("dataset")
    return {str(d): int(n) for d, n in zip(frame["dataset"], frame["n"], strict=True)}


def _decoys(records: int, share: float) -> int:
    return max(1, round(records * share / 1000)) if share else 0


def _drawn(case: CaseActs) -> npt.NDArray[np.int64]:
    """How many records not met before each act draws: persons where they are named, else rows; none that was searched for."""
    frame = case.frame
    before = frame.groupby(["account", "place"])
    sought = (before["action"].shift() == "search") & (frame["time"] - before["time"].shift() <= SOON)
    opened = (frame["opened"] == 1) & ~sought
    named = frame["returned"].notna() & (frame["exact"] != False)  # noqa: E712
    listed = frame["action"].isin(LISTING) & (frame["opened"] == 0)
    count: Any = np.where(opened | (listed & named), frame["new"], np.where(listed, frame["rows"], 0))
    return np.where(case.taken, count, 0).astype(np.int64)


def _first(chance: Floats, wanted: float) -> int | None:
    at = np.flatnonzero(chance >= wanted)
    return int(at[0]) if len(at) else None


CONTROL = Decoys()
