"""What is counted by day of an account and its peers: what the incident rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from headwater.casework.alternatives.asked import Asked
from headwater.casework.families import family_of
from headwater.model.words import Text

Floats = npt.NDArray[np.float64]
REASONS = frozenset({"unexplained-access", "personal-interest", "leaver", "acquaintances"})
"""Detectors that find records without a business reason."""
KINDS: Mapping[str, str] = MappingProxyType(
    {"person": "个人", "shared": "共用", "service": "服务", "unlisted": "未列入清单"}
)
"""Kinds of accounts in Chinese."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Counts by account and day, and whether anything was read at all; ``row`` is the account of the incident."""

    what: Text
    counts: Floats
    worked: npt.NDArray[np.bool_]
    days: tuple[date, ...]
    groups: npt.NDArray[np.int64]
    row: int

    @property
    def peers(self) -> list[int]:
        """The rows of accounts of the same job."""
        return [i for i in np.flatnonzero(self.groups == self.groups[self.row]).tolist() if i != self.row]

    def rate(self, row: int, columns: list[int]) -> tuple[float, int]:
        """What an account comes to per day of work on some days, and how many of these it worked."""
        worked = int(self.worked[row, columns].sum())
        return (float(self.counts[row, columns].sum()) / worked if worked else 0.0), worked


def held(asked: Asked) -> bool:
    """Whether what was read, or how much, is held against anybody at all: under whose name it was is no matter of duty."""
    return bool({family_of(f) for f in asked.findings} & {"reading", "rule"})


def volume(asked: Asked) -> Measure | None:
    """People's records read; ``None`` where nothing of the account is counted by day."""
    known = asked.scene.volume
    if asked.account not in known.accounts:
        return None
    counts = np.nan_to_num(known.opened.counts) + np.nan_to_num(known.listed.counts)
    what = Text("People's records read", "读取的人数")
    return Measure(what, counts, counts > 0, known.days, known.groups, known.index(asked.account))


def rested_on(asked: Asked) -> Measure | None:
    """Records without a business reason where the incident rests on such, else all that was read."""
    known = asked.scene.reasons if REASONS & asked.detectors else None
    if known is None or asked.account not in known.accounts:
        return volume(asked)
    what = Text("Records opened without a business reason", "无业务理由打开的记录")
    return Measure(what, known.left, known.read > 0, known.days, known.groups, known.accounts.index(asked.account))
