"""What a made world writes is what Headwater reads: every log in every mixture of layouts, line for line."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from written_worlds import TIDY, world

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise
from headwater.store.manifest import Input
from headwater.store.workspace import open_workspace

LOG = {"web01": "access", "db01": "queries", "proxy": "web", "ad": "logons", "endpoint": "files", "mail": "mail"}
NOISY = Noise(lost=0.02, lost_hours=0.01, disorder=0.05, late=0.01, torn=0.002, doubled=0.0)
SMALL = {"staff": 20, "clients": 600, "days": 8}
MIXTURES = (
    (Formats(), replace(NOISY, rotation="week")),
    (
        Formats("nginx-json", "stderr", False, "squid-sizes", "flat", "windows-4663", "zst", "gb18030"),
        replace(NOISY, rotation="day"),
    ),
    (
        Formats("combined", "csvlog", False, "ocsf", "ocsf", "ocsf", "zip", "utf-8-sig"),
        replace(NOISY, rotation="size", rotate_lines=2_000, utc="access"),
    ),
    (
        Formats("nginx-json", "stderr", True, "squid", "ecs", "windows-4663", "plain", "xlsx"),
        replace(NOISY, rotation="none", utc="queries"),
    ),
    (Formats(logs="parquet"), NOISY),
)


def counted(out: Path) -> tuple[Counter[str], Counter[str], list[Input], dict[str, int]]:
    """Rows and lines set aside by kind of log, all inputs, and rows by table of the lake."""
    rows: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    with open_workspace(out / "workspace") as workspace:
        ingest(open_case(out / "case"), workspace)
        inputs = workspace.manifest.inputs()
        assert workspace.manifest.not_read() == []
        for each in (entry for entry in inputs if entry.stage == "ingest"):
            folder = each.path.split("/")[1]
            rows[LOG.get(folder, folder)] += each.rows
            aside[LOG.get(folder, folder)] += each.rejected
        tables = {name: workspace.lake.read(name).num_rows for name in ("access", "web", "logons", "files", "mail")}
    return rows, aside, inputs, tables


@pytest.mark.parametrize(("formats", "noise"), MIXTURES)
def test_every_line_is_read(tmp_path: Path, formats: Formats, noise: Noise) -> None:
    truth = world(tmp_path, formats=formats, noise=noise, **SMALL)
    rows, aside, inputs, tables = counted(tmp_path)
    told = truth["house"]["events"]
    assert dict(rows) == told
    assert tables == {kind: told[kind] for kind in ("web", "logons", "files", "mail")} | {
        "access": told["access"] + told["queries"]
    }
    if formats.logs == "parquet":
        assert sum(aside.values()) == 0
    else:
        assert sum(aside.values()) > 0  # the torn lines, each of them
    papers = {entry.path: entry.rows for entry in inputs if entry.stage == "tables"}
    assert papers[next(p for p in papers if p.startswith("hr/roster"))] >= truth["house"]["staff"]
    snapshot = next(p for p in papers if p.startswith("clients/"))
    assert papers[snapshot] >= truth["house"]["clients"]
    assert all(entry.rejected == 0 for entry in inputs if entry.stage == "tables")


def test_a_tidy_world_has_every_event_once(tmp_path: Path) -> None:
    """Without noise both ways of writing hold the same events."""
    text = world(tmp_path / "text", noise=TIDY, **SMALL)
    parquet = world(tmp_path / "parquet", noise=TIDY, formats=Formats(logs="parquet"), **SMALL)
    assert text["house"] == parquet["house"]
    assert all(doing["seen"] == doing["subjects"] for doing in text["doings"])
    columns = {
        "access": ["time", "account", "ip", "action", "subject", "rows", "outcome", "bytes"],
        "web": ["time", "account", "ip", "host", "path", "method", "bytes_out", "bytes_in"],
        "logons": ["time", "account", "device", "ip", "action", "kind"],
        "files": ["time", "account", "device", "path", "action"],
        "mail": ["time", "account", "sender", "recipients", "subject", "attachments", "bytes"],
    }
    read = []
    for name in ("text", "parquet"):
        with open_workspace(tmp_path / name / "workspace") as workspace:
            ingest(open_case(tmp_path / name / "case"), workspace)
            read.append({table: workspace.lake.read(table).select(names) for table, names in columns.items()})
    for table in columns:
        one, other = (Counter(map(str, part[table].drop_columns(_loose(table)).to_pylist())) for part in read)
        assert one == other, table


def _loose(table: str) -> list[str]:
    """Columns that differ by rights: tokens of another key; whole seconds in some layouts."""
    return {"access": ["subject", "time"], "web": ["time"], "mail": ["time"]}.get(table, [])


def test_torn_lines_are_lost_to_the_truth_too(tmp_path: Path) -> None:
    truth = world(tmp_path, noise=replace(TIDY, torn=0.3), **SMALL)
    assert all(0 < doing["seen"] < doing["subjects"] for doing in truth["doings"])


def test_nothing_of_crimes_is_written_where_nobody_takes_anything(tmp_path: Path) -> None:
    truth = world(tmp_path, crimes=(), leaks=None)
    assert truth["doings"] == []
    assert {leak["origin"] for leak in truth["leaks"]} == {"nobody"}
    assert truth["complaints"]["from_theft"] == 0
    assert not (tmp_path / "case/seized").exists()
