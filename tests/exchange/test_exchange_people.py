"""What can be compared of a list: normal forms meet, a person counts once, and what holds nothing is set aside by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.exchange.errors import ExchangeError
from headwater.exchange.linking import persons
from headwater.exchange.people import People, read_people
from headwater.exchange.reading import KINDS

ID, OLD_ID = "11010519491231002X", "110105491231002"
TWO_IDS = ("320222200806150017", "132101199001010010")


def read(tmp_path: Path, text: str, name: str = "list.csv", **columns: str) -> People:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return read_people([file], columns)


def told(people: People) -> dict[str, int]:
    return {
        each.replace("\x1f", " "): whose
        for each, whose in zip(people.inputs.to_pylist(), people.persons.tolist(), strict=True)
    }


def test_forms_of_one_number_meet_and_rows_of_one_person_join(tmp_path: Path) -> None:
    people = read(
        tmp_path,
        "姓名,身份证号,手机,邮箱\n"
        f"张三,{ID},+86 154-0013-8000,a@example.com\n"
        f"张三,{OLD_ID},１５４０００００００２,\n"
        ",,15400138000,\n"
        ",,0086 15400000002,B@Example.com\n"
        ",,无,-\n",
    )
    assert people.by_kind() == {"resident_id": 1, "mobile": 2, "email": 2, "name_birth": 1}
    assert people.count == 1
    assert people.rows["line"].to_pylist() == [2, 3, 4, 5]
    assert people.aside.select(["line"]).to_pylist() == [{"line": 6}]
    assert "name_birth 张三|19491231" in told(people)
    assert ID not in repr(people)


def test_name_and_birth_meet_a_list_with_identity_numbers(tmp_path: Path) -> None:
    plain = read(
        tmp_path, "姓名,出生日期\n张三,1949年12月31日\n李四,1980/1/5\n王五,1980-13-01\n赵六,\n钱七,19800105\n孙八,x\n"
    )
    assert [each.split("|")[1] for each in plain.inputs.to_pylist()] == ["19491231", "19800105", "19800105"]
    assert plain.aside["line"].to_pylist() == [4, 5, 7]
    by_id = read(tmp_path, f"姓名,身份证号\n张 三,{ID}\n", "ids.csv")
    assert set(by_id.inputs.to_pylist()) & set(plain.inputs.to_pylist()) == {"name_birth\x1f张三|19491231"}


def test_a_day_or_place_of_something_else_is_no_birth(tmp_path: Path) -> None:
    born = read(tmp_path, "姓名,发生日期,生日,出生地\n张三,2024-05-01,1949-12-31,上海\n李四,2024-05-02,19800105,北京\n")
    assert born.inputs.to_pylist() == ["name_birth\x1f张三|19491231", "name_birth\x1f李四|19800105"]
    assert len(read(tmp_path, "姓名,发生日期\n张三,2024-05-01\n李四,2024-05-02\n").inputs) == 0
    assert len(read(tmp_path, "姓名,生日\n张三,1990111\n李四,1990-02-31\n", 生日="birth").inputs) == 0


def test_a_number_that_two_people_share_joins_nobody(tmp_path: Path) -> None:
    first, second = TWO_IDS
    people = read(tmp_path, f"身份证号,手机\n{first},15400000001\n{second},15400000001\n{second},15400000002\n")
    assert people.count == 2
    whose = told(people)
    assert whose[f"resident_id {second}"] == whose["mobile 15400000002"] != whose[f"resident_id {first}"]
    shared = read(tmp_path, "姓名,生日,手机\n张三,19800101,15400000001\n李四,19820202,15400000001\n")
    assert shared.count == 2


def test_a_chain_between_two_identity_numbers_is_cut() -> None:
    # rows: id 0 + phone 2; phone 2 + mail 3 (no id); mail 3 + id 1
    row, held = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 2, 2, 3, 1, 3])
    kinds = np.array([KINDS.index(kind) for kind in ("resident_id", "resident_id", "mobile", "email")])
    whose = persons(row, held, kinds, 3)
    assert whose[0] != whose[1]
    assert set(whose.tolist()) == {0, 1}


def test_a_row_of_two_people_joins_nothing(tmp_path: Path) -> None:
    first, second = TWO_IDS
    people = read(tmp_path, f"身份证号,被保人身份证号,手机\n{first},{second},15400000001\n")
    assert people.count == 2


def test_texts_workbooks_and_parquet_say_the_same(tmp_path: Path) -> None:
    phones = sorted(f"154{n * n * 7_654_321 % 10**8:08}" for n in range(1, 21))  # a count would be no list of people
    (tmp_path / "list.txt").write_text("".join(f"{p}\n" for p in phones))
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["电话"], *([p] for p in phones)):
        sheet.append(row)
    book.save(tmp_path / "list.xlsx")
    pq.write_table(pa.table({"mobile": phones}), tmp_path / "list.parquet")
    found = [read_people([tmp_path / f"list.{kind}"]) for kind in ("txt", "xlsx", "parquet")]
    assert [each.inputs.to_pylist() for each in found] == [[f"mobile\x1f{p}" for p in phones]] * 3
    together = read_people([tmp_path / "list.txt", tmp_path / "list.parquet"])
    assert (len(together.inputs), together.count, together.rows.num_rows) == (20, 20, 40)


def test_a_cell_of_two_numbers_and_words_gives_both(tmp_path: Path) -> None:
    people = read(tmp_path, "手机\n15400000001/15400000002\n15400000003\n15400000004\n15400000005\n")
    assert people.by_kind() == {"mobile": 5}
    assert people.count == 4


def test_columns_can_be_named(tmp_path: Path) -> None:
    text = "a,b\n15400000001,张三\n15400000002,李四\n"
    assert read(tmp_path, text, a="mobile").by_kind() == {"mobile": 2}
    with pytest.raises(ExchangeError, match="no file has a column c"):
        read(tmp_path, text, c="mobile")
    with pytest.raises(ExchangeError, match="columns hold"):
        read(tmp_path, text, a="shoe size")


@pytest.mark.parametrize("data", [b"\x00\x01\x02\xff" * 20, b"PAR1 and nothing else"])
def test_what_cannot_be_read_is_said(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.bin").write_bytes(data)
    with pytest.raises(ExchangeError, match=r"list\.bin"):
        read_people([tmp_path / "list.bin"])
    with pytest.raises(ExchangeError, match="does not exist"):
        read_people([tmp_path / "nothing"])


@given(st.permutations(range(12)), st.integers(0, 5))
@settings(max_examples=5)
def test_neither_order_nor_repetition_changes_what_a_list_says(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], again: int
) -> None:
    root = tmp_path_factory.mktemp("lists")
    rows = [f"154{n // 2:08},u{n}@example.com" for n in range(12)]
    first = read(root, "\n".join(["手机,邮箱", *rows]))
    second = read(root, "\n".join(["手机,邮箱", *(rows[n] for n in order), *rows[:again]]), "other.csv")
    assert first.inputs.equals(second.inputs)
    assert first.persons.tolist() == second.persons.tolist()
    assert first.commitment(b"n" * 32) == second.commitment(b"n" * 32) != first.commitment(b"m" * 32)
