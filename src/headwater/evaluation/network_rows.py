"""Markets rebuilt, over many worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from headwater.evaluation.bcubed import BCubed
from headwater.evaluation.network import NetworkScore
from headwater.evaluation.orders import OrderScore
from headwater.evaluation.scoring import Score
from headwater.evaluation.spread import Spread, spread


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """All markets of one method; counts as in the score of one market, errors as spreads over people."""

    method: str
    worlds: int
    people: int
    people_found: int
    intruders: int
    bystanders: int
    aliases: BCubed
    role_right: int
    roles: Mapping[str, int]
    tiers: int
    tier_exact: int
    tier_near: int
    orders: OrderScore
    gains: Spread
    paid: Spread
    items: Spread

    @property
    def order_precision(self) -> float | None:
        """The share of the answer's orders that were placed."""
        return self.orders.matched / self.orders.named if self.orders.named else None

    @property
    def order_recall(self) -> float | None:
        """The share of the orders shown by seized material that the answer holds."""
        return self.orders.shown_matched / self.orders.shown if self.orders.shown else None


def network_rows(method: str, scores: Sequence[Score]) -> tuple[NetworkRow, ...]:
    """One row, or none where no world has a market."""
    found = [score.network for score in scores if score.network]
    return (_row(method, found),) if found else ()


def _row(method: str, found: Sequence[NetworkScore]) -> NetworkRow:
    roles: Counter[str] = Counter()
    for each in found:
        roles.update(each.roles)
    return NetworkRow(
        method,
        worlds=len(found),
        people=sum(each.people for each in found),
        people_found=sum(each.people_found for each in found),
        intruders=sum(each.intruders for each in found),
        bystanders=sum(each.bystanders for each in found),
        aliases=_aliases([each.aliases for each in found]),
        role_right=sum(count for pair, count in roles.items() if _right(pair)),
        roles=dict(sorted(roles.items())),
        tiers=sum(each.tiers for each in found),
        tier_exact=sum(each.tier_exact for each in found),
        tier_near=sum(each.tier_near for each in found),
        orders=_orders([each.orders for each in found]),
        gains=spread([error for each in found for error in each.gains]),
        paid=spread([error for each in found for error in each.paid]),
        items=spread([error for each in found for error in each.items]),
    )


def _right(pair: str) -> bool:
    true, _, said = pair.partition(" > ")
    return true == said


def _aliases(found: Sequence[BCubed]) -> BCubed:
    return BCubed(
        sum(each.items for each in found),
        sum(each.found for each in found),
        sum(each.precision_sum for each in found),
        sum(each.recall_sum for each in found),
    )


def _orders(found: Sequence[OrderScore]) -> OrderScore:
    return OrderScore(
        orders=sum(each.orders for each in found),
        shown=sum(each.shown for each in found),
        whole=sum(each.whole for each in found),
        named=sum(each.named for each in found),
        matched=sum(each.matched for each in found),
        shown_matched=sum(each.shown_matched for each in found),
        seen_exact=sum(each.seen_exact for each in found),
        full_exact=sum(each.full_exact for each in found),
    )
