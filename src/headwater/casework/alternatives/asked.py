"""What an innocent explanation is tested on: one incident, with the sittings that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from headwater.casework.clocks import offsets
from headwater.casework.families import TOGETHER, family_of
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.evidence import Finding, PersonOdds
from headwater.model.incident import Incident
from headwater.model.organisation import Person

SURE = 0.5
"""From this probability on somebody counts as thought to have acted."""


@dataclass(frozen=True)
class House:
    """What every incident of an investigation shares: the scene, who took leaks, and what was worked out once."""

    scene: Scene
    attribution: Attribution

    @cached_property
    def offsets(self) -> tuple[tuple[str, int], ...]:
        """Logs whose clock is off against that of the reading, in minutes."""
        return tuple(offsets(self.scene))

    @cached_property
    def looked_at(self) -> int:
        """How many people, and accounts of nobody, were looked at."""
        org = self.scene.org
        accounts = set(self.scene.sittings["account"])
        return max(len(org.people), len({(p.employee if (p := org.owner(a)) else a) for a in accounts}), 1)


@dataclass(frozen=True)
class Asked:
    """An incident whose innocent explanations are asked for."""

    house: House
    incident: Incident

    @property
    def scene(self) -> Scene:
        """The lake."""
        return self.house.scene

    @property
    def named(self) -> tuple[PersonOdds, ...]:
        """People of the roster thought to have acted."""
        return tuple(p for p in self.incident.people if p.probability > SURE and p.employee != "?")

    @cached_property
    def employees(self) -> frozenset[str]:
        """Their numbers."""
        return frozenset(p.employee for p in self.named)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is held against the people named: findings that tie others to the story are about those others."""
        own = tuple(f for f in self.incident.findings if family_of(f) != TOGETHER)
        about = tuple(f for f in own if any(p.employee in self.employees and p.probability > SURE for p in f.people))
        for several in (about, own, self.incident.findings):
            if any(m.lane == "reading" for f in several for m in f.moments):
                return several
        return about or own or self.incident.findings

    @cached_property
    def detectors(self) -> frozenset[str]:
        """Which detectors found that."""
        return frozenset(f.detector for f in self.findings)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The sittings that the incident is about: those of its accounts that begin where it has a reading."""
        times = {pd.Timestamp(m.time) for f in self.findings for m in f.moments if m.lane == "reading"}
        own, accounts = self.scene.sittings, {a for f in self.findings for a in f.accounts}
        own = own[own["account"].isin(accounts)]
        return own[own["first"].isin(times)]

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The local days of these sittings."""
        return tuple(sorted(set(self.rows["day"])))

    @cached_property
    def weights(self) -> pd.Series:
        """How much was read in each of them."""
        return np.maximum(self.rows["subjects"] + self.rows["unseen"], 1).astype(float)

    @cached_property
    def account(self) -> str | None:
        """The account over which most was read."""
        if self.rows.empty:
            return None
        sums = self.weights.groupby(self.rows["account"]).sum()
        return str(max(sums.index, key=lambda a: (sums[a], a)))

    @property
    def owner(self) -> Person | None:
        """The owner of that account."""
        return self.scene.org.owner(self.account) if self.account else None

    @property
    def borrowed(self) -> bool:
        """Whether that account belongs to none of the people who are named."""
        return bool(self.named) and (self.owner is None or self.owner.employee not in self.employees)

    def name(self, employee: str) -> str:
        """Somebody's number with the masked name."""
        person = self.scene.org.people.get(employee)
        return f"{employee} ({person.name})" if person and person.name else employee

    def names(self, employees: Sequence[str]) -> tuple[str, str]:
        """Several in English and in Chinese."""
        told = [self.name(e) for e in employees]
        return " and ".join(told), "、".join(told)


def percent(share: float) -> str:
    """A share in words of a report, never rounded to certainty.

    >>> percent(0.0001), percent(0.9999), percent(0.123), percent(0.0), percent(1.0)
    ('less than 1%', 'more than 99%', '12%', '0%', '100%')
    """
    if 0 < share < 0.005:
        return "less than 1%"
    return "more than 99%" if 0.995 < share < 1 else f"{share:.0%}"


def percent_zh(share: float) -> str:
    """The same in Chinese.

    >>> percent_zh(0.0001), percent_zh(0.9999), percent_zh(0.123)
    ('不到 1%', '99% 以上', '12%')
    """
    if 0 < share < 0.005:
        return "不到 1%"
    return "99% 以上" if 0.995 < share < 1 else f"{share:.0%}"
