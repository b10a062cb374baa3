import json

import pytest
from accounted import broken, check_accounted, feed, rows, utc
from hypothesis import given, settings

from headwater.ingestion.parsers.json_access import JsonAccess

AT = "2018-05-07T01:30:34"
NGINX = {
    "time_iso8601": "2018-05-07T09:30:34+08:00",
    "remote_addr": "192.0.2.7",
    "remote_user": "u0001",
    "request": "GET /api/clients/C1 HTTP/1.1",
    "status": "200",
    "body_bytes_sent": "1502",
    "request_length": 512,
    "request_time": "0.005",
    "host": "crm.example",
    "rows": 1,
}
CADDY = {
    "level": "info",
    "ts": 1525656634.25,
    "logger": "http.log.access",
    "request": {
        "remote_ip": "192.0.2.9",
        "client_ip": "192.0.2.7",
        "method": "GET",
        "host": "crm.example",
        "uri": "/api/clients/C1",
        "headers": {"User-Agent": ["x"]},
    },
    "user_id": "u0001",
    "duration": 0.01,
    "size": 1502,
    "status": 200,
    "bytes_read": 512,
}
TRAEFIK = {
    "ClientHost": "192.0.2.7",
    "ClientUsername": "u0001",
    "DownstreamContentSize": 1502,
    "DownstreamStatus": 200,
    "RequestContentSize": 512,
    "RequestMethod": "GET",
    "RequestPath": "/api/clients/C1",
    "StartUTC": "2018-05-07T01:30:34.250000Z",
}
ENVOY = {
    "start_time": "2018-05-07T01:30:34.250Z",
    "method": "GET",
    "path": "/api/clients/C1",
    "response_code": 200,
    "bytes_received": 512,
    "bytes_sent": 1502,
    "downstream_remote_address": "192.0.2.7:50123",
    "authority": "crm.example",
    "user": "u0001",
}
EXPRESS = {
    "time": 1525656634250,
    "req": {"method": "GET", "url": "/api/clients/C1", "remoteAddress": "::ffff:192.0.2.7", "bytes": 512},
    "res": {"statusCode": 200, "bytes": 1502},
    "user": {"id": "u0001"},
    "responseTime": 5,
}
ECS = {
    "@timestamp": "2018-05-07T01:30:34.250Z",
    "source": {"ip": "192.0.2.7"},
    "user": {"name": "u0001"},
    "http": {
        "request": {"method": "GET", "bytes": 512},
        "response": {"status_code": 200.0, "body": {"bytes": 1502}},
    },
    "url": {"original": "/api/clients/C1"},
    "host": {"name": "web1", "ip": "192.0.2.1"},
}
SPRING = {
    "timestamp": "2018-05-07 09:30:34,250",
    "method": "get",
    "url": "https://crm.example/api/clients/C1",
    "status": 200,
    "user": "u0001",
    "clientIp": "192.0.2.7",
    "responseSize": 1502,
    "requestSize": 512,
}
ALL = [NGINX, CADDY, TRAEFIK, ENVOY, EXPRESS, ECS, SPRING]
SAMPLES = [json.dumps(sample, ensure_ascii=False) for sample in ALL]


@pytest.mark.parametrize("sample", ALL)
def test_reads_requests_of_many_makers(sample):
    (row,) = rows(feed(JsonAccess, [json.dumps(sample)]))
    assert row["time"].replace(microsecond=0) == utc(AT)
    expected = {"account": "u0001", "ip": "192.0.2.7", "method": "GET", "path": "/api/clients/C1", "status": 200}
    expected |= {"bytes_in": 1502, "bytes_out": 512}
    assert {name: row.get(name) for name in expected} == expected
    assert "host" not in row
    assert row.get("rows") == (1 if sample is NGINX else None)
    assert JsonAccess.sniff([json.dumps(sample)]) == 0.9


def test_all_of_them_in_one_file():
    parsed = feed(JsonAccess, [*SAMPLES, "", "{broken", '{"level": "info", "msg": "started"}', "[1]"])
    assert [r["line"] for r in rows(parsed)] == [1, 2, 3, 4, 5, 6, 7]
    assert [(b.line, b.reason) for b in parsed.rejected] == [(9, "not a JSON object"), (11, "not a JSON object")]
    assert parsed.passed == 2


def test_a_rare_member_in_a_long_log_is_seen():
    lines = [json.dumps({k: v for k, v in NGINX.items() if k != "rows"})] * 3000
    lines[1234] = json.dumps({**NGINX, "row_count": 40, "rows": None})
    assert [r["line"] for r in rows(feed(JsonAccess, lines)) if r.get("rows") == 40] == [1235]


def test_a_line_with_escapes_that_json_does_not_know_is_mended():
    line = json.dumps({**NGINX, "request": "GET /a?n=NAME HTTP/1.1", "remote_user": "CORP\\u1"})
    (row,) = rows(feed(JsonAccess, [line.replace("NAME", "\\xE5\\xBC\\xA0")]))
    assert (row["path"], row["account"]) == ("/a?n=张", "CORP\\u1")


def test_takes_query_and_client_from_their_own_members():
    sample = {**ENVOY, "query": "?a=b", "x_forwarded_for": ["198.51.100.4", "192.0.2.1"], "user": "-"}
    (row,) = rows(feed(JsonAccess, [json.dumps(sample)]))
    assert (row["path"], row["ip"], "account" in row) == ("/api/clients/C1?a=b", "198.51.100.4", False)


def test_a_forward_proxy_names_its_hosts():
    tunnel = {**NGINX, "request": "CONNECT shop.example:443 HTTP/1.1", "host": "shop.example:443"}
    plain = {**NGINX, "request": "GET http://Shop.example/p HTTP/1.1"}
    got = rows(feed(JsonAccess, [json.dumps(tunnel), json.dumps(plain)]))
    assert [(r["host"], r.get("path")) for r in got] == [("shop.example", None), ("shop.example", "/p")]
    probe = [json.dumps(NGINX)] * 200 + [json.dumps({**tunnel, "status": 405})]
    assert all("host" not in row for row in rows(feed(JsonAccess, probe)))
    many = [json.dumps({**ENVOY, "authority": f"www.site{n}.example"}) for n in range(8)]
    assert {r["host"] for r in rows(feed(JsonAccess, many))} == {f"www.site{n}.example" for n in range(8)}


def test_a_time_that_cannot_be_read_is_rejected():
    parsed = feed(JsonAccess, [json.dumps({**NGINX, "time_iso8601": "soon"})])
    assert [(b.line, b.reason) for b in parsed.rejected] == [(1, "the time cannot be read")]


@pytest.mark.parametrize(
    "other",
    [
        {"class_uid": 4002, "time": 1525656634000, "http_request": {"http_method": "GET", "url": {"path": "/"}}},
        {"@timestamp": AT, "event": {"code": "4624"}, "winlog": {}, "user": {"name": "u1"}},
        {"ts": 1525656634.1, "id.orig_h": "192.0.2.7", "method": "GET", "uri": "/"},
        {"time": AT, "level": "info", "msg": "started", "path": "/srv/app"},
    ],
)
def test_leaves_the_events_of_others_alone(other):
    assert JsonAccess.sniff([json.dumps(other)]) == 0


@settings(deadline=None, max_examples=60)
@given(broken(SAMPLES))
def test_every_line_is_accounted_for(lines):
    check_accounted(JsonAccess, lines)
    assert 0 <= JsonAccess.sniff(lines) <= 1
