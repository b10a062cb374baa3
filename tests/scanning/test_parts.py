"""Masked, cut short, misread: what stays of identifiers in files, and the parts that both sides keep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from made_rows import TOKENISER, csv, made_id, made_name, made_row, scanned

from headwater.identifiers import resident_id
from headwater.identifiers.misread import mended, reread
from headwater.identifiers.parts import local, masked, of_full, surname_beside, tails
from headwater.model.tables import SCHEMAS
from headwater.scanning.scan import Scanned

PEOPLE = [made_row(n) for n in range(40)]


def file_of(folder: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Scanned:
    file = folder / "list.csv"
    file.write_text(csv(header, rows), encoding="utf-8")
    (found,) = scanned(file, "leaks/list.csv")
    assert found.parts.schema == SCHEMAS["holding_parts"]
    return found


def parts(found: Scanned) -> dict[str, dict[int, str]]:
    told: dict[str, dict[int, str]] = defaultdict(dict)
    for row in found.parts.to_pylist():
        told[row["kind"]][row["line"]] = row["token"]
    return told


def expected(kind: str, values: Iterable[str]) -> dict[int, str]:
    return {line: TOKENISER.token(kind, value) for line, value in enumerate(values, start=2)}


@pytest.mark.parametrize("stars", ["****", "xxxx", "＊＊＊＊", " **** "])
def test_masked_mobiles_and_masked_names(tmp_path: Path, stars: str) -> None:
    rows = [(f"{name[0]}**", f"{mobile[:3]}{stars}{mobile[7:]}") for name, _i, mobile, _a in PEOPLE]
    found = file_of(tmp_path, ("姓名", "电话"), rows)
    told = parts(found)
    assert found.holdings.num_rows == 0
    assert told["mobile~4"] == expected("mobile~4", (m[-4:] for _n, _i, m, _a in PEOPLE))
    assert told["mobile~3-4"] == expected("mobile~3-4", (m[:3] + m[-4:] for _n, _i, m, _a in PEOPLE))
    beside = surname_beside("mobile~4")
    assert told[beside] == expected(beside, (n[0] + m[-4:] for n, _i, m, _a in PEOPLE))


@pytest.mark.parametrize(("head", "both"), [(4, True), (6, True), (3, False)])
def test_masked_resident_ids(tmp_path: Path, head: int, both: bool) -> None:
    rows = [(f"{i[:head]}{'*' * (14 - head)}{i[14:].lower()}",) for _n, i, _m, _a in PEOPLE]
    told = parts(file_of(tmp_path, ("证件",), rows))
    assert told["resident_id~4"] == expected("resident_id~4", (i[-4:] for _n, i, _m, _a in PEOPLE))
    ends = expected("resident_id~4-4", (i[:4] + i[-4:] for _n, i, _m, _a in PEOPLE))
    assert told["resident_id~4-4"] == (ends if both else {})


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("身份证后4位", {"resident_id~4"}),
        ("證件後四位", {"resident_id~4"}),
        ("手机尾号", {"mobile~4"}),
        ("phone_last4", {"mobile~4"}),
        ("尾号", {"mobile~4", "resident_id~4"}),
        ("银行卡尾号", set()),
        ("订单数量", set()),
    ],
)
def test_last_four_digits_by_their_header(tmp_path: Path, header: str, kinds: set[str]) -> None:
    rows = [(f"张{n}", str(7 * n)) for n in range(40)]  # a spreadsheet has dropped the zeros
    told = parts(file_of(tmp_path, ("备注", header), rows))
    assert set(told) == kinds
    for kind in kinds:
        assert told[kind] == expected(kind, (f"{7 * n:04}" for n in range(40)))


def test_tails_with_a_check_letter_are_of_resident_ids(tmp_path: Path) -> None:
    rows = [("甲", f"{n:03}{'x' if n == 5 else n % 10}") for n in range(40)]
    assert set(parts(file_of(tmp_path, ("组", "尾号"), rows))) == {"resident_id~4"}


@pytest.mark.parametrize("between", [" ", "/", "，", " 电话:"])
def test_names_count_in_cells_that_hold_several_things(tmp_path: Path, between: str) -> None:
    people = [(name, f"154{7919 * n * n % 10**8:08}") for n, (name, *_) in enumerate(PEOPLE)]
    rows = [("甲", f"{name}{between}{mobile}") for name, mobile in people]
    found = file_of(tmp_path, ("组", "客户信息"), rows)
    held = {(r["line"], r["kind"], r["token"]) for r in found.holdings.to_pylist()}
    wanted = {
        (line, kind, TOKENISER.token(kind, value))
        for line, (name, mobile) in enumerate(people, start=2)
        for kind, value in (("name", name), ("mobile", mobile))
    }
    assert held == wanted


def test_words_in_sentences_are_no_names(tmp_path: Path) -> None:
    rows = [("甲", f"今日 回访 客户 {n} 次，无 异议") for n in range(40)]
    assert file_of(tmp_path, ("组", "说明"), rows).holdings.num_rows == 0


def test_letters_for_digits_are_read_again_in_columns_of_numbers(tmp_path: Path) -> None:
    def worse(text: str) -> str:
        return text.replace("0", "O", 2).replace("1", "l", 1).replace("5", "S", 1).replace("8", "B", 1)

    rows = [(worse(i) if n % 2 else i, worse(m) if n % 3 else m) for n, (_n, i, m, _a) in enumerate(PEOPLE)]
    found = file_of(tmp_path, ("身份证号", "手机"), rows)
    for kind, place in (("resident_id", 1), ("mobile", 2)):
        held = found.holdings.filter(pc.equal(found.holdings["kind"], kind))
        assert held["token"].to_pylist() == [TOKENISER.token(kind, row[place]) for row in PEOPLE]


def test_words_are_not_read_as_numbers() -> None:
    words = ["SOLOLIZBOSS", "BOOKS", "1380013800", ""]
    assert all(reread(kind, _array(words)).null_count == len(words) for kind in ("mobile", "resident_id", "name"))


def test_a_wrong_digit_is_mended_in_every_way_that_is_right() -> None:
    whole = [made_id(n) for n in range(50)]
    places = [n % 18 for n in range(50)]
    wrong = [
        f"{w[:p]}{(int(w[p].replace('X', '0')) + 1 + n % 8) % 10}{w[p + 1 :]}"
        for n, (w, p) in enumerate(zip(whole, places, strict=True))
    ]
    rows, candidates = mended(_array([*wrong, "健康险", whole[0]]))
    found = list(zip(rows.tolist(), candidates.to_pylist(), strict=True))
    assert set(enumerate(whole)) <= set(found)
    assert all(resident_id.is_valid(c) for _r, c in found)
    assert all(sum(a != b for a, b in zip(wrong[r], c, strict=True)) == 1 for r, c in found)
    assert max(rows) < 50


def test_wrong_resident_ids_leave_what_one_change_makes_right(tmp_path: Path) -> None:
    rows = [(n, f"{i[:16]}{(int(i[16]) + 3) % 10}{i[17:]}") for n, i, _m, _a in PEOPLE]
    found = file_of(tmp_path, ("姓名", "身份证号"), rows)
    tokens = {(r["line"], r["token"]) for r in found.parts.to_pylist() if r["kind"] == "resident_id~mended"}
    assert {(line, TOKENISER.token("resident_id", row[1])) for line, row in enumerate(PEOPLE, start=2)} <= tokens


@pytest.mark.parametrize(
    "written",
    ["江苏省吴县人民路12弄3号502室", "人民路12-3-502", "吴县 人民路１２弄３＃５０２", "江蘇省吳縣人民路12弄3號502室"],
)
def test_road_and_numbers_of_an_address_in_any_writing(written: str) -> None:
    assert local(_array([written])).to_pylist() == ["人民路12-3-502"]


def test_parts_of_nothing_are_nothing() -> None:
    nothing = _array(["", None, "健康险", "12345"])
    assert list(masked(nothing)) == []
    assert tails(nothing).null_count == 4
    assert [values.null_count for _kind, values in of_full("address", nothing)] == [4]
    assert list(of_full("name", _array([made_name(1)]))) == []


def _array(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())
