"""One line with a wrong year must not move the evening that is looked at."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from headwater.investigation.days import Run, among

FIRST = date(2026, 3, 2)


def ordinary(days: int, each: int = 500, first: date = FIRST) -> dict[date, int]:
    return {first + timedelta(days=n): each for n in range(days)}


@pytest.mark.parametrize("stray", [date(1970, 1, 1), date(2062, 3, 2), FIRST + timedelta(days=90)])
def test_a_line_with_a_wrong_year_lies_apart_and_is_told(stray: date) -> None:
    found = among(ordinary(30) | {stray: 3})
    assert found is not None
    assert (found.first, found.last) == (FIRST, FIRST + timedelta(days=29))
    assert found.apart == (Run(stray, stray, 3),)


def test_a_whole_file_with_a_wrong_year_is_little_among_many_days() -> None:
    found = among(ordinary(200) | {date(2062, 3, 2): 500})
    assert found is not None
    assert found.last == FIRST + timedelta(days=199)


def test_a_house_that_was_closed_for_a_month_goes_on() -> None:
    later = FIRST + timedelta(days=80)
    found = among(ordinary(40) | ordinary(2, first=later))
    assert found is not None
    assert (found.first, found.last, found.apart) == (FIRST, later + timedelta(days=1), ())


def test_a_quiet_day_at_the_end_belongs_to_the_rest() -> None:
    found = among(ordinary(40) | {FIRST + timedelta(days=50): 1})
    assert found is not None
    assert found.last == FIRST + timedelta(days=50)


def test_no_events_have_no_span() -> None:
    assert among({}) is None
