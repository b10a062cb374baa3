"""What one rule matched, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from headwater.detection.sigma.rules import Correlation, Rule

LINES = 40
"""So many lines are cited of a story, and of a rule that is told without accounts."""


@dataclass(frozen=True)
class Matched:
    """What one rule matched in one table.

    ``days``: account, device, ip, day, n, first, last (and ``peak``: the largest count of a correlation's windows);
    empty where the rule matched more accounts on a day than may be told one by one (``broad``). ``lines``: the same
    keys with time, source and line.
    """

    rule: Rule | Correlation
    table: str
    total: int
    accounts: int
    busiest: int
    days: pd.DataFrame
    lines: pd.DataFrame

    @property
    def broad(self) -> bool:
        """Whether it is told without accounts."""
        return len(self.days) == 0
