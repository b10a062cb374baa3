"""The market in the form that ``result.json`` has for it, in one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from headwater.casework.bare_names import cover_names, coverer
from headwater.casework.covered import cover
from headwater.casework.reports.json import Exact
from headwater.model.evidence import Citation, Statement
from headwater.model.network import (
    Flow,
    Hop,
    KeyPlayer,
    Link,
    Lookup,
    Market,
    Member,
    Order,
    Price,
    Sale,
    Step,
)
from headwater.model.words import Lang, Text

IN_CONTRACT = {"head": "middleman"}
"""Roles that the contract calls by a wider name; ``roles`` keeps the finer one."""

FIGURES = {"gains": "received", "paid": "passed_up", "refunded": "refunded", "returned": "returned", "kept": "kept"}
"""What the contract calls the sums of a person."""

WITHOUT_LIMIT = 99.0
"""Bits of a verdict, or of what is impossible: past every doubt that evidence could outweigh."""


class NetworkPart:
    """Puts a market into the form of the contract, in one language and the case's time zone."""

    def __init__(self, lang: Lang, zone: ZoneInfo) -> None:
        self._lang, self._zone = lang, zone

    def make(self, market: Market) -> dict[str, Any]:
        """The ``network`` of the result; empty lists where there is no market."""
        shown, said = cover(market), cover_names(market)
        return {
            "people": [self._person(member, shown) for member in market.people],
            "orders": [self._order(order, coverer(order, said)) for order in market.orders],
            "sales": [self._sale(sale, shown) for sale in market.sales],
            "flows": [_flow(flow) for flow in market.flows],
            "key_players": [_key_player(player) for player in market.key_players],
            "prices": [_price(price) for price in market.prices],
            "notes": [self._say(note) for note in market.notes],
            "verdicts": list(market.verdicts),
            "counts": dict(sorted(market.counts.items())),
        }

    def _say(self, text: Text) -> str:
        return text.said(self._lang)

    def _time(self, moment: datetime | None) -> str | None:
        return None if moment is None else moment.astimezone(self._zone).isoformat()

    def _statements(self, statements: Iterable[Statement]) -> list[dict[str, Any]]:
        return [
            {"text": self._say(s.text), "bits": _bounded(s.bits), "evidence": _lines(s.evidence), "kind": s.kind}
            for s in statements
        ]

    def _person(self, member: Member, shown: Mapping[str, str]) -> dict[str, Any]:
        return {
            "id": member.id,
            "aliases": list(dict.fromkeys(shown[a.value] for a in member.aliases)),
            "alias_details": [
                {
                    "value": shown[a.value],
                    "kind": a.kind,
                    "account": shown[a.account],
                    "evidence": _lines(a.evidence),
                }
                for a in member.aliases
            ],
            "role": IN_CONTRACT.get(member.role, member.role),
            "roles": list(member.roles or ((member.role,) if member.role else ())),
            "grade": member.grade,
            "trade": member.trade,
            "facts": self._statements(member.facts),
            "links": [self._link(link, shown) for link in member.links],
            "tier": member.tier,
            "tier_low": member.tier_low,
            "tier_high": member.tier_high,
            **_money(member),
            "items": {"sold": dict(sorted(member.sold.items())), "bought": dict(sorted(member.bought.items()))},
            "rows_sold": member.rows_sold,
            "rows_bought": member.rows_bought,
            "place": member.place,
            "confidence": member.confidence,
            "seized": member.seized,
            "holder": shown[member.holder],
            "bills": member.bills,
        }

    def _link(self, link: Link, shown: Mapping[str, str]) -> dict[str, Any]:
        return {
            "first": shown[link.first],
            "second": shown[link.second],
            "bits": _bounded(sum(s.bits for s in link.statements)),
            "statements": self._statements(link.statements),
            "verdict": link.verdict,
        }

    def _order(self, order: Order, covered: Callable[[str], str]) -> dict[str, Any]:
        return {
            "id": order.id,
            "subject": {"token": order.token, "name": order.name, "phone": order.phone, "number": order.number},
            "category": order.category,
            "path": list(order.path),
            "asked": self._time(order.asked),
            "answered": self._time(order.answered),
            "outcome": order.outcome,
            "price_at_each_hop": [sum_of(hop.price) for hop in order.hops],
            "confidence": order.confidence,
            "hops": [self._hop(hop, covered) for hop in order.hops],
            "others": [{"path": list(other.path), "confidence": other.confidence} for other in order.others],
            "lookups": [self._lookup(lookup) for lookup in order.lookups],
            "resale_of": order.resale_of,
            "batch": order.batch,
        }

    def _hop(self, hop: Hop, covered: Callable[[str], str]) -> dict[str, Any]:
        return {
            "from": hop.buyer,
            "to": hop.seller,
            "asked": self._time(hop.asked),
            "answered": self._time(hop.answered),
            "outcome": hop.outcome,
            "price": sum_of(hop.price),
            "paid": sum_of(hop.paid),
            "refunded": sum_of(hop.refunded),
            "confidence": hop.confidence,
            "inferred": hop.inferred,
            "statements": self._statements(hop.statements),
            "steps": [self._step(step, covered) for step in hop.steps],
            "evidence": _lines(hop.evidence),
        }

    def _step(self, step: Step, covered: Callable[[str], str]) -> dict[str, Any]:
        return {
            "time": self._time(step.time),
            "act": step.act,
            "from": step.sender,
            "to": step.receiver,
            "text": covered(step.text),
            "amount": sum_of(step.amount),
            "evidence": _lines(step.evidence),
        }

    def _lookup(self, lookup: Lookup) -> dict[str, Any]:
        return {
            "account": lookup.account,
            "employee": lookup.employee,
            "time": self._time(lookup.time),
            "dataset": lookup.dataset,
            "evidence": _lines(lookup.evidence),
        }

    def _sale(self, sale: Sale, shown: Mapping[str, str]) -> dict[str, Any]:
        return {
            "from": sale.buyer,
            "to": sale.seller,
            "time": self._time(sale.time),
            "file": shown[sale.file],
            "digest": sale.digest,
            "rows": sale.rows,
            "persons": sale.persons,
            "price": sum_of(sale.price),
            "evidence": _lines(sale.evidence),
        }


def _money(member: Member) -> dict[str, Any]:
    """Every figure twice: what was laid to orders and sales (low), and all that passed between people of the market (high).

    The plain one is the high one: bills show what was paid whether or not a message of the order survived, and the low one lacks
    whatever was deleted. Whoever is held to the least that is proved reads the low one. Plain gains are the income that was not given
    back, what was passed up not deducted; plain payments likewise.
    """
    told: dict[str, Any] = {}
    for name, figure in FIGURES.items():
        low, high = sum_of(getattr(member.low, figure)), sum_of(getattr(member.high, figure))
        told |= {name: high, f"{name}_low": low, f"{name}_high": high}
    return told | {"gains": sum_of(member.high.income), "paid": sum_of(member.high.spent)}


def _bounded(bits: float) -> float:
    """Bits as a number: what a person said, or what cannot be, is without limit and has :data:`WITHOUT_LIMIT` instead."""
    return max(-WITHOUT_LIMIT, min(WITHOUT_LIMIT, 0.0 if bits != bits else bits))


def sum_of(amount: float | None) -> Exact | None:
    """A sum of money to the fen; ``None`` stays."""
    return None if amount is None else Exact(round(amount, 2))


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "from": flow.payer,
        "to": flow.payee,
        "month": flow.month,
        "amount": sum_of(flow.amount),
        "matched": sum_of(flow.matched),
        "payments": flow.payments,
    }


def _key_player(player: KeyPlayer) -> dict[str, Any]:
    return {
        "id": player.id,
        "rank": player.rank,
        "cut": player.cut,
        "items": player.items,
        "fragmentation": player.fragmentation,
        "kept": player.kept,
        "rank_low": player.rank_low,
        "rank_high": player.rank_high,
    }


def _price(price: Price) -> dict[str, Any]:
    return {
        "category": price.category,
        "tier": price.tier,
        "month": price.month,
        "orders": price.orders,
        "low": sum_of(price.low),
        "median": sum_of(price.median),
        "high": sum_of(price.high),
    }


def _lines(citations: Sequence[Citation]) -> list[dict[str, Any]]:
    return [{"source": c.source, "line": c.line} for c in citations]
