"""An account works from its own machines only."""

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

PAIR = ["account", "seat"]


@dataclass(frozen=True, slots=True)
class OwnDevice(RowRule):
    """Binds each account to its own machines: the owner's desk by the roster, and places where it is used week after week.

    It costs whoever works from a meeting room or home without having enrolled that machine. It misses theft at the owner's own
    desk, and accounts whose places no log tells.
    """

    weeks: int = 3
    """A place where innocent days of so many weeks saw the account is its own."""

    id: ClassVar[str] = "own-device"
    title: ClassVar[Text] = Text("Accounts bound to their devices", "账号绑定设备")
    does: ClassVar[Text] = Text("an account is denied on machines that are not its own", "账号在非本人设备上被拒绝")
    needs: ClassVar[tuple[str, ...]] = ("access", "accounts")

    def denied(self, house: House, frame: pd.DataFrame) -> Mask:
        """Acts at a known place that is not the account's own, where it has any."""
        own = house.keep(f"own devices {self.weeks}", lambda: self._own(house))
        bound = {a for a, _seat in own}

        def foreign(account: str, seat: str, owner: object, resident: object) -> bool:
            at_home = isinstance(owner, str) and owner == resident
            return account in bound and seat != "?" and (account, seat) not in own and not at_home

        return where_each(frame, ["account", "seat", "owner", "resident"], foreign)

    def because(self, house: House, act: Any) -> tuple[Text, tuple[Citation, ...]]:
        """Which machine it is not."""
        row = house.scene.listed.account(act.account)
        return Text(
            f"{act.seat} is no machine of account {act.account}", f"{act.seat} 不是账号 {act.account} 的设备"
        ), ((row.cited,) if row else ())

    def cannot(self, house: House, case: CaseActs) -> Text | None:
        """Where no machine of its own is known of any account of the case."""
        bound = {a for a, _seat in house.keep(f"own devices {self.weeks}", lambda: self._own(house))}
        if set(case.frame.loc[case.taken, "account"]) & bound:
            return None
        return Text("no machine of these accounts is known", "不知道这些账号的本人设备")

    def _own(self, house: House) -> set[tuple[str, str]]:
        """Places of each account: the owner's desk, and those of several weeks, days of the case left out."""
        rows = house.cells
        case = house.of_case(rows)
        habit = rows[~case & (rows["seat"] != "?")].groupby(PAIR)["week"].nunique()
        own = {(str(a), str(s)) for (a, s), n in habit.items() if n >= self.weeks}
        people = house.scene.listed
        for account in rows["account"].unique():
            owner = people.owner(account)
            desk = (owner.workstation or owner.ip) if owner and people.kind(account) == "person" else None
            if desk:
                own.add((str(account), desk))
        return own


CONTROL = OwnDevice()
