"""A leaver's account is closed on the last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

import pandas as pd

from headwater.casework.prevention.control import where_each
from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class ClosedAccounts(RowRule):
    """Closes accounts when their owner leaves, or on the day that the list itself gives.

    It costs nothing but the care to do it: whoever has left reads nothing. It misses what is taken before the last day, and
    departures that nobody put on record.
    """

    grace: int = 0
    """Days after the last one on which the account may still be used."""

    id: ClassVar[str] = "closed-accounts"
    title: ClassVar[Text] = Text("Leavers' accounts closed", "离职账号即时关闭")
    does: ClassVar[Text] = Text(
        "accounts are closed on their owner's last day, or on the day that the list gives",
        "账号在所有人最后工作日或清单停用日关闭",
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Acts after the last day."""
        return where_each(frame, ["account", "day"], lambda a, d: self._ended(house, a, d) is not None)

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Who had left when, by which line."""
        return self._ended(house, act.account, act.day) or (Text("", ""), ())

    def _ended(self, house: House, account: str, day: Any) -> tuple[Text, tuple[Citation, ...]] | None:
        org = house.scene.listed
        owner, row = org.owner(account), org.account(account)
        grace = timedelta(days=self.grace)
        lines = tuple(x.cited for x in (owner, row) if x)
        if owner and owner.left and day > owner.left + grace:
            return Text(
                f"{owner.employee}, the owner of account {account}, had left on {owner.left}",
                f"账号 {account} 的所有人 {owner.employee} 已于 {owner.left} 离职",
            ), lines
        if row and row.disabled and day > row.disabled + grace:
            return Text(
                f"account {account} was to be closed on {row.disabled}", f"账号 {account} 应于 {row.disabled} 停用"
            ), lines
        return None


CONTROL = ClosedAccounts()
