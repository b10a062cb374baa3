"""Text that acts where it is taken for HTML or a formula is in the logs when it is asked for, and only then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from written_worlds import TIDY, text_of, world

from headwater.simulation.trades.trade import Crime
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.hostile import FORMULA, IMAGE, SCRIPT
from headwater.simulation.writing.noise import Noise

SMALL = {"staff": 20, "clients": 600, "days": 12, "crimes": (Crime("bulk", "strong", way_out="mail"),)}
LAYOUTS = (
    Formats(packing="plain"),
    Formats("nginx-json", "stderr", True, "squid-sizes", "flat", "windows-4663"),
    Formats(proxy="ocsf", logons="ocsf"),
)
HOSTILE = Noise(lost=0, lost_hours=0, rotation="none", hostile=True)
PARTS = {"web01": SCRIPT, "proxy": "=1+1|", "ad": SCRIPT, "endpoint": FORMULA, "mail": FORMULA}


def logs(out: Path) -> Iterator[tuple[str, str]]:
    for file in sorted((out / "case/logs").rglob("*.*")):
        yield file.parent.name, text_of(file)


@pytest.mark.parametrize("formats", LAYOUTS)
def test_it_is_in_the_logs_when_asked_for(tmp_path: Path, formats: Formats) -> None:
    world(tmp_path, noise=HOSTILE, formats=formats, **SMALL)
    texts = dict(logs(tmp_path))
    assert [folder for folder, text in PARTS.items() if text not in texts[folder]] == []
    assert IMAGE in texts["ad"]


def test_parquet_holds_it_too(tmp_path: Path) -> None:
    world(tmp_path, noise=HOSTILE, formats=Formats(logs="parquet"), **SMALL)
    columns = {"access": ("account", "path"), "logons": ("account", "device"), "web": ("path",), "files": ("path",)}
    for kind, names in columns.items():
        whole = pa.concat_tables(
            pq.read_table(f).unify_dictionaries() for f in (tmp_path / "case/logs" / kind).iterdir()
        )
        for name in names:
            assert any("alert(" in str(text) or "calc" in str(text) for text in whole[name].to_pylist()), (kind, name)


def test_it_is_in_no_other_world_and_changes_nothing_else(tmp_path: Path) -> None:
    formats = Formats(packing="plain")
    plain = world(tmp_path / "plain", noise=TIDY, formats=formats, **SMALL)
    for _, text in logs(tmp_path / "plain"):
        assert not any(part in text for part in (SCRIPT, IMAGE, FORMULA))
    acting = world(tmp_path / "hostile", noise=replace(TIDY, hostile=True), formats=formats, **SMALL)
    assert plain["doings"] == acting["doings"]
    assert plain["benign"] == acting["benign"]
    more = {kind: acting["house"]["events"][kind] - count for kind, count in plain["house"]["events"].items()}
    assert more == {"access": 5, "web": 5, "logons": 5, "queries": 0, "files": 0, "mail": 0}
