"""What a market deals in: prices by category and tier, lists that were sold, money from tier to tier, where people are said to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import numpy as np

from headwater.casework.reports.figures import number
from headwater.casework.reports.market.bands import column
from headwater.casework.reports.market.places import places
from headwater.casework.reports.market.price_list import price_list
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.casework.reports.words import words as report_words
from headwater.console.clocks import zone
from headwater.console.here import CaseHere, InCase
from headwater.console.markets.drawing import name_of, tier_name
from headwater.console.markets.layers import BESIDE
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of
from headwater.console.markets.reasons import cited
from headwater.console.markets.ways import Ways
from headwater.console.models import After, Cell, Chart, Column, Limit, Link, Shown, Sought, Table
from headwater.console.twin import Page, View

LINES = 3
"""So many lines of a sale are named; how many more there are is said."""


class Trade(Shown):
    """What the market deals in, and what passed from tier to tier."""

    passages: Chart
    """Money from tier to tier; what runs within a tier or back towards the customers stands in its table."""
    prices: Table
    prices_words: str
    sales: Table
    """Lists of people's data that were sold."""
    zone: str
    """The time zone of the times shown: the case's."""
    places: Table
    places_words: str


def trade(here: CaseHere, q: Sought = "", after: After = None, limit: Limit = 50) -> Trade:
    """Prices by category and tier, lists that were sold, money from tier to tier, and where people are said to be."""
    market, told = market_of(here.desk, here.served.workspace), report_words(here.lang)
    listed = price_list({"prices": here.desk.part("network.prices")})
    words = here.say("network.prices_words")
    if listed and listed.earlier:
        words += f" {told('network.prices_earlier', n=listed.earlier)}"
    where, unknown = _places(market, told, here)
    return Trade(
        passages=_passages(market, Ways(here.root), told, here.say),
        prices=_prices(here.desk.part("network.prices"), told, here.say),
        prices_words=words,
        sales=_sales(here, market, told, q, after, limit),
        zone=zone(here).key,
        places=where,
        places_words=" ".join(
            [told("network.places_how"), *([told("network.places_unknown", n=number(unknown))] if unknown else [])]
        ),
    )


def _passages(market: Market, ways: Ways, told: Words, say: Words) -> Chart:
    """Money between tiers: a ribbon for each pair that leads towards the sources."""
    tiers = np.array([BESIDE if (t := column(p)) is None else t for p in market.people] or [0])
    sums: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    pairs = zip(tiers[market.payer].tolist(), tiers[market.payee].tolist(), market.flow_sums.tolist(), strict=True)
    for payer, payee, (whole, matched) in pairs:
        found = sums[payer, payee]
        found[0] += whole
        found[1] += matched
    names = {t: say("network.beside") if t == BESIDE else tier_name(t, told) for t in set(tiers.tolist())}
    drawn = [(a, b, s[0]) for (a, b), s in sorted(sums.items()) if a < b and BESIDE not in (a, b)]
    used = sorted({t for a, b, _ in drawn for t in (a, b)})
    option = {
        "tooltip": {"show": True},
        "series": [
            {
                "type": "sankey",
                "layoutIterations": 0,
                "nodeGap": 14,
                "label": {"fontSize": 12, "color": "inherit"},
                "lineStyle": {"opacity": 0.4},
                "data": [{"name": names[t], "depth": n, "href": ways.picture(tier=t)} for n, t in enumerate(used)],
                "links": [{"source": names[a], "target": names[b], "value": round(s, 2)} for a, b, s in drawn],
            }
        ],
    }
    rows: list[dict[str, Cell]] = [
        {"payer": names[a], "payee": names[b], "amount": round(s[0], 2), "matched": round(s[1], 2)}
        for (a, b), s in sorted(sums.items())
    ]
    columns = [
        Column(key="payer", title=say("network.payer")),
        Column(key="payee", title=say("network.payee")),
        Column(key="amount", title=say("network.amount"), kind="money"),
        Column(key="matched", title=say("network.matched"), kind="money"),
    ]
    whole, shown = sum(s[0] for s in sums.values()), sum(s for *_, s in drawn)
    words = say("network.passages_words", drawn=number(round(shown)), sum=number(round(whole)))
    title = say("network.passages")
    table = Table(name="passages", title=title, columns=columns, rows=rows, total=len(rows))
    return Chart(name="passages", title=title, words=words, option=option, table=table)


def _prices(entries: Any, told: Words, say: Words) -> Table:
    """One row for each category and tier, a column for each of the latest months."""
    listed = price_list({"prices": entries})
    columns = [
        Column(key="category", title=told("network.category_h")),
        Column(key="tier", title=told("network.tier"), kind="number"),
        Column(key="orders", title=say("network.orders"), kind="number"),
        Column(key="span", title=told("network.range")),
    ]
    if listed is None:
        return Table(name="prices", title=told("network.prices"), columns=columns, rows=[], total=0)
    rows: list[dict[str, Cell]] = []
    for row in listed.rows:
        months = {m: c.median if c else None for m, c in zip(listed.months, row.cells, strict=True)}
        rows.append(
            {
                "category": told.name("network.category", row.category or "unknown"),
                "tier": row.tier,
                "orders": row.orders,
                "span": f"{number(row.low)} – {number(row.high)}",
                **months,
            }
        )
    columns += [Column(key=month, title=month, kind="money") for month in listed.months]
    return Table(name="prices", title=told("network.prices"), columns=columns, rows=rows, total=len(rows))


def _sales(here: InCase, market: Market, told: Words, q: str, after: str | None, limit: int) -> Table:
    found = here.desk.rows("sales", q, None, "time", after, limit)
    ways = Ways(here.root)
    columns = [
        Column(key="time", title=told("network.when"), kind="when"),
        Column(key="seller", title=told("network.seller")),
        Column(key="buyer", title=told("network.buyer")),
        Column(key="file", title=told("network.file"), kind="code"),
        Column(key="rows", title=told("network.rows"), kind="number"),
        Column(key="price", title=here.say("network.price_cny"), kind="money"),
        Column(key="lines", title=here.say("network.lines"), kind="code"),
    ]
    rows = [_sale(row, market, ways, told) for row in found.rows]
    return Table(
        name="sales", title=told("network.sales"), columns=columns, rows=rows, next=found.next, total=found.total, more=found.more,
        short=list(found.short),
    )  # fmt: skip


def _sale(row: Mapping[str, Any], market: Market, ways: Ways, told: Words) -> dict[str, Cell]:
    def end(name: str) -> Link:
        place = market.number.get(name)
        return Link(
            text=name_of(market.people[place], told) if place is not None else visible(name), href=ways.person(name)
        )

    lines = cited(row.get("evidence") or ())
    return {
        "time": str(row.get("time") or ""),
        "seller": end(str(row.get("to"))),
        "buyer": end(str(row.get("from"))),
        "file": visible(str(row.get("file") or "")),
        "rows": row.get("rows"),
        "price": row.get("price"),
        "lines": ", ".join(lines[:LINES]) + (f" +{len(lines) - LINES}" if len(lines) > LINES else ""),
    }


def _places(market: Market, told: Words, here: InCase) -> tuple[Table, int]:
    """People by province, the most first; and of how many no place is known."""
    found = places(market.people)
    columns = [
        Column(key="place", title=told("network.place")),
        Column(key="people", title=told("network.people_n"), kind="number"),
        Column(key="received_low", title=here.say("network.received_low"), kind="money"),
        Column(key="received", title=here.say("network.received_high"), kind="money"),
    ]
    title = told("network.places")
    if found is None:
        return Table(name="places", title=title, columns=columns, rows=[], total=0), len(market.people)
    tiles = sorted((t for t in found.tiles if t.people), key=lambda t: (-t.people, t.en))
    rows: list[dict[str, Cell]] = [
        {
            "place": t.zh if here.lang == "zh" else t.en,
            "people": t.people,
            "received_low": round(t.gains_low, 2),
            "received": round(t.gains_high, 2),
        }
        for t in tiles
    ]
    rows += [{"place": visible(name), "people": n, "received_low": None, "received": None} for name, n in found.others]
    return Table(name="places", title=title, columns=columns, rows=rows, total=len(rows)), found.unknown


PAGE = Page(
    "network",
    views=(View("/cases/{case}/network/trade", trade, "network_trade.html.j2", "Prices, lists sold, money by tier"),),
)
