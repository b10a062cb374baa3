"""The bench of the network makes a market that is one, and says what each stage of rebuilding it took. No time is asserted."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from bench.made_talk import cast_for, make
from bench.network_speed import STAGES, Watch, main

from bench import talk_reading
from headwater.network.market import rebuild
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import Workspace, open_workspace

ROWS = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with open_workspace(tmp_path_factory.mktemp("talk")) as workspace:
        make(workspace, ROWS)
        yield workspace


def test_as_many_rows_are_made_as_were_asked_for(made: Workspace) -> None:
    assert made.lake.rows("messages") == ROWS
    assert made.lake.rows("payments") > 0 and made.lake.rows("contacts") > 0


def test_every_identifier_of_a_text_has_its_token_its_mask_and_its_parts(made: Workspace) -> None:
    messages = made.lake.read("messages").select(["shape", "text", "tokens", "masks", "parts"]).to_pylist()
    named = [m for m in messages if "⟨" in m["shape"]]
    assert len(named) > ROWS // 10
    for row in named[:500]:
        kinds = [piece.split("⟩")[0] for piece in row["shape"].split("⟨")[1:]]
        assert [token.split(":")[0] for token in row["tokens"]] == kinds
        assert all(mask in row["text"] for mask in row["masks"])
        assert {int(part.split(":")[0]) for part in row["parts"]} == set(range(len(kinds)))


def test_the_orders_of_the_made_market_are_found(made: Workspace) -> None:
    with open_engine("duckdb", made, 1 << 29) as engine:
        found = rebuild(engine)
    _, orders = cast_for(ROWS)
    assert 0.75 * orders < len(found.hops.orders) < 1.25 * orders
    assert (found.hops.orders["outcome"] == "answered").mean() > 0.8


def test_both_sides_of_reading_take_every_row_of_the_made_chats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ENVIRONMENT, "00" * 32)
    talk_reading.make(tmp_path / "case", 1_200)
    plain, mine = talk_reading.bare(tmp_path), talk_reading.ours(tmp_path)
    assert plain["rows"] == mine["rows"] == 1_200
    assert plain["found"] > 1_200 // talk_reading.NAMED // 2


@pytest.mark.skipif(sys.platform != "linux", reason="the mark of the most memory is Linux's")
def test_the_most_memory_of_a_stage_is_its_own() -> None:
    watch = Watch()
    with watch.stage("outer"):
        with watch.stage("inner"):
            np.ones(40_000_000).sum()
        with watch.stage("small"):
            pass
    inner, outer, small = (watch.told[name]["peak_mb"] for name in ("inner", "outer", "small"))
    assert outer >= inner > small + 200


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the mark of the most memory is Linux's")
def test_the_bench_tells_every_stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "00" * 32)
    out = tmp_path / "told.json"
    for rows in (5_000, 6_000):
        main(["--rows", str(rows), "--edges", "2000", "--space", str(tmp_path / str(rows)), "--out", str(out)])
    told = json.loads(out.read_text("utf-8"))
    assert sorted(told) == ["duckdb 5,000", "duckdb 6,000"]
    stages = told["duckdb 5,000"]["stages"]
    assert set(stages) == {*STAGES, "all"}
    assert stages["all"]["seconds"] >= stages["traffic"]["seconds"] >= stages["transfers"]["seconds"] >= 0
    assert told["duckdb 5,000"]["asof"]["requests"] > 0
