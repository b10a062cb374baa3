"""How many alerts somebody is willing to look at: a bucket of tokens that fills a little every day.

The promise is so many statistical alerts a day for each 10,000 members of staff. Unspent tokens carry over, up to a
week's worth (one at least: a small house may wait for weeks and then look at one). Single days, sums of weeks and look-ups
without a reason have a share each, so that a flood of one kind does not drown the others; what a share's bucket cannot
hold runs over into a common one. Facts cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from headwater.model.alert import Lane

PER_10000 = 5.0
"""Alerts a day for a house of 10,000 staff, when nothing else is asked for."""
SHARES: Mapping[Lane, float] = {"day": 0.6, "slow": 0.2, "look-up": 0.2}
"""What the kinds of statistical alerts may have of it."""
CARRIED_DAYS = 7.0
"""A bucket holds so many days' tokens."""
COMMON = "common"


@dataclass(frozen=True, slots=True)
class Budget:
    """So many tokens a day, for a house of so many people."""

    per_10000: float
    staff: int

    @property
    def daily(self) -> float:
        """Tokens a day."""
        return self.per_10000 * self.staff / 10_000

    @property
    def most(self) -> int:
        """Alerts that one evening may release at most: twice a day's tokens, and one at least."""
        return max(1, int(2 * self.daily))


@dataclass(slots=True)
class Bucket:
    """Tokens by kind. A new bucket holds one: the first evening may speak."""

    budget: Budget
    day: date | None = None
    tokens: dict[str, float] = field(default_factory=lambda: {COMMON: 1.0})
    released_today: int = 0

    def fill(self, day: date) -> None:
        """Add the tokens of the days since the last evening. An evening that is asked again, or an earlier one, adds none."""
        if self.day is not None and day <= self.day:
            return
        days = 1 if self.day is None else (day - self.day).days
        self.day = day
        self.released_today = 0
        capacity = max(1.0, CARRIED_DAYS * self.budget.daily)
        over = 0.0
        for lane, share in SHARES.items():
            held = self.tokens.get(lane, 0.0) + share * self.budget.daily * days
            kept = min(held, share * capacity)
            self.tokens[lane], over = kept, over + held - kept
        held = sum(self.tokens[lane] for lane in SHARES)
        self.tokens[COMMON] = min(self.tokens.get(COMMON, 0.0) + over, max(0.0, capacity - held))

    def take(self, lane: Lane) -> bool:
        """Spend one token of a kind, with what the common bucket lends; false when there is none."""
        if lane == "fact":
            return True
        if self.released_today >= self.budget.most:
            return False
        own = self.tokens.get(lane, 0.0)
        common = self.tokens.get(COMMON, 0.0)
        if own + common < 1.0 and not self._lent(1.0 - own - common, lane):
            return False
        own, common = self.tokens.get(lane, 0.0), self.tokens.get(COMMON, 0.0)
        spent = min(own, 1.0)
        self.tokens[lane], self.tokens[COMMON] = own - spent, common - (1.0 - spent)
        self.released_today += 1
        return True

    def _lent(self, missing: float, lane: Lane) -> bool:
        """Where shares are fractions of an alert, as in small houses, the kinds lend to each other."""
        others = [o for o in SHARES if o != lane]
        if self.budget.daily * CARRIED_DAYS * min(SHARES.values()) >= 1.0:
            return False
        if sum(self.tokens.get(o, 0.0) for o in others) < missing - 1e-9:
            return False
        for other in others:
            lent = min(missing, self.tokens.get(other, 0.0))
            self.tokens[other] = self.tokens.get(other, 0.0) - lent
            self.tokens[COMMON] = self.tokens.get(COMMON, 0.0) + lent
            missing -= lent
        return True
