"""Runs a plan over the lake. Where the plan is empty nothing is looked at, and pySigma is not needed."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.detection.sigma.found import Matched
from headwater.detection.sigma.usable import Plan
from headwater.store.engine import Engine


def run(engine: Engine, plan: Plan, flood: int) -> Iterator[Matched]:
    """Everything that the plan's rules matched; above ``flood`` accounts a day a rule is told without them."""
    if plan.rules:
        from headwater.detection.sigma.matching import matched

        yield from matched(engine, plan.rules, flood)
    if plan.correlations:
        from headwater.detection.sigma.correlating import correlated

        yield from correlated(engine, plan.correlations, flood)
