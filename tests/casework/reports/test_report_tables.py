from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_result import made_result

from headwater.casework.reports.csv import BOM, safe, table, tables
from headwater.casework.reports.json import UnwritableError, dumps
from headwater.casework.reports.schema import check


class Colour(StrEnum):
    RED = "red"


def test_the_same_bytes_whatever_the_order_of_keys() -> None:
    assert dumps({"b": 1, "a": [2, 1]}) == dumps({"a": [2, 1], "b": 1})
    assert dumps({"a": [1, 2]}) != dumps({"a": [2, 1]})
    assert dumps({}).endswith(b"}\n")


def test_floats_have_six_digits() -> None:
    assert json.loads(dumps({"x": 0.1 + 0.2, "p": 1.23456789e-12, "z": -0.0, "n": 123456789})) == {
        "x": 0.3,
        "p": 1.23457e-12,
        "z": 0.0,
        "n": 123456789,
    }
    assert b"-0.0" not in dumps({"z": -0.0})


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_float_read_back_is_written_the_same(value: float) -> None:
    once = dumps({"x": value})
    assert dumps(json.loads(once)) == once


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1, 2}, b"raw", datetime(2026, 1, 1), object(), {1: "x"}, np.float64("nan")]
)
def test_what_has_no_place_in_json_is_refused_by_its_path(value: object) -> None:
    with pytest.raises(UnwritableError, match=r"result\.a\[0\]"):
        dumps({"a": [value]})


def test_what_the_stages_give_is_taken() -> None:
    given_ = {
        "e": Colour.RED,
        "i": np.int64(3),
        "f": np.float32(0.5),
        "t": (1, 2),
        "d": date(2026, 3, 1),
        "b": True,
        "n": None,
        "s": "\ud800\u202e",
        "m": datetime.fromisoformat("2026-03-01T10:00:00+08:00"),
    }
    read = json.loads(dumps(given_))
    assert read == {
        "e": "red",
        "i": 3,
        "f": 0.5,
        "t": [1, 2],
        "d": "2026-03-01",
        "b": True,
        "n": None,
        "s": "\ud800\u202e",
        "m": "2026-03-01T10:00:00+08:00",
    }


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1+cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000=1",
        "＝1",
        "|x",
        "%x",
        "\u200b=1",
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    rows = table([{"a": text}], ["a"]).decode().removeprefix(BOM)
    (_, row) = csv.reader(io.StringIO(rows, newline=""))
    assert row[0].startswith(("'", "‹"))


def test_numbers_stay_numbers_and_lists_are_joined() -> None:
    content = table([{"a": -3, "b": 0.5, "c": ["x", "=y"], "d": {"k": 1}, "e": None}], "abcde").decode()
    assert content == BOM + '"a","b","c","d","e"\r\n-3,0.5,"x;\' =y","k: 1",""\r\n'
    assert safe("") == ""


def test_the_tables_of_a_result() -> None:
    made = tables(made_result("en"))
    assert sorted(made) == ["findings.csv", "holdings.csv", "incidents.csv"]
    text = made["findings.csv"].decode()
    assert "hr/roster.csv:82" in text
    assert "used on 22 days after that. (+8.0)" in text
    assert len(list(csv.reader(io.StringIO(made["incidents.csv"].decode(), newline="")))) == 3


def _broken(*path: str | int, value: Any) -> dict[str, Any]:
    result = made_result("en")
    at: Any = result
    for key in path[:-1]:
        at = at[key]
    if value is KeyError:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return result


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("schema",), "headwater/result/2", "result.schema: not headwater/result/1"),
        (("limits",), KeyError, "result.limits: missing"),
        (("incidents", 0, "rank"), "1", "result.incidents[0].rank: not a whole number"),
        (("incidents", 0, "rank"), True, "result.incidents[0].rank: not a whole number"),
        (("incidents", 0, "subjects"), -1, "result.incidents[0].subjects: below zero"),
        (("incidents", 0, "from"), "2026-03-04T19:02:00", "result.incidents[0].from: a time without zone"),
        (("incidents", 0, "from"), "then", "result.incidents[0].from: not a time"),
        (("incidents", 0, "story"), "one", "result.incidents[0].story: not a list"),
        (("findings", 0, "bits"), "8", "result.findings[0].bits: not a number"),
        (("findings", 0, "bits"), float("inf"), "result.findings[0].bits: not finite"),
        (("findings", 2, "p_value"), 1.5, "result.findings[2].p_value: not between 0 and 1"),
        (("findings", 0, "evidence", 0, "line"), None, "result.findings[0].evidence[0].line: not a whole number"),
        (("findings", 0, "title"), 3, "result.findings[0].title: not text"),
        (("attribution", 0, "dated"), [], "result.attribution[0].dated: not a mapping"),
        (("attribution", 0, "dated", "not_after"), "May", "result.attribution[0].dated.not_after: not a date"),
        (("tally", 0, "insider"), 1, "result.tally[0].insider: not true or false"),
        (("holdings", 0, "items", "mobile"), "many", "result.holdings[0].items.mobile: not a mapping"),
        (("read", "files"), {}, "result.read.files: not a list"),
    ],
)
def test_a_broken_contract_is_told_by_its_place(path: tuple[str | int, ...], value: Any, said: str) -> None:
    assert said in check(_broken(*path, value=value))


def test_keys_that_are_not_named_are_allowed() -> None:
    assert check(_broken("novelty", value=1)) == ()
