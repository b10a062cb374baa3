"""Nobody reads what the table of rights does not give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text

KEYS = ["account", "dataset", "action"]


@dataclass(frozen=True, slots=True)
class LeastPrivilege(RowRule):
    """Denies what no right and no ticket covers: the data set, the kind of act, on that day.

    It costs nothing where the table of rights is what people do, and much where practice has left it behind. It misses what
    rights allow: a thief with wide rights is not stopped, nor is one who uses an account that has them.
    """

    tickets: bool = True
    """Whether a ticket that covers the day stands for a right."""

    id: ClassVar[str] = "least-privilege"
    title: ClassVar[Text] = Text("Least privilege", "最小权限")
    does: ClassVar[Text] = Text("what no right and no ticket covers is denied", "无授权且无工单的读取被拒绝")
    needs: ClassVar[tuple[str, ...]] = ("access", "entitlements")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Rows without a right on their day; each account, data set and act is looked up once."""
        org = house.scene.listed
        answer = np.zeros(len(frame), bool)
        known = frame[frame["dataset"].notna()]
        for key, rows in known.groupby(KEYS, sort=False).indices.items():
            account, dataset, action = key
            given = list(org.given(account, dataset, action))
            if any(r.starts is None and r.ends is None for r in given):
                continue
            days = known["day"].to_numpy()[rows]
            lacks = {
                day: not any(r.covers(day) for r in given) and not (self.tickets and org.ticket(account, dataset, day))
                for day in set(days)
            }
            answer[np.flatnonzero(frame["dataset"].notna())[rows]] = [lacks[d] for d in days]
        return answer

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """No right for that act, and the account as the list has it."""
        names = ", ".join(house.scene.listed.principals(act.account))
        row = house.scene.listed.account(act.account)
        return Text(
            f"no right lets {names} do {act.action} on {act.dataset}",
            f"没有任何授权允许 {names} 对 {act.dataset} 执行 {act.action}",
        ), ((row.cited,) if row else ())


CONTROL = LeastPrivilege()
