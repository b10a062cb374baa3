"""Truths in the layouts of the sample cases, which are older than the schema: an insurer, and a broker network."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, time, timedelta
from statistics import fmean

from headwater.evaluation.made_world import Benign, Doing, House, TrueComplaints, TrueLeak, TrueTaker, Truth
from headwater.evaluation.network_truth import NUMBERS, ROLES, Network, TrueOrder, TruePerson, counts_of
from headwater.evaluation.record import Record

Span = tuple[datetime | None, datetime | None]
UNSTATED = "unstated"
KINDS = {"low-and-slow": "slow-drip", "scraping-partner": "scraping"}
"""Older words for ways of taking, by the word that is used everywhere now."""


def older_truth(record: Record, house: House) -> Truth:
    """The truth of an older layout; an error where the object is neither an insurer's nor a broker network's."""
    if "scenarios" in record:
        return _insurer(record, house)
    if "people" in record and "orders" in record:
        return Truth(world="brokers", seed=record.count("seed", 0), case="", zone=record.zone, network=_network(record))
    raise record.wrong("schema", "is missing, and this is no older layout either")


def _insurer(record: Record, house: House) -> Truth:
    doings = tuple(_doing(each, number, house) for number, each in enumerate(record.each("scenarios"), 1))
    return Truth(
        world="insurer",
        seed=record.count("seed", 0),
        case="",
        zone=record.zone,
        house=house,
        doings=doings,
        benign=tuple(_benign(each) for each in record.each("benign")),
        leaks=(_leak(record.at("leak"), doings),),
        holdings=counts_of(record.at("seized_subjects")),
        complaints=TrueComplaints(0, (record.text("complaints_source"),)),
    )


def _doing(record: Record, number: int, house: House) -> Doing:
    starts, ends = _span(record, house)
    kind = record.text("kind").replace("_", "-")
    people = record.texts("users") if "users" in record else _one(record, "employee")
    owners = _one(record, "owner")
    if "hijack" in record.text("kind"):
        people, owners = (), owners or people
    return Doing(
        id=f"D{number}",
        kind=KINDS.get(kind, kind),
        strength=UNSTATED,
        employees=people,
        accounts=_one(record, "account"),
        owners=owners,
        starts=starts,
        ends=ends,
        subjects=record.count("subjects", 0),
    )


def _one(record: Record, key: str) -> tuple[str, ...]:
    return (record.text(key),) if key in record else ()


def _span(record: Record, house: House) -> Span:
    """First and last day as far as they are told: as one day, from a day with an end, or as days since the first."""
    if "sessions" in record:
        return _counted_days(record, house)
    first, days = "day" if "day" in record else "from_day", record.get("days")
    starts = record.moment_or_none(first)
    if first == "day":
        return starts, record.moment_or_none("day", last=True)
    if starts and isinstance(days, int):
        return starts, starts + timedelta(days=days, microseconds=-1)
    last = record.moment_or_none("to_day", last=True)
    return starts, last or (_last_moment(house, record) if starts else None)


def _counted_days(record: Record, house: House) -> Span:
    numbers = [session[0] for session in record.get("sessions", []) if isinstance(session, list) and session]
    if not house.first or not numbers or not all(isinstance(n, int) for n in numbers):
        return None, None
    first = datetime.combine(house.first, time(), record.zone)
    return first + timedelta(days=min(numbers)), first + timedelta(days=max(numbers) + 1, microseconds=-1)


def _last_moment(house: House, record: Record) -> datetime | None:
    return datetime.combine(house.last, time.max, record.zone) if house.last else None


def _benign(record: Record) -> Benign:
    return Benign(record.text("kind").replace("_", "-"), _one(record, "account"), (), None, None)


def _leak(record: Record, doings: tuple[Doing, ...]) -> TrueLeak:
    rows, not_ours, accounts = record.count("rows"), record.count("not_ours"), record.texts("from_accounts")
    acted = tuple(dict.fromkeys(p for d in doings if set(d.accounts) & set(accounts) for p in d.employees))
    takers = (TrueTaker(accounts, acted, rows - not_ours),)
    return TrueLeak("", "", rows, rows - not_ours, not_ours, takers)


def _network(record: Record) -> Network:
    orders = tuple(_order(each) for each in record.each("orders"))
    tiers = _tiers(orders)
    everybody = list(record.each("people"))
    return Network(
        people=tuple(_person(p, tiers) for p in everybody if p.text("role") in ROLES),
        orders=orders,
        bystanders=tuple(_visible(p) for p in everybody if p.text("role") not in ROLES),
    )


def _tiers(orders: tuple[TrueOrder, ...]) -> dict[str, int]:
    """Mean place in the paths of all orders, rounded: the old layout counts from the source, with customers last."""
    places: dict[str, list[int]] = defaultdict(list)
    for order in orders:
        for place, person in enumerate(order.path):
            places[person].append(place)
    return {person: int(fmean(found) + 0.5) for person, found in places.items()}


def _person(record: Record, tiers: dict[str, int]) -> TruePerson:
    role, name = record.text("role"), record.text("id")
    sold = {category: record.at("items_detail").at(category).count("sold", 0) for category in _categories(record)}
    return TruePerson(
        id=name,
        name=record.text("name", ""),
        role=role,
        tier=None if role in ("mule", "escrow") else 0 if role == "customer" else tiers.get(name),
        visible=_visible(record),
        gains=record.number("gross", record.number("gains", 0)),
        paid=record.number("paid", 0),
        items={category: count for category, count in sold.items() if count},
    )


def _categories(record: Record) -> list[str]:
    return sorted(record.at("items_detail").values)


def _visible(record: Record) -> tuple[str, ...]:
    return record.texts("visible_aliases")


def _order(record: Record) -> TrueOrder:
    subject = record.at("subject")
    return TrueOrder(
        id=record.text("id"),
        name=subject.text("name", ""),
        phone=subject.text("phone", ""),
        category=record.text("category"),
        time=datetime.fromtimestamp(record.number("time"), record.zone),
        path=record.texts("path"),
        seen=record.texts("seen"),
        numbers=tuple(subject.text(key, "") for key in NUMBERS),
    )
