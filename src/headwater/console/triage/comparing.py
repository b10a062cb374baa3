"""How an alert stands to what is ordinary, in sentences: how rare it is, what is usual for the account, what colleagues did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log2, log10
from typing import Any

from headwater.casework.reports.words import Words
from headwater.console.desk.asking import Between
from headwater.console.desk.desk import Desk
from headwater.model.alert import Alert

MOST = 1_000_000
"""What is rarer is said to be rarer than one in so many, and no more: no house's measure reaches further."""
LOOKED_AT = 50
"""Findings among which the rarest is sought, the rarest of the accounts first."""


@dataclass(frozen=True, slots=True)
class Busiest:
    """The day of an alert on which most was read over its account, and what colleagues read on the same day."""

    account: str
    day: date
    days: int
    """Days of the alert on which the account read anything."""
    read: float
    usual: float | None
    """The median of its other days with any reading."""
    peers: float | None
    """The median of those colleagues who read anything on that day."""
    colleagues: int


def rarity(say: Words, alert: Alert, chance: float | None) -> str:
    """How the evidence stands to an ordinary day, in words.

    :param chance: how often chance alone would show as much as the rarest of its findings, where that is known
    """
    told = [_rare(say, chance)] if chance else []
    if alert.lane == "fact":
        told.append(say("today.fact"))
    way = "for" if alert.bits >= 0 else "against"
    if abs(alert.bits) > log2(MOST):
        told.append(say(f"today.odds_{way}_many", odds=f"{MOST:,}"))
    else:
        told.append(say(f"today.odds_{way}", odds=rounded(2.0 ** abs(alert.bits))))
    return " ".join(told)


def _rare(say: Words, chance: float) -> str:
    return say("today.one_in_many", n=f"{MOST:,}") if chance * MOST < 1 else say("today.one_in", n=rounded(1 / chance))


def rarest(desk: Desk, alert: Alert, incident: Mapping[str, Any]) -> float | None:
    """The smallest chance among an incident's findings that the alert's detectors made of its accounts on its days.

    :param alert: veiled, as the desk is
    """
    asked = {
        "account": list(alert.accounts),
        "detector": list(alert.detectors),
        "from": Between(high=f"{alert.ends.isoformat()}~"),  # behind every time of that day
        "to": Between(low=alert.starts.isoformat()),
        "p_value": Between(low=0.0),  # others have none
    }
    mine = set(incident["findings"])
    rows = desk.rows("findings", where=asked, sort="p_value", limit=LOOKED_AT).rows
    return min((f["p_value"] for f in rows if f["id"] in mine and f["p_value"]), default=None)


def busiest(incident: Mapping[str, Any] | None, alert: Alert) -> Busiest | None:
    """The busiest day of an alert by the year in the answer; ``None`` where that holds none of its days."""
    years: Iterable[Mapping[str, Any]] = (incident or {}).get("year") or ()
    year = next((y for name in alert.accounts for y in years if y.get("account") == name), None)
    if year is None:
        return None
    first, read, peers = date.fromisoformat(str(year["from"])[:10]), year.get("read") or (), year.get("peers") or ()
    told = (date.fromisoformat(d) for d in year.get("incident") or ())
    places = [(d - first).days for d in told if alert.starts <= d <= alert.ends]
    known = [n for n in places if 0 <= n < len(read) and read[n] is not None]
    if not known:
        return None
    most = max(known, key=lambda n: (read[n], -n))
    beside = peers[most] if most < len(peers) else None
    day = first + timedelta(days=most)
    return Busiest(
        str(year["account"]), day, len(known), read[most], year.get("usual"), beside, int(year.get("colleagues") or 0)
    )


def usual(say: Words, found: Busiest | None) -> str:
    """The busiest day beside the account's other days."""
    if found is None:
        return say("today.usual_unknown")
    told = {"account": found.account, "most": f"{found.read:,.0f}", "n": found.days, "day": found.day}
    if found.usual is None:
        return say("today.usual_none", **told)
    return say("today.usual_words", usual=f"{found.usual:,.0f}", **told)


def peers(say: Words, found: Busiest | None) -> str:
    """What colleagues of the same job read on that very day."""
    if found is None:
        return say("today.peers_unheld")
    if not found.colleagues:
        return say("today.peers_unknown")
    if found.peers is None:
        return say("today.peers_none", n=found.colleagues)
    return say("today.peers_words", peers=f"{found.peers:,.0f}", n=found.colleagues)


def rounded(value: float) -> str:
    """Two leading digits: more would claim to be known.

    >>> rounded(4831.2), rounded(1.26), rounded(999.9)
    ('4,800', '1.3', '1,000')
    """
    digits = 1 - floor(log10(value))
    return f"{round(value, digits):,.{max(0, digits)}f}"
