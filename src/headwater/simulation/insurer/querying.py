"""Ordinary statements in the database: counts, filters, key look-ups, small ranges, the backup and the campaign."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, SECOND, Events, Whole
from headwater.simulation.insurer.clients import PRODUCTS
from headwater.simulation.insurer.doings import queries
from headwater.simulation.insurer.presence import counts, moments
from headwater.simulation.insurer.world import World

BACKUP, CAMPAIGN, PARTNER = "svc_dump", "svc_marketing", "api_partner"
BACKUP_IP, CAMPAIGN_IP, PARTNER_IP = "10.66.90.11", "10.66.90.12", "10.77.0.4"
_PER_DAY = {"data": 14, "it": 6}


def querying(world: World) -> list[Events]:
    """All statements of people and of service accounts that belong to ordinary work."""
    return [_people(world), _backup(world), _campaign(world)]


def ranged(world: World, first: int, last: int, day: int) -> Whole:
    """The ordinals that a range of keys returns on a day."""
    span = np.arange(first, last + 1)
    return span[world.clients.joined[span] <= day]


def range_statement(world: World, columns: str, first: int, last: int) -> str:
    """A statement that reads a range of keys, both ends included."""
    key, table = world.clients.key, world.habits.table
    return f"SELECT {columns} FROM {table} WHERE cust_no BETWEEN '{key[first]}' AND '{key[last]}'"


def _people(world: World) -> Events:
    rng, present = world.dice("querying"), world.presence
    role = world.staff.role[present.person]
    mean = sum(np.where(role == name, rate, 0.0) for name, rate in _PER_DAY.items())
    rows = np.repeat(np.arange(len(present)), counts(rng, mean * world.staff.pace[present.person]))
    made = [_statement(world, rng, int(day)) for day in present.day[rows]]
    person = present.person[rows]
    return queries(
        len(rows),
        time=moments(rng, present, rows, world.calendar),
        account=world.staff.account[person],
        ip=world.staff.ip[present.desk[rows]],
        program=np.array(["DBeaver", "psql", "Navicat"], dtype=object)[person % 3],
        statement=[statement for statement, _, _ in made],
        rows=np.array([count for _, count, _ in made], dtype=np.int64),
        first=np.array([key for _, _, key in made], dtype=np.int64),
        last=np.array([key for _, _, key in made], dtype=np.int64),
    )


def _statement(world: World, rng: np.random.Generator, day: int) -> tuple[str, int, int]:
    """One statement of daily work: the text, the rows it returns, and the ordinal it is about (-1 for none)."""
    clients, table = world.clients, world.habits.table
    there = clients.there(day)
    product = PRODUCTS[rng.integers(len(PRODUCTS))]
    kind = rng.choice(6, p=(0.28, 0.2, 0.22, 0.2, 0.06, 0.04))
    if kind == 0:
        return f"SELECT product, count(*), sum(premium) FROM {table} GROUP BY product", len(PRODUCTS), -1
    if kind == 1:
        return f"SELECT count(*) FROM {table} WHERE product = '{product}'", 1, -1
    if kind == 2:
        one = int(rng.integers(there.sum()))
        return f"SELECT * FROM {table} WHERE cust_no = '{clients.key[one]}'", 1, one
    if kind == 3:
        least = int(rng.integers(8, 40)) * 1_000
        hits = int((there & (clients.premium > least)).sum())
        text = (
            f"SELECT cust_no, product, premium\nFROM {table}\nWHERE premium > {least}\nORDER BY premium DESC LIMIT 100"
        )
        return text, min(hits, 100), -1
    if kind == 4:
        return f"SELECT branch, avg(premium) FROM {table} WHERE product = '{product}' GROUP BY branch", 4, -1
    first = int(rng.integers(there.sum() - 30))
    last = first + int(rng.integers(5, 25))
    return range_statement(world, "cust_no, policy, product", first, last), len(ranged(world, first, last, day)), -1


def _backup(world: World) -> Events:
    days = np.arange(world.calendar.days)
    rng = world.dice("backup")
    return queries(
        len(days),
        time=world.calendar.midnight(days) + 2 * HOUR + 600 * SECOND + rng.integers(0, 90_000, len(days)),
        account=BACKUP,
        ip=BACKUP_IP,
        program="pg_dump",
        command="COPY",
        statement=f"COPY {world.habits.table} TO STDOUT",
        rows=np.array([int(world.clients.there(int(day)).sum()) for day in days]),
    )


def _campaign(world: World) -> Events:
    """Every fortnight the marketing service draws the people of one product, on schedule."""
    rng = world.dice("campaign")
    days = world.calendar.work_days()[3::10]
    chosen = rng.choice(len(PRODUCTS), len(days))
    clients = world.clients
    found = [
        int((clients.there(int(d)) & (clients.product == PRODUCTS[p])).sum()) for d, p in zip(days, chosen, strict=True)
    ]
    return queries(
        len(days),
        time=world.calendar.midnight(days) + 7 * HOUR + rng.integers(0, 60_000, len(days)),
        account=CAMPAIGN,
        ip=CAMPAIGN_IP,
        program="campaign",
        statement=[
            f"SELECT cust_name, mobile FROM {world.habits.table} WHERE product = '{PRODUCTS[p]}'" for p in chosen
        ],
        rows=np.array(found, dtype=np.int64),
    )
