"""Reading ``truth.json``: the schema ``headwater/truth/1``, and by the adapter what older worlds wrote."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from headwater.evaluation.errors import EvaluationError
from headwater.evaluation.made_world import Benign, Doing, House, TrueComplaints, TrueLeak, TrueTaker, Truth
from headwater.evaluation.network_truth import network_of
from headwater.evaluation.older_layouts import older_truth
from headwater.evaluation.record import Record, read_record

SCHEMA = "headwater/truth/1"
USUAL_ZONE = "Asia/Shanghai"


def read_truth(path: Path, house: House | None = None) -> Truth:
    """The truth that a file holds, in the schema or in an older layout.

    ``house`` says staff, first and last day where an older layout does not; the schema says them itself.
    """
    record = read_record(path).in_zone(USUAL_ZONE)
    return truth_of(record) if "schema" in record else older_truth(record, house or House())


def truth_of(record: Record) -> Truth:
    """The truth that an object of the schema says."""
    if record.text("schema", "") != SCHEMA:
        raise record.wrong("schema", f"should be {SCHEMA}")
    record = record.in_zone(record.at("house").text("timezone", USUAL_ZONE))
    return Truth(
        world=record.text("world"),
        seed=record.count("seed", 0),
        case=record.text("case", ""),
        zone=record.zone,
        house=_house(record.at("house")),
        doings=tuple(_doing(each) for each in record.each("doings")),
        benign=tuple(_benign(each) for each in record.each("benign")),
        leaks=tuple(_leak(each) for each in record.each("leaks")),
        holdings={each.text("holder"): each.count("persons") for each in record.each("holdings")},
        complaints=_complaints(record.at("complaints")),
        network=network_of(record.at("network")) if "network" in record else None,
    )


def _house(record: Record) -> House:
    if not record.values:
        return House()
    house = House(record.count("staff"), record.day("from"), record.day("to"))
    if house.days is None or house.days < 1 or not house.staff:
        raise EvaluationError("house: should hold staff, and days from its first to its last", record.file)
    return house


def _doing(record: Record) -> Doing:
    starts, ends = record.moment("from"), record.moment("to", last=True)
    if ends < starts:
        raise record.wrong("to", "lies before its beginning")
    return Doing(
        id=record.text("id"),
        kind=record.text("kind"),
        strength=record.text("strength"),
        employees=record.texts("employees"),
        accounts=record.texts("accounts"),
        owners=record.texts("owners"),
        starts=starts,
        ends=ends,
        subjects=record.count("subjects"),
        by_day=_by_day(record),
        concert=record.text("concert", "") or None,
    )


def _by_day(record: Record) -> tuple[tuple[date, int], ...]:
    days = record.get("by_day", [])
    try:
        return tuple(sorted((date.fromisoformat(day), int(count)) for day, count in days))
    except (TypeError, ValueError) as error:
        raise record.wrong("by_day", "should be a list of pairs of a day and a number") from error


def _benign(record: Record) -> Benign:
    return Benign(
        kind=record.text("kind"),
        accounts=record.texts("accounts"),
        employees=record.texts("employees"),
        starts=record.moment_or_none("from"),
        ends=record.moment_or_none("to", last=True),
    )


def _leak(record: Record) -> TrueLeak:
    return TrueLeak(
        file=record.text("file"),
        origin=record.text("origin", ""),
        rows=record.count("rows"),
        ours=record.count("ours"),
        not_ours=record.count("not_ours"),
        takers=tuple(
            TrueTaker(each.texts("accounts"), each.texts("employees"), each.count("rows"))
            for each in record.each("takers")
        ),
    )


def _complaints(record: Record) -> TrueComplaints | None:
    if not record.values:
        return None
    return TrueComplaints(record.count("received"), record.texts("accounts"))
