"""What planted leaks say of the method: how often names were right, how many were missed, and the reliability curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headwater.attribution.calibration.reliability import Bin, Reliability, reliability
from headwater.attribution.calibration.rows import Row, rows
from headwater.attribution.calibration.trying import Tried

_PLAIN = ("dataset", "made_of", "persons", "asked", "leaks", "nulls", "accused", "innocent", "brier")


@dataclass(frozen=True, slots=True)
class Calibration:
    """The answer of ``headwater calibrate`` for one data set.

    ``made_of``: the digest of the histories, method and options that it is of (``fingerprint.py``); empty where those are
    not the ones at hand, and then it bounds nothing. ``persons``: accounts of people that read it. ``asked``: leaks that
    should have been planted; ``leaks``: those that the house could bear. ``nulls``: leaks that nobody took, ``accused`` the
    false names on all of them. ``brier``: mean squared distance between the probability of a claim and its truth (Brier,
    1950), for several accounts that share a claim that of all together. ``alone`` are claims about one account, ``joint``
    those that several share; ``innocent``: of the right ones among these how many print somebody first who took nothing.
    """

    dataset: str
    made_of: str
    persons: int
    asked: int
    leaks: int
    nulls: int
    accused: int
    innocent: int
    brier: float | None
    alone: Reliability
    joint: Reliability
    rows: tuple[Row, ...]

    def borne(self, accounts: int) -> Reliability:
        """Claims such as one that so many accounts share; those about one where nothing else is known."""
        return self.joint if accounts > 1 and self.joint.claims else self.alone

    def supported(self, probability: float, accounts: int = 1) -> float:
        """The probability that so many accounts share, all together: no larger than planted leaks bear out."""
        return self.borne(accounts).supported(probability)


def calibration(dataset: str, done: Sequence[Tried], asked: int, persons: int, made_of: str) -> Calibration:
    """Sum planted leaks up; ``asked``: so many should have been planted, ``persons``: so many accounts of people could take."""
    claims = [c for t in done for c in t.claims]
    nobody = [t for t in done if not t.given]
    return Calibration(
        dataset,
        made_of=made_of,
        persons=persons,
        asked=asked,
        leaks=len(done),
        nulls=len(nobody),
        accused=sum(t.false for t in nobody),
        innocent=sum(c.innocent for c in claims),
        brier=float(np.mean([(c.probability - c.right) ** 2 for c in claims])) if claims else None,
        alone=reliability([c for c in claims if not c.joint]),
        joint=reliability([c for c in claims if c.joint]),
        rows=rows(done),
    )


def plain(told: Calibration) -> dict[str, Any]:
    """A calibration as JSON values."""
    return {
        **{name: getattr(told, name) for name in _PLAIN},
        "bins": [{name: getattr(b, name) for name in Bin.__slots__} for b in told.alone.bins],
        "joint_bins": [{name: getattr(b, name) for name in Bin.__slots__} for b in told.joint.bins],
        "rows": [{name: getattr(r, name) for name in Row.__slots__} for r in told.rows],
    }


def outdated(dataset: str) -> Calibration:
    """A calibration of which no more is known than that there is one, and that it does not hold."""
    return calibration(dataset, [], 0, 0, "")


def told(state: dict[str, Any]) -> Calibration:
    """A calibration from its JSON values. Raises KeyError and TypeError for what is none."""
    return Calibration(
        **{name: state[name] for name in _PLAIN},
        alone=Reliability(tuple(Bin(**b) for b in state["bins"])),
        joint=Reliability(tuple(Bin(**b) for b in state["joint_bins"])),
        rows=tuple(Row(**r) for r in state["rows"]),
    )
