from accounted import broken, check_accounted, feed, rows, utc
from hypothesis import given, settings

from headwater.ingestion.parsers.combined import Combined

PLAIN = (
    '192.0.2.7 - u0001 [07/May/2018:09:30:34 +0800] "GET /api/clients/C1?rows=77 HTTP/1.1" 200 1502'
    ' "https://crm.example/?rows=8" "Mozilla/5.0 (X11; rows=9)" rows=1'
)
SAMPLES = [
    PLAIN,
    '2001:db8::1 - - [07/May/2018:09:30:34 +0800] "GET / HTTP/1.1" 304 -',
    'www.crm.example:443 192.0.2.7 - CORP\\\\zhang [07/May/2018:09:30:34 +0800] "GET /a\\"b HTTP/1.1" 200 5'
    ' "-" "a \\"b\\""',
    '192.0.2.7 - a@CORP [07/May/2018:09:30:34 +0800] "POST /q HTTP/2.0" 200 5 "-" "x" "198.51.100.4, 192.0.2.9" "id"',
    "",
    "# a comment",
]


def test_reads_combined_with_rows_only_from_its_own_field():
    parsed = feed(Combined, PLAIN)
    assert rows(parsed) == [
        {
            "time": utc("2018-05-07T01:30:34"),
            "line": 1,
            "account": "u0001",
            "ip": "192.0.2.7",
            "method": "GET",
            "path": "/api/clients/C1?rows=77",
            "status": 200,
            "bytes_in": 1502,
            "rows": 1,
        }
    ]


def test_counts_comments_and_bad_lines_by_their_number():
    parsed = feed(Combined, ["# head", PLAIN, "", "nonsense of 13800138000", PLAIN.replace("May", "Mai")])
    assert [(b.line, b.reason) for b in parsed.rejected] == [
        (4, "not a line of an access log"),
        (5, "the time cannot be read"),
    ]
    assert parsed.passed == 2
    assert [r["line"] for r in rows(parsed)] == [2]


def test_reads_common_format_ipv6_and_absent_values():
    (row,) = rows(feed(Combined, SAMPLES[1]))
    assert row["ip"] == "2001:db8::1"
    assert {"account", "bytes_in", "host"}.isdisjoint(row)


def test_reads_a_site_before_the_client_and_escapes():
    (row,) = rows(feed(Combined, SAMPLES[2]))
    assert (row["ip"], row["account"], row["path"]) == ("192.0.2.7", "CORP\\zhang", '/a"b')
    assert "host" not in row


def test_takes_the_client_behind_a_load_balancer():
    (row,) = rows(feed(Combined, SAMPLES[3]))
    assert (row["ip"], row["account"]) == ("198.51.100.4", "a@CORP")


def test_a_referer_or_agent_cannot_pose_as_the_client():
    line = '192.0.2.7 - u [07/May/2018:09:30:34 +0800] "GET / HTTP/1.1" 200 5 "198.51.100.4" "198.51.100.5"'
    (row,) = rows(feed(Combined, line))
    assert row["ip"] == "192.0.2.7"
    (row,) = rows(feed(Combined, line.replace("u [", "a b [")))
    assert (row["ip"], row["account"]) == ("192.0.2.7", "a b")


def test_extra_fields_in_any_order_and_writing():
    head = '192.0.2.7 - - [07/May/2018:09:30:34 +0800] "POST /export HTTP/1.1" 200 5'
    for tail in (
        ' "-" "ua" rt="0.1" records="40" request_length=812 user=bob',
        ' request_length:812 user:bob records:40 "-" "ua"',
        ' "-" "a \\" b" user=bob, records=40, bytes_received=812',
        " records=40 uid=bob request_length=812",
    ):
        (row,) = rows(feed(Combined, head + tail))
        assert (row.get("rows"), row.get("bytes_out"), row.get("account")) == (40, 812, "bob"), tail


def test_a_request_to_a_forward_proxy_names_its_host():
    line = '192.0.2.7 - u [07/May/2018:09:30:34 +0800] "{} HTTP/1.1" 200 5'
    for asked, host, path in (
        ("GET http://Shop.Example:8080/a?b", "shop.example", "/a?b"),
        ("CONNECT shop.example:443", "shop.example", None),
        ("GET /a?u=http://shop.example/", None, "/a?u=http://shop.example/"),
    ):
        (row,) = rows(feed(Combined, line.format(asked)))
        assert (row.get("host"), row.get("path")) == (host, path)


def test_keeps_requests_that_are_none():
    (row,) = rows(feed(Combined, '192.0.2.7 - - [07/May/2018:09:30:34 +0800] "\\x16\\x03\\x01" 400 0 "-" "-"'))
    assert row["status"] == 400 and "path" not in row


def test_is_sure_of_its_own_and_of_nothing_else():
    assert Combined.sniff([PLAIN] * 9 + ["broken"]) > 0.8
    assert Combined.sniff(['{"a": 1}', "a,b,c"]) == 0
    assert Combined.sniff([]) == 0


@settings(deadline=None, max_examples=60)
@given(broken(SAMPLES))
def test_every_line_is_accounted_for(lines):
    check_accounted(Combined, lines)
    assert 0 <= Combined.sniff(lines) <= 1
