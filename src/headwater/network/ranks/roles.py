"""Who is what in the market: rules over countable facts, each with its lines. A person may hold several roles, the foremost first.

Nobody gets a role without evidence of trade: orders asked or answered, or money between people who trade.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from headwater.model.evidence import Statement
from headwater.network.frames import Acts, Hops, People, Traffic
from headwater.network.ranks.citing import Lines
from headwater.network.ranks.deeds import Deeds, deeds
from headwater.network.ranks.group_talk import said_by
from headwater.network.ranks.handlers import Handling, handling
from headwater.network.ranks.levels import Floats, Mask
from headwater.network.ranks.sentences import (
    bought_only,
    escrow_said,
    handed_on,
    lists_prices,
    money_between,
    only_paid,
    passed_on,
    took_for,
    trade_told,
    upstream_unseen,
)
from headwater.network.ranks.trades import trade_of
from headwater.network.ranks.unseen import Unseen

CEILING = 0.98
"""How sure a role is said to be at most: as often as roles said without doubt were right in made markets (docs/network.md)."""
CEILINGS = {"escrow": 0.85, "mule": 0.85}
"""The same of who only handles money, told by its ways alone."""


@dataclass(frozen=True, slots=True)
class RoleSettings:
    """Where the rules cut."""

    orders: float = 1.5
    """Orders, by squared confidence, below which only paid ones make somebody a member."""
    passes: float = 0.15
    """Share of the sold orders that were asked on, from which somebody is a middleman for certain."""
    buys: float = 0.34
    """The same by orders bought at all, against those sold."""
    customers: int = 5
    """Customers of a shop."""
    lists: int = 2
    """Price lists of a shop, and the share of them among its adverts (half)."""
    keeps: float = 0.8
    """Share that a mule passes on."""
    handles: float = 5.0
    """Bits that money goes through somebody's hands between buyers and their sellers: 2 for each buyer whose seller he pays
    (6 at most), 2 and more where it was laid to orders, 3 where three customers pay him, 2 where most is passed on, 4 where
    enough of it followed requests to others."""
    stands: float = 4.0
    """Payments that followed requests to somebody else, from which he is told to take them for that one whether or not he is seen to
    pay him; of one seller alone it may be another account of the seller's."""
    speaks: int = 2
    """Sentences of an escrow that money came in, and that it went out or back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is in the market; ``member`` is false for those who are nobody of it."""

    person: int
    member: bool = False
    role: str = ""
    roles: tuple[str, ...] = ()
    grade: str = ""
    trade: str = ""
    facts: tuple[Statement, ...] = ()
    confidence: float = 0.0
    tier: float | None = None
    tier_low: float | None = None
    tier_high: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """All that roles are told by.

    ``paid`` may tell by ``firm`` whose two sides are surely known; ``said`` is as :func:`group_talk` gives it; ``seized``: whose
    devices were read.
    """

    hops: Hops
    paid: pd.DataFrame
    tiers: pd.DataFrame
    seized: Mask
    said: pd.DataFrame = field(default_factory=lambda: pd.DataFrame({"person": [], "kind": [], "message": []}))
    traffic: Traffic | None = None
    people: People | None = None
    acts: Acts | None = None


def roles(evidence: Evidence, settings: RoleSettings = RoleSettings()) -> tuple[Standing, ...]:
    """The standing of every person, by number."""
    rules = _Rules(evidence, settings)
    return tuple(rules.of(person) for person in range(len(evidence.seized)))


class _Rules:
    """The rules, with the counts of everybody at hand."""

    def __init__(self, evidence: Evidence, settings: RoleSettings) -> None:
        count = len(evidence.seized)
        self._set, self._seized, self._said = settings, evidence.seized, evidence.said
        self._tier = {c: _spread(evidence.tiers, c, count) for c in ("tier", "low", "high")}
        starter = np.nan_to_num(_spread(evidence.tiers, "starter", count)) > 0
        self._starter = starter
        self._done: Deeds = deeds(evidence.hops, starter, count)
        self._money: Handling = handling(evidence.paid, self._done, starter, count)
        self._lines = Lines(self._done.steps, evidence.traffic, evidence.people, evidence.acts)
        self._unseen = Unseen(self._done, self._money, evidence.seized, self._lines)
        self._spoken = {
            kind: said_by(evidence.said, kind, count)
            for kind in ("advert", "price_list", "holds", "releases", "returns")
        }
        self._answers = dict(iter(self._done.answers.groupby("person", sort=True)))
        told = self._tier["tier"][(self._done.traded.passed >= 1) & ~np.isnan(self._tier["tier"])]
        self._upper = float(np.median(told)) if len(told) else np.nan
        self._payers = _payers(evidence.paid, count)

    def of(self, person: int) -> Standing:
        """The first rule that fits; people whom none fits are nobody of the market."""
        for rule in (self._escrow, self._mule, self._customer, self._seller, self._head):
            found = rule(person)
            if found is not None:
                return found
        return Standing(person)

    def _trades(self, p: int) -> bool:
        orders = float(self._done.traded.sold[p] + self._done.traded.bought[p])
        paid = float(self._money.received[p] * self._money.matched[p]) > 0 or float(self._money.paid_up[p]) > 0
        return float(self._done.traded.firm[p]) >= self._set.orders or (orders >= 0.5 and paid)

    def _standing(
        self, p: int, held: tuple[str, ...], facts: tuple[Statement, ...], sure: float, **more: str
    ) -> Standing:
        levels = {k: None if np.isnan(v[p]) else round(float(v[p]), 4) for k, v in self._tier.items()}
        if held[0] in ("escrow", "mule"):
            levels = dict.fromkeys(levels)
        elif held[0] == "customer":
            levels = {k: None if v is None else 0.0 for k, v in levels.items()}
        return Standing(
            p, True, held[0], held, more.get("grade", ""), more.get("trade", ""), facts,
            round(min(sure, CEILINGS.get(held[0], CEILING)), 3),
            levels["tier"], levels["low"], levels["high"],
        )  # fmt: skip

    def _customer(self, p: int) -> Standing | None:
        """Starts orders and sells none on; where he stands as high as middlemen do, his own buyers may be unseen."""
        done = self._done
        bought, sold = float(done.traded.bought[p]), float(done.traded.sold[p])
        if not self._trades(p) or not done.traded.buys_only[p]:
            return None
        fact = bought_only(bought, sold, self._lines.hops("buyer", p))
        if self._starter[p] or self._seized[p] or np.isnan(self._tier["tier"][p]):
            sure = 1 - 0.5 ** min(bought, 10.0)
            return self._standing(p, ("customer",), (fact,), sure if self._seized[p] else 0.8 * sure)
        facts = (fact, upstream_unseen(float(self._tier["tier"][p]), self._lines.hops("buyer", p)))
        return self._standing(p, ("middleman", "customer"), facts, 0.5, grade=self._grade(p))

    def _seller(self, p: int) -> Standing | None:
        """Sells: a middleman if he asks on what he sells, else a source, or a middleman whose purchases are unseen."""
        done = self._done
        sold, passed = float(done.traded.sold[p]), float(done.traded.passed[p])
        if not self._trades(p) or sold <= 0:
            return None
        own = float(done.traded.bought[p]) >= max(1.5, self._set.buys * sold)
        if own or passed >= max(1.5, self._set.passes * sold) or passed >= 0.5 * sold:
            fact = passed_on(sold, passed, self._lines.hops("buyer", p))
            return self._middleman(p, (fact,), 1 - 0.5 ** min(1 + passed, 10.0))
        weighed = self._unseen.weigh(p)
        chance = float(1 / (1 + 2.0 ** -np.clip(weighed.bits, -30, 30)))
        if weighed.bits < 0:
            return self._middleman(p, weighed.facts, 1 - chance)
        name, said, share = trade_of(self._answered(p))
        facts = (*weighed.facts, trade_told(said, share, self._lines.hops("seller", p)))
        sure = chance * (1 - 0.5 ** min(sold, 10.0))
        return self._standing(p, ("source",), facts, sure if self._seized[p] else min(sure, 0.9), trade=name)

    def _middleman(self, p: int, facts: tuple[Statement, ...], sure: float) -> Standing:
        """A middleman, and a shop where he has many customers and posts price lists."""
        lists, adverts = int(self._spoken["price_list"][p]), int(self._spoken["advert"][p])
        many = int(self._done.customers[p]) >= self._set.customers
        if many and lists >= self._set.lists and lists >= adverts:
            shown = lists_prices(
                lists, int(self._done.customers[p]), self._lines.messages(self._spoke(p, "price_list"))
            )
            return self._standing(p, ("shop", "middleman"), (shown, *facts), sure, grade=self._grade(p))
        return self._standing(p, ("middleman",), facts, sure, grade=self._grade(p))

    def _escrow(self, p: int) -> Standing | None:
        """Says in a group that he holds and gives out both sides' money, and has hardly an order of his own."""
        holds = int(self._spoken["holds"][p])
        gives = int(self._spoken["releases"][p] + self._spoken["returns"][p])
        if (
            min(holds, gives) < self._set.speaks
            or float(self._done.traded.sold[p] + self._done.traded.bought[p]) > 0.2 * holds
        ):
            return None
        rows = np.concatenate([self._spoke(p, k)[:2] for k in ("holds", "releases", "returns")])
        facts = [escrow_said(holds, gives, self._lines.messages(rows))]
        if self._money.received[p] > 0 or self._money.passed_on[p] > 0:
            facts.append(self._between(p))
        sure = 1 - 0.5 ** min(holds, gives, 10)
        return self._standing(p, ("escrow",), tuple(facts), sure)

    def _mule(self, p: int) -> Standing | None:
        """Handles money between buyers and their sellers and no orders; one who gives part back holds it for both: escrow."""
        money = self._money
        payers, received, on = (float(v[p]) for v in (money.payers, money.received, money.passed_on))
        orders = float(self._done.traded.sold[p] + self._done.traded.bought[p])
        if payers < 1 or orders > 0.1 * payers or orders >= self._set.orders:
            return None
        out = max(on, float(money.given[p]) if self._seized[p] else 0.0)  # his own bills show all that he gave
        share = out / received if received else 0.0
        laid, strangers = money.matched[p] >= 0.5, float(money.customers[p]) >= 3
        bits = min(6.0, 2 * float(money.triangles[p])) + (2 + min(3.0, payers) if laid else 0)
        bits += 3 * strangers + 2 * (share >= self._set.keeps)
        stood = money.stood[p] >= self._set.stands and (money.others[p] >= 2 or bool(self._seized[p]))
        bits += 4 * stood
        seen = stood or money.triangles[p] >= 1 or (payers >= 3 and (self._seized[p] or money.sure_payers[p] >= 1))
        if bits < self._set.handles or not seen:
            return None
        both = money.payees[p] >= 2 and money.returned[p] > 0.03 * received and payers >= 4
        facts = [self._between(p)]
        if stood:
            facts.append(took_for(int(money.stood[p]), self._lines.paid("payee", p)))
        if share >= self._set.keeps:
            facts.append(handed_on(share, self._lines.paid("payer", p)))
        return self._standing(p, ("escrow", "mule") if both else ("mule",), tuple(facts), 1 - 0.5 ** (bits - 3))

    def _head(self, p: int) -> Standing | None:
        """Never asks nor answers, but several sellers pay him again and again: seen in payments only."""
        money = self._money
        if (
            self._done.traded.sold[p] + self._done.traded.bought[p] >= 0.5
            or money.sellers[p] < 3
            or money.payments[p] < 9
        ):
            return None
        if money.payees[p] > 0:
            return None
        payers, tiers = self._payers.get(p, np.zeros(0, dtype=np.int64)), self._tier["tier"]
        known = tiers[payers][~np.isnan(tiers[payers])]
        facts = (only_paid(int(money.sellers[p]), int(money.payments[p]), self._lines.paid("payee", p)),)
        found = self._standing(p, ("middleman", "head"), facts, 0.6, grade="upper")
        if not len(known):
            return found
        above = [round(float(f(known)) + 1, 4) for f in (np.median, np.min, np.max)]
        return _with_tier(found, above)

    def _between(self, p: int) -> Statement:
        money = self._money
        return money_between(
            int(money.payers[p]), float(money.received[p]), int(money.payees[p]), float(money.passed_on[p]),
            float(money.returned[p]), self._lines.paid("payee", p) + self._lines.paid("payer", p),
        )  # fmt: skip

    def _grade(self, p: int) -> str:
        tier = float(self._tier["tier"][p])
        return "" if np.isnan(tier) or np.isnan(self._upper) else "upper" if tier > self._upper else "lower"

    def _answered(self, p: int) -> dict[str, float]:
        part = self._answers.get(p)
        return {} if part is None else dict(zip(part["category"], part["weight"], strict=True))

    def _spoke(self, p: int, kind: str) -> np.ndarray:
        rows = ((self._said["person"] == p) & (self._said["kind"] == kind)).to_numpy()
        return np.asarray(self._said["message"].to_numpy(dtype=np.int64)[rows])


def _spread(tiers: pd.DataFrame, column: str, count: int) -> Floats:
    """A column of the tiers for every person; NaN for those without."""
    found = np.full(count, np.nan)
    found[tiers["person"].to_numpy(dtype=np.int64)] = tiers[column].to_numpy(dtype=np.float64)
    return found


def _payers(paid: pd.DataFrame, count: int) -> dict[int, np.ndarray]:
    kept = paid[((paid["payer"] >= 0) & (paid["payee"] >= 0)).to_numpy()]
    return {int(p): part["payer"].to_numpy(dtype=np.int64) for p, part in kept.groupby("payee", sort=True)}


def _with_tier(standing: Standing, levels: list[float]) -> Standing:
    return replace(standing, tier=levels[0], tier_low=levels[1], tier_high=levels[2])
