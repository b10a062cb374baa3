"""The year of an accused account: how many people's records it read on each day, beside its own usual and its peers'.

Costs nothing of the lake that detection has not read already: one row per account and day, looked at for a few accounts.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from headwater.casework.alternatives.asked import Asked, House
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.incident import Incident

ACCOUNTS = 3
"""Accounts of one incident whose year is told: those over which most was read."""
INCIDENTS = 20
"""Incidents whose accounts' years are told."""
DAYS = 366
"""So many days at most, the last of them within four weeks after the incident."""
BEHIND = timedelta(days=28)


def years(scene: Scene, incidents: Sequence[Incident], attribution: Attribution) -> tuple[list[dict[str, Any]], ...]:
    """For each incident the years of its accounts; empty lists where nothing was read, and behind the first incidents."""
    house = House(scene, attribution)
    told = [Asked(house, i) if n < INCIDENTS else None for n, i in enumerate(incidents)]
    if not any(a is not None and not a.rows.empty for a in told):
        return tuple([] for _ in incidents)
    groups = dict(zip(scene.volume.accounts, scene.volume.groups.tolist(), strict=True))
    chosen = {account for a in told if a is not None for account in _accounts(a)}
    read = _read(scene, _peers(chosen, groups) | chosen)
    return tuple([] if a is None else [_year(a, account, read, groups) for account in _accounts(a)] for a in told)


def _peers(accounts: set[str], groups: dict[str, int]) -> set[str]:
    """Accounts of the same jobs."""
    wanted = {groups[a] for a in accounts if a in groups}
    return {a for a, group in groups.items() if group in wanted}


def _read(scene: Scene, accounts: set[str]) -> pd.DataFrame:
    """People's records read, and rows that the log counts without naming: accounts down, all days of the log across."""
    days = sorted(set(scene.days["day"][scene.days["account"].notna()]))
    frame = scene.days[scene.days["account"].isin(accounts)]
    frame = frame.assign(read=frame["subjects"] + frame["unseen"])
    return frame.pivot_table(index="account", columns="day", values="read", aggfunc="sum").reindex(columns=days)


def _accounts(asked: Asked) -> list[str]:
    if asked.rows.empty:
        return []
    sums = asked.weights.groupby(asked.rows["account"]).sum()
    return sorted(map(str, sums.index), key=lambda a: (-sums[a], a))[:ACCOUNTS]


def _year(asked: Asked, account: str, read: pd.DataFrame, groups: dict[str, int]) -> dict[str, Any]:
    """One account: arrays by day from ``from`` on; ``None`` on days of which no log holds anybody's reading."""
    story = sorted(set(asked.rows[asked.rows["account"] == account]["day"]))
    logged = sorted(read.columns)
    last = min(logged[-1], story[-1] + BEHIND)
    first = max(logged[0], last - timedelta(days=DAYS - 1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    own = read.loc[account].reindex(days).to_numpy(float)
    peers = [a for a, group in groups.items() if group == groups.get(account) and a != account and a in read.index]
    others = read.loc[peers].reindex(columns=days).to_numpy(float)
    silent = np.array([d not in read.columns for d in days])
    usual = _middle(own[~np.isin(np.array(days), np.array(story)) & (own > 0)])
    return {
        "account": account,
        "owner": (p.employee if (p := asked.scene.org.owner(account)) else None),
        "from": first.isoformat(),
        "to": last.isoformat(),
        "read": [None if gap else int(v) for v, gap in zip(np.nan_to_num(own), silent, strict=True)],
        "usual": usual,
        "peers": [_middle(column[column > 0]) for column in others.T] if len(peers) else [],
        "colleagues": len(peers),
        "incident": [d.isoformat() for d in story if d >= first],
        "absences": _absences(asked, account, first, last),
        "left": _left(asked, account),
    }


def _middle(values: Any) -> float | None:
    return round(float(np.median(values)), 1) if len(values) else None


def _absences(asked: Asked, account: str, first: date, last: date) -> list[dict[str, str]]:
    """Recorded leave of the owner and of the people named, within these days."""
    org = asked.scene.org
    owner = org.owner(account)
    whose = sorted(asked.employees | ({owner.employee} if owner else set()))
    spans = [(e, s) for e in whose for s in org.absences.get(e, ()) if s.ends >= first and s.starts <= last]
    return [
        {"employee": e, "from": max(s.starts, first).isoformat(), "to": min(s.ends, last).isoformat()}
        for e, s in sorted(spans, key=lambda pair: (pair[1].starts, pair[0], pair[1].ends))
    ]


def _left(asked: Asked, account: str) -> str | None:
    owner = asked.scene.org.owner(account)
    return owner.left.isoformat() if owner and owner.left else None
