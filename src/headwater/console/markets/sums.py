"""A market's sums as charts and tables: money by month, people who are drawn together, key players."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from headwater.casework.reports.figures import number
from headwater.casework.reports.market.people import Person
from headwater.casework.reports.records import records
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import Words
from headwater.console.markets.drawing import href_of, name_of
from headwater.console.markets.layers import Layers
from headwater.console.markets.market import Market
from headwater.console.markets.ways import Ways
from headwater.console.models import Cell, Chart, Column, Link, Table


def by_month(
    market: Market, several: Sequence[Person] | None, href: Callable[[str], str], told: Words, say: Words
) -> Chart:
    """Money by month, from or to some people (``None``: all); a bar leads to ``href`` of its month."""
    sums = _monthly(market, several)
    links = [href(month) for month in market.months]
    option = {
        "tooltip": {"show": True},
        "grid": {"left": 80, "right": 10, "top": 12, "bottom": 24},
        "xAxis": {"type": "category", "data": list(market.months)},
        "yAxis": {"type": "value"},
        "series": [{"type": "bar", "data": [{"value": s, "href": h} for s, h in zip(sums, links, strict=True)]}],
    }
    rows: list[dict[str, Cell]] = [
        {"month": Link(text=m, href=h), "amount": s} for m, h, s in zip(market.months, links, sums, strict=True)
    ]
    columns = [
        Column(key="month", title=told("network.month")),
        Column(key="amount", title=say("network.amount"), kind="money"),
    ]
    title = say("network.by_month")
    whose = "one" if several is not None and len(several) == 1 else "words"
    words = say(f"network.by_month_{whose}", sum=number(round(sum(sums))))
    table = Table(name="months", title=title, columns=columns, rows=rows, total=len(rows))
    return Chart(name="by-month", title=title, words=words, option=option, table=table, height="low")


def _monthly(market: Market, several: Sequence[Person] | None) -> list[float]:
    chosen = market.flow_month >= 0
    if several is not None:
        inside = np.zeros(len(market.people), np.bool_)
        inside[[market.number[p.id] for p in several]] = True
        chosen &= inside[market.payer] | inside[market.payee]
    sums = np.bincount(market.flow_month[chosen], market.flow_sums[chosen, 0], len(market.months))
    found: list[float] = sums.round(2).tolist()
    return found


def bands_table(drawn: Layers, ways: Ways, told: Words, say: Words) -> Table:
    """People who are drawn as one, each band with its sums."""
    columns = [
        Column(key="band", title=told("network.bands")),
        Column(key="people", title=told("network.people_n"), kind="number"),
        Column(key="received_low", title=say("network.received_low"), kind="money"),
        Column(key="received", title=say("network.received_high"), kind="money"),
        Column(key="paid_low", title=say("network.paid_low"), kind="money"),
        Column(key="paid", title=say("network.paid_high"), kind="money"),
    ]
    rows: list[dict[str, Cell]] = [
        {
            "band": Link(text=name_of(band, told), href=href_of(band, ways)),
            "people": len(band.people),
            "received_low": round(band.gains_low, 2),
            "received": round(band.gains_high, 2),
            "paid_low": round(band.paid_low, 2),
            "paid": round(band.paid_high, 2),
        }
        for band in drawn.cast.bands
    ]
    return Table(name="bands", title=told("network.bands"), columns=columns, rows=rows, total=len(rows))


def key_players(entries: Any, market: Market, ways: Ways, told: Words, say: Words) -> Table:
    """People without whom the most answered orders would not have come about."""
    columns = [
        Column(key="rank", title=told("network.rank"), kind="number"),
        Column(key="person", title=told("network.person")),
        Column(key="cut", title=told("network.cut"), kind="number"),
        Column(key="kept", title=told("network.kept_rounds"), kind="percent"),
        Column(key="span", title=told("network.rank_span")),
    ]
    rows = [_player(entry, market, ways) for entry in records(entries)]
    return Table(name="key-players", title=say("network.key_players"), columns=columns, rows=rows, total=len(rows))


def _player(entry: Mapping[str, Any], market: Market, ways: Ways) -> dict[str, Cell]:
    name = str(entry.get("id"))
    place = market.number.get(name)
    text = visible(market.people[place].label) if place is not None else name
    return {
        "rank": entry.get("rank"),
        "person": Link(text=f"{text} ({name})", href=ways.person(name)),
        "cut": entry.get("cut"),
        "kept": entry.get("kept"),
        "span": f"{entry.get('rank_low')}–{entry.get('rank_high')}",
    }
