"""A record is opened only with a reason that is on file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Cannot, Ruling, first
from headwater.casework.prevention.house import Cost, House
from headwater.model.words import Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """Opens a record only to whom a claim, a call, a contract or a ticket joins with that person near that day.

    It costs every opening whose reason nobody wrote down; where many are, it stops the house. It misses lists, and whoever
    reads only people with whom he has business.
    """

    tickets: bool = True
    """Whether a ticket for the data set stands for the reason."""

    id: ClassVar[str] = "purpose"
    title: ClassVar[Text] = Text("A reason for each record", "逐条事由绑定")
    does: ClassVar[Text] = Text(
        "a record without an open case, ticket or relation to the reader is not opened",
        "与读取人无业务、工单关联的记录不予打开",
    )
    needs: ClassVar[tuple[str, ...]] = ("access", "people", "accounts", "relations")

    def ruling(self, house: House, case: CaseActs) -> Ruling | Cannot:
        """Openings that are no business of the account's owner."""
        frame = case.frame
        told = frame["reasonless"]
        if not told[case.taken].notna().any():
            return Cannot(
                Text("the case opened no single record of a person's account", "本案未以个人账号逐条打开记录")
            )
        denied = told.map(lambda v: v is True).to_numpy(bool)
        if self.tickets:
            denied = denied & ~self._ticketed(house, frame, denied)
        act = first(case, denied)
        if act is None:
            return Ruling(denied)
        because = Text(
            f"no business of {act.owner or act.account} with that person is on file",
            f"{act.owner or act.account} 与该人无在案业务",
        )
        return Ruling(denied, because)

    def cost(self, house: House) -> Cost:
        """Openings of innocent people that have no reason on file: records by sitting."""
        scene = house.scene
        keys = ["account", "place", "sitting"]
        told = scene.explained.merge(scene.sittings[[*keys, "owner", "day"]], on=keys)
        told = told[(told["employee"] == told["owner"]) & ~told["owner"].isin(house.suspects)]
        left = told.assign(left=told["readings"] - told["explained"])
        left = left[left["left"] > 0]
        if self.tickets and scene.listed.tickets:
            rows = zip(left["account"], left["day"], strict=True)
            left = left[[scene.listed.ticket(a, None, d) is None for a, d in rows]]
        days = left[["owner", "day"]].drop_duplicates()
        return Cost(int(left["left"].sum()), int(left["owner"].nunique()), len(days))

    @staticmethod
    def _ticketed(house: House, frame: pd.DataFrame, denied: Any) -> Any:
        org = house.scene.listed
        rows = zip(frame["account"], frame["dataset"], frame["day"], denied, strict=True)
        return np.fromiter((d and org.ticket(a, s, day) is not None for a, s, day, d in rows), bool, len(frame))


CONTROL = Purpose()
