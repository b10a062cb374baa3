"""Made corpora to scan: same seed, same bytes; the truth is in the text; every number passes its check and is nobody's."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from importlib.resources import files
from pathlib import Path

import fastexcel
import numpy as np
import pytest
from bench.child import run
from bench.scan_decoys import DECOYS
from bench.scan_folder import same
from bench.scan_forms import FORMS
from bench.scan_mixed import MAKERS, make_folder
from bench.scan_scoring import score
from bench.scan_tables import DIALECTS, KINDS, Dialect, Shape, mobiles, persons, resident_ids, write_csv, write_xlsx
from bench.scan_truth import Span, Truth, beside, load
from stdnum import luhn
from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from bench import scan_corpora, scan_people
from headwater.identifiers.mobile import prefixes

MB = 0.4


@pytest.fixture(scope="module")
def chat() -> tuple[list[str], Truth]:
    text, truth = scan_corpora.chat(MB)
    return text.split("\n"), truth


@pytest.mark.parametrize("name", list(scan_corpora.MADE))
def test_the_same_seed_makes_the_same_bytes_and_another_seed_others(name: str) -> None:
    make = scan_corpora.MADE[name]
    assert make(0.05) == make(0.05)
    assert make(0.05)[0] != make(0.05, 7)[0]


def test_every_kind_form_and_decoy_is_in_the_chat(chat: tuple[list[str], Truth]) -> None:
    _, truth = chat
    met = {(item.kind, item.form) for item in truth.items}
    assert met >= {(kind, form) for kind, forms in FORMS.items() for form in forms}
    assert {decoy.kind for decoy in truth.decoys} == set(DECOYS)
    assert (len(FORMS) >= 13, len(DECOYS) >= 11) == (True, True)


def test_a_span_is_what_was_written(chat: tuple[list[str], Truth]) -> None:
    lines, truth = chat
    for item in (i for i in truth.items if i.person >= 0 and i.kind in ("mobile", "resident_id", "name", "policy")):
        someone, written = scan_people.person(item.person), lines[item.line][item.start : item.end]
        if item.kind in ("name", "policy"):
            assert written == getattr(someone, item.kind)
        elif item.form == "15 digits":
            assert written == someone.resident_id[:6] + someone.resident_id[8:17]
        else:
            assert _digits(written).endswith(_digits(getattr(someone, item.kind)))


def test_numbers_pass_their_checks_and_are_nobodys(chat: tuple[list[str], Truth]) -> None:
    _, truth = chat
    data = json.loads((files("headwater.identifiers") / "data" / "retired_county_codes.json").read_text("utf-8"))
    for number in {item.person for item in truth.items if item.person >= 0}:
        someone = scan_people.person(number)
        assert mod_11_2.is_valid(someone.resident_id)
        assert someone.resident_id[:6] in data["never_after_1983"]
        assert int(someone.resident_id[6:10]) >= 1985
        assert someone.mobile[:3] not in prefixes() and len(someone.mobile) == 11
        assert luhn.is_valid(someone.bank_card) and someone.bank_card[:6] in ("620000", "620550")
        assert someone.email.partition("@")[2].rpartition("example.")[2] in ("com", "org", "net")


def test_organisations_pass_both_checks_in_counties_that_are_gone(chat: tuple[list[str], Truth]) -> None:
    lines, truth = chat
    codes = [lines[i.line][i.start : i.end].upper() for i in truth.items if i.kind == "uscc"]
    assert codes and all(uscc.is_valid(code) and code[2:8] in scan_people.retired() for code in codes)


def test_no_decoy_passes_the_check_that_it_imitates(chat: tuple[list[str], Truth]) -> None:
    lines, truth = chat
    made = Counter(decoy.kind for decoy in truth.decoys)
    for decoy in truth.decoys:
        written = lines[decoy.line][decoy.start : decoy.end]
        if decoy.kind == "id with a wrong check":
            assert not mod_11_2.is_valid(written)
        elif decoy.kind == "card with a wrong check":
            assert not luhn.is_valid(written)
        elif decoy.kind == "18 digits right by Luhn":
            assert luhn.is_valid(written) and not mod_11_2.is_valid(written)
    assert min(made.values()) > 10


def test_the_truth_is_kept_beside_the_text(tmp_path: Path) -> None:
    file = scan_corpora.make(tmp_path, "app.log", 0.05)
    assert load(file) == scan_corpora.log(0.05)[1]
    assert not load(file).items


def test_people_of_tables_are_those_of_texts() -> None:
    numbers = np.array([1, 2, 77, 123_456, 9_999_999])
    rows = zip(numbers.tolist(), resident_ids(numbers), mobiles(numbers), strict=True)
    for number, identity, mobile in rows:
        assert bytes(identity).decode() == scan_people.resident_id(number)
        assert bytes(mobile).decode() == scan_people.mobile(number)


def test_many_people_have_many_numbers() -> None:
    numbers = np.arange(1, 200_001)
    assert len(np.unique(resident_ids(numbers), axis=0)) == len(np.unique(mobiles(numbers), axis=0)) == 200_000


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda d: f"{d.separator!r} {d.encoding}")
def test_a_csv_holds_its_rows_in_every_dialect(tmp_path: Path, dialect: Dialect) -> None:
    file = write_csv(tmp_path / "made.csv", Shape(300), dialect)
    with file.open(encoding=dialect.encoding, newline="") as stream:
        rows = list(csv.reader(stream, delimiter=dialect.separator))
    assert len(rows) == 300 + dialect.header
    whose = np.load(beside(file))["person"]
    assert [row[2] for row in rows[dialect.header :]] == [scan_people.mobile(int(number)) for number in whose]


def test_a_share_of_the_rows_is_of_people_met_before() -> None:
    whose = persons(Shape(20_000, again=0.25))
    assert np.unique(whose).size == pytest.approx(15_000, rel=0.02)
    first = {int(number): place for place, number in reversed(list(enumerate(whose)))}
    assert all(first[number] == number - 1 for number in first)  # nobody comes back before he came


def test_a_workbook_holds_the_rows_of_the_csv(tmp_path: Path) -> None:
    book = write_xlsx(tmp_path / "made.xlsx", Shape(500))
    sheet = fastexcel.read_excel(book).load_sheet(0, dtypes="string").to_arrow()
    with write_csv(tmp_path / "made.csv", Shape(500)).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0] == list(KINDS)
    assert [[v or "" for v in row.values()] for row in sheet.to_pylist()] == rows[1:]


def test_a_hit_covers_half_of_the_span_with_the_right_kind() -> None:
    truth = Truth([Span(0, 10, 20, "mobile", "plain", 1)], [Span(1, 0, 9, "serial", "serial", -1)])
    told = score(truth, [(0, 14, 20, "phone"), (0, 10, 14, "mobile"), (1, 3, 9, "mobile")])
    assert told.kinds["mobile"].recall == 1.0 and told.kinds["phone"].precision == 1.0
    assert told.kinds["mobile"].precision == 0.0  # four of ten characters, and a serial
    assert (told.reported["serial"].found, told.decoys["serial"]) == (1, Counter({"mobile": 1}))
    assert not score(truth, [(0, 16, 20, "mobile")]).kinds["mobile"].found


def _digits(text: str) -> str:
    narrow = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in text)
    return "".join(c for c in narrow.upper() if c.isdigit() or c == "X")


def test_a_mixed_folder_holds_whom_its_truth_names(tmp_path: Path) -> None:
    truth = make_folder(tmp_path, 2 * len(MAKERS))
    files = {file.name: file for file in tmp_path.rglob("*.*")}
    assert files.keys() == truth["files"].keys()
    for name, said in truth["files"].items():
        if said["format"] in ("txt", "csv", "sql", "jsonl", "html"):
            text = files[name].read_text("utf-8")
            assert {n for n in said["people"] if scan_people.person(n).mobile in text} == set(said["people"])
    assert truth["persons"] == len({n for said in truth["files"].values() for n in said["people"]}) > 100
    assert make_folder(tmp_path / "again", 2 * len(MAKERS)) == truth


def test_two_answers_say_the_same_or_how_they_differ() -> None:
    file = {"path": "a.csv", "status": "read", "rows": 3, "persons": 2, "items": [{"kind": "mobile", "found": 3}]}
    one = {"totals": {"files": 1, "persons": 2}, "files": [file], "items": [{"kind": "mobile"}, {"kind": "name"}]}
    other = {**one, "items": list(reversed(one["items"]))}  # type: ignore[call-overload]
    assert same(one, other) == []
    more = {**one, "totals": {"files": 1, "persons": 3}, "files": [{**file, "persons": 3}]}
    assert same(one, more) == ["totals persons: 2, 3", "a.csv, persons: 2, 3"]
    assert same(one, {**one, "files": []}) == ["only in one: a.csv"]


def test_a_child_is_measured_with_its_own_children() -> None:
    busy = "x = bytearray(60_000_000); x[::4096] = b'1' * len(x[::4096]); t = __import__('time'); e = t.process_time() + 0.6\n"
    busy += "while t.process_time() < e: pass"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); print('done')"
    child = run([sys.executable, "-c", code])
    assert child.out == "done\n"
    assert child.cpu >= 0.6 and child.peak_mb > 60
    with pytest.raises(RuntimeError, match="ended with 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"])
