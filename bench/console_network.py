"""``python -m bench.console_network``: what the console's pages of a market cost at 100, 1,000 and 10,000 people, over the bare query.

The bare query is what nobody who draws a market can do without: summing the money between what is drawn, in SQL on the same read
model, and of a table its fifty rows. Each size runs in a process of its own, through the whole application without a network:
sign-in, rights, casebook, template. The market is made (``bench.large_market``); nobody is in it.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from bench.cost import called
from bench.large_market import large_market
from bench.machine import machine
from headwater.casework.reports.market.bands import foremost
from headwater.console.app import make_app
from headwater.console.desk.desk import Desk
from headwater.console.house import FOLDER, House, Served
from headwater.console.markets.layers import Focus, layers
from headwater.console.markets.market import Market
from headwater.console.markets.opening import market_of
from headwater.store.casebook import cases, users
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.workspace import open_workspace

RESULTS = Path(__file__).with_name("console_network.json")
SIZES = ((100, 2_000), (1_000, 12_000), (10_000, 60_000))
"""People and orders."""
TIMES = 9
PASSWORD = "a market of made people"
CASE = "/cases/bench/network"


def main(arguments: list[str] | None = None) -> None:
    """Measure each size, print and keep the figures."""
    asked = argparse.ArgumentParser(prog="python -m bench.console_network", description=__doc__)
    asked.add_argument("--people", type=int, choices=[p for p, _ in SIZES], help="one size only")
    asked.add_argument("--out", type=Path, default=RESULTS)
    told = asked.parse_args(arguments)
    sizes = [(p, o) for p, o in SIZES if told.people in (None, p)]
    rows = [called("bench.console_network:measured", people=people, orders=orders) for people, orders in sizes]
    figures = {"date": datetime.now(UTC).date().isoformat(), "machine": machine(), "sizes": rows}
    told.out.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(rows, indent=1, ensure_ascii=False))


def measured(people: int, orders: int) -> dict[str, Any]:
    """The pages of a market of this size."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        house = _house(Path(folder), people, orders)
        with TestClient(make_app(house), base_url="http://127.0.0.1", follow_redirects=False) as client:
            client.post("/sign-in", data={"name": "li", "password": PASSWORD})
            return {"people": people, "orders": orders, **_figures(house, client)}


def _house(root: Path, people: int, orders: int) -> House:
    os.environ["HEADWATER_CASEBOOK_KEY"] = "c3" * 32
    out = root / "out"
    with open_workspace(out / "workspace"):
        pass
    answer = {"schema": "headwater/result/1", "case": {"name": "bench", "timezone": "Asia/Shanghai", "manifest": ""}}
    (out / "result.json").write_text(json.dumps({**answer, "network": large_market(people, orders).network()}))
    book = open_casebook(place(root, None), make=True)
    with book.transaction(datetime.now(UTC)) as tx:
        li = users.add_first(tx, "li", "", PASSWORD, roles=[Role.investigator])
        tx.actor, tx.signed[li.id] = li.id, li
        cases.add_case(tx, li, "bench")
    return House((Served("bench", "bench", None, out, out / "workspace"),), book, root / FOLDER)


def _figures(house: House, client: TestClient) -> dict[str, Any]:
    began = time.perf_counter()
    desk = house.desk(house.cases[0])
    built = time.perf_counter() - began
    before, began = _held_mb(), time.perf_counter()
    market = market_of(desk, house.cases[0].workspace)
    opened = time.perf_counter() - began
    bare, bare_rows = _bare(house, desk, market)
    month = market.months[2]
    broker = market.people[max(range(len(market.people)), key=lambda n: market.on_path[n])].id
    pages = {
        "the whole": CASE,
        "one month": f"{CASE}?from={month}&to={month}",
        "a tier": f"{CASE}?tier=0",
        "around the busiest": f"{CASE}?person={broker}",
        "the busiest's card": f"{CASE}/people/{broker}",
        "orders": f"{CASE}/orders",
        "one order": f"{CASE}/orders/O000001",
    }
    return {
        "desk_built_seconds": round(built, 2),
        "market_opened_seconds": round(opened, 2),
        "market_memory_mb": round(_held_mb() - before, 1),
        "bare_picture_ms": round(1000 * bare, 2),
        "bare_table_ms": round(1000 * bare_rows, 2),
        "pages": {name: _page(client, address, bare + bare_rows) for name, address in pages.items()},
    }


def _page(client: TestClient, address: str, bare: float) -> dict[str, Any]:
    began = time.perf_counter()
    first = client.get(address)
    took = time.perf_counter() - began
    if first.status_code != 200:
        raise RuntimeError(f"{address}: {first.status_code}")
    again = _median(lambda: client.get(address))
    return {
        "first_ms": round(1000 * took, 1),
        "ms": round(1000 * again, 1),
        "kb": round(len(first.content) / 1024, 1),
        "over_bare": round(again / bare, 2),
    }


def _bare(house: House, desk: Desk, market: Market) -> tuple[float, float]:
    """Seconds of summing the money between what is drawn, and of fifty rows of people, in SQL on the read model."""
    players = desk.part("network.key_players")
    drawn = layers(market, Focus(), tuple(foremost({"key_players": players})), (0, len(market.months) - 1))
    file = next((house.cases[0].workspace / "desk").glob("*.sqlite"))
    sums = (
        'select a.node, b.node, sum(f.amount), sum(f.matched) from flows f join drawn a on a.id = f."from" '
        'join drawn b on b.id = f."to" where a.node <> b.node group by 1, 2 order by 3 desc'
    )
    with closing(sqlite3.connect(file)) as db:
        db.execute("create temp table drawn (id text primary key, node text) without rowid")
        db.executemany("insert into drawn values (?, ?)", drawn.cast.node_of.items())
        rows = "select brief from people order by gains desc limit 50"
        return _median(lambda: db.execute(sums).fetchall()), _median(lambda: db.execute(rows).fetchall())


def _held_mb() -> float:
    """What this process holds in memory now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _median(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


if __name__ == "__main__":
    main()
