"""An engine reads what is committed, within the memory that it may use."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ibis import _

from headwater.model.errors import StoreError
from headwater.model.tables import SCHEMAS
from headwater.store import engine as engine_module
from headwater.store.engine import Engine, default_memory, open_engine
from headwater.store.manifest import Input
from headwater.store.workspace import Workspace, open_workspace

MOMENT = datetime(2021, 3, 1, 15, 30, 0, 123456, tzinfo=UTC)
LOGONS = pa.table(
    {
        "time": pa.array([MOMENT, MOMENT], pa.timestamp("us", tz="UTC")),
        "day": pa.array([MOMENT.date(), MOMENT.date()], pa.date32()),
        "hour": pa.array([23, 23], pa.int8()),
        "source": ["logs/a", "logs/a"],
        "line": pa.array([1, 2], pa.int64()),
        "account": ["u1", None],
    }
)


@pytest.fixture
def filled(tmp_path: Path):  # type: ignore[no-untyped-def]
    with open_workspace(tmp_path) as workspace:
        writer = workspace.lake.writer("ingest", "logs/a", "1")
        writer.add("logons", LOGONS)
        workspace.manifest.commit(Input("ingest", "logs/a", 1, "1", "test", 2, 0), writer.close())
        stray = workspace.lake.writer("ingest", "logs/b", "1")
        stray.add("logons", LOGONS)
        stray.close()
        yield workspace


def test_committed_rows_come_back_with_their_types(filled: Workspace) -> None:
    with open_engine("duckdb", filled) as engine:
        back = engine.arrow(engine.table("logons").order_by("line"))
    assert back.to_pylist() == filled.lake.read("logons").to_pylist()
    assert back.num_rows == 2
    assert back.column("time").type == SCHEMAS["logons"].field("time").type
    assert back.column("day").type == pa.date32()


def test_every_table_can_be_asked_for_before_it_is_filled(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace, open_engine("duckdb", workspace) as engine:
        for name, schema in SCHEMAS.items():
            assert engine.arrow(engine.table(name)).column_names == schema.names


def test_small_tables_join_the_lake(filled: Workspace) -> None:
    with open_engine("duckdb", filled) as engine:
        wanted = engine.memory("wanted", pa.table({"account": ["u1", "u2"]}))
        assert engine.arrow(engine.table("logons").semi_join(wanted, "account")).num_rows == 1


def of_many_days(workspace: Workspace, days: int) -> None:
    """Log-ons of several days, of accounts that come back."""
    writer = workspace.lake.writer("ingest", "logs/days", "1")
    moments = [MOMENT + timedelta(days=n % days, minutes=n) for n in range(60)]
    rows = {
        "time": pa.array(moments, pa.timestamp("us", tz="UTC")),
        "day": pa.array([MOMENT.date() + timedelta(days=n % days) for n in range(60)], pa.date32()),
        "account": [f"u{n * n % 7}" for n in range(60)],
        "device": [f"d{n * n % 11}" for n in range(60)],
    }
    writer.add("logons", pa.table(rows))
    workspace.manifest.commit(Input("ingest", "logs/days", 1, "1", "test", 60, 0), writer.close())


def devices_a_day(engine: Engine, logons: ibis.Table) -> ibis.Table:
    return logons.group_by(["account", "day"]).agg(devices=_.device.nunique(), lines=_.line.count())


def test_days_worked_out_in_stretches_are_those_worked_out_at_once(
    filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_many_days(filled, 9)
    found = []
    for rows in (10**9, 14):
        monkeypatch.setattr(engine_module, "STRETCH", rows)
        with open_engine("duckdb", filled) as engine:
            told = engine.daily("devices", "logons", devices_a_day)
            assert engine.daily("devices", "logons", devices_a_day) is told
            assert told.schema == engine.arrow(devices_a_day(engine, engine.table("logons"))).schema
            found.append(told.sort_by([("account", "ascending"), ("day", "ascending")]))
    assert found[0] == found[1]
    assert found[0].num_rows > 9


def test_a_small_table_that_is_held_is_the_one_on_disk(filled: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    of_many_days(filled, 3)
    found = []
    for rows in (10**6, 0):
        monkeypatch.setattr(engine_module, "HELD", rows)
        with open_engine("duckdb", filled) as engine:
            found.append(engine.arrow(engine.table("logons")))
            named = engine._backend.raw_sql(  # type: ignore[attr-defined]
                "select count(*) from duckdb_tables() where table_name = 'held_logons'"
            )
            assert named.fetchone() == (int(rows > 0),)
    assert found[0] == found[1]


@pytest.mark.parametrize(("memory", "threads"), [(256 << 20, 1), (1 << 30, 2)])
def test_memory_and_threads_are_bounded_and_the_rest_is_spilled(filled: Workspace, memory: int, threads: int) -> None:
    with open_engine("duckdb", filled, memory, threads) as engine:
        held = engine._backend.raw_sql(  # type: ignore[attr-defined]
            "select current_setting('memory_limit'), current_setting('threads'), current_setting('temp_directory')"
        ).fetchone()
    number, unit = held[0].split()
    assert float(number) * {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}[unit] == pytest.approx(memory, rel=0.06)
    assert held[1:] == (threads, str(filled.spill))


def test_half_of_the_machine_is_the_default() -> None:
    assert 64 << 20 < default_memory() < 1 << 48


def test_a_sort_larger_than_memory_ends(filled: Workspace) -> None:
    with open_engine("duckdb", filled, 96 << 20, 1) as engine:
        held = engine._backend.raw_sql(  # type: ignore[attr-defined]
            "select sum(n) from (select md5(i::varchar) h, i n from range(3000000) t(i) order by h limit 2900000)"
        ).fetchone()
    assert held[0] > 0


def test_no_extension_is_fetched(filled: Workspace) -> None:
    with open_engine("duckdb", filled) as engine:
        held = engine._backend.raw_sql(  # type: ignore[attr-defined]
            "select current_setting('autoinstall_known_extensions'), current_setting('autoload_known_extensions')"
        ).fetchone()
    assert held == (False, False)


def test_a_long_question_draws_nothing_on_standard_output(filled: Workspace) -> None:
    with open_engine("duckdb", filled) as engine:
        told = engine._backend.raw_sql("select current_setting('enable_progress_bar')").fetchone()  # type: ignore[attr-defined]
    assert told == (False,)


def test_an_engine_that_is_none_is_refused(filled: Workspace) -> None:
    with pytest.raises(StoreError, match="choose duckdb or spark"), open_engine("sqlite", filled):
        pass


@pytest.mark.parametrize(
    "name",
    [
        "duckdb",
        pytest.param(
            "spark",
            marks=[
                pytest.mark.slow,
                pytest.mark.spark,
                pytest.mark.timeout(600),
                pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
                pytest.mark.filterwarnings("default"),  # of Spark's own Python code
            ],
        ),
    ],
)
@pytest.mark.parametrize("newer", [0, 2])
def test_a_column_that_older_files_lack_is_null_in_their_rows(tmp_path: Path, name: str, newer: int) -> None:
    if name == "spark":
        pytest.importorskip("pyspark")
    schema = SCHEMAS["holdings"]
    with open_workspace(tmp_path) as workspace:
        for number in range(3):
            rows = pa.Table.from_pylist([{"source": f"leaks/{number}", "line": 2, "party": 1}], schema)
            writer = workspace.lake.writer("scan", f"leaks/{number}", "1")
            writer.add("holdings", rows)
            parts = writer.close()
            if number >= newer:
                pq.write_table(rows.drop(["party"]), workspace.lake.root / parts[0].file)
            workspace.manifest.commit(Input("scan", f"leaks/{number}", 1, "1", "leak file", 1, 0), parts)
        with open_engine(name, workspace, 1 << 30, 1) as engine:
            held = engine.arrow(engine.table("holdings").order_by("source"))
        back = workspace.lake.read("holdings").sort_by("source")
    assert held.schema.names == schema.names
    assert held["party"].to_pylist() == [1] * newer + [None] * (3 - newer)
    assert held.to_pylist() == back.to_pylist()
