"""Days of birth: what a header and a column must both say, and which texts are days of the calendar."""

from __future__ import annotations

import pyarrow as pa
import pytest

from headwater.identifiers import births

LIVES = [f"{year}-03-{day:02}" for year, day in zip(range(1940, 2000, 3), range(1, 21), strict=True)]


@pytest.mark.parametrize(
    "header",
    [
        "出生日期",
        "出生年月日",
        "出生",
        "客戶生日",
        "投保人生日",
        "生日(公历)",
        "出生(日期)",
        "生辰",
        "dob",
        "CSRQ",
        "birth",
        "birthDate",
        "date_of_birth",
        "born_on",
        "custbirth",
    ],
)
def test_headers_that_name_a_day_of_birth(header: str) -> None:
    assert births.is_birth(header, pa.array(LIVES))
    assert not births.is_birth(header, pa.array(["上海", "3250", None, "2001"]))


@pytest.mark.parametrize(
    "header",
    [
        "发生日期",
        "產生日期",
        "招生日期",
        "学生日期",
        "出生地",
        "出生医院",
        "出生体重",
        "出生证签发日期",
        "生日提醒",
        "birthplace",
        "birth_place",
        "placeofbirth",
        "birth_weight",
        "rebirth",
    ],
)
def test_headers_that_only_look_like_it(header: str) -> None:
    assert not births.is_named(header)


def test_days_are_of_the_calendar_and_have_two_digits_where_nothing_stands_between() -> None:
    told = {
        "1990-1-11": "19900111",
        "1990年12月3日": "19901203",
        "１９９００２２８": "19900228",
        "2000-02-29 08:30:00": "20000229",
        "19900111123000": "19900111",
        "1990111": None,
        "1990-111": None,
        "1990-02-31": None,
        "1900-02-29": None,
        "1990-13-01": None,
        "1790-01-01": None,
        "1990-01-11 or so": None,
    }
    assert births.compact_array(pa.array([*told, None])).to_pylist() == [*told.values(), None]


def test_days_of_a_house_do_not_span_lives() -> None:
    assert births.span_lives(pa.array(LIVES))
    assert not births.span_lives(pa.array([f"{year}-03-01" for year in range(2000, 2024)]))
    assert not births.span_lives(pa.array(["x"] * 30 + LIVES))
    centuries = pa.array([f"{year}-01-01" for year in range(1800, 2000, 10)])
    assert not births.is_birth("birth", centuries)
    assert not births.are_births(pa.array([], pa.string()))
