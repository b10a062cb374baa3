"""An account that nobody has used for long is asleep until somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from headwater.casework.prevention.acts import ordinal
from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling, first, where_each
from headwater.casework.prevention.house import Cost, House
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class DormantAccounts:
    """Blocks an account that read nothing for many days, until its owner asks for it.

    It costs those who come back from long absence one call. The thief is held not to call: from there on the account stays
    blocked to him. It misses accounts in use, and what was asleep since before the first line of the log.
    """

    days: int = 30
    """After so many days without an act an account is blocked."""

    id: ClassVar[str] = "dormant-accounts"
    title: ClassVar[Text] = Text("Dormant accounts blocked", "休眠账号停用")
    does: ClassVar[Text] = Text(
        "accounts unused for long are blocked until asked for", "长期未使用的账号停用，须申请恢复"
    )
    needs: ClassVar[tuple[str, ...]] = ("access",)

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Acts from the first return after a long rest on."""
        frame, returns = case.frame, self._returns(house, case)
        denied = np.zeros(len(frame), bool)
        days = frame["day"].to_numpy()
        for account, rows in frame.groupby("account").indices.items():
            if account in returns:
                denied[rows] = days[rows] >= returns[str(account)][0]
        act = first(case, denied)
        if act is None:
            return Ruling(denied)
        _day, rest = returns[act.account]
        told = Text(
            f"account {act.account} had not been used for {rest} days", f"账号 {act.account} 此前已 {rest} 天未使用"
        )
        assumed = Text("Nobody reopens the account.", "假定无人申请恢复账号。")
        return Ruling(denied, told, assumptions=(assumed,))

    def cost(self, house: House) -> Cost:
        """Innocent returns: the acts of the first day are held up until somebody has asked."""
        woke = {(a, d) for a, found in self._woken(house).items() for d, _rest in found}
        rows = house.innocent
        return house.cost(where_each(rows, ["account", "day"], lambda a, d: (a, d) in woke))

    def _returns(self, house: House, case: CaseActs) -> dict[str, tuple[date, int]]:
        """Of each account that the case used: its first return after a long rest from its first act of the case on."""
        begun = case.frame[case.taken].groupby("account")["day"].min()
        found = (
            (str(a), next((r for r in self._woken(house).get(str(a), ()) if r[0] >= day), None))
            for a, day in begun.items()
        )
        return {account: told for account, told in found if told is not None}

    def _woken(self, house: House) -> dict[str, list[tuple[date, int]]]:
        """Per account the days on which it was used again after a long rest, and how long that was."""
        return house.keep(f"woken {self.days}", lambda: self._asleep(house))

    def _asleep(self, house: House) -> dict[str, list[tuple[date, int]]]:
        days = house.cells[["account", "day"]].drop_duplicates().sort_values(["account", "day"])
        numbers = ordinal(days["day"])
        rest = np.diff(numbers, prepend=numbers[:1])
        same = (days["account"] == days["account"].shift()).to_numpy()
        found: dict[str, list[tuple[date, int]]] = {}
        for at in np.flatnonzero(same & (rest > self.days)):
            found.setdefault(str(days["account"].iloc[at]), []).append((days["day"].iloc[at], int(rest[at]) - 1))
        return found


CONTROL = DormantAccounts()
