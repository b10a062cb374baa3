"""Declared logs: what the settings say becomes rows of the lake; what does not fit names block, file and line."""

from __future__ import annotations

import datetime
import gzip
import io
import json
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.settings import load_settings
from headwater.ingestion.mappings import mappings_for, read_mapped, schema_of
from headwater.ingestion.sandbox import ConditionError, parse_condition
from headwater.model.errors import SettingsError, UnreadableError
from headwater.model.exhibit import Exhibit, Rejected
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOKENISER = Tokeniser(b"k" * 32)
UTC = datetime.UTC

LOGONS = """
[[logs]]
files = "logs/**/login.csv"
table = "logons"
time = {column = "time", format = "%Y/%m/%d %H:%M:%S"}
columns = {account = "user", ip = "sip", action = {column = "state", map = {success = "logon", error = "failure"}}}
constants = {kind = "ssh"}
where = "proto != 'icmp'"
"""
LOGIN_CSV = """time,user,sip,state,proto
2018/05/01 08:03:04,u1,10.0.0.1,success,tcp
2018/05/01 23:59:59,u2,10.0.0.2,error,tcp
2018/5/2 0:00:01,u3,10.0.0.3,logoff,icmp
2018/05/02 00:00:01,u4,-,logoff,tcp
nonsense,u5,10.0.0.5,success,tcp
2018/05/02 00:00:02,u6,10.0.0.6
"""


def member_of(folder: Path, path: str, data: str | bytes) -> Member:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    (member,) = members(Exhibit(path, file, path.split("/")[0], None, file.stat().st_size))
    assert isinstance(member, Member)
    return member


def read(folder: Path, toml: str, path: str, data: str | bytes, zone=SHANGHAI) -> tuple[pa.Table, list[Rejected]]:
    (folder / "headwater.toml").write_text(toml, "utf-8")
    member = member_of(folder, path, data)
    (mapping,) = mappings_for(load_settings(folder / "headwater.toml"), member)
    tables: list[pa.Table] = []
    rejected: list[Rejected] = []
    for table, bad in read_mapped(mapping, member, zone, TOKENISER):
        assert table.schema == schema_of(mapping)
        tables.append(table)
        rejected += bad
    return pa.concat_tables(tables), rejected


def test_the_example_of_the_case_folder(tmp_path):
    rows, rejected = read(tmp_path, LOGONS, "logs/a/b/login.csv", LOGIN_CSV)
    first, second, third = rows.to_pylist()
    assert first == {
        "time": datetime.datetime(2018, 5, 1, 0, 3, 4, tzinfo=UTC),
        "day": datetime.date(2018, 5, 1),
        "hour": 8,
        "source": "logs/a/b/login.csv",
        "line": 2,
        "account": "u1",
        "device": None,
        "ip": "10.0.0.1",
        "action": "logon",
        "kind": "ssh",
    }
    assert (second["action"], second["hour"], second["day"]) == ("failure", 23, datetime.date(2018, 5, 1))
    assert (third["account"], third["ip"], third["action"], third["line"]) == ("u4", None, "logoff", 5)
    assert rejected == [
        Rejected("logs/a/b/login.csv", 6, "has no time that can be read"),
        Rejected("logs/a/b/login.csv", 7, "has 3 cells instead of 5"),
    ]


@pytest.mark.parametrize(
    ("form", "text", "moment"),
    [
        ("iso", "2018-05-01 08:00:00", "2018-05-01T00:00:00+00:00"),
        ("iso", "2018-05-01T08:00:00Z", "2018-05-01T08:00:00+00:00"),
        ("iso", "2018-05-01T08:00:00.25+09:00", "2018-04-30T23:00:00.250000+00:00"),
        ("epoch", "1525132800", "2018-05-01T00:00:00+00:00"),
        ("epoch", "1525132800.123456", "2018-05-01T00:00:00.123456+00:00"),
        ("epoch_ms", "1525132800250", "2018-05-01T00:00:00.250000+00:00"),
        ("%d/%b/%Y:%H:%M:%S %z", "01/May/2018:08:00:00 +0800", "2018-05-01T00:00:00+00:00"),
        ("%Y年%m月%d日 %H时%M分", "2018年5月1日 8时30分", "2018-05-01T00:30:00+00:00"),
        ("%Y-%m-%d %H:%M:%S.%f", "2018-05-01 08:00:00.5", "2018-05-01T00:00:00.500000+00:00"),
        (None, "1525132800", "2018-05-01T00:00:00+00:00"),
        (None, "1525132800250", "2018-05-01T00:00:00.250000+00:00"),
        (None, "20180501080000", "2018-05-01T00:00:00+00:00"),
        (None, "2018/5/1 8:00", "2018-05-01T00:00:00+00:00"),
        (None, "2018-05-01 08:00:00,250", None),
    ],
)
def test_forms_of_time(tmp_path, form, text, moment):
    time = f'{{column = "t", format = "{form}"}}' if form else '"t"'
    toml = f'[[logs]]\nfiles = "logs/*"\ntable = "logons"\ntime = {time}\ncolumns = {{account = "user"}}\n'
    data = f't;user\n"{text}";u1\n"{text}";u2\n'
    if moment is None:
        with pytest.raises(SettingsError, match="is of no known form"):
            read(tmp_path, toml, "logs/x", data)
        return
    rows, rejected = read(tmp_path, toml, "logs/x", data)
    assert rejected == []
    assert [row["time"].isoformat() for row in rows.to_pylist()] == [moment, moment]


def test_a_zone_of_its_own_and_a_clock_in_another_column(tmp_path):
    toml = """
[[logs]]
files = "logs/*"
table = "logons"
time = {column = "day", clock = "at", format = "%Y-%m-%d %H:%M", zone = "UTC"}
columns = {account = "user"}
"""
    rows, _ = read(tmp_path, toml, "logs/x", "day,at,user\n2018-05-01,20:00,u1\n2018-05-01,20:01,u2\n")
    assert rows.column("time").to_pylist()[0] == datetime.datetime(2018, 5, 1, 20, 0, tzinfo=UTC)
    assert (rows.column("day").to_pylist()[0], rows.column("hour").to_pylist()[0]) == (datetime.date(2018, 5, 2), 4)


JSON = """
[[logs]]
files = "logs/*.gz"
table = "requests"
time = {column = "@timestamp", format = "iso"}
columns = {account = "user.name", path = "url.path", rows = "n", bytes_in = {column = "kb", scale = 1024}, ip = "ip"}
constants = {method = "GET"}
where = "url.path <> '/health' AND (n IS NULL OR CAST(n AS INT) < 1000)"
"""


def test_json_lines_nested_and_packed_become_raw_requests(tmp_path):
    data = [
        {"@timestamp": "2018-05-01T00:00:00Z", "user": {"name": "u1"}, "url.path": "/api/1?q=张", "n": 3, "kb": "1.5"},
        {"@timestamp": "2018-05-01T00:00:01Z", "url": {"path": "/health"}, "ip": "10.0.0.1"},
        {"@timestamp": "2018-05-01T00:00:02Z", "user": None, "url": {"path": "/b"}, "kb": "many"},
    ]
    text = "\n".join([json.dumps(data[0]), "", "[1]", "{broken", *map(json.dumps, data[1:])]) + "\n"
    rows, rejected = read(tmp_path, JSON, "logs/x.gz", gzip.compress(text.encode()))
    (row,) = rows.to_pylist()
    assert row["time"] == datetime.datetime(2018, 5, 1, tzinfo=UTC)
    assert (row["line"], row["account"], row["path"], row["rows"], row["bytes_in"]) == (1, "u1", "/api/1?q=张", 3, 1536)
    assert row["method"] == "GET"
    assert [(bad.line, bad.reason) for bad in rejected] == [
        (3, "is no JSON object"),
        (4, "is no JSON object"),
        (6, "bytes_in: the column 'kb' holds no such value"),
    ]


def test_transforms_lists_and_masks(tmp_path):
    toml = """
[[logs]]
files = "logs/mail.csv"
table = "mail"
time = "t"
columns.account = {column = "who", pattern = '^CORP\\\\(.+)$', lower = true}
columns.recipients = "to"
columns.subject = "title"
columns.attachments = "files"
columns.bytes = {column = "size"}
columns.sender = {column = "from", default = "nobody"}
"""
    data = (
        "t\twho\tto\ttitle\tfiles\tsize\tfrom\n"
        '2018-05-01 08:00:00\tCORP\\U1\ta@x.example; b@y.example\t客户 18183381926\t"[""a.csv"", ""b.csv""]"\t1,024\t\n'
        "2018-05-01 08:00:01\tother\t\t\t\t-\tz\n"
    )
    rows, rejected = read(tmp_path, toml, "logs/mail.csv", data)
    first, second = rows.to_pylist()
    assert rejected == []
    assert first["account"] == "u1"
    assert first["recipients"] == ["a@x.example", "b@y.example"]
    assert "18183381926" not in first["subject"]
    assert first["attachments"] == ["a.csv", "b.csv"]
    assert (first["bytes"], first["sender"]) == (1024, "nobody")
    assert (second["account"], second["recipients"], second["bytes"]) == (None, None, None)


def test_subjects_become_tokens_of_their_data_set(tmp_path):
    toml = """
[[logs]]
files = "logs/crm.csv"
table = "access"
time = "t"
columns = {account = "user", subject = "client", rows = "n"}
constants = {dataset = "policyholders", action = "lookup"}
"""
    rows, _ = read(tmp_path, toml, "logs/crm.csv", "t,user,client,n\n2018-05-01,u1,C100001,1\n2018-05-02,u2,,2\n")
    assert rows.column("subject").to_pylist() == [TOKENISER.token("subject:policyholders", "C100001"), None]
    assert "C100001" not in str(rows.to_pydict())


def test_complaints_become_tokens(tmp_path):
    toml = """
[[logs]]
files = "logs/**"
table = "complaints"
columns = {complaint = "no", received = "day", token = "phone", what = "said"}
constants = {kind = "mobile"}
"""
    data = "no,day,phone,said\n1,2018-05-01,15400001234,called by 15400001234\n2,2018-05-02,12,x\n"
    rows, _ = read(tmp_path, toml, "logs/a/calls.csv", data)
    first, second = rows.to_pylist()
    assert (first["what"], first["token"]) == ("called by 154****1234", TOKENISER.token("mobile", "15400001234"))
    assert second["token"] is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"user"', '"usr"', "logs/login.csv:1: there is no column 'usr'; there are time, user, sip, state, proto"),
        ("proto !=", "protocol !=", "there is no column 'protocol'"),
        ("%Y/%m/%d %H:%M:%S", "%d.%m.%Y", "logs/login.csv:2: time: the column 'time' does not follow '%d.%m.%Y'"),
        ("%Y/%m/%d %H:%M:%S", "%Q", "time format"),
        ("proto != 'icmp'", "proto !=", "where"),
        ("proto != 'icmp'", "CAST(user AS INT) > 3", "where does not fit"),
        ("proto != 'icmp'", "nonsense(proto)", "where"),
        ("proto != 'icmp'", "proto IN (SELECT 1)", "columns of one row"),
        ("proto != 'icmp'", "true); DROP TABLE x; --", "where"),
        ("proto != 'icmp'", "proto = (SELECT content FROM read_text('/etc/passwd'))", "where"),
        ("proto != 'icmp'", "count(*) > 1", "where"),
    ],
)
def test_a_wrong_declaration_names_block_file_and_line(tmp_path, old, new, words):
    assert old in LOGONS
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, LOGONS.replace(old, new), "logs/login.csv", LOGIN_CSV)
    assert "headwater.toml [[logs]] 1" in str(caught.value)
    assert words in str(caught.value)
    assert "u1" not in str(caught.value)


def test_more_wrong_declarations(tmp_path):
    raw = JSON.replace("account =", "accounts =")
    with pytest.raises(SettingsError, match="no column 'accounts'; it has time, line, account"):
        read(tmp_path, raw, "logs/x.gz", gzip.compress(b'{"@timestamp": "2018-05-01T00:00:00Z"}\n'))
    with pytest.raises(SettingsError, match=r"no line of it has 'user\.name'"):
        read(tmp_path, JSON, "logs/x.gz", gzip.compress(b'{"@timestamp": "2018-05-01T00:00:00Z", "url.path": "/"}\n'))
    constant = LOGONS.replace('"logons"', '"web"').replace("kind =", "status =").replace("action =", "method =")
    with pytest.raises(SettingsError, match=r"constants\.status"):
        read(tmp_path, constant, "logs/login.csv", LOGIN_CSV)
    with pytest.raises(UnreadableError):
        read(tmp_path, LOGONS, "logs/login.csv", bytes(range(256)) * 20)
    with pytest.raises(UnreadableError):
        read(tmp_path, LOGONS, "logs/login.csv", "一段文字。\n没有表格。\n")


def test_an_optional_column_may_be_missing(tmp_path):
    toml = LOGONS.replace('"sip"', '{column = "host_ip", optional = true}')
    rows, _ = read(tmp_path, toml, "logs/login.csv", LOGIN_CSV)
    assert rows.column("ip").to_pylist() == [None, None, None]


def test_globs_match_below_folders_and_inside_archives(tmp_path):
    (tmp_path / "headwater.toml").write_text(LOGONS, "utf-8")
    declared = load_settings(tmp_path / "headwater.toml")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("deep/login.csv", LOGIN_CSV)
    inside = member_of(tmp_path, "logs/a.zip", out.getvalue())
    assert mappings_for(declared, inside) == declared.logs
    assert mappings_for(declared, member_of(tmp_path, "logs/login.csv", "x")) == declared.logs
    assert mappings_for(declared, member_of(tmp_path, "logs/x/mylogin.csv", "x")) == ()
    assert mappings_for(declared, member_of(tmp_path, "other/login.csv", "x")) == ()


def test_every_table_that_settings_allow_has_a_schema():
    from headwater.exhibits.log_blocks import LOG_TABLES
    from headwater.ingestion.parsing import RAW

    assert all(table in SCHEMAS or table in RAW for table in LOG_TABLES)


def test_large_logs_come_in_batches_with_the_right_lines(tmp_path):
    count = 120_000
    data = "time,user,sip,state,proto\n" + "".join(
        f"2018/05/01 08:{n // 60 % 60:02}:{n % 60:02},user-number-{n:08},10.0.0.1,success,tcp\n" for n in range(count)
    )
    (tmp_path / "headwater.toml").write_text(LOGONS, "utf-8")
    member = member_of(tmp_path, "logs/login.csv", data)
    (mapping,) = load_settings(tmp_path / "headwater.toml").logs
    batches = [table for table, _ in read_mapped(mapping, member, SHANGHAI)]
    assert len(batches) > 1
    rows = pa.concat_tables(batches)
    assert rows.num_rows == count
    assert rows.column("line").to_pylist()[-1] == count + 1
    assert rows.column("account").to_pylist()[-1] == f"user-number-{count - 1:08}"


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.sampled_from(["a", "'", '"', "(", ")", ";", "=", "1", "--", "/*", "SELECT", "FROM", "\n", " "]))
)
def test_no_condition_reaches_beyond_its_row(parts):
    try:
        condition = parse_condition(" ".join(parts))
    except ConditionError:
        return
    assert not list(condition.find_all(exp.Query, exp.Table, exp.Command))
