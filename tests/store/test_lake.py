"""Rows come back as they were given, by local day; what no manifest row names is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.model.errors import StoreError
from headwater.model.tables import EVENT_TABLES, SCHEMAS
from headwater.store import lake as lake_module
from headwater.store.lake import by_day, conform
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

MARCH = datetime(2021, 3, 1, 9, tzinfo=UTC)


def web(days: list[int], host: str = "a.example") -> pa.Table:
    return pa.table(
        {
            "time": pa.array([MARCH + timedelta(days=d) for d in days], pa.timestamp("us", tz="UTC")),
            "day": pa.array([MARCH.date() + timedelta(days=d) for d in days], pa.date32()),
            "line": pa.array(range(1, len(days) + 1), pa.int64()),
            "host": [host] * len(days),
        }
    )


def write(workspace: Workspace, path: str, rows: pa.Table, generation: str = "1", table: str = "web") -> None:
    writer = workspace.lake.writer("ingest", path, generation)
    writer.add(table, rows)
    workspace.manifest.commit(Input("ingest", path, 1, generation, "test", rows.num_rows, 0), writer.close())


def test_rows_come_back_one_folder_for_each_day(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        write(workspace, "logs/a", web([2, 0, 2, 1, 0]))
        folders = sorted(f.parent.name for f in workspace.lake.files("web"))
        assert folders == ["day=2021-03-01", "day=2021-03-02", "day=2021-03-03"]
        back = workspace.lake.read("web")
        assert back.schema == SCHEMAS["web"]
        assert back.column("line").to_pylist() == [2, 5, 4, 1, 3]  # days in order, lines of a day as they came
        assert back.column("account").null_count == 5


@given(st.lists(st.integers(-4000, 40000), max_size=40))
def test_a_split_by_day_loses_nothing_and_keeps_the_order_of_a_day(days: list[int]) -> None:
    rows = web([0] * len(days))
    rows = rows.set_column(1, "day", pa.array([date(1999, 12, 31) + timedelta(days=d) for d in days], pa.date32()))
    pieces = list(by_day(rows))
    assert [d for d, _ in pieces] == sorted(set(rows.column("day").to_pylist()))
    for day, piece in pieces:
        lines = [
            n for n, d in zip(rows.column("line").to_pylist(), rows.column("day").to_pylist(), strict=True) if d == day
        ]
        assert piece.column("line").to_pylist() == lines
        assert piece.schema == rows.schema


def test_an_event_without_a_day_is_refused(tmp_path: Path) -> None:
    rows = web([0, 1]).set_column(1, "day", pa.array([None, date(2021, 3, 1)], pa.date32()))
    with open_workspace(tmp_path) as workspace, pytest.raises(StoreError, match="without a day"):
        write(workspace, "logs/a", rows)


def test_missing_columns_are_null_and_the_order_is_the_tables() -> None:
    made = conform("accounts", pa.table({"owner": ["P1"], "account": ["u1"]}))
    assert made.schema == SCHEMAS["accounts"]
    assert made.to_pylist() == [dict.fromkeys(SCHEMAS["accounts"].names) | {"owner": "P1", "account": "u1"}]


def test_types_are_fitted_and_what_does_not_fit_is_refused() -> None:
    assert conform("accounts", pa.table({"line": pa.array([1], pa.int32())})).column("line").type == pa.int64()
    with pytest.raises(pa.ArrowInvalid):
        conform("accounts", pa.table({"line": ["not a number"]}))


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_a_column_that_the_table_does_not_have_is_refused(table: str) -> None:
    with pytest.raises(StoreError, match=f"table {table} has no column raw_name"):
        conform(table, pa.table({"raw_name": ["x"]}))


def test_a_table_that_the_lake_does_not_have_is_refused(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        for ask in (workspace.lake.files, workspace.lake.read):
            with pytest.raises(StoreError, match="no table secrets"):
                ask("secrets")
        with pytest.raises(StoreError, match="no table secrets"):
            workspace.lake.writer("s", "p", "1").add("secrets", pa.table({"x": [1]}))


def test_every_table_is_empty_before_anything_is_read(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        for table, schema in SCHEMAS.items():
            assert workspace.lake.files(table) == []
            assert workspace.lake.read(table).schema == schema


def test_event_tables_are_those_with_a_day() -> None:
    assert {"access", "web", "logons", "files", "flows", "mail"} <= EVENT_TABLES
    assert "people" not in EVENT_TABLES


def test_parts_count_only_when_they_are_committed(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        writer = workspace.lake.writer("ingest", "logs/a", "1")
        writer.add("web", web([0, 1]))
        parts = writer.close()
        assert all((workspace.lake.root / p.file).exists() for p in parts)
        assert workspace.lake.files("web") == []
        assert workspace.lake.read("web").num_rows == 0


def test_a_sweep_removes_what_no_row_names_and_nothing_else(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        write(workspace, "logs/kept", web([0, 1]))
        kept = workspace.lake.files("web")
        stray = workspace.lake.writer("ingest", "logs/killed", "1")
        stray.add("web", web([0, 5]))
        stray.close()
        torn = kept[0].with_name(f".{kept[0].name}.4711")
        torn.write_bytes(b"half a part")
        assert workspace.lake.sweep() == 3
        assert workspace.lake.files("web") == kept
        assert workspace.lake.read("web").num_rows == 2
        assert sorted(f for f in workspace.lake.root.rglob("*") if f.is_file()) == kept
        assert workspace.lake.sweep() == 0


def test_two_readings_of_a_file_do_not_share_parts(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        write(workspace, "logs/a", web([0]), "1")
        before = set(workspace.lake.files("web"))
        write(workspace, "logs/a", web([0, 0]), "2")
        assert before.isdisjoint(workspace.lake.files("web"))
        assert workspace.lake.read("web").num_rows == 2
        write(workspace, "logs/b", web([0]), "2")
        assert workspace.lake.read("web").num_rows == 3


def test_a_full_buffer_is_written_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake_module, "_BUFFER_ROWS", 4)
    with open_workspace(tmp_path) as workspace:
        writer = workspace.lake.writer("ingest", "logs/a", "1")
        for n in range(7):
            writer.add("web", web([n % 3, 0]))
        parts = writer.close()
        assert writer.rows == sum(p.rows for p in parts) == 14
        assert len({p.file for p in parts}) == len(parts) > 3
        workspace.manifest.commit(Input("ingest", "logs/a", 1, "1", "test", 14, 0), parts)
        assert workspace.lake.read("web").num_rows == 14


def test_the_first_day_of_a_column_is_told_whichever_file_holds_it(tmp_path: Path) -> None:
    def related(*starts: date | None) -> pa.Table:
        return pa.table({"employee": ["E1"] * len(starts), "starts": pa.array(starts, pa.date32())})

    with open_workspace(tmp_path) as workspace:
        lake = workspace.lake
        assert lake.earliest("relations", "starts") is None
        write(workspace, "business/a", related(date(2021, 3, 5), date(2021, 3, 2)), table="relations")
        assert lake.earliest("relations", "starts") == date(2021, 3, 2)
        write(workspace, "business/b", related(date(2021, 3, 1)), table="relations")
        assert lake.earliest("relations", "starts") == date(2021, 3, 1)
        write(workspace, "business/c", related(date(2021, 3, 9), None), table="relations")
        assert lake.earliest("relations", "starts") == date.min


def test_stretches_are_whole_days_of_so_many_rows_at_least(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        assert workspace.lake.stretches("web", 3) == []
        write(workspace, "logs/a", web([0, 1, 1, 2, 3]))
        write(workspace, "logs/b", web([0, 4]))
        stretches = workspace.lake.stretches("web", 3)
        assert [f for files in stretches for f in files] == workspace.lake.files("web")
        days = [sorted({f.parent.name[-2:] for f in files}) for files in stretches]
        assert days == [["01", "02"], ["03", "04", "05"]]
        assert workspace.lake.rows("web") == 7
