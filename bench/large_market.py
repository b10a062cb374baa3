"""A made market of any size as plain rows of a result: people, orders with their steps, money by month. Seeded; nobody is in it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

CATEGORIES = ("owner", "location", "family", "hotel", "credit", "balance", "call_record", "property")
FIRST_DAY = np.datetime64("2025-01-01T00:00:00")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of ``network.people``, ``flows``, ``orders`` and ``key_players``."""

    people: list[dict[str, Any]]
    flows: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    key_players: list[dict[str, Any]]

    def network(self) -> dict[str, Any]:
        """The part of a result."""
        rest: dict[str, Any] = {"sales": [], "prices": [], "tally": [], "notes": [], "counts": {"messages": 1}}
        return {
            "people": self.people,
            "flows": self.flows,
            "orders": self.orders,
            "key_players": self.key_players,
            **rest,
        }


def large_market(people: int, orders: int, months: int = 12, seed: int = 9) -> Rows:
    """Customers, two tiers of middlemen and sources, with skewed trade: a few brokers carry most of it."""
    rng = np.random.default_rng(seed)
    layers = _layers(people)
    chosen = [rng.zipf(1.3, (orders, 1)).ravel() % len(layer) for layer in layers[1:]]
    buyers = rng.integers(0, len(layers[0]), orders)
    seconds = np.sort(rng.integers(0, months * 30 * 86400, orders))
    depth = rng.integers(1, 4, orders)
    told, sums = [], {}
    for n in range(orders):
        path = [layers[0][buyers[n]], *(layers[t + 1][chosen[t][n]] for t in range(depth[n]))]
        order = _order(n, path, int(seconds[n]), CATEGORIES[int(rng.integers(len(CATEGORIES)))])
        told.append(order)
        for hop in order["hops"]:
            key = (hop["from"], hop["to"], order["asked"][:7])
            sums.setdefault(key, [0.0, 0])
            sums[key][0] += hop["paid"]
            sums[key][1] += 1
    flows = [
        {"from": a, "to": b, "month": m, "amount": s, "matched": s, "payments": k} for (a, b, m), (s, k) in sums.items()
    ]
    players = [
        {
            "id": layers[1][n],
            "rank": n + 1,
            "cut": 9,
            "items": 9,
            "fragmentation": 0.1,
            "kept": 1.0,
            "rank_low": 1,
            "rank_high": 9,
        }
        for n in range(min(20, len(layers[1])))
    ]
    return Rows(_people(layers, flows), flows, told, players)


def _layers(people: int) -> list[list[str]]:
    """Ids by tier: nine in ten are customers."""
    cuts = [0, int(people * 0.9), int(people * 0.97), int(people * 0.99), people]
    return [[f"N{n:05}" for n in range(a + 1, b + 1)] for a, b in pairwise(cuts)]


def _order(number: int, path: list[str], second: int, category: str) -> dict[str, Any]:
    asked = str(FIRST_DAY + np.timedelta64(second, "s"))
    hops = [_hop(one, other, asked, 300 - 60 * n) for n, (one, other) in enumerate(pairwise(path))]
    return {
        "id": f"O{number + 1:06}",
        "subject": {"token": f"{number:032x}", "name": "张**", "phone": "154****0000", "number": ""},
        "category": category,
        "path": path,
        "asked": f"{asked}+08:00",
        "answered": f"{asked}+08:00",
        "outcome": "answered",
        "price_at_each_hop": [hop["price"] for hop in hops],
        "confidence": 0.97,
        "hops": hops,
        "others": [],
        "lookups": [],
        "resale_of": "",
        "batch": "",
    }


def _hop(buyer: str, seller: str, asked: str, price: int) -> dict[str, Any]:
    lines = [{"source": f"chats/{buyer}/{seller}.csv", "line": 7}]
    steps = [
        {"time": f"{asked}+08:00", "act": "order", "from": buyer, "to": seller, "text": "查 张**", "amount": None},
        {"time": f"{asked}+08:00", "act": "paid", "from": buyer, "to": seller, "text": "", "amount": price},
    ]
    return {
        "from": buyer,
        "to": seller,
        "asked": f"{asked}+08:00",
        "answered": f"{asked}+08:00",
        "outcome": "answered",
        "price": price,
        "paid": price,
        "refunded": 0,
        "confidence": 0.98,
        "inferred": False,
        "statements": [],
        "steps": [step | {"evidence": lines} for step in steps],
        "evidence": lines,
    }


def _people(layers: list[list[str]], flows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    got: dict[str, float] = {}
    paid: dict[str, float] = {}
    for flow in flows:
        got[flow["to"]] = got.get(flow["to"], 0) + flow["amount"]
        paid[flow["from"]] = paid.get(flow["from"], 0) + flow["amount"]
    roles = ("customer", "middleman", "middleman", "source")
    return [
        _person(name, roles[tier], tier, got.get(name, 0), paid.get(name, 0))
        for tier, layer in enumerate(layers)
        for name in layer
    ]


def _person(name: str, role: str, tier: int, got: float, paid: float) -> dict[str, Any]:
    number = int(name[1:])
    account, nick = f"wxid_{number:08x}", f"{SURNAMES[number % len(SURNAMES)]}家老板{number}"
    lines = [{"source": f"chats/{nick}/a.csv", "line": 3}]
    return {
        "id": name,
        "aliases": [account, nick],
        "alias_details": [
            {"value": account, "kind": "account", "account": account, "evidence": lines},
            {"value": nick, "kind": "nickname", "account": account, "evidence": lines},
        ],
        "role": role,
        "roles": [role],
        "grade": "lower" if tier == 1 else "upper" if tier == 2 else "",
        "trade": "",
        "facts": [{"text": "Bought and sold.", "bits": 4.0, "evidence": lines, "kind": ""}],
        "links": [],
        "tier": float(tier),
        "tier_low": tier - 0.1,
        "tier_high": tier + 0.1,
        **_money(got, paid),
        "items": {"sold": {}, "bought": {}},
        "rows_sold": 0,
        "rows_bought": 0,
        "place": "",
        "confidence": 0.95,
        "seized": number % 40 == 0,
        "holder": "",
        "bills": number % 40 == 0,
    }


def _money(got: float, paid: float) -> dict[str, float]:
    sums = {"gains": got, "paid": paid, "refunded": 0.0, "returned": 0.0, "kept": got - paid}
    return sums | {f"{key}_{side}": value for key, value in sums.items() for side in ("low", "high")}
