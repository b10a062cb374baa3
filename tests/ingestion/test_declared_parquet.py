"""Declared logs that are Parquet files: read like any other, cited by row, and set aside when they are damaged."""

from __future__ import annotations

import datetime
import gzip
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from headwater.exhibits.folder import open_case
from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.settings import load_settings
from headwater.ingestion.ingest import ingest
from headwater.ingestion.mappings import mappings_for, read_mapped, schema_of
from headwater.model.errors import SettingsError, UnreadableError
from headwater.model.exhibit import Exhibit, Rejected
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import open_workspace

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOKENISER = Tokeniser(b"k" * 32)
UTC = datetime.UTC
NINE = datetime.datetime(2024, 3, 4, 9, 0, 0)
LOGONS = """
timezone = "Asia/Shanghai"

[[logs]]
files = "logs/**/*.parquet"
table = "logons"
time = "when"
columns = {account = "user", ip = "origin", action = {column = "state", map = {ok = "logon"}}, kind = "kind"}
where = "state != 'noise'"
"""


def parquet(table: pa.Table, **options: object) -> bytes:
    made = io.BytesIO()
    pq.write_table(table, made, **options)
    return made.getvalue()


def logons(**columns: object) -> pa.Table:
    base: dict[str, object] = {
        "when": pa.array([NINE, NINE, None, NINE], pa.timestamp("ms")),
        "user": pa.array(["u1", "u2", "u3", "u4"]).dictionary_encode(),
        "origin": ["10.0.0.1", "-", "10.0.0.3", None],
        "state": ["ok", "noise", "ok", "logoff"],
        "kind": pa.array([2, 2, 3, 10], pa.int16()),
    }
    return pa.table(base | columns)


def member_of(folder: Path, path: str, data: bytes) -> Member:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    (member,) = members(Exhibit(path, file, path.split("/")[0], None, file.stat().st_size))
    assert isinstance(member, Member)
    return member


def read(folder: Path, toml: str, data: bytes, path: str = "logs/day.parquet") -> tuple[pa.Table, list[Rejected]]:
    (folder / "headwater.toml").write_text(toml, "utf-8")
    member = member_of(folder, path, data)
    (mapping,) = mappings_for(load_settings(folder / "headwater.toml"), member)
    tables: list[pa.Table] = []
    rejected: list[Rejected] = []
    for table, bad in read_mapped(mapping, member, SHANGHAI, TOKENISER):
        assert table.schema == schema_of(mapping)
        tables.append(table)
        rejected += bad
    return pa.concat_tables(tables) if tables else pa.table({}), rejected


def test_rows_keep_their_numbers_their_types_and_the_filter(tmp_path: Path) -> None:
    rows, rejected = read(tmp_path, LOGONS, parquet(logons()))
    first, last = rows.to_pylist()
    assert first == {
        "time": datetime.datetime(2024, 3, 4, 1, tzinfo=UTC),
        "day": datetime.date(2024, 3, 4),
        "hour": 9,
        "source": "logs/day.parquet",
        "line": 1,
        "account": "u1",
        "device": None,
        "ip": "10.0.0.1",
        "action": "logon",
        "kind": "2",
    }
    assert (last["line"], last["action"], last["ip"], last["kind"]) == (4, "logoff", None, "10")
    assert rejected == [Rejected("logs/day.parquet", 3, "has no time that can be read")]


@pytest.mark.parametrize(
    ("column", "declared"),
    [
        (pa.array([NINE] * 4, pa.timestamp("ns")), '"when"'),
        (pa.array([NINE.replace(tzinfo=SHANGHAI)] * 4, pa.timestamp("s", "UTC")), '"when"'),
        (pa.array([NINE.replace(tzinfo=SHANGHAI)] * 4, pa.timestamp("us", "America/New_York")), '"when"'),
        (pa.array([datetime.datetime(2024, 3, 4, 1)] * 4), '{column = "when", zone = "UTC"}'),
        (pa.array([1709514000000] * 4), '{column = "when", format = "epoch_ms"}'),
        (pa.array([1709514000.0] * 4), '{column = "when", format = "epoch"}'),
        (pa.array(["2024/03/04 09:00"] * 4), '{column = "when", format = "%Y/%m/%d %H:%M"}'),
    ],
)
def test_a_time_may_be_a_timestamp_an_epoch_or_a_text(tmp_path: Path, column: pa.Array, declared: str) -> None:
    toml = LOGONS.replace('time = "when"', f"time = {declared}")
    rows, rejected = read(tmp_path, toml, parquet(logons(when=column)))
    assert rejected == []
    assert set(rows.column("time").to_pylist()) == {datetime.datetime(2024, 3, 4, 1, tzinfo=UTC)}


def test_a_date_and_a_clock_make_a_time(tmp_path: Path) -> None:
    toml = LOGONS.replace('time = "when"', 'time = {column = "when", clock = "clock"}')
    data = logons(when=pa.array([NINE.date()] * 4), clock=pa.array([NINE.time()] * 4))
    rows, _ = read(tmp_path, toml, parquet(data))
    assert set(rows.column("hour").to_pylist()) == {9}


MAIL = """
[[logs]]
files = "logs/*"
format = "parquet"
table = "mail"
time = "at"
columns = {sender = "envelope.from", recipients = "to", subject = "subject", bytes = "size"}
"""


def test_members_lists_and_numbers(tmp_path: Path) -> None:
    data = pa.table(
        {
            "at": pa.array([NINE], pa.timestamp("us", "UTC")),
            "envelope": pa.array([{"from": "a@office.example", "id": 1}]),
            "to": pa.array([["b@x.example", "c,d@x.example"]]),
            "subject": ["报价"],
            "size": pa.array([1234.0]),
            "nested": pa.array([[[1]]]),
        }
    )
    (row,) = read(tmp_path, MAIL, parquet(data))[0].to_pylist()
    assert (row["sender"], row["recipients"], row["bytes"]) == (
        "a@office.example",
        ["b@x.example", "c,d@x.example"],
        1234,
    )


def test_rows_go_on_counting_over_row_groups_and_batches(tmp_path: Path) -> None:
    many = pa.concat_tables([logons(when=pa.array([NINE] * 4, pa.timestamp("ms")))] * 50_000)
    rows, _ = read(tmp_path, LOGONS, parquet(many, row_group_size=70_001))
    lines = rows.column("line").to_pylist()
    assert rows.num_rows == 150_000
    assert (lines[0], lines[-1]) == (1, 200_000)
    assert lines == sorted(lines)


def test_a_packed_file_is_read_too(tmp_path: Path) -> None:
    rows, _ = read(tmp_path, LOGONS, gzip.compress(parquet(logons())), "logs/a/day.parquet")
    assert rows.column("line").to_pylist() == [1, 4]


def test_a_missing_column_names_block_and_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\[\[logs\]\] 1: logs/day.parquet: there is no column 'user'; there are"):
        read(tmp_path, LOGONS, parquet(logons().drop_columns(["user"])))


def test_a_time_that_is_none_names_block_and_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\[\[logs\]\] 1: logs/day.parquet:1: time: the column 'when'"):
        read(tmp_path, LOGONS, parquet(logons(when=pa.array([True] * 4))))


@pytest.mark.parametrize("format", ['format = "parquet"\n', ""])
def test_torn_files_are_unreadable(tmp_path: Path, format: str) -> None:
    toml = LOGONS.replace("table =", f"{format}table =")
    whole = parquet(logons())
    for length in (4, 40, len(whole) // 2, len(whole) - 1):
        with pytest.raises(UnreadableError, match="damaged, torn or encrypted"):
            read(tmp_path, toml, whole[:length])


def test_what_is_no_parquet_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="damaged, torn"):
        read(tmp_path, LOGONS.replace("table =", 'format = "parquet"\ntable ='), b"when,user\n1,2\n")


def test_bytes_that_are_no_text_are_said_without_showing_them(tmp_path: Path) -> None:
    data = logons(user=pa.array([b"\xff\xfe"] * 4))
    with pytest.raises(UnreadableError, match="the column 'user' holds what is no text"):
        read(tmp_path, LOGONS, parquet(data))


@given(at=st.integers(0, 5_000), value=st.integers(0, 255))
@example(at=271, value=3)  # a place in a dictionary that has no such place
def test_no_damage_crashes_the_reader(tmp_path_factory: pytest.TempPathFactory, at: int, value: int) -> None:
    whole = bytearray(parquet(logons()))
    whole[at % len(whole)] = value
    try:
        read(tmp_path_factory.mktemp("p"), LOGONS, bytes(whole))
    except (UnreadableError, SettingsError) as error:
        assert "day.parquet" in str(error)


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    """One long text, said a million times in few bytes."""
    rows = 1_000_000
    user = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array(["x" * 5_000]))
    when = pa.array([NINE] * rows, pa.timestamp("ms"))
    other = pa.nulls(rows, pa.string())
    data = parquet(pa.table({"when": when, "user": user, "origin": other, "state": other, "kind": other}))
    found = member_of(tmp_path, "logs/day.parquet", data)
    meter = Meter(Budget(Limits(ratio_from=1 << 24), found.exhibit.size))
    member = Member(found.path, found.exhibit, found.size, found.file, found.opener, meter)
    (tmp_path / "headwater.toml").write_text(LOGONS.replace("where", "#"), "utf-8")
    (mapping,) = mappings_for(load_settings(tmp_path / "headwater.toml"), member)
    with pytest.raises(UnreadableError, match="times its size, as a bomb does"):
        list(read_mapped(mapping, member, SHANGHAI, TOKENISER))


def test_the_stage_reads_what_is_declared_and_lists_what_is_not(tmp_path: Path) -> None:
    case = tmp_path / "case"
    whole = parquet(logons())
    for path, data in (
        ("logs/day.parquet", whole),
        ("logs/torn.parquet", whole[:-20]),
        ("logs/other.pq", parquet(logons().slice(1))),
    ):
        (case / path).parent.mkdir(parents=True, exist_ok=True)
        (case / path).write_bytes(data)
    (case / "headwater.toml").write_text(LOGONS, "utf-8")
    with open_workspace(tmp_path / "ws") as workspace:
        ingest(open_case(case), workspace)
        assert workspace.lake.read("logons").column("line").to_pylist() == [1, 4]
        told = {n.path: n.reason for n in workspace.manifest.not_read()}
    assert "damaged" in told["logs/torn.parquet"]
    assert "[[logs]]" in told["logs/other.pq"]
