import random

from accounted import SHANGHAI, broken, check_accounted, feed, rows, utc
from hypothesis import given, settings

from headwater.ingestion.parsers.squid import Squid
from headwater.ingestion.parsing import Lines

NATIVE = "1525656634.123    105 192.0.2.7 TCP_MISS/200 15589 GET http://Shop.example/p/1 u0001 HIER_DIRECT/192.0.2.80 -"
SIZED = (
    "1525656634.123    105 192.0.2.7 TCP_MISS/200 15589 1025 GET http://shop.example/p/1 u0001 HIER_DIRECT/192.0.2.80 -"
)
TUNNEL = (
    "1525656635.001  60021 192.0.2.7 TCP_TUNNEL/200 4401 900221 CONNECT shop.example:443 - HIER_DIRECT/198.51.100.4 -"
)
DENIED = "1525656636.000      0 192.0.2.8 TCP_DENIED/407 4001 0 POST http://shop.example/up CORP%5cu%201 HIER_NONE/- -"
SAMPLES = [NATIVE, SIZED, TUNNEL, DENIED, "", "# comment"]
EXPECTED = {
    "time": utc("2018-05-07T01:30:34.123"),
    "line": 1,
    "account": "u0001",
    "ip": "192.0.2.7",
    "host": "shop.example",
    "method": "GET",
    "path": "/p/1",
    "status": 200,
    "bytes_in": 15589,
}


def test_the_native_size_is_the_reply():
    assert rows(feed(Squid, NATIVE)) == [EXPECTED]


def test_reads_the_size_of_the_request():
    parsed = feed(Squid, [SIZED, TUNNEL, DENIED])
    first, tunnel, denied = rows(parsed)
    assert first == {**EXPECTED, "bytes_out": 1025}
    assert (tunnel["host"], tunnel["bytes_out"], tunnel["bytes_in"]) == ("shop.example", 900221, 4401)
    assert "path" not in tunnel and "account" not in tunnel
    assert (denied["account"], denied["status"], denied["bytes_out"]) == ("CORP\\u 1", 407, 0)


def test_sizes_are_told_apart_by_what_downloads_weigh():
    swapped = [SIZED.replace("15589 1025", "1025 15589"), SIZED.replace("15589 1025", "900 55589")]
    assert [r["bytes_out"] for r in rows(feed(Squid, swapped))] == [1025, 900]


def test_reads_other_orders_of_tokens():
    for line in (
        "[07/May/2018:09:30:34 +0800] 192.0.2.7 u0001 GET http://shop.example/p/1 TCP_MISS/200 15589 1025",
        "2018-05-07T09:30:34+0800 192.0.2.7:50123 u0001 200 15589 1025 GET http://shop.example/p/1",
        '1525656634.5 192.0.2.7 TCP_MISS/200 15589 GET http://shop.example/p/1 u0001 HIER_NONE/- - "a (b; c) d" 1025',
    ):
        (row,) = rows(feed(Squid, line))
        assert {**row, "time": row["time"].replace(microsecond=0)} == {
            **EXPECTED,
            "bytes_out": 1025,
            "time": utc("2018-05-07T01:30:34"),
        }, line
        assert Squid.sniff([line]) > 0.9


def test_a_format_may_change_in_mid_file():
    parsed = feed(Squid, [NATIVE] * 100 + [SIZED] * 100)
    assert [r.get("bytes_out") for r in rows(parsed)] == [None] * 100 + [1025] * 100
    assert not parsed.rejected


def test_keeps_what_it_learned():
    one = Squid(SHANGHAI)
    one.feed(Lines(1, [SIZED, TUNNEL] * 40))
    other = Squid(SHANGHAI)
    other.resume(one.state())
    (row,) = rows(other.feed(Lines(81, [SIZED.replace("15589 1025", "1 55589")])))
    assert (row["line"], row["bytes_out"], row["bytes_in"]) == (81, 55589, 1)


def test_many_lines_in_padded_columns():
    random.seed(7)
    lines = [
        f"{1525656634 + n}.{n % 1000:03d} {random.randrange(10**5):6d} 192.0.2.{n % 250} TCP_MISS/200 {n} {n % 700} GET"
        f" http://site{n % 9}.example/{n} {random.choice(['-', 'u1'])} HIER_DIRECT/198.51.100.1 -"
        for n in range(1000)
    ]
    assert len(rows(feed(Squid, lines))) == 1000


def test_bad_lines_are_counted():
    parsed = feed(Squid, ["nonsense", SIZED, "", SIZED[:60]])
    assert [(b.line, b.reason) for b in parsed.rejected] == [
        (1, "not a request to a proxy"),
        (4, "not a request to a proxy"),
    ]
    assert parsed.passed == 1


def test_is_sure_only_of_its_own():
    assert Squid.sniff([NATIVE, SIZED, TUNNEL]) > 0.3
    assert Squid.sniff([SIZED] * 10) > 0.9
    assert Squid.sniff(['192.0.2.7 - u [07/May/2018:09:30:34 +0800] "GET /a HTTP/1.1" 200 5']) == 0
    assert Squid.sniff(["2018-05-07 00:21:51 105 192.0.2.7 u0001 GET shop.example /p/1 200 1 2"]) == 0
    assert Squid.sniff([]) == 0


@settings(deadline=None, max_examples=60)
@given(broken(SAMPLES))
def test_every_line_is_accounted_for(lines):
    check_accounted(Squid, lines)
    assert 0 <= Squid.sniff(lines) <= 1
