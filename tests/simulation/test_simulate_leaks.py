"""Each form of leaked file holds what the truth says of it, no more and no less."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from small_trade import OFFICE
from written_worlds import CRIMES, SIZE, world

from headwater.model.errors import HeadwaterError
from headwater.simulation.crimes.acting import crimes
from headwater.simulation.crimes.casting import prepare
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.outside.complaints import complaints
from headwater.simulation.outside.leak_spec import FORMS, LIST_KINDS, LeakSpec, default_leaks
from headwater.simulation.outside.leaks import Found, leaked
from headwater.simulation.outside.seized import seized
from headwater.simulation.outside.wording import traditional

SEPARATORS = re.compile(r"[/，\s]")


@pytest.fixture(scope="module")
def house() -> House:
    return prepare(build(OFFICE, seed=11, **SIZE), CRIMES)


@pytest.fixture(scope="module")
def done(house: House) -> list[Doing]:
    return crimes(house, CRIMES)


def rows_of(found: Found) -> list[list[str]]:
    """The rows of a list, header first where there is one."""
    content = found.content
    if found.path.endswith(".zip"):
        with (
            zipfile.ZipFile(io.BytesIO(content)) as outer,
            zipfile.ZipFile(io.BytesIO(outer.read("part1.zip"))) as inner,
        ):
            content = inner.read("list.xlsx")
    if content.startswith(b"PK"):
        (sheet,) = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    if found.path.endswith(".json"):
        records = json.loads(content)
        return [list(records[0]), *(list(record.values()) for record in records)]
    text = content.decode("gb18030")
    return [line.split("----" if found.path.endswith(".txt") else ",") for line in text.splitlines()]


def compact_phones(cells: Iterator[str]) -> Iterator[str]:
    for cell in cells:
        digits = re.sub(r"[^\d*]", "", cell)
        if len(digits) >= 11 and "*" not in digits:
            yield digits[-11:]


def test_every_form_tells_the_truth(house: House, done: list[Doing]) -> None:
    wanted = [LeakSpec(form, rows=240, kind="xlsx", columns=("name", "phone", "id_number")) for form in FORMS]
    everybody = np.arange(len(house.clients))
    ours = {
        phone for before in (False, True) for phone in house.clients.persons.values(everybody, "phone", before).tolist()
    }
    numbers = set(house.clients.persons.values(everybody, "id_number", False).tolist())
    for leak, (found, truth) in zip(wanted, leaked(house, done, wanted), strict=True):
        rows = rows_of(found)[1:]
        assert len(rows) == truth["rows"] == truth["ours"] + truth["not_ours"] + truth["doubled"]
        people = {SEPARATORS.sub("", row[-1]).upper() for row in rows}
        assert len(people) == truth["ours"] + truth["not_ours"]
        assert len(people & numbers) == truth["ours"], leak.form
        assert set(compact_phones("".join(row[:-1]) for row in rows)) & ours
        assert truth["origin"] == leak.origin
        assert bool(truth["takers"]) == (not leak.nobody)


def test_takers_are_those_whose_takings_it_holds(house: House, done: list[Doing]) -> None:
    of = tuple(doing.id for doing in done)
    leak = LeakSpec("merged", rows=500, of=of, foreign=0.0, kind="csv", columns=("id_number",), careless=False)
    ((found, truth),) = leaked(house, done, [leak])
    listed = {row[0] for row in rows_of(found)[1:]}
    sets = {d.id: set(house.clients.persons.values(np.unique(d.taken), "id_number", False).tolist()) for d in done}
    assert [taker["doing"] for taker in truth["takers"]] == list(of)
    assert sum(taker["rows"] for taker in truth["takers"]) == truth["ours"] == len(listed)
    assert listed <= set().union(*sets.values())
    for taker, doing in zip(truth["takers"], done, strict=True):
        assert taker["rows"] <= len(listed & sets[doing.id])
        assert taker["employees"] == [str(house.staff.employee[person]) for person in doing.people]


def test_a_padded_file_holds_more_of_ours_than_was_taken(house: House, done: list[Doing]) -> None:
    ((_, truth),) = leaked(house, done, [LeakSpec("padded", rows=400)])
    assert truth["not_ours"] == round(truth["ours"] * 0.3 / 0.7)
    assert 0 < truth["takers"][0]["rows"] < truth["ours"]


def test_an_old_file_shows_values_that_have_changed_since(house: House, done: list[Doing]) -> None:
    most = max(done, key=lambda doing: len(doing.taken))
    leak = LeakSpec("old", rows=60, of=(most.id,), foreign=0.0, kind="txt", columns=("phone",), careless=False)
    ((found, _),) = leaked(house, done, [leak])
    phones = {row[0] for row in rows_of(found)}
    clients, once = house.clients, np.unique(most.taken)
    first = np.array([most.taken_at[most.taken == client].min() for client in once])
    later = once[clients.moved[once] > house.calendar.day_of(first)]
    earlier = set(clients.persons.values(later, "phone", True).tolist())
    assert len(phones & earlier) == len(later)


def test_an_old_theft_lies_before_the_logs(house: House) -> None:
    leak = LeakSpec("nobody-old-theft", rows=300, foreign=0.0, kind="txt", columns=("phone",), careless=False)
    ((found, truth),) = leaked(house, [], [leak])
    clients, phones = house.clients, {row[0] for row in rows_of(found)}
    moved = np.flatnonzero(clients.moved > -200)
    assert truth["takers"] == []
    assert not phones & set(clients.persons.values(moved, "phone", False).tolist())
    assert phones & set(clients.persons.values(moved, "phone", True).tolist())


def test_an_old_theft_of_records_that_do_not_live_long(house: House) -> None:
    """Where every record is young, the old theft happened on the eve of the logs."""
    young = build(replace(OFFICE, lifetime=10), seed=11, **SIZE)
    ((_, truth),) = leaked(young, [], [LeakSpec("nobody-old-theft", rows=100)])
    assert truth["ours"] == 80


def test_a_file_is_no_larger_than_what_was_taken(house: House, done: list[Doing]) -> None:
    little = replace(done[0], taken=done[0].taken[:30], taken_at=done[0].taken_at[:30], taker=done[0].taker[:30])
    ((_, truth),) = leaked(house, [little], [LeakSpec("sample", rows=5_000)])
    assert truth["ours"] == len(np.unique(little.taken))
    assert truth["not_ours"] == round(truth["ours"] / 4)


def test_one_branch_alone_is_in_a_book(house: House) -> None:
    leak = LeakSpec("nobody-book", rows=100, foreign=0.0, kind="txt", columns=("id_number",), careless=False)
    ((found, _),) = leaked(house, [], [leak])
    numbers = house.clients.persons.values(np.arange(len(house.clients)), "id_number", False).tolist()
    place = {number: n for n, number in enumerate(numbers)}
    assert len({int(house.clients.branch[place[row[0]]]) for row in rows_of(found)}) == 1


def test_a_reformatted_file_spells_everything_anew(house: House, done: list[Doing]) -> None:
    ((found, truth),) = leaked(house, done, [LeakSpec("reformatted", rows=300, kind="csv")])
    text = found.content.decode("gb18030")
    assert any(full in text for full in traditional().values())
    assert "****" in text
    assert re.search(r"\+86\d|\d{3} \d{4} \d{4}|\d{3}-\d{4}-\d{4}", text)
    assert not re.search(r"\d{17}X", text)
    assert truth["rows"] == len(text.splitlines()) - 1


def test_partial_files_have_few_columns(house: House, done: list[Doing]) -> None:
    leaks = leaked(house, done, [LeakSpec("partial", rows=80, kind="csv") for _ in range(8)])
    widths = {len(rows_of(found)[0]) for found, _ in leaks}
    assert widths <= {2, 3}
    ((found, _),) = leaked(house, done, [LeakSpec("partial", rows=80, columns=("name", "address", "tail"), kind="csv")])
    assert all(len(row[2]) == 4 for row in rows_of(found)[1:])


@pytest.mark.parametrize("kind", LIST_KINDS)
def test_every_kind_of_file_holds_the_same_rows(house: House, done: list[Doing], kind: str) -> None:
    leak = LeakSpec("sample", rows=90, kind=kind, headers=("甲", "乙", "丙", "丁"), columns=("name", "phone", "id_number", "address"))  # type: ignore[arg-type]  # fmt: skip
    ((found, truth),) = leaked(house, done, [leak])
    rows = rows_of(found)
    assert len(rows) == truth["rows"] + (kind != "txt")
    assert kind == "txt" or rows[0] == ["甲", "乙", "丙", "丁"]
    assert found.path == truth["file"]


def test_a_leak_of_nothing_is_refused_or_left_out(house: House, done: list[Doing]) -> None:
    with pytest.raises(HeadwaterError, match="of D99, but there is no such doing"):
        leaked(house, done, [LeakSpec(of=("D99",))])
    assert leaked(house, [], [LeakSpec("sample")]) == []


def test_worlds_choose_leaks_by_seed(done: list[Doing]) -> None:
    chosen = [default_leaks(seed, done) for seed in range(30)]
    assert default_leaks(4, done) == chosen[4]
    assert {leak.form for leaks in chosen for leak in leaks} >= set(FORMS) - {"merged"}
    assert all(sum(leak.nobody for leak in leaks) == 1 for leaks in chosen)
    assert all(leak.nobody for leak in default_leaks(4, []))


def test_disks_hold_what_is_told_of_them(house: House, done: list[Doing]) -> None:
    files, held = seized(house, done)
    actors = {str(house.staff.employee[person]) for doing in done for person in doing.people}
    assert actors < {str(each["holder"]) for each in held}
    for each in held:
        lists = [f for f in files if f.path.startswith(f"seized/{each['holder']}/") and "备忘" not in f.path]
        rows = [row for file in lists for row in rows_of(file) if row[0] != "姓名"]
        assert len({row[1] for row in rows}) == each["persons"] == len(rows)
    notes = [file for file in files if "备忘" in file.path]
    assert len(notes) == len(held)
    assert all(note.content.decode("gb18030").count("\r\n") == 3 for note in notes)


def test_complaints_go_back_to_the_taken(house: House, done: list[Doing]) -> None:
    rows, truth = complaints(house, done, 10_000, sold=[done[1].id])
    assert len(rows) - 1 == truth["received"] == 24
    assert 0 < truth["from_theft"] < truth["received"]
    assert truth["accounts"] == [str(house.accounts.name[n]) for n in done[1].accounts]
    assert [row[1] for row in rows[1:]] == sorted(row[1] for row in rows[1:])
    early, known = complaints(house, done, 9, sold=[done[1].id])
    assert early == rows[: len(early)]
    assert known["received"] == len(early) - 1 < truth["received"]
    _, none = complaints(house, [], 10_000)
    assert (none["from_theft"], none["accounts"]) == (0, [])


def test_the_case_holds_the_files_of_the_truth(tmp_path: Path) -> None:
    truth: dict[str, Any] = world(tmp_path, leaks=None, seed=11)
    written = sorted(p.relative_to(tmp_path / "case").as_posix() for p in (tmp_path / "case/leaks").iterdir())
    assert written == sorted(leak["file"] for leak in truth["leaks"])
    holders = {path.name for path in (tmp_path / "case/seized").iterdir()}
    assert holders == {each["holder"] for each in truth["holdings"]}
