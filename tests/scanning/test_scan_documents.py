"""Documents, databases and mails become holdings as tables do, and files within them are files of their own."""

from __future__ import annotations

import email.message
import hashlib
import io
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_rows import HEADER, TOKENISER, csv, made_row, scanned

from headwater.exhibits import opened as opening
from headwater.exhibits.contents import Passage
from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import Exhibit
from headwater.scanning.file_scan import FileScan, Scanned
from headwater.scanning.scanner import Scanner

ROWS = [made_row(n) for n in range(60)]
TABLE = csv(HEADER, ROWS).encode()


def ids(found: Scanned) -> list[str]:
    rows = found.holdings.filter(pc.equal(found.holdings["kind"], "resident_id"))
    return [str(token) for token in rows["token"].to_pylist()]


EXPECTED = [TOKENISER.token("resident_id", row[1]) for row in ROWS]


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def test_a_mail_and_what_is_attached_to_it(tmp_path: Path) -> None:
    packed = zipped("名单.csv", TABLE)
    mail = email.message.EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", "list"
    mail.set_content(f"see {ROWS[0][1]} attached\n")
    mail.add_attachment(TABLE, maintype="application", subtype="octet-stream", filename="a.csv")
    mail.add_attachment(packed, maintype="application", subtype="zip", filename="b.zip")
    (tmp_path / "a.eml").write_bytes(mail.as_bytes())
    outer, *inner = scanned(tmp_path / "a.eml", "leaks/a.eml")
    assert ids(outer) == EXPECTED[:1]
    paths = [[*{*found.documents["source"].to_pylist()}] for found in inner]
    assert paths == [["leaks/a.eml!a.csv"], ["leaks/a.eml!b.zip!名单.csv"]]
    assert [ids(found) for found in inner] == [EXPECTED, EXPECTED]
    digests = {d for found in inner for d in found.documents["sha256"].to_pylist()}
    assert digests == {hashlib.sha256(TABLE).hexdigest()}
    assert {*outer.documents["sha256"].to_pylist()} == {hashlib.sha256(mail.as_bytes()).hexdigest()}


def test_a_database_of_more_rows_than_a_batch_is_one_table(tmp_path: Path) -> None:
    rows = [made_row(n % 400) for n in range(70_000)]
    with sqlite3.connect(tmp_path / "a.db") as base:
        base.execute("CREATE TABLE 客户 (姓名, 身份证号, 手机, 地址)")
        base.executemany("INSERT INTO 客户 VALUES (?, ?, ?, ?)", rows)
    base.close()
    (found,) = scanned(tmp_path / "a.db")
    (document,) = found.documents.to_pylist()
    assert (document["sheet"], document["rows"], document["persons"]) == ("客户", 70_000, 400)
    assert ids(found) == [TOKENISER.token("resident_id", row[1]) for row in rows]
    assert found.columns.num_rows == 4
    assert {*found.columns["filled"].to_pylist()} == {70_000}


def test_a_word_document_has_its_text_and_its_tables(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph(f"身份证号 {ROWS[0][1]}")
    table = document.add_table(0, len(HEADER))
    for row in (HEADER, *ROWS[1:20]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    (found,) = scanned(tmp_path / "a.docx")
    assert sorted(ids(found)) == sorted(EXPECTED[:20])
    assert not found.not_read
    rows = {d["sheet"]: d["rows"] for d in found.documents.to_pylist()}
    assert (rows[""], rows["table 1"]) == (1, 19)


def test_a_large_delimited_text_is_judged_as_it_was_when_read_at_once(tmp_path: Path) -> None:
    many = [made_row(n % 400) for n in range(opening.FIRST_ROWS + 30_000)]
    lines = csv(HEADER, many).split("\r\n")
    lines[5] += ',"torn'
    (tmp_path / "a.csv").write_text("\r\n".join(lines), "utf-8", newline="")
    (found,) = scanned(tmp_path / "a.csv")
    document, torn = found.documents.to_pylist()
    assert (torn["sheet"], torn["rows"]) == (opening.NO_ROWS, 1)
    assert document["rows"] >= len(many) - 1
    assert found.columns["filled"].to_pylist()[1] == document["rows"]
    of_rows = found.holdings.filter(pc.equal(found.holdings["sheet"], ""))
    numbers = of_rows["line"].to_numpy()
    assert (numbers[1:] >= numbers[:-1]).all()


def file_scan(tmp_path: Path, whole: int) -> FileScan:
    file = tmp_path / "x"
    file.write_bytes(b"x")
    exhibit = Exhibit("seized/E1/x", file, "seized", "E1", 1)
    member = Member("seized/E1/x", exhibit, 1, file, lambda: file.open("rb"), Meter(Budget(Limits(), 1)))
    return FileScan(Scanner(TOKENISER), member, "seized", "E1", whole)


def batches(name: str, size: int) -> Iterator[Sheet]:
    for start in range(0, len(ROWS), size):
        columns = list(zip(*ROWS[start : start + size], strict=True))
        rows = pa.table([pa.array(column) for column in columns], names=list(HEADER))
        yield Sheet(name, HEADER, rows, start + 2, True, pa.array(range(start + 2, start + 2 + rows.num_rows)))


def test_a_table_too_large_to_be_held_is_still_one_document(tmp_path: Path) -> None:
    told = []
    for whole in (1 << 30, 100):
        scan = file_scan(tmp_path, whole)
        for sheet in batches("t", 20):
            scan.take(sheet)
        told.append(scan.scanned())
    at_once, apart = told
    assert at_once.documents == apart.documents
    assert at_once.holdings.to_pylist() == apart.holdings.to_pylist()
    assert apart.columns.num_rows == at_once.columns.num_rows == 4


def test_parts_of_one_name_that_are_not_one_are_told_apart(tmp_path: Path) -> None:
    scan = file_scan(tmp_path, 1 << 30)
    scan.take(Passage("", (f"身份证号 {ROWS[0][1]}",)))
    for sheet in batches("", 60):
        scan.take(sheet)
    scan.take(Passage("", (f"身份证号 {ROWS[1][1]}",), 2))
    scan.take(Passage("", (f"身份证号 {ROWS[2][1]}",), 1))
    found = scan.scanned()
    assert [(d["sheet"], d["rows"]) for d in found.documents.to_pylist()] == [("", 2), ("#2", 60), ("#3", 1)]
    places = found.holdings.select(["sheet", "line", "kind"]).filter(pc.equal(found.holdings["kind"], "resident_id"))
    assert len({(r["sheet"], r["line"]) for r in places.to_pylist()}) == 63


@pytest.mark.parametrize("data", [b"SQLite format 3\0" + b"\xff" * 400, b"%PDF-1.7\nno more", b"PK\x03\x04broken"])
def test_a_damaged_document_is_a_reason_and_no_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    for found in scanned(tmp_path / "a"):
        assert found.not_read
        assert found.holdings.num_rows == 0
