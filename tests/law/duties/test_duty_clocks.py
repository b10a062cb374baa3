"""What holds of every clock and every condition, whatever the facts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.law.duties.assessing import assess
from headwater.law.duties.conditions import parse
from headwater.law.duties.delays import Delay
from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.ranges import Range
from headwater.law.duties.reading import known_places, place

ZONES = sorted({str(place(name).zone) for name in known_places()})
FLAGS = sorted(k for k, v in vocabulary().items() if v.kind == "flag")
COUNTS = sorted(k for k, v in vocabulary().items() if v.kind == "count")
moments = st.datetimes(
    datetime(2024, 1, 1), datetime(2031, 1, 1), timezones=st.sampled_from([UTC, ZoneInfo("Asia/Tokyo")])
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
edges = st.sampled_from([0, 1, 99, 100, 499, 500, 501, 999, 1_000, 1_001, 999_999, 1_000_000, 10_000_000])
ranges = st.tuples(edges, edges).map(lambda p: Range(min(p), max(p)))
facts = st.builds(
    Facts,
    flags=st.dictionaries(st.sampled_from(FLAGS), st.booleans()),
    counts=st.dictionaries(st.sampled_from(COUNTS), ranges),
    sectors=st.none() | st.frozensets(st.sampled_from(["banking", "insurance", "telecom", "retail"])),
)


@given(moments, zones, st.integers(1, 9_999))
def test_hours_are_hours_whatever_the_clocks_do(moment: datetime, zone: ZoneInfo, hours: int) -> None:
    ends = Delay(f"PT{hours}H").ends(moment, zone)
    assert ends.astimezone(UTC) - moment.astimezone(UTC) == timedelta(hours=hours)


@given(moments, zones, st.integers(1, 400), st.booleans())
def test_days_end_with_the_last_second_of_the_last_day_there(
    moment: datetime, zone: ZoneInfo, days: int, first: bool
) -> None:
    ends = Delay(f"P{days}D", first_day=first).ends(moment, zone)
    assert (ends.hour, ends.minute, ends.second) == (23, 59, 59)
    assert ends.tzinfo is zone
    assert (ends.date() - moment.astimezone(zone).date()).days == days - first
    assert ends.astimezone(UTC) >= moment.astimezone(UTC).replace(microsecond=0)


@given(moments, zones, st.integers(1, 90))
def test_days_after_the_year_hang_on_the_year_alone(moment: datetime, zone: ZoneInfo, days: int) -> None:
    ends = Delay(f"P{days}D", start="year end").ends(moment, zone)
    year = moment.astimezone(zone).year
    assert ends.date() - timedelta(days=days) == datetime(year, 12, 31).date()


@given(moments, moments, zones, st.sampled_from([Delay("PT72H"), Delay("P30D"), Delay("P60D", start="year end")]))
def test_who_knows_later_never_has_to_tell_earlier(
    one: datetime, other: datetime, zone: ZoneInfo, delay: Delay
) -> None:
    first, second = sorted((one, other))
    assert delay.ends(first, zone) <= delay.ends(second, zone)


@pytest.mark.parametrize("iso", ["", "P", "PT", "P1Y", "P1M", "72H", "P1DT1H", "PT-1H", "P1.5D", "P99999D"])
def test_what_is_no_limit_in_days_or_hours_is_refused(iso: str) -> None:
    with pytest.raises(ValueError, match=r"duration|not both"):
        Delay(iso)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Delay("PT1H").ends(datetime(2026, 1, 1), ZoneInfo("UTC"))
    with pytest.raises(ValueError, match="time zone"):
        assess(Facts(), ["eu"], datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="time zone"):
        Facts(moments={"known": datetime(2026, 1, 1)})


@settings(max_examples=60)
@given(facts, st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)), st.data())
def test_a_fact_that_is_forgotten_never_takes_a_duty_away(full: Facts, known: datetime, data: st.DataObject) -> None:
    names = [*full.flags, *full.counts]
    gone = set(data.draw(st.lists(st.sampled_from(names)))) if names else set()
    less = Facts(
        {k: v for k, v in full.flags.items() if k not in gone},
        {k: v for k, v in full.counts.items() if k not in gone},
        full.sectors if data.draw(st.booleans()) else None,
    )
    for before, after in zip(assess(full, known_places(), known), assess(less, known_places(), known), strict=True):
        if before.status in ("due", "due if", "cannot be said", "recommended"):
            assert after.status not in ("not due", "not in force", "proposed"), before.duty.id
        if after.status == "not due":
            assert before.status == "not due", before.duty.id


@settings(max_examples=60)
@given(facts, st.none() | moments)
def test_what_is_proposed_or_voluntary_is_never_due(known_facts: Facts, known: datetime | None) -> None:
    for found in assess(known_facts, known_places(), known):
        unknown = known_facts.flag("applies") is not True
        if found.duty.standing in ("proposed", "voluntary") or (found.duty.standing == "adopted" and unknown):
            assert found.status not in ("due", "due if"), found.duty.id
        if found.duty.standing == "proposed":
            assert found.clock is None
        if found.status == "due if":
            assert all(a.known is not None and a.holds is None for a in found.rests)
        if found.status == "cannot be said":
            assert found.rests


@settings(max_examples=60)
@given(facts, moments)
def test_low_and_high_agree_with_the_counts_in_between(known_facts: Facts, known: datetime) -> None:
    """Where low and high give one answer, every count between them gives it too; else some count gives another."""
    wide = assess(known_facts, known_places(), known)
    for end in ("low", "high"):
        exact = {k: Range(getattr(r, end) or 0, getattr(r, end) or 0) for k, r in known_facts.counts.items()}
        narrow = assess(Facts(known_facts.flags, exact, known_facts.sectors), known_places(), known)
        for one, other in zip(wide, narrow, strict=True):
            if one.status in ("due", "not due"):
                assert other.status == one.status, one.duty.id


CONDITIONS = ("{0} and ({1} or not {2})", "not ({0} or {1}) or {2}", "{0} or {1} and {2}", "not not {0} and not {1}")


@pytest.mark.parametrize("shape", CONDITIONS)
def test_a_condition_answers_only_what_every_completion_would(shape: str) -> None:
    names = ["cii", "crime", "hacking"]
    asked = parse(shape.format(*names))
    for state in product((True, False, None), repeat=3):
        told = {n: s for n, s in zip(names, state, strict=True) if s is not None}
        answer = asked.ask(Facts(told))
        ends = {
            asked.ask(Facts(dict(zip(names, full, strict=True)))).value
            for full in product((True, False), repeat=3)
            if all(s is None or s == f for s, f in zip(state, full, strict=True))
        }
        assert None not in ends
        assert ends == {answer.value} if answer.value is not None else len(ends) == 2 or shape.count("{0}") > 1
        assert all(a.holds is None for a in answer.rests) == (answer.value is None)


@pytest.mark.parametrize(
    "text",
    [
        "persons",
        "nobody_knows_it",
        "persons < 5",
        "persons >= -1",
        "1 < persons < 3",
        "cii == True",
        "__import__('os')",
        "sector in banking",
        "cii and",
        "lambda: cii",
        "sector",
        "cii >= 1",
    ],
)
def test_a_condition_that_says_anything_else_is_refused(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        parse(text)


def test_same_facts_same_answer() -> None:
    given_facts = Facts({"breach": True, "suspected": True}, {"persons": Range(400, 1_200)})
    known = datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert assess(given_facts, known_places(), known, known) == assess(given_facts, known_places(), known, known)
    twice = assess(given_facts, ["eu", "sg", "eu"], known)
    assert [a.place.id for a in twice] == ["eu"] * 4 + ["sg"] * 3
