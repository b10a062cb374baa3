"""A made market of any size: nobody in it lives. The same size and seed give the same market."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

import numpy as np

from headwater.model.evidence import Citation, Statement
from headwater.model.network import (
    Alias,
    Amounts,
    Flow,
    Hop,
    KeyPlayer,
    Link,
    Lookup,
    Market,
    Member,
    Order,
    OtherPath,
    Price,
    Sale,
    Step,
)
from headwater.model.words import Text

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CATEGORIES = ("location", "credit", "hotel", "owner", "family")
PRICES = {"location": 1100.0, "credit": 1050.0, "hotel": 300.0, "owner": 120.0, "family": 420.0}
PLACES = ("江苏", "浙江", "广东", "山东", "河南", "四川", "")
SURNAMES = "赵钱孙李周吴郑王"
TRADES = ("bank", "telecom", "hotel", "courier")


def made_market(people: int = 100, orders: int | None = None, seed: int = 7) -> Market:
    """Customers (half and more), three tiers of middlemen, shops, sources, an escrow, mules and a head, with orders among them."""
    dice = np.random.default_rng(seed)
    layers = _layers(people)
    placed = [_order(dice, layers, n) for n in range(orders if orders is not None else people * 5)]
    flows = _flows(placed, layers)
    sums = _sums(placed, flows)
    members = tuple(_member(name, layer, sums) for layer, names in layers.items() for name in names)
    return Market(
        people=tuple(sorted(members, key=lambda m: m.id)),
        orders=tuple(placed),
        sales=_sales(layers),
        flows=flows,
        key_players=_key_players(placed),
        prices=_prices(placed),
        notes=(Text("The phone of one source was not read.", "有一名源头的手机未读取。"),),
        counts={"messages": len(placed) * 40, "payments": len(placed) * 3},
    )


Layers = dict[str, list[str]]


def _layers(people: int) -> Layers:
    """Names by layer; the special ones come off the number of customers."""
    shares = {"m1": 0.16, "m2": 0.08, "m3": 0.04, "source": 0.1, "shop": 0.03, "mule": 0.03}
    counts = {layer: max(1, int(people * share)) for layer, share in shares.items()} | {"escrow": 1, "head": 1}
    counts = {"customer": max(1, people - sum(counts.values())), **counts}
    names, found = iter(range(1, people + 20)), {}
    for layer, count in counts.items():
        found[layer] = [f"N{next(names):05d}" for _ in range(count)]
    return found


def _order(dice: np.random.Generator, layers: Layers, n: int) -> Order:
    tiers = [layers["m1"], layers["m2"], layers["m3"]][: int(dice.integers(1, 4))]
    path = [_pick(dice, layers["customer"]), *(_pick(dice, tier) for tier in tiers), _pick(dice, layers["source"])]
    category = CATEGORIES[int(dice.integers(len(CATEGORIES)))]
    asked = START + timedelta(minutes=int(dice.integers(0, 60 * 24 * 120)))
    fails = bool(dice.random() < 0.1)
    hops = tuple(_hop(path, at, category, asked, fails, n) for at in range(len(path) - 1))
    subject = f"{SURNAMES[n % 8]}*"
    lookups = ()
    if n % 50 == 0:
        when = asked + timedelta(minutes=40)
        lookups = (Lookup("crm.li", "S1042", when, "policyholders", (Citation("logs/crm.log", n + 1),)),)
    others = (OtherPath((path[0], layers["m1"][0], path[-1]), 0.08),) if n % 9 == 0 else ()
    outcome = "failed" if fails else "answered"
    return Order(
        f"O{n + 1:06d}", f"{n:032x}", subject, f"154****{n % 10_000:04d}", "", category, tuple(path), hops, outcome,
        round(float(dice.uniform(0.6, 0.99)), 3), others, lookups, batch=f"B{n // 20}" if n % 20 < 3 else "",
    )  # fmt: skip


def _pick(dice: np.random.Generator, names: list[str]) -> str:
    """Some are asked far more often than others."""
    return names[int(len(names) * dice.random() ** 2.2)]


def _hop(path: list[str], at: int, category: str, asked: datetime, fails: bool, n: int) -> Hop:
    price = round(PRICES[category] * 0.62**at, 0)
    buyer, seller = path[at], path[at + 1]
    begins, ends = asked + timedelta(minutes=4 * at), asked + timedelta(minutes=120 - 5 * at)
    chat = f"chats/{buyer}/messages.csv"
    steps = (
        Step(
            begins, "order", buyer, seller, f"{SURNAMES[n % 8]}* 154****{n % 10_000:04d} 查一下", None, (_at(chat, n),)
        ),
        Step(
            ends,
            "failure" if fails else "result",
            seller,
            buyer,
            "查不到" if fails else "结果如下 ****",
            None,
            (_at(chat, n + 9),),
        ),
        Step(ends, "paid", buyer, seller, "", price, (_at(f"payments/{buyer}/bill.csv", n),)),
    )
    reasons = (
        Statement(
            Text("The same subject was asked on after 4 minutes.", "四分钟后转问同一对象。"), 9.5, (_at(chat, n),)
        ),
        Statement(Text("The delay is usual for this pair.", "间隔符合这两人的习惯。"), 1.5, ()),
    )
    return Hop(
        buyer, seller, begins, None if fails else ends, "failed" if fails else "answered", price, price,
        price if fails else 0.0, 0.9, n % 13 == 0 and at > 0, reasons, (_at(chat, n),), steps[: 2 if n % 3 else 3],
    )  # fmt: skip


def _at(source: str, n: int) -> Citation:
    return Citation(source, n + 2)


def _flows(orders: list[Order], layers: Layers) -> tuple[Flow, ...]:
    sums: dict[tuple[str, str, str], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for order in orders:
        for hop in order.hops:
            assert hop.asked
            found = sums[hop.buyer, hop.seller, f"{hop.asked:%Y-%m}"]
            for at, amount in enumerate((hop.paid * 1.05, hop.paid, 1)):
                found[at] += amount
    for n, mule in enumerate(layers["mule"]):
        sums[layers["m1"][n % len(layers["m1"])], mule, "2026-02"] = [5000.0, 0.0, 4]
        sums[mule, layers["head"][0], "2026-02"] = [4800.0, 0.0, 2]
    return tuple(Flow(a, b, m, round(v[0], 2), round(v[1], 2), int(v[2])) for (a, b, m), v in sorted(sums.items()))


Sums = tuple[dict[str, list[float]], dict[str, Counter[str]], dict[str, Counter[str]]]


def _sums(orders: list[Order], flows: tuple[Flow, ...]) -> Sums:
    """Received, paid (each matched and whole), refunded by and to; items sold and bought."""
    money: dict[str, list[float]] = defaultdict(lambda: [0.0] * 6)
    sold: dict[str, Counter[str]] = defaultdict(Counter)
    bought: dict[str, Counter[str]] = defaultdict(Counter)
    for flow in flows:
        for who, at in ((flow.payee, 0), (flow.payer, 2)):
            money[who][at] += flow.matched
            money[who][at + 1] += flow.amount
    for hop, category in ((h, o.category) for o in orders for h in o.hops):
        money[hop.seller][4] += hop.refunded
        money[hop.buyer][5] += hop.refunded
        if hop.outcome == "answered":
            sold[hop.seller][category] += 1
            bought[hop.buyer][category] += 1
    return money, sold, bought


def _member(name: str, layer: str, sums: Sums) -> Member:
    n = int(name[1:])
    role = {"m1": "middleman", "m2": "middleman", "m3": "middleman"}.get(layer, layer)
    tier = {"customer": 0.0, "m1": 1.0, "m2": 2.0, "m3": 3.0, "source": 4.0, "shop": 1.0}.get(layer)
    money, sold, bought = sums
    m = money.get(name, [0.0] * 6)
    cited = (Citation(f"chats/{name}/messages.csv", 2),)
    facts = (Statement(Text(f"{name} asked in {n} orders.", f"{name} 在 {n} 个订单中提出请求。"), 6.0, cited),)
    account = f"wxid_made{n:06d}"
    links = ()
    if n % 4 == 0:
        shared = Statement(Text("Both stand beside one telephone number.", "两者对应同一电话号码。"), 14.0, cited)
        against = Statement(Text("They never call themselves alike.", "两者从未使用相近称呼。"), -1.2, ())
        links = (Link(account, f"{account}b", (shared, against)),)
    aliases = [
        Alias(account, "account", account, cited),
        Alias(f"昵称{n}", "nickname", account),
        Alias(f"{SURNAMES[n % 8]}*", "name", account),
        Alias(f"154****{n % 10_000:04d}", "phone", account),
        *([Alias(f"{account}b", "account", f"{account}b")] if links else []),
    ]
    return Member(
        name, tuple(aliases), role, (role,), {"m1": "lower", "m3": "upper"}.get(layer, ""),
        TRADES[n % 4] if layer == "source" else "", facts, links,
        tier, None if tier is None else tier - 0.2, None if tier is None else tier + 0.3,
        Amounts(m[0], m[2], m[4], m[5]), Amounts(m[1], m[3], m[4], m[5]),
        dict(sold.get(name, {})), dict(bought.get(name, {})), 0, 0, PLACES[n % 7], 0.93, n % 2 == 0,
        f"{SURNAMES[n % 8]}*" if n % 2 == 0 else "", n % 4 == 0,
    )  # fmt: skip


def _sales(layers: Layers) -> tuple[Sale, ...]:
    seller, buyer = layers["source"][0], layers["m1"][0]
    when = START + timedelta(days=3)
    return (
        Sale(seller, buyer, when, "车主名单.xlsx", "ab" * 32, 1200, 1180, 480.0, (_at("chats/x/messages.csv", 40),)),
    )


def _key_players(orders: list[Order]) -> tuple[KeyPlayer, ...]:
    seen = Counter(p for o in orders if o.outcome == "answered" for p in o.path[1:])
    ranked = sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:10]
    return tuple(
        KeyPlayer(name, rank, cut, cut * 2, round(1 - 0.9**rank, 4), 0.95 - rank / 40, max(1, rank - 1), rank + 2)
        for rank, (name, cut) in enumerate(ranked, 1)
    )


def _prices(orders: list[Order]) -> tuple[Price, ...]:
    found: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    for order in orders:
        for at, hop in enumerate(order.hops):
            assert hop.asked and hop.price is not None
            found[order.category, at, f"{hop.asked:%Y-%m}"].append(hop.price)
    return tuple(
        Price(c, tier, month, len(p), min(p), float(np.median(p)), max(p))
        for (c, tier, month), p in sorted(found.items())
    )
