"""Which device an address was on a day, and who sits where: by the roster first, by habit where it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any

import ibis
import pandas as pd
from ibis import _

from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

INSIDE = tuple(
    ip_network(n)
    for n in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
"""Addresses that no public network routes (RFC 1918, 4193, 6598): the inside of a house."""

AFAR = ("network", "remote", "batch", "service")
"""Kinds of log-on whose address is where somebody came from, not the machine's own; nobody sits before the machine."""

HABIT_DAYS = 5
"""A device is somebody's by habit after so many days of log-ons, more than half of all at it."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Where things happen.

    ``by_day`` maps (address, day) to a device as log-ons and endpoint events had it; ``always`` maps an address;
    ``logged_on`` maps (account, day) to the only device where that account logged on that day, for logs that name no
    place at all.
    """

    by_day: Mapping[tuple[str, date], str]
    always: Mapping[str, str]
    residents: Mapping[str, str]  # device or address -> employee
    logged_on: Mapping[tuple[str, date], str] = field(default_factory=dict)

    def seat(self, device: str | None, ip: str | None, day: date) -> str:
        """The name of a place: its device where that can be told, else its address."""
        if device:
            return device
        if not ip:
            return "?"
        return self.by_day.get((ip, day)) or self.always.get(ip) or ip

    def _place(self, device: str | None, ip: str | None, account: str, day: date) -> str:
        seat = self.seat(device, ip, day)
        return self.logged_on.get((account, day), seat) if seat == "?" else seat

    def resident(self, seat: str) -> str | None:
        """The person who usually sits there."""
        return self.residents.get(seat)

    def seated(self, frame: pd.DataFrame, org: Organisation) -> pd.DataFrame:
        """The frame with ``seat``, ``owner`` and ``resident`` of each row (columns account, device, ip, day)."""
        devices = frame["device"].where(frame["device"].notna(), None)
        ips = frame["ip"].where(frame["ip"].notna(), None)
        where = zip(devices, ips, frame["account"], frame["day"], strict=True)
        places = [self._place(d, i, account, day) for d, i, account, day in where]
        owners = {a: (p.employee if (p := org.owner(a)) else None) for a in frame["account"].dropna().unique()}
        return frame.assign(
            seat=places,
            owner=[owners.get(a) for a in frame["account"]],
            resident=[self.resident(p) for p in places],
        )


@lru_cache(maxsize=1 << 16)
def outside(address: str | None) -> bool:
    """Whether an address belongs to a public network; ``False`` when it is no address."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    return not any(parsed.version == n.version and parsed in n for n in INSIDE)


def seats(engine: Engine, org: Organisation) -> Seats:
    """Learn the seats. Costs one group-by over log-ons and file events."""
    seen = [
        rows.filter(_.device.notnull() & _.ip.notnull()).group_by(["ip", "day", "device"]).agg(n=_.count())
        for rows in (at_the_machine(engine.table("logons")), engine.table("files"))
    ]
    pairs = engine.arrow(seen[0].union(seen[1]).group_by(["ip", "day", "device"]).agg(n=_.n.sum())).to_pandas()
    by_day: dict[tuple[str, date], str] = _surest(pairs, ["ip", "day"])
    always: dict[str, str] = _surest(pairs.groupby(["ip", "device"], as_index=False)["n"].sum(), ["ip"])
    always |= {p.ip: p.workstation for p in org.people.values() if p.ip and p.workstation}
    habits = _habits(engine, org)
    return Seats(by_day, always, {**habits, **org.residents}, _logged_on(engine))


def at_the_machine(logons: ibis.Table) -> ibis.Table:
    """Log-ons of somebody who sits before the machine, or may."""
    return logons.filter(logons.kind.isnull() | ~logons.kind.isin(AFAR))


def _logged_on(engine: Engine) -> dict[tuple[str, date], str]:
    logons = engine.table("logons").filter((_.action == "logon") & _.device.notnull() & _.account.notnull())
    one = logons.group_by(["account", "day"]).agg(devices=_.device.nunique(), device=_.device.min())
    frame = engine.arrow(one.filter(_.devices == 1)).to_pandas()
    return dict(zip(zip(frame["account"], frame["day"], strict=True), frame["device"], strict=True))


def _surest(pairs: pd.DataFrame, keys: list[str]) -> dict[Any, str]:
    ordered = pairs.sort_values(["n", "device"], ascending=[False, True]).drop_duplicates(keys)
    columns = [ordered[k] for k in keys]
    names = zip(*columns, strict=True) if len(keys) > 1 else columns[0]
    return dict(zip(names, ordered["device"], strict=True))


def _habits(engine: Engine, org: Organisation) -> dict[str, str]:
    """Who logs on at a device on most days, where the roster names nobody."""
    logons = at_the_machine(engine.table("logons"))
    logons = logons.filter((_.action == "logon") & _.device.notnull() & _.account.notnull())
    days = engine.arrow(logons.group_by(["device", "account"]).agg(days=_.day.nunique())).to_pandas()
    days["owner"] = [p.employee if (p := org.owner(a)) else None for a in days["account"]]
    totals = days.groupby("device")["days"].transform("sum")
    known = {place for p in org.people.values() for place in (p.workstation, p.ip) if place}
    free = ~days["device"].isin(known)  # a desk that the roster gives to two people is neither's by habit either
    sure = days[free & days["owner"].notna() & (days["days"] >= HABIT_DAYS) & (days["days"] > totals / 2)]
    return dict(zip(sure["device"], sure["owner"], strict=True))
