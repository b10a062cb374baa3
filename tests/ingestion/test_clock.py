from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.ingestion.clock import local, parse, parse_any, shifted
from headwater.ingestion.layouts import pattern

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(1991, 9, 20), datetime(2190, 1, 1))


def one(text, form="auto", zone=SHANGHAI):
    return parse(pa.array([text], pa.string()), form, zone)[0].as_py()


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("2018-05-07 00:30:34", "iso", "2018-05-06T16:30:34"),
        ("2018-05-07T00:30:34.123456789Z", "iso", "2018-05-07T00:30:34.123456"),
        ("2018-05-07 00:30:34,5+08", "iso", "2018-05-06T16:30:34.500000"),
        ("2018-05-07 00:30:34.1 -0330", "iso", "2018-05-07T04:00:34.100000"),
        ("2018-05-07 00:30:34 CST", "iso", "2018-05-06T16:30:34"),
        ("2018-05-07 00:30:34 GMT", "iso", "2018-05-07T00:30:34"),
        ("20180507T003034Z", "iso", "2018-05-07T00:30:34"),
        ("20180507003034", "auto", "2018-05-06T16:30:34"),
        ("2018/5/7 9:05", "iso", "2018-05-07T01:05:00"),
        ("2018-05-07", "iso", "2018-05-06T16:00:00"),
        ("1525624234", "epoch", "2018-05-06T16:30:34"),
        ("1525624234.123", "epoch", "2018-05-06T16:30:34.123000"),
        ("1525624234123", "epoch_ms", "2018-05-06T16:30:34.123000"),
        ("1525624234123456", "epoch_us", "2018-05-06T16:30:34.123456"),
        ("1525624234123456789", "auto", "2018-05-06T16:30:34.123456"),
        ("1525624234123", "auto", "2018-05-06T16:30:34.123000"),
        ("[07/May/2018:00:30:34 +0800]", "%d/%b/%Y:%H:%M:%S %z", "2018-05-06T16:30:34"),
        ("07/May/2018:00:30:34.250 +08:00", "%d/%b/%Y:%H:%M:%S %z", "2018-05-06T16:30:34.250000"),
        ("Mon May  7 00:30:34 2018", "%a %b %d %H:%M:%S %Y", "2018-05-06T16:30:34"),
        ("05/07/18 12:30:34 AM", "%D %I:%M:%S %p", "2018-05-06T16:30:34"),
        ("2018年5月7日 下午1:30", "%Y年%m月%d日 %p%I:%M", "2018-05-07T05:30:00"),
        ("2016-12-31T23:59:60Z", "iso", "2017-01-01T00:00:00"),
    ],
)
def test_reads_what_logs_write(text, form, expected):
    assert one(text, form) == datetime.fromisoformat(expected + "+00:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "yesterday",
        "９" * 10,
        "1" * 70,
        None,
        "2018-05-07 00:60:00",
        "2018-02-30 00:00:00",
        "2018-13-01 00:00:00",
        "2018-05-07 24:00:00",
        "0001-01-01",
        "0.005",
    ],
)
def test_what_is_no_time_is_null(text):
    assert one(text) is None


def test_a_directive_that_is_not_known_is_an_error():
    for form in ("%Q", "%Y %Y"):
        with pytest.raises(ValueError, match="not a usable time format"):
            pattern(form)


def test_an_hour_that_comes_twice_is_the_first_and_one_that_never_comes_is_shifted():
    assert one("2018-10-28 02:30:00", zone=BERLIN) == datetime(2018, 10, 28, 0, 30, tzinfo=UTC)
    assert one("2018-03-25 02:30:00", zone=BERLIN) == datetime(2018, 3, 25, 1, 30, tzinfo=UTC)


def test_rows_of_many_writings_keep_their_places():
    texts = ["2018-05-07 00:30:34", None, "x", "1525624234", "2018-05-07 00:30:34Z", "2018-05-07 00:30:35"]
    got = parse(pa.array(texts), "auto", UTC).to_pylist()
    base = datetime(2018, 5, 7, 0, 30, 34, tzinfo=UTC)
    assert got == [base, None, None, base - timedelta(hours=8), base, base + timedelta(seconds=1)]
    assert parse(pa.array(texts)[3:], "auto", UTC).to_pylist() == got[3:]
    assert parse(pa.chunked_array([texts[:2], texts[2:]], pa.string()), "auto", UTC).to_pylist() == got


def test_a_damaged_column_is_read_all_the_same():
    texts = [f"{n:04d}-xx" for n in range(200)] + ["2018-05-07"]
    assert parse(pa.array(texts), "iso", UTC).null_count == 200


def test_the_first_form_that_fits_counts():
    got = parse_any(pa.array(["01/02/2018", "2018-02-01"]), ["%d/%m/%Y", "iso"], UTC).to_pylist()
    assert got == [datetime(2018, 2, 1, tzinfo=UTC)] * 2


def test_a_table_can_be_moved_in_time():
    times = parse(pa.array(["2018-05-07 00:30:34", None]), "iso", SHANGHAI)
    moved = shifted(pa.table({"line": [1, 2], "time": times}), -8)
    assert moved["time"].to_pylist() == [datetime(2018, 5, 6, 8, 30, 34, tzinfo=UTC), None]
    assert moved.schema.field("time").type == times.type


def test_empty_columns():
    assert len(parse(pa.array([], pa.string()), "iso", UTC)) == 0
    assert [len(part) for part in local(parse(pa.array([], pa.string()), "iso", UTC), UTC)] == [0, 0]


@settings(deadline=None)
@given(st.lists(st.tuples(MOMENTS, st.integers(-14 * 4, 14 * 4))), st.sampled_from([SHANGHAI, BERLIN, UTC]))
def test_agrees_with_the_standard_library(given_moments, zone):
    moments = [m.replace(tzinfo=timezone(timedelta(minutes=15 * q))) for m, q in given_moments]
    texts = pa.array([m.isoformat() for m in moments], pa.string())
    assert parse(texts, "iso", zone).to_pylist() == [m.astimezone(UTC) for m in moments]
    naive = [m for m, _ in given_moments]
    texts = pa.array([str(m) for m in naive], pa.string())
    expected = [m.replace(tzinfo=zone).astimezone(UTC) for m in naive]
    assert parse(texts, "iso", zone).to_pylist() == expected
    days, hours = local(pa.array(expected, pa.timestamp("us", "UTC")), zone)
    shown = [m.astimezone(zone) for m in expected]
    assert days.to_pylist() == [m.date() for m in shown]
    assert hours.to_pylist() == [m.hour for m in shown]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.from_regex(pattern("auto").pattern.decode()))))
def test_never_raises(texts):
    texts = [t if t is None else t.encode(errors="ignore").decode() for t in texts]
    for form in ("auto", "iso", "epoch", "%d/%b/%Y:%H:%M:%S %z"):
        assert len(parse(pa.array(texts, pa.string()), form, BERLIN)) == len(texts)
