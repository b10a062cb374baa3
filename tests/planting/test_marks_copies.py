"""Marked copies in all formats: what is not marked stays as it was, and taking the marks off gives one table for all."""

from __future__ import annotations

import csv
import io
import stat
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from headwater.model.errors import HeadwaterError, StoreError, UnreadableError
from headwater.planting.marks.layout import written
from headwater.planting.marks.marking import Copies, MarkError, Wanted, mark
from headwater.planting.marks.opening import open_source
from headwater.planting.marks.registry import Registry
from headwater.simulation.simulate import simulate
from headwater.simulation.workbook import workbook
from headwater.store.workspace import open_workspace

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FORMATS = ("csv", "tsv-gb18030", "csv-utf16", "xlsx", "parquet", "sql")


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    """A made insurer's clients, header first."""
    case = tmp_path_factory.mktemp("world") / "case"
    simulate("insurer", case, seed=3, events=60, staff=20, clients=200, days=5, crimes=[], leaks=[])
    with (case / "clients" / "policyholders.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[:121]


@pytest.fixture(scope="module")
def slim(clients: list[list[str]]) -> list[list[str]]:
    """The key, the branch and the month of the same clients, for what does not hang on other columns."""
    places = [clients[0].index(name) for name in ("cust_no", "branch", "due_month")]
    return [[row[place] for place in places] for row in clients]


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    with open_workspace(tmp_path / "space") as space:
        yield Registry(space)


def exported(rows: list[list[str]], form: str, folder: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter="\t" if form.startswith("tsv") else ",").writerows(rows)
    file = folder / f"clients.{form.partition('-')[0]}"
    if form == "csv":
        file.write_bytes(b"\xef\xbb\xbf" + text.getvalue().replace("车险", '"车险"').encode())
    elif form == "tsv-gb18030":
        file.write_bytes(text.getvalue().encode("gb18030"))
    elif form == "csv-utf16":
        file.write_bytes(b"\xff\xfe" + text.getvalue().encode("utf-16-le"))
    elif form == "xlsx":
        file.write_bytes(workbook(rows))
    elif form == "parquet":
        columns = {name: [row[place] or None for row in rows[1:]] for place, name in enumerate(rows[0])}
        numbers = {name: [int(v) for v in columns[name]] for name in ("premium",) if name in columns}
        pq.write_table(pa.table({**columns, **numbers}), file)
    else:
        told = ["-- it's a dump", f"INSERT INTO policyholder ({', '.join(rows[0])}) VALUES"]
        told += [f"({', '.join(_literal(cell) for cell in row)})," for row in rows[1:]]
        file.write_text("\n".join(told)[:-1] + ";\nSELECT 'done; ('\n;\n", "utf-8")
    return file


def _literal(cell: str) -> str:
    return "'" + cell.replace("'", "''") + "'" if cell else "NULL"


def table(file: Path) -> dict[str, list[str | None]]:
    source = open_source(file)
    whole = pa.concat_tables(list(source.batches()))
    return {name: whole.column(place).to_pylist() for place, name in enumerate(source.columns)}


def unmarked(copies: Copies, file: Path) -> dict[str, list[str | None]]:
    """The table of a copy with every mark in form 0."""
    told = table(file)
    slots = copies.layout.slots
    for name in dict.fromkeys(slot.name for slot in slots):
        values = pa.array(told[name], pa.string())
        zero = [(slot, np.zeros(len(values), bool)) for slot in slots if slot.name == name]
        told[name] = written(values, zero).to_pylist()
    return told


@pytest.mark.parametrize("form", FORMATS)
def test_only_marked_columns_differ_and_taking_marks_off_gives_one_table(
    clients: list[list[str]], form: str, tmp_path: Path, registry: Registry
) -> None:
    file = exported(clients, form, tmp_path)
    made = mark(file, ["branch-1", "branch-2"], tmp_path / "out", registry, Wanted(), NOW)
    first, second = (made.files[name] for name in ("branch-1", "branch-2"))
    marked = {slot.name for slot in made.layout.slots}
    assert marked == {"home_address", "due_month", "valid_from", "valid_to"}
    before, a, b = table(file), table(first), table(second)
    for name, cells in before.items():
        assert len(a[name]) == len(cells) == len(clients) - 1
        assert name in marked or a[name] == b[name] == cells
    assert a["home_address"] != b["home_address"]
    assert unmarked(made, first) == unmarked(made, second)


@pytest.mark.parametrize("form", FORMATS)
def test_a_copy_made_again_is_the_same_and_handed_out_once(
    slim: list[list[str]], form: str, tmp_path: Path, registry: Registry
) -> None:
    file = exported(slim, form, tmp_path)
    made, again = (mark(file, ["a", "b"], tmp_path / out, registry, Wanted(), NOW) for out in ("out", "again"))
    assert made.files["a"].read_bytes() == again.files["a"].read_bytes() != made.files["b"].read_bytes()
    assert len(registry.handed()) == 2


@pytest.mark.parametrize("form", ["csv", "tsv-gb18030", "csv-utf16", "sql"])
def test_text_outside_of_marked_cells_stays_byte_for_byte(
    slim: list[list[str]], form: str, tmp_path: Path, registry: Registry
) -> None:
    file = exported(slim, form, tmp_path)
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(("due_month",)), NOW)
    before, after = (p.read_bytes() for p in (file, made.files["a"]))
    encoding = {"tsv-gb18030": "gb18030", "csv-utf16": "utf-16-le"}.get(form, "utf-8")
    assert before != after
    # the only mark is a zero in front of a month
    plain = [text.decode(encoding) for text in (before, after)]
    for month in range(1, 10):
        plain = [text.replace(f"0{month}月", f"{month}月") for text in plain]
    assert plain[0] == plain[1]


def test_broken_rows_are_copied_as_they_are(tmp_path: Path, registry: Registry) -> None:
    rows = [f"K{n:03},产品甲,2024-0{1 + n % 9}-11\r\n".encode() for n in range(80)]
    broken = [b"x\r\n", '5" 宽,2024-01-02,z\r\n'.encode(), b"K999,\xff\xfe,2024-01-02\r\n"]
    torn = b"".join([b"no,product,from\r\n", *rows[:40], *broken, *rows[40:]])
    file = tmp_path / "torn.csv"
    file.write_bytes(torn)
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    written_lines = made.files["a"].read_bytes().split(b"\r\n")
    lines = torn.split(b"\r\n")
    assert len(lines) == len(written_lines)
    assert [a for b, a in zip(lines, written_lines, strict=True) if b + b"\r\n" in broken] == [b[:-2] for b in broken]
    changed = [b for b, a in zip(lines, written_lines, strict=True) if a != b]
    assert len(changed) > 40 and all(b"2024-" in b for b in changed)


def test_a_workbook_keeps_its_other_parts_and_styles(
    clients: list[list[str]], tmp_path: Path, registry: Registry
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in clients[:120]:
        sheet.append([int(c) if place == 6 and c.isdigit() else c for place, c in enumerate(row)])
    sheet["E5"].font = openpyxl.styles.Font(bold=True)
    book.create_sheet("其他").append(["不动"])
    file = tmp_path / "styled.xlsx"
    book.save(file)
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    after = openpyxl.load_workbook(made.files["a"])
    assert after["其他"]["A1"].value == "不动"
    assert after.worksheets[0]["E5"].font.bold
    assert after.worksheets[0]["G3"].value == int(clients[2][6])
    same = zipfile.ZipFile(file), zipfile.ZipFile(made.files["a"])
    changed = [n for n in same[0].namelist() if same[0].read(n) != same[1].read(n)]
    assert changed == ["xl/worksheets/sheet1.xml"]


def test_a_parquet_file_keeps_its_schema(clients: list[list[str]], tmp_path: Path, registry: Registry) -> None:
    file = exported(clients, "parquet", tmp_path)
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    before, after = pq.read_table(file), pq.read_table(made.files["a"])
    assert before.schema.equals(after.schema, check_metadata=True)
    assert before.column("premium") == after.column("premium")


@pytest.mark.parametrize("column", ["cust_name", "id_card", "mobile", "premium", "policy_no", "premium:thousands"])
def test_a_column_that_is_never_marked_is_an_error_where_it_is_asked_for(
    clients: list[list[str]], column: str, tmp_path: Path, registry: Registry
) -> None:
    file = exported(clients, "csv", tmp_path)
    with pytest.raises(MarkError):
        mark(file, ["a"], tmp_path / "out", registry, Wanted((column,)), NOW)
    assert not (tmp_path / "out").exists()


def test_texts_that_are_no_addresses_are_not_marked_as_if_they_were(tmp_path: Path, registry: Registry) -> None:
    file = tmp_path / "contracts.csv"
    rows = [f"沪保字2020第{n:05}号,第{n % 7}次来访,2:{n % 50 + 10},2024-0{1 + n % 9}-11" for n in range(60)]
    file.write_text("\n".join(["ref,remark,duration,from", *rows]), "utf-8")
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    assert {slot.name for slot in made.layout.slots} == {"from"}
    with pytest.raises(MarkError, match="codes"):
        mark(file, ["a"], tmp_path / "more", registry, Wanted(("ref:digit-width",)), NOW)


def test_rows_left_out_and_order_are_keyed_and_nothing_else_changes(
    slim: list[list[str]], tmp_path: Path, registry: Registry
) -> None:
    file = exported(slim, "tsv-gb18030", tmp_path)
    made = mark(file, ["a", "b"], tmp_path / "out", registry, Wanted(("due_month",), left_out=0.15, order="*"), NOW)
    whole, a, b = (table(p)["cust_no"] for p in (file, made.files["a"], made.files["b"]))
    assert 0 < len(whole) - len(a) < 0.4 * len(whole)
    assert a != b and set(a) < set(whole) and sorted(a) != a
    ties = mark(file, ["a"], tmp_path / "ties", registry, Wanted(("due_month",), order="branch"), NOW)
    told = table(ties.files["a"])
    assert told["branch"] == table(file)["branch"]
    assert told["cust_no"] != whole and sorted(told["cust_no"]) == sorted(whole)  # type: ignore[type-var]


def test_rows_may_move_though_the_last_line_has_no_end(tmp_path: Path, registry: Registry) -> None:
    file = tmp_path / "open.csv"
    lines = [f"K{n:03},2024-0{1 + n % 9}-11" for n in range(60)]
    file.write_bytes("\r\n".join(["no,from", *lines]).encode())
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(order="*"), NOW)
    told = made.files["a"].read_text("utf-8").split("\n")
    assert len(told) == 61
    assert sorted(line[:4] for line in told[1:]) == [line[:4] for line in lines]
    assert [line[:4] for line in told[1:]] != [line[:4] for line in lines]


def test_a_form_that_the_encoding_cannot_write_is_no_form(tmp_path: Path, registry: Registry) -> None:
    rows = "".join(f"K{n:03};Stra\u00dfe {n} (hinten);2024-0{1 + n % 9}-11\n" for n in range(60))
    marked = {}
    for encoding in ("cp1252", "utf-8"):
        file = tmp_path / f"{encoding}.csv"
        file.write_bytes(("no;place;from\n" + rows).encode(encoding))
        made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
        marked[encoding] = {slot.name for slot in made.layout.slots}
    assert marked == {"cp1252": {"from"}, "utf-8": {"place", "from"}}


def test_a_folder_that_cannot_be_written_is_said(slim: list[list[str]], tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(MarkError, match="cannot be made"):
        mark(exported(slim, "csv", tmp_path), ["a"], tmp_path / "taken", registry, Wanted(), NOW)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no"),
        (b"just a letter\nof two lines\n", "no table"),
        (b"\x00\x01\x02" * 99, "no CSV"),
        (b"PK\x03\x04torn", "damaged|torn"),
    ],
)
def test_what_is_no_export_is_said(content: bytes, reason: str, tmp_path: Path, registry: Registry) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(HeadwaterError, match=reason):
        mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)


def test_a_dump_is_cut_right_whatever_stands_in_its_comments_and_texts(tmp_path: Path) -> None:
    file = tmp_path / "odd.sql"
    file.write_text(
        "/* it's a dump;\n don't ( */\nINSERT INTO t (no, what) VALUES -- isn't it\n"
        "('1','one\n-- ''two'' /* three'),\n('2','*/ four');\n/*!40000 ALTER TABLE t */;\n",
        "utf-8",
    )
    assert table(file) == {"no": ["1", "2"], "what": ["one\n-- 'two' /* three", "*/ four"]}
    file.write_text("INSERT INTO t VALUES ('1','2');\nINSERT INTO t VALUES ('3','4);\n", "utf-8")
    with pytest.raises(UnreadableError, match="within quotation marks"):
        table(file)


def test_what_cannot_be_asked_is_said(slim: list[list[str]], tmp_path: Path, registry: Registry) -> None:
    file = exported(slim, "xlsx", tmp_path)
    for names, wanted in (
        ([], Wanted()),
        ([" "], Wanted()),
        (["a"], Wanted(("nothing",))),
        (["a"], Wanted(("due_month:nothing",))),
        (["a"], Wanted(("cust_no",))),
        (["a"], Wanted(left_out=0.1)),
        (["a"], Wanted(order="nothing")),
        (["a"], Wanted(colluders=0)),
    ):
        with pytest.raises(MarkError):
            mark(file, names, tmp_path / "out", registry, wanted, NOW)
    with pytest.raises(UnreadableError, match="does not exist"):
        mark(tmp_path / "none.csv", ["a"], tmp_path / "out", registry, Wanted(), NOW)


def test_the_registry_holds_no_raw_value_and_only_its_owner_reads_it(
    clients: list[list[str]], tmp_path: Path, registry: Registry
) -> None:
    file = exported(clients, "csv", tmp_path)
    made = mark(file, ["branch-1"], tmp_path / "out", registry, Wanted(), NOW)
    space = tmp_path / "space"
    kept = [p for p in space.rglob("*") if p.is_file()]
    raw = [cell for row in clients[1:40] for place, cell in enumerate(row) if place in (0, 1, 2, 3, 4, 7)]
    for path in kept:
        held = path.read_bytes()
        assert not [cell for cell in raw if cell.encode() in held], path
    assert {stat.S_IMODE(p.stat().st_mode) for p in [*(space / "marks").iterdir(), space / "keys" / "mark.key"]} == {
        0o600
    }
    assert stat.S_IMODE(made.files["branch-1"].stat().st_mode) == 0o600
    assert registry.key.hex() not in f"{registry!r} {made!r} {made.layout.code(registry.key)!r}"


def test_a_copy_is_not_written_over_another_file(slim: list[list[str]], tmp_path: Path, registry: Registry) -> None:
    file = exported(slim, "csv", tmp_path)
    made = mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    made.files["a"].write_text("mine")
    with pytest.raises(MarkError, match="not overwritten"):
        mark(file, ["a"], tmp_path / "out", registry, Wanted(), NOW)
    assert made.files["a"].read_text() == "mine"


def test_no_copy_is_there_that_the_registry_does_not_know(
    slim: list[list[str]], tmp_path: Path, registry: Registry
) -> None:
    """A list that cannot be written to, and a run that stops at the second of two copies."""
    file, handed = exported(slim, "csv", tmp_path), tmp_path / "space" / "marks" / "handed.jsonl"
    handed.parent.mkdir(parents=True, exist_ok=True)
    handed.write_text("torn", "utf-8")
    with pytest.raises(StoreError):
        mark(file, ["a", "b"], tmp_path / "out", registry, Wanted(), NOW)
    assert list((tmp_path / "out").iterdir()) == []
    handed.unlink()
    (tmp_path / "out" / "clients.b.csv").write_text("mine", "utf-8")
    with pytest.raises(MarkError, match="not overwritten"):
        mark(file, ["a", "b"], tmp_path / "out", registry, Wanted(), NOW)
    known = {copy.recipient for copy in registry.handed()}
    assert {p.name.split(".")[1] for p in (tmp_path / "out").iterdir()} - {"b"} <= known


def test_a_list_that_was_changed_is_noticed(slim: list[list[str]], tmp_path: Path, registry: Registry) -> None:
    mark(exported(slim, "csv", tmp_path), ["a", "b"], tmp_path / "out", registry, Wanted(), NOW)
    handed = tmp_path / "space" / "marks" / "handed.jsonl"
    handed.write_text(handed.read_text("utf-8").replace('"a"', '"c"'), "utf-8")
    with pytest.raises(StoreError):
        registry.handed()
