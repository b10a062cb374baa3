"""An order as a story: who asked whom, what came back, what was paid, in the order of time, each step with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.figures import parsed
from headwater.casework.reports.market.people import amount
from headwater.casework.reports.records import records

STORIES = 60
"""So many orders are told in full: those whose subject was looked up meanwhile first, then the dearest."""


@dataclass(frozen=True, slots=True)
class Event:
    """One step: when, what (an act, ``paid``, ``refunded``, ``lookup``, ``asked``, ``answered``, ``inferred``), between whom, its lines."""

    time: str
    act: str
    one: str
    other: str
    text: str
    amount: float | None
    evidence: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Story:
    """An order with its events; ``number`` is its place in the result."""

    number: int
    order: Mapping[str, Any]
    events: tuple[Event, ...]


def stories(network: Mapping[str, Any], most: int = STORIES) -> tuple[Story, ...]:
    """The orders that are told in full, in the order of time."""
    orders = list(enumerate(records(network.get("orders")), 1))
    chosen = sorted(orders, key=lambda pair: (not pair[1].get("lookups"), -_price(pair[1]), pair[0]))[:most]
    return tuple(Story(n, order, events(order)) for n, order in sorted(chosen))


def by_person(told: Iterable[Story]) -> Mapping[str, Sequence[Story]]:
    """The told orders of each person on a path, in the order of time."""
    found: dict[str, list[Story]] = {}
    for story in told:
        path = story.order.get("path")
        several = path if isinstance(path, Sequence) and not isinstance(path, str) else ()
        for name in dict.fromkeys(map(str, several)):
            found.setdefault(name, []).append(story)
    return found


def events(order: Mapping[str, Any]) -> tuple[Event, ...]:
    """What happened in an order, in time; what has no time comes last, but for an inferred step: that stands behind the step before it."""
    found: list[tuple[bool, str, Event]] = []
    before = ""
    for hop in records(order.get("hops")):
        for event in _of_hop(hop):
            time = before if event.act == "inferred" else event.time
            found.append((parsed(time) is None, time, event))
        before = str(hop.get("asked") or "") or before
    for entry in records(order.get("lookups")):
        event = _of_lookup(entry)
        found.append((parsed(event.time) is None, event.time, event))
    return tuple(event for *_, event in sorted(found, key=lambda f: f[:2]))


def _of_lookup(entry: Mapping[str, Any]) -> Event:
    account = str(entry.get("account") or "")
    who, dataset = str(entry.get("employee") or account), str(entry.get("dataset") or "")
    return Event(str(entry.get("time") or ""), "lookup", who, account, dataset, None, _cited(entry))


def _of_hop(hop: Mapping[str, Any]) -> list[Event]:
    """The steps that the result has; without any, the times of the hop itself; of one that nothing shows that it was inferred."""
    buyer, seller = str(hop.get("from") or ""), str(hop.get("to") or "")
    steps = records(hop.get("steps"))
    told = [
        Event(
            str(s.get("time") or ""), str(s.get("act") or ""), str(s.get("from") or ""), str(s.get("to") or ""),
            _one_line(str(s.get("text") or "")), None if s.get("amount") is None else amount(s.get("amount")), _cited(s),
        )
        for s in steps
    ]  # fmt: skip
    if not told and hop.get("inferred") and not hop.get("asked"):
        told.append(Event("", "inferred", buyer, seller, "", None, _cited(hop)))
    elif not told:
        told.append(Event(str(hop.get("asked") or ""), "asked", buyer, seller, "", None, _cited(hop)))
        if hop.get("answered"):
            told.append(Event(str(hop["answered"]), "answered", seller, buyer, "", None, ()))
    acts = {event.act for event in told}
    if "paid" not in acts and amount(hop.get("paid")):
        told.append(Event("", "paid", buyer, seller, "", amount(hop.get("paid")), ()))
    if "refunded" not in acts and amount(hop.get("refunded")):
        told.append(Event("", "refunded", seller, buyer, "", amount(hop.get("refunded")), ()))
    return told


def _one_line(text: str) -> str:
    """A message of several lines with a mark where each ended."""
    return " ↵ ".join(filter(None, map(str.strip, text.splitlines())))


def _cited(entry: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return records(entry.get("evidence"))


def _price(order: Mapping[str, Any]) -> float:
    prices = order.get("price_at_each_hop")
    first = prices[0] if isinstance(prices, Sequence) and not isinstance(prices, str) and prices else None
    return amount(first)
