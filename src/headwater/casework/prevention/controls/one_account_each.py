"""One person, one account: nobody works under another's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.house import House, Mask
from headwater.casework.prevention.rules import RowRule
from headwater.model.evidence import Citation
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class OneAccountEach(RowRule):
    """Denies shared accounts, and another person's account at one's own desk: a second factor that only the owner has.

    It costs teams that share an account, and everybody who logs on at a colleague's desk. It misses a borrower at the owner's
    desk, one whom no roster seats, and an owner who hands over the second factor.
    """

    shared: bool = True
    """Whether accounts that the list calls shared are denied."""
    desks: bool = True
    """Whether somebody's account at another person's desk is denied."""

    id: ClassVar[str] = "one-account-each"
    title: ClassVar[Text] = Text("One person, one account", "一人一账号")
    does: ClassVar[Text] = Text(
        "shared accounts, and accounts at the desk of somebody else, are denied", "共享账号及在他人座位使用的账号被拒绝"
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Shared accounts, and accounts at a desk whose resident is somebody else."""
        shared = (frame["kind"] == "shared").to_numpy(bool)
        owned = frame["owner"].notna() & frame["resident"].notna()
        elsewhere = (owned & (frame["owner"] != frame["resident"])).to_numpy(bool)
        return np.asarray((shared & self.shared) | (elsewhere & self.desks))

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Whose desk, whose account."""
        org = house.scene.listed
        row = org.account(act.account)
        if act.kind == "shared":
            return Text(f"account {act.account} is shared", f"账号 {act.account} 为共享账号"), (
                (row.cited,) if row else ()
            )
        people = [org.people.get(e) for e in (act.owner, act.resident)]
        return Text(
            f"account {act.account} is {act.owner}'s, and {act.seat} is the desk of {act.resident}",
            f"账号 {act.account} 属于 {act.owner}，而 {act.seat} 是 {act.resident} 的座位",
        ), tuple(p.cited for p in people if p)


CONTROL = OneAccountEach()
