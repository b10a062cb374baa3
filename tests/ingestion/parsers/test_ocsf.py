"""OCSF events as JSON lines."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingestion.reading import Outcome, local, read

from headwater.ingestion.parsers.ocsf import Ocsf

Data = dict[str, object]


def event(kind: int, activity: int = 1, **more: object) -> Data:
    return {
        "class_uid": kind,
        "activity_id": activity,
        "time": 1525651200000,
        "actor": {"user": {"name": "CORP\\u1"}},
        "device": {"hostname": "PC-1", "ip": "192.0.2.1"},
        **more,
    }


def outcome(*events: Data) -> Outcome:
    return read(Ocsf, [json.dumps(e, ensure_ascii=False) for e in events])


FILE = {"path": "C:\\客户.xlsx", "name": "客户.xlsx", "size": 144507, "hashes": [{"value": "ab"}]}


def test_a_file() -> None:
    assert outcome(event(1001, file=FILE))["files"] == [
        {
            "time": local("2018-05-07 08:00:00"),
            "line": 1,
            "account": "u1",
            "device": "PC-1",
            "ip": "192.0.2.1",
            "path": "C:\\客户.xlsx",
            "action": "create",
            "bytes": 144507,
            "digest": "ab",
        }
    ]


@pytest.mark.parametrize(
    ("activity", "more", "found"),
    [
        (2, {}, [("C:\\客户.xlsx", "read")]),
        (3, {}, [("C:\\客户.xlsx", "update")]),
        (4, {}, [("C:\\客户.xlsx", "delete")]),
        (5, {"file_result": {"path": "C:\\b.zip"}}, [("C:\\b.zip", "rename")]),
        (1, {"file_result": {"path": "E:\\b.xlsx"}}, [("E:\\b.xlsx", "copy")]),
        (1, {"file_result": {"path": "C:\\客户.xlsx"}}, [("C:\\客户.xlsx", "create")]),
        (99, {"activity_name": "Copy"}, [("C:\\客户.xlsx", "copy")]),
        (7, {}, []),
        (1, {"status_id": 2}, []),
    ],
)
def test_file_activities(activity: int, more: Data, found: list[tuple[str, str]]) -> None:
    assert outcome(event(1001, activity, file=FILE, **more)).only("files", "path", "action") == found


def test_a_peripheral() -> None:
    found = outcome(event(1010, peripheral_device={"name": "USB stick"})).only("files", "path", "action")
    assert found == [("USB stick", "mount")]


def test_log_ons() -> None:
    user = {"user": {"name": "u2"}}
    away = {"src_endpoint": {"hostname": "PC-9", "ip": "192.0.2.9"}, "logon_type_id": 10}
    found = outcome(event(3002, 1, **user), event(3002, 1, status_id=2, **user, **away), event(3002, 2, **user))
    assert found.only("logons", "account", "device", "ip", "action", "kind") == [
        ("u2", "PC-1", "192.0.2.1", "logon", None),
        ("u2", "PC-9", "192.0.2.9", "failure", "remote"),
        ("u2", "PC-1", "192.0.2.1", "logoff", None),
    ]


def test_a_flow() -> None:
    found = outcome(
        event(
            4001,
            src_endpoint={"ip": "192.0.2.1", "port": 50000},
            dst_endpoint={"ip": "198.51.100.1", "port": 443},
            connection_info={"protocol_name": "TCP"},
            traffic={"bytes_out": 5, "bytes_in": 6},
        )
    )
    columns = ("src", "src_port", "dst", "dst_port", "protocol", "bytes_out", "bytes_in")
    assert found.only("flows", *columns) == [("192.0.2.1", 50000, "198.51.100.1", 443, "tcp", 5, 6)]


def test_requests() -> None:
    url = {"hostname": "crm.corp.example", "path": "/api/clients", "query_string": "q=1"}
    found = outcome(
        event(
            4002,
            http_request={"http_method": "get", "url": url},
            http_response={"code": 200},
            traffic={"bytes_out": 5, "bytes_in": 6},
            unmapped={"rows_returned": 7},
        ),
        event(4002, http_request={"url": {"url_string": "https://chat.example/up?x"}}, unmapped={"bytes_out": 9}),
        event(6003, api={"operation": "GetClient", "service": {"name": "crm"}}, resources=[{"name": "C1"}]),
    )
    columns = ("host", "application", "method", "path", "status", "bytes_out", "bytes_in", "rows")
    assert found.only("requests", *columns) == [
        ("crm.corp.example", None, "GET", "/api/clients?q=1", 200, 5, 6, 7),
        ("chat.example", None, None, "/up?x", None, 9, None, None),
        (None, "crm", None, "/GetClient/C1", None, None, None, None),
    ]


def test_a_query_and_who_stood_behind_the_account() -> None:
    query = {"query_info": {"query_string": "select 1 from t"}, "database": {"name": "crm"}, "table": {"name": "crm.t"}}
    found = outcome(
        event(6005, **query, unmapped={"rows_returned": 7, "end_user": "u7"}), event(6005, **query, status_id=2)
    )
    assert found.only("queries", "account", "database", "command", "object", "statement", "rows", "outcome") == [
        ("u7", "crm", "SELECT", "crm.t", "select 1 from t", 7, "success"),
        ("u1", "crm", "SELECT", "crm.t", "select 1 from t", None, "denied"),
    ]


def test_mail() -> None:
    email = {"from": "a@example.com", "to": ["b@example.com"], "cc": ["c@example.com"], "subject": "s", "size": 5}
    found = outcome(event(4009, email={**email, "files": [{"name": "x.xlsx"}]}), event(4009, email=email))
    assert found.only("mail", "account", "sender", "recipients", "attachments", "bytes") == [
        ("u1", "a@example.com", ["b@example.com", "c@example.com"], ["x.xlsx"], 5),
        ("u1", "a@example.com", ["b@example.com", "c@example.com"], [], 5),
    ]


def test_other_classes_are_passed_and_bad_lines_set_aside() -> None:
    good = json.dumps(event(1001, file=FILE))
    found = read(Ocsf, [good, json.dumps(event(2004)), "", "{", '{"class_uid": 1001}', "[]", good])
    assert [row["line"] for row in found["files"]] == [1, 7]
    assert (found.rejected, found.passed) == ([4, 5, 6], 2)


def test_times_as_text() -> None:
    found = outcome({**event(1001, file=FILE), "time": None, "time_dt": "2018-05-07T00:00:00Z"})
    assert found["files"][0]["time"] == local("2018-05-07 08:00:00")


def test_told_by_content() -> None:
    assert Ocsf.sniff([json.dumps(event(1001))]) > 0.9
    assert Ocsf.sniff(['{"winlog": {}}', "no"]) == 0.0
    assert Ocsf.sniff([]) == 0.0


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=10) | st.sampled_from([1001, 3002, 4009, 1525651200000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["class_uid", "activity_id", "time", "email", "to", "actor", "file"]), inner)
    ),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=30) | _JSON.map(json.dumps), max_size=10))
def test_any_text_is_read_and_every_line_accounted_for(texts: list[str]) -> None:
    read(Ocsf, "\n".join(texts).split("\n"))
