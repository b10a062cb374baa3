"""A department reads the data sets that its people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import where_each
from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text

KEYS = ["job", "dataset", "action"]


@dataclass(frozen=True, slots=True)
class UsualData(RowRule):
    """Denies a data set, or a way of reading it, that hardly anybody of the same job uses.

    It is least privilege for a house whose table of rights is wide or missing. It costs whoever does something for his job
    alone. It misses whatever the job does every day, and it judges only people whose job the roster tells.
    """

    share: float = 0.1
    """What less than this share of a job's people do is not the job's business."""
    fewest: int = 5
    """A job with fewer innocent people than this has no custom to hold anybody to."""

    id: ClassVar[str] = "usual-data"
    title: ClassVar[Text] = Text("Only the data of one's job", "仅限本岗位数据")
    does: ClassVar[Text] = Text(
        "data sets and ways of reading that hardly anybody of the job uses are denied",
        "本岗位几乎无人使用的数据集与读取方式被拒绝",
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Rows whose job has a custom that does not hold what they read."""
        rows = house.innocent
        people = rows.groupby("job")["person"].nunique()
        users = rows.groupby(KEYS)["person"].nunique()
        size = {str(j): int(n) for j, n in people.items() if n >= self.fewest and "/" in str(j)}
        usual = {k for k, n in users.items() if n >= self.share * people[k[0]]}
        return where_each(frame, KEYS, lambda j, d, a: j in size and isinstance(d, str) and (j, d, a) not in usual)

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """What the job does not do."""
        person = house.scene.listed.people.get(act.person)
        job = f"{person.department}/{person.role}" if person else ""
        return Text(
            f"hardly anybody of {job} does {act.action} on {act.dataset}",
            f"{job} 中几乎无人对 {act.dataset} 执行 {act.action}",
        ), ((person.cited,) if person else ())

    def cannot(self, house: House, case: CaseActs) -> Text | None:
        """Where the roster tells no job, or too few of it."""
        people = house.innocent.groupby("job")["person"].nunique()
        jobs = set(case.frame.loc[case.taken, "job"])
        if any("/" in j and people.get(j, 0) >= self.fewest for j in jobs):
            return None
        return Text(
            f"fewer than {self.fewest} other people of the same job are known",
            f"已知的同岗位其他人员不足 {self.fewest} 人",
        )


CONTROL = UsualData()
