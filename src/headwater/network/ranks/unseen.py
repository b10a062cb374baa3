"""Source, or middleman whose own purchases nobody saw: the two look alike where a phone is missing.

Each fact adds bits for a source (positive) or for an unseen middleman (negative). Nothing here is proof, and the sum says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.model.evidence import Statement
from headwater.model.words import Text
from headwater.network.ranks.citing import Lines
from headwater.network.ranks.deeds import Deeds
from headwater.network.ranks.handlers import Handling
from headwater.network.ranks.levels import Floats, Mask

_CAP = 8.0  # no single fact decides beyond this


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Bits for a source against an unseen middleman, and the facts, for one person."""

    bits: float
    facts: tuple[Statement, ...]


class Unseen:
    """Weighs people who answer and are hardly ever seen to ask."""

    def __init__(self, done: Deeds, money: Handling, seized: Mask, lines: Lines) -> None:
        self._done, self._money, self._seized, self._lines = done, money, seized, lines
        self._kinds = _spread(done, len(seized))
        self._varied = done.steps["category"].nunique() > 3

    def weigh(self, person: int) -> Weighed:
        """All facts about one person who sells."""
        facts = [
            f
            for f in (
                self._asking(person),
                self._categories(person),
                self._clients(person),
                self._paying(person),
                self._cheap(person),
            )
            if f is not None
        ]
        return Weighed(round(sum(f.bits for f in facts), 2), tuple(facts))

    def _asking(self, p: int) -> Statement:
        """Whether he is seen to ask for what he sells, and whether that would have been seen."""
        done = self._done.traded
        sold, passed, bought = float(done.sold[p]), float(done.passed[p]), float(done.bought[p])
        share, orders = passed / max(sold, 1e-9), _whole(sold)
        cited = self._lines.hops("seller", p)
        if self._seized[p]:
            bits = min(_CAP, 1.5 * np.sqrt(sold)) if share < 0.1 else -_CAP
            en = f"A device of theirs was read: of {orders} orders they answered, {_whole(passed)} were asked on"
            return Statement(
                Text(en, f"其设备已被读取：所应答的{orders}单中，有{_whole(passed)}单向他人转问"), round(bits, 2), cited
            )
        if bought < 0.5:
            en = f"None of {orders} orders was seen to be asked on, but no device of theirs was read: their own purchases are unseen"
            return Statement(Text(en, f"{orders}单中未见向他人转问，但其设备未被读取，其上家不可见"), 0.0, cited)
        bits = -min(_CAP, passed * min(1.0, share / 0.05) + 20 * share + 6 * (bought - passed) / max(sold, bought))
        en = f"{_whole(passed)} of {orders} orders were seen to be asked on, {_whole(bought)} orders bought in all"
        zh = f"{orders}单中有{_whole(passed)}单可见向他人转问，共购入{_whole(bought)}单"
        return Statement(Text(en, zh), round(bits, 2), self._lines.hops("buyer", p))

    def _categories(self, p: int) -> Statement | None:
        """A source has few categories, a middleman those of the market."""
        kinds, answers = float(self._kinds[p]), float(self._done.himself[p])
        if kinds < 1 or not self._varied:
            return None
        bits = float(np.interp(kinds, [1.0, 2.0, 3.0, 4.0, 5.0, 7.0], [3.0, 2.5, 1.0, -1.0, -3.0, -6.0])) * min(
            1.0, answers / 8
        )
        en = f"What they answered without asking further is spread like {kinds:.1f} equal categories"
        return Statement(
            Text(en, f"其自行应答的信息约相当于{kinds:.1f}种等量的种类"), round(bits, 2), self._lines.hops("seller", p)
        )

    def _clients(self, p: int) -> Statement | None:
        """Customers seldom know a source."""
        share = float(self._done.to_customers[p]) / max(float(self._done.traded.sold[p]), 1e-9)
        if share < 0.2:
            return None
        en = f"{share:.0%} of their orders came from customers who only start orders"
        return Statement(
            Text(en, f"其{share:.0%}的订单直接来自只下单的买家"), round(-4.0 * share, 2), self._lines.hops("seller", p)
        )

    def _paying(self, p: int) -> Statement | None:
        """Who pays people that sell, for nothing that these bought, buys himself."""
        money = self._money
        up, got = float(money.paid_up[p]), float(money.all_received[p])
        if up <= 0 or up < 0.1 * got or money.ups[p] < 2:
            return None
        en = f"Paid {up:,.0f} CNY to people who sell and never asked them for anything"
        bits = -(2 + 6 * up / max(got, up)) * min(1.0, float(money.ups[p]) / 5)
        cited = self._lines.paid("payer", p)
        return Statement(Text(en, f"向从未向其下单的卖家付款{up:,.0f}元"), round(bits, 2), cited)

    def _cheap(self, p: int) -> Statement | None:
        """The source asks least for its category; each middleman above adds a third or more."""
        over = float(self._done.price[p])
        if np.isnan(over):
            return None
        bits = float(np.clip(1.5 - 6.0 * over, -4.0, 1.5))
        en = f"Asks {np.exp(over) - 1:.0%} more than the cheapest seller of the same categories"
        return Statement(Text(en, f"要价比同类最低卖家高{np.exp(over) - 1:.0%}"), round(bits, 2))


def _whole(value: float) -> int:
    return round(float(value))


def _spread(done: Deeds, count: int) -> Floats:
    """How many categories of equal size would be spread as widely as those that each person answered himself (exp of entropy)."""
    told = done.answers[(done.answers["category"] != "").to_numpy()]
    share = told["weight"] / told.groupby("person")["weight"].transform("sum")
    entropy = -(share * np.log(share))
    person = told["person"].to_numpy(dtype=np.int64)
    answered = np.bincount(person, minlength=count) > 0
    return np.where(answered, np.exp(np.bincount(person, entropy, count)), 0.0)
