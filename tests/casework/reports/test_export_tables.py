"""CSV tables of a whole result: nothing is lost, nothing is executed, nothing is shown as another number."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_export import hostile, whole
from test_report_html import HOSTILE

from headwater.casework.reports.csv import BOM, FORMULA, safe, table
from headwater.casework.reports.exports.tables import COLUMNS, export

ODD = "=+-@|%＝＋－＠﹢﹣;,'\"\t\r\n \u3000\u00a0\u200b\ufeff\u202e0123eE/.x张"
texts = st.text(st.sampled_from(ODD), max_size=12) | st.text(max_size=20)


@cache
def exported() -> dict[str, bytes]:
    return export(whole())


def rows(data: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8").removeprefix(BOM), newline=""), delimiter=delimiter))


def records(name: str) -> list[dict[str, str]]:
    head, *body = rows(exported()[name])
    return [dict(zip(head, row, strict=True)) for row in body]


def begins_formula(cell: str) -> bool:
    """As a spreadsheet program sees it: blanks and quotation marks before, full-width and small forms."""
    if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?", cell):
        return False  # a number, which is written without quotation marks
    first = cell.lstrip().lstrip('"').lstrip()[:1]
    return unicodedata.normalize("NFKC", first)[:1] in FORMULA if first else False


def test_every_row_of_every_part_has_a_row() -> None:
    made = whole()
    assert [r["id"] for r in records("findings.csv")] == [f["id"] for f in made["findings"]]
    assert len(records("takers.csv")) == sum(len(leak["takers"]) for leak in made["attribution"])
    assert len(records("timeline.csv")) == sum(len(i["timeline"]) for i in made["incidents"])
    assert len(records("story.csv")) == sum(len(i["story"]) for i in made["incidents"])
    assert len(records("tally.csv")) == len(made["tally"]) + len(made["network"]["tally"])
    assert len(records("files_read.csv")) == len(made["read"]["files"])
    assert len(records("holding_files.csv")) == sum(len(h["files"]) for h in made["holdings"])
    assert len(records("market_orders.csv")) == len(made["network"]["orders"])
    assert [r["verdict"] for r in records("findings.csv")][:2] == ["", "explained"]
    assert records("incidents.csv")[0]["verdict"] == "confirmed"
    assert records("duty_places.csv")[0]["name"] == "PRC"
    assert [(r["part"], r["of"], r["said"], r["because"]) for r in records("verdicts.csv")] == [
        ("incidents", "1", "confirmed", "was heard"),
        ("findings", "F002", "explained", "was heard"),
    ]
    assert "prevention.csv" not in exported()


def test_every_line_that_is_cited_stands_in_the_evidence() -> None:
    told = {(r["of"], r["source"], r["line"]) for r in records("evidence.csv")}
    for finding in whole()["findings"]:
        assert {(finding["id"], e["source"], str(e["line"])) for e in finding["evidence"]} <= told


def test_the_counts_of_a_tally_are_columns() -> None:
    told, entry = records("tally.csv")[0], whole()["tally"][0]
    assert (told["n4_low"], told["n4_high"]) == (str(entry["items"]["n4"]["low"]), str(entry["items"]["n4"]["high"]))
    assert told["gains_high"] == str(entry["gains"]["high"])
    assert told["high"] == entry["high"]["grade"]
    assert all(question["asks"] in told["open"] for question in entry.get("open", ()))


def test_other_explanations_and_the_year_are_tables() -> None:
    made = whole()
    told = [(str(i["rank"]), a["id"], a["outcome"]) for i in made["incidents"] for a in i.get("alternatives", ())]
    assert told
    assert [(r["incident"], r["id"], r["outcome"]) for r in records("alternatives.csv")] == told
    (year,) = made["incidents"][0]["year"]
    days = records("year.csv")
    assert (len(days), days[0]["day"], days[-1]["day"]) == (len(year["read"]), year["from"], year["to"])
    assert {d["day"] for d in days if d["in_story"] == "True"} == set(year["incident"])
    assert [d["read"] for d in days] == ["" if n is None else str(n) for n in year["read"]]


def test_a_control_is_a_row_with_its_price() -> None:
    made = whole()
    control = {"control": "export-limit", "title": "t", "stopped": True, "row": 12, "statements": ["a", "b"],
               "innocent_denied": {"acts": 3, "persons": 2, "days": 1}}  # fmt: skip
    made["prevention"] = [{"incident": 1, "leak": None, "controls": [control], "combined": [], "cannot": []}]
    head, row = rows(export(made)["prevention.csv"])
    told = dict(zip(head, row, strict=True))
    assert (told["incident"], told["row"], told["denied_acts"], told["statements"]) == ("1", "12", "3", "a; b")
    assert not {"prevention_sets.csv", "prevention_cannot.csv"} & set(export(made))


def test_a_part_that_is_empty_is_a_table_with_a_head() -> None:
    made = whole()
    made |= {"incidents": [], "findings": [], "attribution": [], "holdings": [], "tally": [], "network": {}}
    made["complaints"] = {"received": 0, "ours": 0, "common": []}
    for name, data in export(made).items():
        if name.removesuffix(".csv") in COLUMNS:
            assert rows(data)[0] == list(COLUMNS[name.removesuffix(".csv")])


@given(st.lists(st.lists(texts, min_size=3, max_size=3), min_size=1, max_size=4))
@example([["a;=1", '";"=1', ";@x"]])
@example([["'=1", "x\n=1", "\u200b=1"]])
@example([['"=1', ';"=cmd', "; '-1"]])
def test_no_cell_is_a_formula_whatever_parts_columns(cells: list[list[str]]) -> None:
    data = table([dict(zip("abc", row, strict=True)) for row in cells], "abc")
    plain = rows(data)
    assert [len(row) for row in plain] == [3] * (len(cells) + 1)
    assert not any(begins_formula(cell) for row in plain for cell in row)
    # for a program that parts columns by semicolons, and knows quotation marks or does not
    text = data.decode("utf-8").removeprefix(BOM)
    apart = [cell for row in rows(data, ";") for cell in row]
    apart += [cell.strip('"') for line in text.split("\r\n") for cell in line.split(";")]
    assert not any(begins_formula(cell) for cell in apart)


@given(texts)
def test_what_is_plain_is_written_as_it_is(text: str) -> None:
    (told,) = rows(table([{"a": text}], "a"))[1]
    assert told == safe(text)
    assert told.isprintable() or any(unicodedata.category(c) == "Cn" or c.isspace() for c in told)
    if text.isalpha() and text.isprintable():
        assert told == text


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers_and_lose_no_digit(value: int | float) -> None:
    line = table([{"a": value}], "a").decode().splitlines()[1]
    if abs(value) < 10**15:
        assert float(line) == value
    else:
        assert type(value)(float(line.strip("\"'")) if isinstance(value, float) else int(line.strip("\"'"))) == value
        assert line.startswith('"')


@pytest.mark.parametrize("text", ["00123", "110101199003070000", "12e5", "3-4", "1/2/26", "6200000000000005"])
def test_digits_that_a_spreadsheet_would_change_stay_text(text: str) -> None:
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["2026-03-04", "S1042", "138****5678", "12.5", "N00001", "2026-03-04T19:02:00+08:00"])
def test_what_keeps_its_meaning_is_left_alone(text: str) -> None:
    assert safe(text) == text


@pytest.mark.parametrize("poison", [*HOSTILE, "=cmd|' /C calc'!A0", ";=1+1"])
def test_hostile_texts_stay_cells(poison: str) -> None:
    clean: Any = {name: len(rows(data)) for name, data in exported().items()}
    for name, data in export(hostile(poison)).items():
        assert not any(begins_formula(cell) for row in rows(data) for cell in row), name
        assert len(rows(data)) == clean[name], name
