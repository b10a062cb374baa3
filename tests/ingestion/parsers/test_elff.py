from zoneinfo import ZoneInfo

from accounted import SHANGHAI, broken, check_accounted, feed, rows, utc
from hypothesis import given, settings

from headwater.ingestion.parsers.elff import Elff
from headwater.ingestion.parsing import Lines

PROXY = """\
#Software: made proxy
#Fields: date time time-taken c-ip cs-username cs-method cs(Host) cs-uri-path sc-status cs-bytes sc-bytes
2018-05-07 00:21:51 105 192.0.2.7 u0001 GET Shop.Example /p/1 200 1025 15589
2018-05-07 00:21:52 105 192.0.2.7 - POST shop.example /up - - 15
"""
IIS = """\
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status cs-bytes
2018-05-07 00:21:51 192.0.2.1 GET /api/clients/C1 a=b 80 CORP\\u1 192.0.2.7 Mozilla/5.0+(X) 200 99
2018-05-07 00:21:51 192.0.2.1 GET /api - 80 - 192.0.2.7 - 200 99
"""
QUOTED = """\
#Fields: date time c-ip cs-username cs-method cs-uri-scheme cs-host cs-uri-path cs-uri-query cs(User-Agent) sc-bytes
2018-05-07 00:21:51 192.0.2.7 "CORP\\a b" GET https shop.example /a ?x=1 "Mozilla/5.0 (X11; ""L"")" 12
"""
SAMPLES = [*PROXY.splitlines(), *IIS.splitlines(), *QUOTED.splitlines(), "#Date: 2018-05-07 00:00:00", ""]


def test_reads_a_proxy_log_in_gmt():
    parsed = feed(Elff, PROXY)
    first, second = rows(parsed)
    assert first == {
        "time": utc("2018-05-07T00:21:51"),
        "line": 3,
        "account": "u0001",
        "ip": "192.0.2.7",
        "host": "shop.example",
        "method": "GET",
        "path": "/p/1",
        "status": 200,
        "bytes_out": 1025,
        "bytes_in": 15589,
    }
    assert {"account", "status", "bytes_out"}.isdisjoint(second)
    assert parsed.passed == 2 and not parsed.rejected


def test_a_server_that_logs_itself_has_no_host():
    first, second = rows(feed(Elff, IIS))
    assert (first["path"], first["account"], "host" in first) == ("/api/clients/C1?a=b", "CORP\\u1", False)
    assert second["path"] == "/api"
    own_name = IIS.replace("s-port", "cs-host").replace(" 80 ", " crm.example ").replace("sc-status", "sc-win32-status")
    assert all("host" not in row for row in rows(feed(Elff, own_name)))


def test_quoted_fields_may_hold_separators_and_quotes():
    (row,) = rows(feed(Elff, QUOTED))
    assert (row["account"], row["path"], row["bytes_in"]) == ("CORP\\a b", "/a?x=1", 12)


def test_fields_may_change_in_mid_file():
    parsed = feed(Elff, PROXY + IIS)
    assert [r["line"] for r in rows(parsed)] == [3, 4, 6, 7]
    assert [r.get("host") for r in rows(parsed)] == ["shop.example", "shop.example", None, None]


def test_reads_tabs_and_commas_and_padding():
    for mark in ("\t", ",", " "):
        changed = "\n".join(
            line if n < 1 else line.replace("#Fields: ", "#Fields:\x00").replace(" ", mark).replace("\x00", " ")
            for n, line in enumerate(PROXY.splitlines())
        )
        assert rows(feed(Elff, changed)) == rows(feed(Elff, PROXY))
    assert rows(feed(Elff, PROXY.replace(" 105 ", "    105 "))) == rows(feed(Elff, PROXY))
    assert rows(feed(Elff, PROXY.replace("15589", "15589 "))) == rows(feed(Elff, PROXY))


def test_a_url_field_gives_host_and_path():
    head = "#Fields: date time c-ip cs-method cs-uri sc-status\n2018-05-07 00:21:51 192.0.2.7 "
    for asked, host, path in (
        ("GET http://shop.example:80/a", "shop.example", "/a"),
        ("CONNECT shop.example:443", "shop.example", None),
        ("GET shop.example/a?b", "shop.example", "/a?b"),
        ("GET /a.b/c", None, "/a.b/c"),
    ):
        (row,) = rows(feed(Elff, head + asked + " 200"))
        assert (row.get("host"), row.get("path")) == (host, path), asked


def test_a_zone_that_the_log_states_is_believed():
    late = utc("2018-05-06T16:21:51")
    assert rows(feed(Elff, "#Date: 2018-05-07 00:00:00 +0800\n" + PROXY))[0]["time"] == late
    assert rows(feed(Elff, "#Timezone: UTC+8\n" + PROXY))[0]["time"] == late
    assert rows(feed(Elff, PROXY.replace("time-taken", "x-timezone").replace(" 105 ", " +08:00 ")))[0]["time"] == late
    assert rows(feed(Elff, PROXY.replace("time-taken", "x-timezone").replace(" 105 ", " CST ")))[0]["time"] == late
    local = PROXY.replace("date time ", "x-localdate x-localtime ")
    assert rows(feed(Elff, local))[0]["time"] == late
    told = Elff(SHANGHAI, zone=ZoneInfo("Asia/Shanghai")).feed(Lines(1, PROXY.splitlines()))
    assert rows(told)[0]["time"] == late


def test_the_date_directive_dates_bare_times():
    text = "#Date: 2018-05-07 00:00:00\n" + PROXY.replace("date time ", "time ").replace("2018-05-07 00:21", "00:21")
    assert rows(feed(Elff, text.replace("#Date: 00:00", "#Date: 2018-05-07 00:00")))[0]["time"] == utc(
        "2018-05-07T00:21:51"
    )


def test_bad_lines_are_counted_with_their_reason():
    parsed = feed(Elff, PROXY + "a b c\n" + "xxxx-05-07 00:21:51 105 192.0.2.7 u GET h /p 200 1 1\n")
    assert [(b.line, b.reason) for b in parsed.rejected] == [
        (5, "does not have the 11 fields of the header"),
        (6, "the time cannot be read"),
    ]
    parsed = feed(Elff, "2018-05-07 00:21:51 105")
    assert [b.reason for b in parsed.rejected] == ["no #Fields line before it"]


def test_reads_on_in_a_log_that_has_grown():
    one = Elff(SHANGHAI)
    one.feed(Lines(1, PROXY.splitlines()[:3]))
    other = Elff(SHANGHAI)
    other.resume(one.state())
    assert rows(other.feed(Lines(4, PROXY.splitlines()[3:]))) == rows(feed(Elff, PROXY))[1:]


def test_is_sure_only_of_logs_of_requests():
    assert Elff.sniff(PROXY.splitlines()) > 0.9
    assert Elff.sniff(["#Fields: date-time,client-ip,sender-address,recipient-address"]) == 0
    assert Elff.sniff(["#fields\tts\tuid\tid.orig_h"]) == 0


@settings(deadline=None, max_examples=60)
@given(broken(SAMPLES))
def test_every_line_is_accounted_for(lines):
    check_accounted(Elff, ["#Fields: date time c-ip cs-uri-stem cs(User-Agent) sc-status", *lines])
    assert 0 <= Elff.sniff(lines) <= 1
