"""What an answer says: as much of ``result.json`` as can be held against the truth. Other keys are ignored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from headwater.evaluation.network_answer import NamedNetwork, network_in
from headwater.evaluation.record import Record, read_record

SCHEMA = "headwater/result/1"
OWN_METHOD = "headwater"


@dataclass(frozen=True, slots=True)
class PersonClaim:
    """Somebody thought to have acted, with a probability; ``employee`` is ``?`` for somebody from outside."""

    employee: str
    probability: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding or an incident: who did something and when, how weighty (bits), and when it was raised."""

    id: str
    detector: str
    accounts: tuple[str, ...]
    employees: tuple[str, ...]
    starts: datetime
    ends: datetime
    raised: datetime
    bits: float
    people: tuple[PersonClaim, ...] = ()


@dataclass(frozen=True, slots=True)
class Taker:
    """An account that is said to have brought rows of a leak. ``alike``: accounts that share this probability."""

    account: str
    employees: tuple[str, ...]
    people: tuple[PersonClaim, ...]
    alike: tuple[str, ...]
    rows: int
    probability: float


@dataclass(frozen=True, slots=True)
class NamedLeak:
    """What is said of one leaked file."""

    leak: str
    rows: int
    ours: int
    not_ours: int
    unexplained: int
    takers: tuple[Taker, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """All that is scored of one result."""

    method: str
    findings: tuple[Claim, ...]
    incidents: tuple[Claim, ...]
    leaks: tuple[NamedLeak, ...]
    sources: tuple[str, ...]
    holdings: Mapping[str, int]
    network: NamedNetwork


def read_answer(path: Path) -> Answer:
    """The answer that a ``result.json`` holds: Headwater's own, or a baseline's in the same shape."""
    record = read_record(path)
    if record.text("schema") != SCHEMA:
        raise record.wrong("schema", f"should be {SCHEMA}")
    record = record.in_zone(record.at("case").text("timezone", "UTC"))
    return Answer(
        method=record.text("method", OWN_METHOD),
        findings=tuple(_claim(each) for each in record.each("findings")),
        incidents=tuple(_claim(each) for each in record.each("incidents")),
        leaks=tuple(_leak(each) for each in record.each("attribution")),
        sources=tuple(each.text("account") for each in record.at("complaints").each("common")),
        holdings=_holdings(record),
        network=network_in(record.at("network")),
    )


def _claim(record: Record) -> Claim:
    starts, ends = record.moment("from"), record.moment("to", last=True)
    return Claim(
        id=record.text("id", "") or str(record.get("rank", "")),
        detector=record.text("detector", ""),
        accounts=record.texts("accounts"),
        employees=record.texts("employees"),
        starts=starts,
        ends=max(starts, ends),
        raised=record.moment_or_none("raised", last=True) or max(starts, ends),
        bits=record.number("bits", 0),
        people=_people(record),
    )


def _people(record: Record) -> tuple[PersonClaim, ...]:
    return tuple(
        PersonClaim(each.text("employee"), _probability(each))
        for each in record.each("people")
        if "probability" in each
    )


def _probability(record: Record) -> float:
    value = record.number("probability")
    if not 0 <= value <= 1:
        raise record.wrong("probability", "should lie between 0 and 1")
    return value


def _leak(record: Record) -> NamedLeak:
    return NamedLeak(
        leak=record.text("leak"),
        rows=record.count("rows", 0),
        ours=record.count("ours", 0),
        not_ours=record.count("not_ours", 0),
        unexplained=record.count("unexplained", 0),
        takers=tuple(_taker(each) for each in record.each("takers")),
    )


def _taker(record: Record) -> Taker:
    return Taker(
        account=record.text("account"),
        employees=record.texts("employees") or tuple(record.text(k) for k in ("employee",) if k in record),
        people=_people(record),
        alike=record.texts("alike"),
        rows=record.count("rows_explained", 0),
        probability=_probability(record),
    )


def _holdings(record: Record) -> dict[str, int]:
    """Persons by holder; a holder's entries add up. Where a holder is known as an employee, that name serves as well."""
    found: dict[str, int] = {}
    for each in record.each("holdings"):
        names = dict.fromkeys([each.text("holder"), each.text("employee", "")])
        for name in names:
            if name:
                found[name] = found.get(name, 0) + each.count("persons", 0)
    return found
