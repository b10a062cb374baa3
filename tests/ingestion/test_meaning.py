"""What a request means is told by the settings: a record, a page of them, an export, the outside, or nothing of ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

from headwater.ingestion.meaning import Meaning, Protected
from headwater.ingestion.naming import Names
from headwater.ingestion.parsing import RAW
from headwater.ingestion.sql.interpret import Interpreter
from headwater.model.settings import Dataset
from headwater.model.tables import SCHEMAS
from headwater.store.lake import conform
from headwater.store.tokens import Tokeniser

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOKENISER = Tokeniser(bytes(32))
CLIENTS = Dataset(
    "clients",
    urls=(r"/crm/customer/(?P<subject>K\d+)", r"^/api/(?P<subject>K\d+)$"),
    exports=(r"/crm/export", r"/crm/search"),
)
EVENING = datetime(2021, 3, 1, 17, 30, tzinfo=UTC)  # already the second of March in Shanghai


@pytest.fixture
def meaning() -> Meaning:
    protected = Protected(CLIENTS, pa.array(["K1", "K2", "K3"]))
    names = Names(["u1"], ["PC-1"], TOKENISER)
    return Meaning(SHANGHAI, names, (protected,), Interpreter([], SHANGHAI, TOKENISER), TOKENISER)


def requests(*rows: dict[str, Any]) -> pa.Table:
    filled = [{"time": EVENING, "line": n, **row} for n, row in enumerate(rows, start=1)]
    return pa.Table.from_pylist(filled, schema=RAW["requests"])


def test_a_look_up_is_an_act_on_one_record(meaning: Meaning) -> None:
    meant = meaning.of(
        "requests", requests({"path": "/crm/customer/K2?tab=1", "account": "CORP\\U1", "status": 200}), "a.log"
    )
    (act,) = meant.tables["access"].to_pylist()
    assert (act["action"], act["account"], act["dataset"], act["rows"]) == ("lookup", "u1", "clients", 1)
    assert (act["subject"], act["ordinal"]) == (TOKENISER.token("subject:clients", "K2"), 1)
    assert (act["source"], act["line"], act["outcome"]) == ("a.log", 1, "success")
    assert "K2" not in str(act)


def test_day_and_hour_are_the_cases_own(meaning: Meaning) -> None:
    (act,) = meaning.of("requests", requests({"path": "/crm/customer/K1"}), "a.log").tables["access"].to_pylist()
    assert (act["day"], act["hour"]) == (date(2021, 3, 2), 1)


def test_a_record_that_the_snapshot_does_not_know_has_no_place(meaning: Meaning) -> None:
    (act,) = meaning.of("requests", requests({"path": "/crm/customer/K99"}), "a.log").tables["access"].to_pylist()
    assert act["ordinal"] is None
    assert act["subject"] == TOKENISER.token("subject:clients", "K99")


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/crm/customer/K1", "lookup"),
        ("/api/K1", "lookup"),
        ("/crm/export?from=1", "export"),
        ("/crm/search?name=x", "search"),
        ("/api/K1/photo", None),
        ("/x/crm/customer/K1", None),
        ("/favicon.ico", None),
        (None, None),
    ],
)
def test_patterns_are_searched_from_the_start_of_the_path(
    meaning: Meaning, path: str | None, action: str | None
) -> None:
    meant = meaning.of("requests", requests({"path": path}), "a.log")
    if action is None:
        assert meant.tables == {}
        assert meant.counts == {"requests to other pages": 1}
    else:
        assert meant.tables["access"].column("action").to_pylist() == [action]
        assert not meant.counts


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "success"), (304, "success"), (403, "denied"), (None, "success")]
)
def test_a_refusal_gave_nothing(meaning: Meaning, status: int | None, outcome: str) -> None:
    meant = meaning.of("requests", requests({"path": "/crm/export", "status": status, "rows": 5}), "a.log")
    assert meant.tables["access"].column("outcome").to_pylist() == [outcome]
    assert meant.tables["access"].column("rows").to_pylist() == [5]


def test_a_request_to_a_site_is_traffic_and_its_query_stays_out(meaning: Meaning) -> None:
    path = "/chat/13012345678/send?to=13012345678#x"
    meant = meaning.of("requests", requests({"path": path, "host": "shop.example", "bytes_out": 9}), "a.log")
    (row,) = meant.tables["web"].to_pylist()
    assert (row["host"], row["bytes_out"]) == ("shop.example", 9)
    assert row["path"].startswith("/chat/")
    assert "13012345678" not in row["path"]
    assert "?" not in row["path"]


def test_acts_and_traffic_of_one_file_are_each_in_order_of_lines(meaning: Meaning) -> None:
    rows = requests(
        {"path": "/crm/export"},
        {"path": "/a", "host": "x.example"},
        {"path": "/crm/customer/K1"},
        {"path": "/b"},
        {"path": "/api/K3"},
    )
    meant = meaning.of("requests", rows, "a.log")
    assert meant.tables["access"].column("line").to_pylist() == [1, 3, 5]
    assert meant.tables["web"].column("line").to_pylist() == [2]
    assert meant.counts == {"requests to other pages": 1}


@pytest.mark.parametrize("kind", ["requests", "logons", "files", "flows", "mail"])
def test_every_kind_fits_its_table_and_rows_without_a_time_are_left_out(meaning: Meaning, kind: str) -> None:
    rows = pa.Table.from_pylist([{"time": EVENING, "line": 1}, {"time": None, "line": 2}], schema=RAW[kind])
    for table, made in meaning.of(kind, rows, "a.log").tables.items():
        assert conform(table, made).schema == SCHEMAS[table]
        assert made.column("line").to_pylist() == [1]
    assert meaning.of(kind, RAW[kind].empty_table(), "a.log").tables == {}


def test_paths_of_files_and_subjects_of_mail_are_masked(meaning: Meaning) -> None:
    files = pa.Table.from_pylist(
        [{"time": EVENING, "line": 1, "path": "D:/名单/13012345678.xlsx"}], schema=RAW["files"]
    )
    mail = pa.Table.from_pylist([{"time": EVENING, "line": 1, "subject": "call 13012345678"}], schema=RAW["mail"])
    for kind, rows in (("files", files), ("mail", mail)):
        assert "13012345678" not in str(meaning.of(kind, rows, "a.log").tables[kind].to_pylist())


def test_declared_rows_keep_their_columns_and_get_our_names(meaning: Meaning) -> None:
    rows = pa.table({"account": ["CORP\\U1", None], "device": ["pc-1.x", None], "line": [1, 2]})
    assert meaning.declared(rows).to_pylist() == [
        {"account": "u1", "device": "PC-1", "line": 1},
        {"account": None, "device": None, "line": 2},
    ]
