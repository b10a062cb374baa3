"""The statements of ordinary life parse, and return what the data set holds."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import sqlglot
from lived import lived

from headwater.simulation.house.building import build
from headwater.simulation.house.groupings import PART, groupings
from headwater.simulation.house.statements import SHAPES, tables
from headwater.simulation.trades.all import TRADES
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.snapshot import write_snapshot


def statements() -> list[tuple[str, int, int, int, int]]:
    """Statement, rows, first, last and day of everything in the database."""
    world = lived()
    names = ("statement", "rows", "first", "last")
    return list(
        zip(*(world.column("queries", n).tolist() for n in names), world.day_of("queries").tolist(), strict=True)
    )


def test_every_shape_parses_and_comes_up() -> None:
    found = statements()
    for text in sorted({text for text, *_ in found})[::7]:
        sqlglot.parse_one(text, read="postgres")
    for wanted in ("GROUP BY", "WITH ", "JOIN", "BETWEEN", " IN (", "LIMIT", "COPY ", "count(DISTINCT"):
        assert any(wanted in text for text, *_ in found)


@pytest.mark.parametrize("trade", sorted(TRADES))
def test_every_shape_parses_in_every_trade(trade: str) -> None:
    house = build(TRADES[trade], seed=2, staff=40, clients=2_000, days=20, start=date(2024, 3, 4))
    rng = np.random.default_rng(1)
    for make, _ in SHAPES:
        made = make(tables(house), rng, 4, 5)
        assert len(made.text) == len(made.rows) == len(made.first) == len(made.last) == 4
        for text in made.text:
            sqlglot.parse_one(text, read="postgres")


def test_keys_and_ranges_return_who_is_there() -> None:
    clients, ranges, keys = lived().house.clients, 0, 0
    for text, rows, first, last, day in statements():
        if "BETWEEN" in text:
            ranges += 1
            assert rows == len(clients.ranged(first, last, day))
            assert f"'{clients.key(first)}' AND '{clients.key(last)}'" in text
        elif first >= 0 and "JOIN" not in text:
            keys += 1
            assert first == last
            assert f"'{clients.key(first)}'" in text
            assert rows == (clients.joined[first] <= day) == 1
    assert ranges > 50
    assert keys > 100


def test_conditions_choose_as_many_as_there_are() -> None:
    house, checked = lived().house, 0
    for text, rows, _, _, day in statements():
        found = re.fullmatch(
            r"SELECT client_id, name, phone FROM crm\.customers WHERE (\w+) = '(.+)'(?: LIMIT (\d+))?", text
        )
        if found is None:
            continue
        header, value, limit = found.groups()
        codes = [np.asarray(house.trade.branches, dtype=object)[house.clients.branch]]
        if header != "branch":
            codes = [house.trade.extras[0].draw(house.dice("extra plan", 0), len(house.clients))]
        there = int(((codes[0] == value) & (house.clients.joined <= day)).sum())
        assert rows == min(there, int(limit or there))
        checked += 1
    assert checked > 3


def test_groupings_cover_everybody() -> None:
    house = lived().house
    assert len(house.clients) < PART
    for column in groupings(house):
        assert sum(map(len, column.clients)) == len(house.clients)


def test_the_snapshot_holds_what_conditions_are_counted_from(tmp_path: Path) -> None:
    house = lived().house
    last = house.calendar.days - 1
    written = write_snapshot(tmp_path, house, Formats(tables="utf-8"), last)
    with (tmp_path / written).open(encoding="utf-8", newline="") as stream:
        rows = {row["client_id"]: row for row in csv.DictReader(stream)}
    for column in groupings(house):
        for value, clients in zip(column.values, column.clients, strict=True):
            mine = clients[house.clients.joined[clients] <= last]
            assert {rows[key][column.header] for key in house.clients.keys(mine).tolist()} == {value}


def test_backups_copy_the_whole_table_at_night() -> None:
    house = lived().house
    copies = [(rows, day) for text, rows, _, _, day in statements() if text.startswith("COPY")]
    assert len(copies) > 40
    assert all(rows == int(house.clients.there(day).sum()) for rows, day in copies)


def test_batches_walk_through_the_data_set_part_by_part() -> None:
    world = lived()
    batch = world.house.accounts.called("batch")
    mine = world.column("queries", "account") == batch
    first, last = world.column("queries", "first")[mine], world.column("queries", "last")[mine]
    read = np.zeros(len(world.house.clients), dtype=bool)
    for a, b in zip(first.tolist(), last.tolist(), strict=True):
        read[a : b + 1] = True
    assert read.all()


def test_partners_look_up_single_records_all_day() -> None:
    world = lived()
    account = world.house.accounts.called("partner")
    mine = world.column("access", "account") == account
    days = np.unique(world.day_of("access")[mine])
    assert mine.sum() > 1_000
    assert len(days) > 40
    assert set(world.column("access", "action")[mine].tolist()) == {"lookup"}
