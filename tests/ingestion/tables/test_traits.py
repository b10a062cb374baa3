"""What staff have in common with protected people becomes tokens: only what tells two people apart, and nothing in the clear."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from headwater.exhibits.folder import open_case
from headwater.identifiers.surname import surname, surname_array
from headwater.ingestion.ingest import ingest
from headwater.store.workspace import open_workspace

ROSTER = (
    "employee_id,name,address,mobile,resident_id\n"
    "E1,欧阳小明,上海市川沙县龙湖路12号3室,16400001234,\n"
    "E2,王芳,上海市川沙县龙湖路99号,,\n"
    "E3,贾宝,,,\n"
    ",赵六,,,\n"
)


def rows() -> list[str]:
    """Two hundred clients: many 王, three 欧阳, one 贾宝, twenty in the dormitory of E2, one at home with E1."""
    made = ["client_id,name,address,phone"]
    for n in range(200):
        name = "王" + "伟芳娜敏静"[n % 5] + "强磊军"[n % 3] if n < 100 else "李陈刘周"[n % 4] + "伟芳娜敏静"[n % 5]
        name = {150: "欧阳娜", 151: "欧 阳 军", 152: "欧阳小明", 153: "贾宝"}.get(n, name)
        home = f"浙江省鄞县人民路{n + 1}弄5号"
        home = "上海市川沙县龙湖路99号" if n < 20 else "上海市川沙县龙湖路１２号 3室" if n == 160 else home
        made.append(f"K{n:04},{name},{home},{'16400001234' if n == 152 else f'1640000{2000 + n}'}")
    return made


def test_records_share_traits_with_staff_and_others_leave_none(tmp_path: Path) -> None:
    root = tmp_path / "case"
    for path, text in {"hr/roster.csv": ROSTER, "clients/clients.csv": "\n".join(rows()) + "\n"}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    with open_workspace(tmp_path / "w") as opened:
        ingest(open_case(root), opened)
        staff = opened.lake.read("staff_traits").to_pylist()
        shared = opened.lake.read("shared_traits").to_pylist()
    assert {(r["employee"], r["kind"]) for r in staff} == {
        ("E1", "name"), ("E1", "surname"), ("E1", "address"), ("E1", "mobile"),
        ("E2", "name"), ("E2", "surname"), ("E2", "address"), ("E3", "name"), ("E3", "surname"),
    }  # fmt: skip
    assert {(r["source"], r["line"]) for r in staff if r["employee"] == "E2"} == {("hr/roster.csv", 3)}
    whose = {r["token"]: r["employee"] for r in staff}
    found = sorted((whose[r["token"]], r["kind"], r["ordinal"]) for r in shared if r["kind"] != "name")
    # neither the hundred who are called 王, nor those in the dormitory
    assert found == [
        ("E1", "address", 160), ("E1", "mobile", 152),
        ("E1", "surname", 150), ("E1", "surname", 151), ("E1", "surname", 152), ("E3", "surname", 153),
    ]  # fmt: skip
    assert sorted((whose[r["token"]], r["ordinal"]) for r in shared if r["kind"] == "name") == [
        ("E1", 152),
        ("E3", 153),
    ]
    stored = b"".join(f.read_bytes() for f in (tmp_path / "w").rglob("*") if f.is_file())
    assert not any(secret.encode() in stored for secret in ("小明", "龙湖路", "16400001234", "贾宝"))


def test_a_column_of_names_gives_the_surnames_of_each() -> None:
    names = ["欧阳小明", "欧阳", "王芳", None, "ZHANG SAN", "SAN ZHANG", "WU LIN", "MARY ANN SMITH", "阿里·买买提"]
    given = surname_array(pa.array(names, pa.string())).to_pylist()
    assert given == ["欧阳", "欧", "王", None, "ZHANG", "ZHANG", None, "SMITH", None]
    assert given == [None if name is None else surname(name) for name in names]
