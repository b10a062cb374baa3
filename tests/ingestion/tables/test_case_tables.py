"""The tables of a case folder: read in any encoding, laid onto the lake, everything personal as tokens and masks."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.exhibits.folder import open_case
from headwater.ingestion.tables.clients import DatasetTables, read_dataset
from headwater.ingestion.tables.complaints import read_complaints
from headwater.ingestion.tables.days import parse_days
from headwater.ingestion.tables.organisation import read_organisation
from headwater.ingestion.tables.relations import read_relations
from headwater.ingestion.tables.shapes import shape_of
from headwater.ingestion.tables.snapshots import datasets_of
from headwater.model.errors import SettingsError
from headwater.model.exhibit import NotRead, Rejected
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

TOKENISER = Tokeniser(b"k" * 32)
DAY = datetime.date(2018, 5, 1)
CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


def case_of(folder: Path, **files: str | bytes):
    """A case folder; ``hr__roster_csv`` is the file ``hr/roster.csv``."""
    for name, data in files.items():
        file = folder / name.replace("__", "/").replace("_csv", ".csv").replace("_xlsx", ".xlsx").replace(
            "_toml", ".toml"
        )
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
    return open_case(folder)


ROSTER = (
    "employee_id,name,department,hired,left,extra\n"
    "E1,张三,销售部,2018-05-01,,x\n"
    "E2,欧阳小明,客服部,2018/5/1,20180502,x\n"
    ",王五,客服部,2018-05-01,,x\n"
    "E4,赵六,客服部,2018-02-30,,x\n"
    "E5,钱七,客服部\n"
    "E6,,,,,\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_roster(tmp_path, encoding):
    found = read_organisation(case_of(tmp_path, hr__roster_csv=ROSTER.encode(encoding)))
    people = found.tables["people"]
    assert people.schema == SCHEMAS["people"]
    first, second, third = people.to_pylist()
    assert (first["employee"], first["name"], first["hired"], first["left"]) == ("E1", "张*", DAY, None)
    assert (first["source"], first["line"]) == ("hr/roster.csv", 2)
    assert (second["name"], second["hired"], second["left"]) == ("欧阳**", DAY, datetime.date(2018, 5, 2))
    assert (third["employee"], third["name"], third["department"], third["line"]) == ("E6", None, None, 7)
    assert found.rejected == (
        Rejected("hr/roster.csv", 4, "employee_id is empty"),
        Rejected("hr/roster.csv", 5, "hired is no date"),
        Rejected("hr/roster.csv", 6, "has 3 cells instead of 6"),
    )
    assert "张三" not in str(people.to_pydict())


def test_workbooks_and_other_names_and_wrong_tables(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Account", "Owner", "kind", "created"])
    book.active.append(["u1", "E1", "person", datetime.datetime(2018, 5, 1)])
    out = io.BytesIO()
    book.save(out)
    found = read_organisation(
        case_of(
            tmp_path,
            hr__list_xlsx=out.getvalue(),
            hr__absences_csv="employee_id,start,to\nE1,2018-05-01,2018-05-02\n",
            hr__colours_csv="red,green\n1,2\n",
            hr__entitlements_csv="principal,dataset,action,rows_per_day\nsales,p,lookup,80\nit,p,sql,\nx,p,sql,many\n",
            hr__tickets_csv="ticket,principal,purpose,from,to\nT1,E1,请联系18183381926,2018-05-01 00:00:00,\n",
        )
    )
    (account,) = found.tables["accounts"].to_pylist()
    assert (account["account"], account["owner"], account["created"], account["line"]) == ("u1", "E1", DAY, 2)
    assert found.tables["entitlements"].column("rows_per_day").to_pylist() == [80, None]
    assert found.rejected == (Rejected("hr/entitlements.csv", 4, "rows_per_day is no whole number"),)
    (ticket,) = found.tables["tickets"].to_pylist()
    assert (ticket["starts"], ticket["ends"]) == (DAY, None)
    assert "18183381926" not in ticket["purpose"]
    assert NotRead("hr/absences.csv", "has no column 'from'; it has employee_id, start, to") in found.not_read
    assert any(item.path == "hr/colours.csv" for item in found.not_read)
    assert found.tables["absences"].num_rows == 0


CLIENTS = (
    "client_id,name,phone,policy_no,product,premium,valid_from,valid_to\n"
    "C1001,张三,18183381926,PL593580118,A,3071,2015-04-12,\n"
    "C1002,李四,15829473943,PL932750947,B,54785,2015-12-30,\n"
    "C1001,张三,17780003417,PL593580118,A,3071,2018-05-01,\n"
    ",无名,17780003419,PL593580119,A,3071,2018-05-01,\n"
    "C1003,王五,17780003418,PL377407156,A,2000,soon,\n"
    "C1004,赵六,15829473944,PL377407157,A,100,,2018-06-01\n"
)


def read_clients(folder: Path, clients: str = CLIENTS, toml: str = "") -> DatasetTables:
    case = case_of(folder, clients__policyholders_csv=clients, headwater_toml=toml)
    (dataset,) = datasets_of(case)
    return read_dataset(case, dataset, TOKENISER)


def test_records_and_their_versions(tmp_path):
    tables = read_clients(tmp_path)
    assert (tables.dataset.name, tables.key) == ("policyholders", "client_id")
    assert tables.records.schema == SCHEMAS["records"]
    rows = tables.records.to_pylist()
    assert [(row["ordinal"], row["version"], row["line"]) for row in rows] == [
        (0, 0, 2),
        (1, 0, 3),
        (0, 1, 4),
        (2, 0, 7),
    ]
    assert rows[0]["subject"] == TOKENISER.token("subject:policyholders", "C1001") == rows[2]["subject"]
    assert (rows[0]["valid_from"], rows[0]["valid_to"]) == (datetime.date(2015, 4, 12), DAY)
    assert (rows[2]["valid_to"], rows[3]["valid_to"]) == (None, datetime.date(2018, 6, 1))
    assert tables.rejected == (
        Rejected("clients/policyholders.csv", 5, "client_id is empty"),
        Rejected("clients/policyholders.csv", 6, "valid_from is no date"),
    )
    assert tables.snapshot.num_rows == tables.records.num_rows
    assert tables.snapshot.column("client_id").to_pylist() == ["C1001", "C1002", "C1001", "C1004"]


def test_no_raw_value_is_in_the_tables_or_their_representation(tmp_path):
    tables = read_clients(tmp_path)
    shown = repr(tables) + str(tables.records.to_pydict()) + str(tables.subjects.to_pydict())
    for value in ("张三", "18183381926", "PL593580118", "C1001"):
        assert value not in shown


def many_clients(count: int = 600) -> str:
    lines = ["client_id,name,phone,policy_no,product,branch,premium,visits,note,opened"]
    for n in range(count):
        name = "赵钱孙李周吴郑王冯陈"[n % 10] + "伟芳娜敏静丽强磊军洋"[n // 10 % 10] + "明华"[n // 100 % 2]
        lines.append(
            f"C{100000 + n},{name},{13800000000 + n * 7919},PL{500000000 + n * 7},"
            f"{'寿车健'[n % 3]}险,{'东西'[n % 2]}区,"
            f"{1000 + n * 13},{n % 7},备注{n}，请留意。,2018-{n % 12 + 1:02}-{n % 28 + 1:02} 08:00:00"
        )
    return "\n".join(lines) + "\n"


def test_columns_subjects_and_segments(tmp_path):
    tables = read_clients(tmp_path, many_clients())
    columns = {row["column"]: row for row in tables.columns.to_pylist()}
    assert {name: row["kind"] for name, row in columns.items()} == {
        "client_id": "own:client_id",
        "name": "name",
        "phone": "mobile",
        "policy_no": "own:policy_no",
        "product": "text",
        "branch": "text",
        "premium": "number",
        "visits": "number",
        "note": "text",
        "opened": "date",
    }
    assert columns["policy_no"]["shape"] == r"PL\d{9}"
    assert columns["client_id"]["shape"] == r"C\d{6}"
    assert (columns["product"]["rows"], columns["product"]["distinct"]) == (600, 3)
    kinds = {row["values"]: row["counts"] for row in pc.value_counts(tables.subjects.column("kind")).to_pylist()}
    assert kinds == {"own:client_id": 600, "name": 600, "mobile": 600, "own:policy_no": 600}
    tokens = tables.subjects.filter(pc.equal(tables.subjects.column("kind"), "own:policy_no")).column("token")
    assert tokens.to_pylist()[0] == TOKENISER.token("own:policy_no", "PL500000000")
    assert pc.count_distinct(tables.records.column("segment")).as_py() == 6


def test_the_key_that_the_settings_name(tmp_path):
    toml = '[datasets.policyholders]\nkey = "Policy_No"\n'
    assert read_clients(tmp_path, toml=toml).key == "policy_no"
    with pytest.raises(SettingsError, match=r"\[datasets.policyholders\].*no column 'nr'; it has client_id, name"):
        read_clients(tmp_path, toml='[datasets.policyholders]\nkey = "nr"\n')


def test_declared_and_found_data_sets(tmp_path):
    toml = '[datasets.holders]\nsnapshot = "clients/p.csv"\n[datasets.gone]\nsnapshot = "clients/gone.csv"\n'
    case = case_of(
        tmp_path, headwater_toml=toml, clients__p_csv=CLIENTS, clients__parcels_csv="waybill,phone\n1,2\n3,4\n"
    )
    found = {dataset.name: dataset.snapshot for dataset in datasets_of(case)}
    assert found == {"holders": "clients/p.csv", "gone": "clients/gone.csv", "parcels": "clients/parcels.csv"}
    gone = read_dataset(case, datasets_of(case)[1], TOKENISER)
    assert gone.records.num_rows == 0
    assert gone.not_read[0].path == "clients/gone.csv"


def test_relations_find_their_data_set(tmp_path):
    case = case_of(
        tmp_path,
        clients__policyholders_csv=CLIENTS,
        clients__parcels_csv="waybill,phone\nW1,2\nW2,4\n",
        business__a_csv="employee_id,subject_id,relation,from,to\nE1,C1002,agent,2018-05-01,\nE1,C9999,claim,2018-05-01,\n",
        business__b_csv="employee_id,subject_id,relation,dataset\nE1,W2,visit,parcels\nE1,C1004,call,policyholders\n",
        business__c_csv="employee_id,subject_id,relation\nE1,Z1,visit\nE1,Z2,visit\n",
        business__d_csv="employee_id,subject,relation\nE1,Z1,visit\n",
    )
    datasets = [read_dataset(case, dataset, TOKENISER) for dataset in datasets_of(case)]
    found = read_relations(case, datasets, TOKENISER)
    rows = {(row["source"], row["line"]): row for row in found.tables["relations"].to_pylist()}
    one = rows["business/a.csv", 2]
    assert (one["dataset"], one["ordinal"], one["starts"]) == ("policyholders", 1, DAY)
    assert one["subject"] == TOKENISER.token("subject:policyholders", "C1002")
    assert rows["business/a.csv", 3]["ordinal"] is None
    assert (rows["business/b.csv", 2]["dataset"], rows["business/b.csv", 2]["ordinal"]) == ("parcels", 1)
    assert (rows["business/b.csv", 3]["dataset"], rows["business/b.csv", 3]["ordinal"]) == ("policyholders", 2)
    assert [item.path for item in found.not_read] == ["business/c.csv", "business/d.csv"]


def test_complaints(tmp_path):
    text = (
        "complaint,received,name,phone,id_number,what\n"
        "R1,2018-08-14,张三,18183381926,,来电号码15829473943\n"
        "R2,2018-08-15,,,,没有留下姓名\n"
        "R3,yesterday,李四,,,x\n"
        "R4,2018-08-15,,021-55551234,132101199001010010,x\n"
    )
    found = read_complaints(case_of(tmp_path, complaints_csv=text), TOKENISER)
    rows = found.tables["complaints"].to_pylist()
    assert [(row["complaint"], row["kind"]) for row in rows] == [
        ("R1", "mobile"),
        ("R1", "name"),
        ("R2", None),
        ("R4", "landline"),
        ("R4", "resident_id"),
    ]
    assert rows[0]["token"] == TOKENISER.token("mobile", "18183381926")
    assert "15829473943" not in rows[0]["what"]
    assert found.rejected == (Rejected("complaints.csv", 4, "received is no date"),)


def test_an_empty_case_gives_empty_tables(tmp_path):
    case = open_case(tmp_path)
    assert all(table.num_rows == 0 for table in read_organisation(case).tables.values())
    assert datasets_of(case) == ()
    assert read_relations(case, [], TOKENISER).tables["relations"].schema == SCHEMAS["relations"]
    assert read_complaints(case, TOKENISER).tables["complaints"].schema == SCHEMAS["complaints"]


@given(
    day=st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)),
    time=st.sampled_from(["", " 00:00:00", "T08:30"]),
)
def test_every_way_to_write_a_day(day, time):
    texts = [
        f"{day:%Y-%m-%d}{time}",
        f"{day.year}/{day.month}/{day.day}{time}",
        f"{day:%Y.%m.%d}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f" {day:%Y%m%d103000} ",
    ]
    assert parse_days(pa.array(texts)).to_pylist() == [day] * len(texts)


def test_what_is_no_day():
    texts = ["2018-02-29", "2018-13-01", "20181301", "1.5.2018", "2018-05", "", None, "x2018-05-01", "0000-00-00"]
    assert parse_days(pa.array(texts)).to_pylist() == [None] * len(texts)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["PL593580118", "PL932750947"], r"PL\d{9}"),
        (["C100000", "C99999"], r"C\d{5,6}"),
        (["620100001", "620100002"], r"\d{9}"),
        (["62010", "62011"], None),
        (["1234567", "12345678"], None),
        (["SF-1001", "YT-1002"], r"(?:SF|YT)\-\d{4}"),
        (["3071.50", "12.25"], None),
        (["hello", "world"], None),
        (["来电报出", "PL932750947"], None),
        ([], None),
    ],
)
def test_shapes(values, shape):
    assert shape_of(values) == shape


@pytest.mark.shared_case
@pytest.mark.skipif(not (CASES / "insurer-open").exists(), reason="the shared cases do not lie beside the checkout")
def test_the_sample_case_is_read_without_loss():
    case = open_case(CASES / "insurer-open" / "case")
    found = read_organisation(case)
    assert found.rejected == ()
    assert found.not_read == ()
    datasets = [read_dataset(case, dataset, TOKENISER) for dataset in datasets_of(case)]
    assert all(tables.rejected == () and tables.records.num_rows > 10_000 for tables in datasets)
    relations = read_relations(case, datasets, TOKENISER)
    assert relations.rejected == ()
    assert relations.tables["relations"].column("ordinal").null_count == 0
