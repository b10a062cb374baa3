import json

from accounted import SHANGHAI, broken, check_accounted, feed, rows, utc
from hypothesis import given, settings

from headwater.ingestion.parsers.zeek import Zeek
from headwater.ingestion.parsing import Lines

CONN = """\
#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tconn
#open\t2018-05-07-00-00-00
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\torig_bytes\tresp_bytes\tconn_state\torig_ip_bytes
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tcount\tcount\tstring\tcount
1525656634.123456\tC1\t192.0.2.7\t50123\t198.51.100.4\t443\ttcp\tssl\t5200\t88000\tSF\t6000
1525656635.000000\tC2\t2001:db8::1\t50124\t198.51.100.4\t53\tudp\t-\t-\t-\tS0\t60
#close\t2018-05-07-01-00-00
"""
HTTP = """\
#path\thttp
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\trequest_body_len\tresponse_body_len\tstatus_code\tusername
1525656634.5\tC3\t192.0.2.7\t50123\t198.51.100.4\t80\tPOST\tShop.Example:8080\t/up?a=\\xe5\\xbc\\xa0\t900\t12\t200\t-
1525656634.6\tC4\t192.0.2.7\t50123\t198.51.100.4\t80\tGET\t-\t/\t0\t12\t-\tu0001
"""
ENDS = {"id.orig_h": "192.0.2.7", "id.orig_p": 50123, "id.resp_h": "198.51.100.4", "id.resp_p": 443}
JSON = [
    json.dumps({"ts": 1525656634.123456, **ENDS, "proto": "tcp", "orig_bytes": 5200, "conn_state": "SF"}),
    json.dumps(
        {"_path": "http", "ts": "2018-05-07T01:30:34.5Z", **ENDS, "method": "CONNECT", "uri": "shop.example:443"}
    ),
    json.dumps({"_path": "dns", "ts": 1525656634.1, **ENDS, "query": "shop.example"}),
    json.dumps({"ts": 1525656634.1, "id": {"orig_h": "192.0.2.8"}, "conn_state": "S0", "proto": "tcp"}),
    "{broken",
]


def test_reads_connections():
    parsed = feed(Zeek, CONN)
    first, second = rows(parsed, "flows")
    assert first == {
        "time": utc("2018-05-07T01:30:34.123456"),
        "line": 9,
        "src": "192.0.2.7",
        "src_port": 50123,
        "dst": "198.51.100.4",
        "dst_port": 443,
        "protocol": "tcp",
        "bytes_out": 5200,
        "bytes_in": 88000,
    }
    assert second["bytes_out"] == 60 and "bytes_in" not in second
    assert parsed.passed == 9 and not parsed.rejected


def test_reads_requests_and_undoes_escapes():
    first, second = rows(feed(Zeek, HTTP))
    assert (first["host"], first["path"], first["bytes_out"], first["status"]) == ("shop.example", "/up?a=张", 900, 200)
    assert (second["host"], second["account"]) == ("198.51.100.4", "u0001")


def test_a_log_may_change_in_mid_file():
    parsed = feed(Zeek, CONN + HTTP + "1525656634.5\ttoo\tfew\n")
    assert [r["line"] for r in rows(parsed, "flows")] == [9, 10]
    assert [r["line"] for r in rows(parsed)] == [14, 15]
    assert [(b.line, b.reason) for b in parsed.rejected] == [(16, "does not have the 13 fields of the header")]


def test_reads_json_lines_of_both_kinds():
    parsed = feed(Zeek, JSON)
    flows = rows(parsed, "flows")
    assert [(f["line"], f["src"]) for f in flows] == [(1, "192.0.2.7"), (4, "192.0.2.8")]
    (request,) = rows(parsed)
    assert (request["host"], request["method"], request["time"]) == (
        "shop.example",
        "CONNECT",
        utc("2018-05-07T01:30:34.5"),
    )
    assert sorted((b.line, b.reason) for b in parsed.rejected) == [
        (3, "neither a conn nor an http log"),
        (5, "not a JSON object"),
    ]


def test_reads_on_in_a_log_that_has_grown():
    one = Zeek(SHANGHAI)
    one.feed(Lines(1, CONN.splitlines()[:9]))
    other = Zeek(SHANGHAI)
    other.resume(one.state())
    assert rows(other.feed(Lines(10, CONN.splitlines()[9:])), "flows") == rows(feed(Zeek, CONN), "flows")[1:]


def test_is_sure_only_of_its_own():
    assert Zeek.sniff(CONN.splitlines()) > 0.9
    assert Zeek.sniff(HTTP.splitlines()) > 0.9
    assert Zeek.sniff(JSON[:2]) > 0.9
    assert Zeek.sniff([JSON[2]]) == 0
    assert Zeek.sniff(["#Fields: date time c-ip"]) == 0
    assert Zeek.sniff(['{"ts": 1, "method": "GET", "uri": "/"}']) == 0


@settings(deadline=None, max_examples=60)
@given(broken([*CONN.splitlines(), *HTTP.splitlines(), *JSON]))
def test_every_line_is_accounted_for(lines):
    check_accounted(Zeek, [*CONN.splitlines()[:7], *lines])
    assert 0 <= Zeek.sniff(lines) <= 1
