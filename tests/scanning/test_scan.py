"""Real files, made here, become holdings that cite their lines."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_rows import HEADER, POLICY, TOKENISER, csv, made_id, made_name, made_row, scanned

from headwater.model.tables import SCHEMAS
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import Scanned

ROWS = [made_row(n) for n in range(60)]


def tokens(found: Scanned, kind: str) -> list[tuple[int, str]]:
    rows = found.holdings.filter(pc.equal(found.holdings["kind"], kind))
    return list(zip(rows["line"].to_pylist(), rows["token"].to_pylist(), strict=True))


def expect_rows(found: Scanned, first: int = 2) -> None:
    places = range(first, first + len(ROWS))
    ids, mobiles, names, _ = (
        [(line, TOKENISER.token(kind, row[place])) for line, row in zip(places, ROWS, strict=True)]
        for kind, place in (("resident_id", 1), ("mobile", 2), ("name", 0), ("address", 3))
    )
    assert tokens(found, "resident_id") == ids
    assert tokens(found, "mobile") == mobiles
    assert tokens(found, "name") == names
    assert len(tokens(found, "address")) == len(ROWS)


def one(found: list[Scanned]) -> Scanned:
    assert len(found) == 1
    assert found[0].holdings.schema == SCHEMAS["holdings"]
    assert found[0].documents.schema == SCHEMAS["documents"]
    assert found[0].not_read == ()
    return found[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_delimited_text_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "a"
    file.write_bytes(csv(HEADER, ROWS).encode(encoding))
    found = one(scanned(file))
    expect_rows(found)
    (document,) = found.documents.to_pylist()
    assert (document["rows"], document["persons"], document["holder"], document["role"]) == (60, 60, "E1", "seized")


def test_workbook_with_a_hidden_sheet_and_numbers_as_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "客户"
    for row in (HEADER, *((name, number, int(phone), place) for name, number, phone, place in ROWS)):
        sheet.append(row)
    hidden = book.create_sheet("备份")
    hidden.sheet_state = "hidden"
    for row in (HEADER, *ROWS[:20]):
        hidden.append(row)
    book.save(tmp_path / "a.xlsx")
    found = one(scanned(tmp_path / "a.xlsx", "leaks/a.xlsx"))
    assert {d["sheet"]: d["rows"] for d in found.documents.to_pylist()} == {"客户": 60, "备份": 20}
    first = found.holdings.filter(pc.equal(found.holdings["sheet"], "客户"))
    expect_rows(Scanned(first, found.documents))


def test_zip_inside_zip_is_cited_by_its_way(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("名单.csv", csv(HEADER, ROWS).encode("gb18030"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    found = one(scanned(tmp_path / "a.zip", "leaks/a.zip", holder=None))
    expect_rows(found)
    assert set(found.holdings["source"].to_pylist()) == {"leaks/a.zip!inner.zip!名单.csv"}


def test_a_table_without_a_header_is_still_known(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv(ROWS[0], ROWS[1:]), "utf-8", newline="")
    found = one(scanned(file))
    assert [line for line, _ in tokens(found, "resident_id")] == list(range(1, 61))


def test_written_forms_join(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    number = made_id(1)
    written = [
        number.lower(),
        f"{number[:6]} {number[6:14]} {number[14:]}",
        number.translate({48 + i: 0xFF10 + i for i in range(10)}),
    ]
    phones = ["+86 154-0000-0001", "15400000001", "１５４０００００００１"]
    file.write_text(csv(("sfzh", "tel"), zip(written, phones, strict=True)), "utf-8", newline="")
    found = one(scanned(file))
    assert {token for _, token in tokens(found, "resident_id")} == {TOKENISER.token("resident_id", number)}
    assert {token for _, token in tokens(found, "mobile")} == {TOKENISER.token("mobile", "15400000001")}


def test_free_text_is_found_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "说明.txt"
    file.write_bytes(
        f"第一行\n客户资料\n姓名：{made_name(3)}，身份证{made_id(3)}号\n\n电话15400000003".encode("gb18030")
    )
    found = one(scanned(file))
    assert tokens(found, "resident_id") == [(3, TOKENISER.token("resident_id", made_id(3)))]
    assert tokens(found, "name") == [(3, TOKENISER.token("name", made_name(3)))]
    assert tokens(found, "mobile") == [(5, TOKENISER.token("mobile", "15400000003"))]


def test_json_lines_and_html_are_texts(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text(f'{{"name":"{made_name(1)}","id":"{made_id(1)}"}}\n<td>{made_id(2)}</td><td>a@b.cn</td>\n', "utf-8")
    found = one(scanned(file))
    assert len(tokens(found, "resident_id")) == 2
    assert len(tokens(found, "email")) == 1


def test_a_remark_column_is_searched(tmp_path: Path) -> None:
    rows = [(f"{n}", f"客户来电，手机15400000{n:03}，约周五" if n % 2 else "无") for n in range(40)]
    file = tmp_path / "a.csv"
    file.write_text(csv(("序号", "备注"), rows), "utf-8", newline="")
    assert [line for line, _ in tokens(one(scanned(file)), "mobile")] == list(range(3, 42, 2))


def test_two_numbers_in_a_cell_are_both_found(tmp_path: Path) -> None:
    rows = [(f"1540000{n:04}/1640000{n:04}" if n % 2 else f"1540000{n:04}", made_name(n)) for n in range(40)]
    file = tmp_path / "a.csv"
    file.write_text(csv(("联系电话", "姓名"), rows), "utf-8", newline="")
    assert len(tokens(one(scanned(file)), "mobile")) == 60


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("订单号", [f"1380000{n:04}" for n in range(200)]),
        ("ts", [f"{1_700_000_000_000 + 97 * n}" for n in range(200)]),
        ("serial", [f"{100_000_000 + n}" for n in range(200)]),
        ("no", [f"{6_200_000_000_000_000 + 7919 * n}" for n in range(200)]),
        ("code", [f"{440_524_188_001_010_000 + n}" for n in range(0, 2000, 10) if n % 11]),
        ("price", [f"{n}.15400000001" for n in range(200)]),
        ("guid", [f"0f8fad5b-d9cb-469f-a165-70867728{n:04}" for n in range(200)]),
    ],
)
def test_columns_of_other_numbers_hold_nothing_weak(tmp_path: Path, header: str, cells: list[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv((header, "x"), ((cell, "y") for cell in cells)), "utf-8", newline="")
    kinds = set(one(scanned(file)).holdings["kind"].to_pylist())
    assert kinds <= {"resident_id"}
    assert not kinds or header == "code"


def test_sensitive_columns_without_a_form_of_their_own(tmp_path: Path) -> None:
    rows = [(made_name(n), f"{n * 100}.50", "阑尾炎", f"31.2{n:03},121.4{n:03}".replace(",", " ")) for n in range(30)]
    file = tmp_path / "a.csv"
    file.write_text(csv(("姓名", "账户余额", "诊断", "定位"), rows), "utf-8", newline="")
    found = one(scanned(file)).holdings
    held = {r["kind"]: r["category"] for r in found.to_pylist() if r["token"] is None}
    assert held == {"balance": "property", "health": "health"}
    assert found.filter(pc.equal(found["kind"], "coordinates")).num_rows == 30  # those cells have a form of their own


def test_own_numbers_are_known_by_their_shape(tmp_path: Path) -> None:
    rows = [(made_name(n), f"PL{n:09}") for n in range(30)]
    file = tmp_path / "a.csv"
    file.write_text(csv(("客户", "合同"), rows), "utf-8", newline="")
    expected = [(n + 2, TOKENISER.token("own:policy_no", f"PL{n:09}")) for n in range(30)]
    assert tokens(one(scanned(file, own=(POLICY,))), "own:policy_no") == expected
    text = tmp_path / "b.txt"
    text.write_text("查一下保单pl000000007，谢谢\n保单PL000000007。XPL000000008\n", "utf-8")
    assert tokens(one(scanned(text, own=(POLICY,))), "own:policy_no") == [(1, expected[7][1]), (2, expected[7][1])]


@pytest.mark.parametrize(
    ("shape", "telling"),
    [
        (r"PL\d{9}", True),
        (r"(?:AB|CD)\d{4}", True),
        (r"\d{9}", False),
        (r"[A-Z]{2}\d{4}", False),
        (r"\d{4}\-\d{5}", False),
    ],
)
def test_a_shape_with_letters_of_its_own_is_telling(shape: str, telling: bool) -> None:
    assert OwnShape("d", "c", "own:c", shape).is_telling == telling


def test_bare_digits_are_own_only_under_their_own_header(tmp_path: Path) -> None:
    shape = OwnShape("d", "contract_no", "own:contract_no", r"\d{9}")
    for header, expected in (("Contract No", 30), ("serial", 0)):
        rows = [(made_name(n), f"{100_000_000 + n}") for n in range(30)]
        file = tmp_path / "a.csv"
        file.write_text(csv(("客户", header), rows), "utf-8", newline="")
        assert len(tokens(one(scanned(file, own=(shape,))), "own:contract_no")) == expected


def test_a_protected_column_of_mobiles_stays_mobile(tmp_path: Path) -> None:
    shape = OwnShape("d", "手机", "own:手机", r"\d{11}")
    (tmp_path / "a.csv").write_text(csv(HEADER, ROWS), "utf-8", newline="")
    expect_rows(one(scanned(tmp_path / "a.csv", own=(shape,))))


@pytest.mark.parametrize("data", [b"", b"\n\n"])
def test_an_empty_file_holds_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert one(scanned(tmp_path / "a")).holdings.num_rows == 0


@pytest.mark.parametrize(
    "data", [b"\x00\x01\x02" * 99, b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(999)]
)
def test_what_cannot_be_read_is_listed_with_its_reason(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    for found in scanned(tmp_path / "a"):
        assert found.holdings.num_rows == 0
        assert found.not_read
        assert found.not_read[0].reason


def test_a_value_across_a_block_edge_is_found_once(tmp_path: Path) -> None:
    line = "填充" * 100 + "\n"
    text = line * 7000 + f"身份证{made_id(4)}\n" + line * 7000
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert [line for line, _ in tokens(one(scanned(tmp_path / "a.txt")), "resident_id")] == [7001]


def test_the_same_file_gives_the_same_rows_and_no_raw_value(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv(HEADER, ROWS), "utf-8", newline="")
    first, second = one(scanned(file)), one(scanned(file))
    assert first.holdings.equals(second.holdings)
    everything = repr(first.holdings.to_pylist()) + repr(first)
    assert not any(value in everything for row in ROWS for value in row)


def test_types_are_those_of_the_lake(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv(HEADER, ROWS), "utf-8", newline="")
    assert isinstance(one(scanned(file)).holdings, pa.Table)


def test_a_number_behind_an_address_in_one_cell_is_found(tmp_path: Path) -> None:
    rows = [(f"杭州市西湖区文三路{n}号 154{n:08d}",) for n in range(1, 31)]
    file = tmp_path / "a.csv"
    file.write_text(csv(("收件信息",), rows), "utf-8", newline="")
    kinds = one(scanned(file)).holdings["kind"].to_pylist()
    assert kinds.count("mobile") == 30


def test_what_is_nobodys_keeps_the_kind_and_the_token_that_join_it(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text(csv(("邮箱", "次数"), [(f"service{n}@example.com", str(n)) for n in range(30)]), encoding="utf-8")
    found = one(scanned(file)).holdings
    assert found["token"][7].as_py() == TOKENISER.tokens("email", pa.array(["service7@example.com"]))[0].as_py()
    assert set(found["kind"].to_pylist()) == {"email"}
    assert set(found["category"].to_pylist()) == {"other"}
    assert set(found["party"].to_pylist()) == {-1}


def test_rows_that_stand_on_one_line_are_rows_apart(tmp_path: Path) -> None:
    file = tmp_path / "a"
    made = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
    file.write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
    found = one(scanned(file))
    assert [line for line, _ in tokens(found, "resident_id")] == list(range(1, 61))
    assert found.documents["persons"].to_pylist() == [60]
    assert set(found.parts["line"].to_pylist()) == set(range(1, 61))
