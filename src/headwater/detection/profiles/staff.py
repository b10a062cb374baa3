"""Who is counted: every person and every account that nobody owns, numbered, with those of the same job.

An event belongs to the owner of its account; where a log names no account, to the resident of its place that day.
Accounts of services, and accounts that no list gives to anybody, stand for themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from headwater.detection.profiles.seats import Seats
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

PEERS = 5
"""A job with fewer people is merged into the next wider one."""
TABLES = ("logons", "files", "web", "mail", "access")
"""The tables in which conduct shows itself."""
_KEYS = pa.schema([("key", pa.string()), ("person", pa.int32())])


@dataclass(frozen=True, slots=True)
class Staff:
    """Actors in order of their names. ``owned`` marks those who stand on the roster; ``keys`` maps events to actors."""

    names: tuple[str, ...]
    owned: npt.NDArray[np.bool_]
    groups: npt.NDArray[np.int64]
    group_names: tuple[str, ...]
    keys: pa.Table

    @property
    def alone(self) -> npt.NDArray[np.bool_]:
        """Actors without peers: services."""
        return np.array([self.group_names[g].startswith("=") for g in self.groups], bool)


def staff(engine: Engine, org: Organisation, seats: Seats, tables: Sequence[str]) -> Staff:
    """Number the actors of these tables. Costs two distinct queries over each."""
    actors: dict[str, str] = {}
    for table in tables:
        for row in _places(engine, table):
            account = row["account"]
            owner = org.owner(account) if account else None
            who = owner.employee if owner else seats.resident(seats.seat(row["device"], row["ip"], row["day"]))
            if account and (not owner or org.kind(account) in ("service", "shared")):
                who = f"={account}"
            if who:
                actors[row["key"]] = who
    names = tuple(sorted(set(actors.values())))
    number = {name: i for i, name in enumerate(names)}
    keys = pa.Table.from_pylist([{"key": k, "person": number[w]} for k, w in sorted(actors.items())], schema=_KEYS)
    groups, group_names = jobs(names, org)
    return Staff(names, np.array([n in org.people for n in names], bool), groups, group_names, keys)


def _places(engine: Engine, table: str) -> list[dict[str, Any]]:
    """Every account, and every place of a day of which no account is known."""
    rows = keyed(engine, table)
    named = rows.filter(_.account.notnull()).select("key", "account").distinct()
    found = [{**r, "device": None, "ip": None, "day": None} for r in engine.arrow(named).to_pylist()]
    if "device" in rows.columns:
        nameless = rows.filter(_.account.isnull() & (_.device.notnull() | _.ip.notnull()))
        found += engine.arrow(nameless.select("key", "account", "device", "ip", "day").distinct()).to_pylist()
    return found


def keyed(engine: Engine, table: str) -> ibis.Table:
    """Rows of an event table with the ``key`` of who did it."""
    rows = engine.table(table)
    if "device" not in rows.columns:
        return rows.mutate(key=rows.account)
    parts = [rows.device.fill_null(""), rows.ip.fill_null(""), rows.day.cast("string")]
    place = ibis.literal("@").concat(parts[0], "@", parts[1], "@", parts[2])
    return rows.mutate(key=ibis.coalesce(rows.account, place))


def acted(engine: Engine, staff: Staff, table: str) -> ibis.Table:
    """Rows of an event table with the number of the ``person``; rows of nobody are left out."""
    return keyed(engine, table).join(engine.memory("conduct_keys", staff.keys), "key")


def jobs(names: Sequence[str], org: Organisation) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    """Number the peers of each actor: department, role and site, merged upward below PEERS.

    A service's group begins with ``=``: it has no peers. Accounts of nobody are each other's, and those of machines.
    """
    levels = [_levels(name, org) for name in names]
    sizes = Counter(level for each in levels for level in set(each))
    chosen = [next((level for level in each if sizes[level] >= PEERS), each[-1]) for each in levels]
    unique = tuple(sorted(set(chosen)))
    number = {name: i for i, name in enumerate(unique)}
    return np.array([number[c] for c in chosen], np.int64), unique


def _levels(name: str, org: Organisation) -> tuple[str, ...]:
    person = org.people.get(name)
    if person:
        job = f"{person.department}/{person.role}"
        return f"{job}/{person.site}", job, f"*/{person.role}", "*"
    if org.kind(name[1:]) in ("service", "shared"):
        return (name,)
    return ("$ machines",) if name.endswith("$") else ("? accounts of nobody",)
