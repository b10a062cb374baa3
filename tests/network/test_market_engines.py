"""DuckDB and Spark rebuild the same market from the same lake: the same people, orders and roles."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.processes import QUICK_JAVA

from headwater.investigation.case import open_investigation
from headwater.network.market import Rebuilt, rebuild
from headwater.simulation.simulate import simulate
from headwater.store.engine import open_engine
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import open_workspace

pytest.importorskip("pyspark")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.timeout(900),
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
    pytest.mark.filterwarnings("default"),  # of Spark's own Python code
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rebuilt, Rebuilt]:
    root = tmp_path_factory.mktemp("engines")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, "5a" * 32)
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
        patch.chdir(root)
        simulate("brokers", root / "case", seed=3, events=10_000)
        with open_investigation(root / "case", root / "workspace") as work:
            work.ingest()
        return _rebuilt(root / "workspace", "duckdb"), _rebuilt(root / "workspace", "spark")


def _rebuilt(folder: Path, engine: str) -> Rebuilt:
    with open_workspace(folder) as workspace, open_engine(engine, workspace, 2 << 30) as opened:
        return rebuild(opened)


def test_the_same_people(both: tuple[Rebuilt, Rebuilt]) -> None:
    one, other = both
    assert one.people.count > 20
    assert np.array_equal(one.people.of, other.people.of)
    pd.testing.assert_frame_equal(one.people.links, other.people.links)
    pd.testing.assert_frame_equal(one.traffic.accounts, other.traffic.accounts)


def test_the_same_orders(both: tuple[Rebuilt, Rebuilt]) -> None:
    one, other = both
    assert len(one.hops.orders) > 20
    pd.testing.assert_frame_equal(one.hops.orders, other.hops.orders)
    pd.testing.assert_frame_equal(one.hops.hops, other.hops.hops)
    pd.testing.assert_frame_equal(one.laid.payments, other.laid.payments)


def test_the_same_roles(both: tuple[Rebuilt, Rebuilt]) -> None:
    one, other = both
    told = [[(s.person, s.role, s.roles, s.tier, s.facts) for s in made.ranks.standings] for made in both]
    assert told[0] == told[1]
    assert {s.role for s in one.ranks.standings} >= {"customer", "middleman"}
    assert one.sums.low == other.sums.low and one.items.sold == other.items.sold
