"""The example of docs/plugins.md is built, installed aside, found by its entry point, and works."""

from __future__ import annotations

import inspect
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.detection.lakes import office, opened, working_day

from headwater.detection.detector import detect, load

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "night-logons"
BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where the example's wheel has been put, as an installer would."""
    root = tmp_path_factory.mktemp("plugin")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(root)], cwd=EXAMPLE, check=True, capture_output=True, text=True
    )
    with zipfile.ZipFile(root / built.stdout.split()[-1]) as wheel:
        wheel.extractall(root / "target")
    return root / "target"


@pytest.fixture
def installed(target: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(target))
    yield
    sys.modules.pop("headwater_night_logons", None)


def test_without_it_nobody_knows_it() -> None:
    assert "night-logons" not in {d.id for d in load().detectors}


@pytest.mark.usefixtures("installed")
def test_it_is_found_and_speaks(tmp_path: Path) -> None:
    loaded = load()
    (own,) = [d for d in loaded.detectors if d.id == "night-logons"]
    assert loaded.broken == ()
    assert (inspect.getdoc(type(own)) or "").startswith("Sees ")
    made = office(staff=12, days=5)
    made.logon("u03", working_day(2), "E03", 3.0)
    for n in range(5):
        made.logon("u04", working_day(n), "E04", 2.0)  # who always does, works at night
    with opened(made, tmp_path / "w") as scene:
        (finding,) = detect(scene, [own]).findings
    assert (finding.key, finding.employees) == ("u03", ("E03",))
    assert "on 1 day(s), first on 2026-03-04" in finding.statements[0].text.en
    assert finding.starts.date() == working_day(2)  # the day of the house: in Greenwich it was still the day before
    assert finding.evidence


@pytest.mark.usefixtures("installed")
def test_one_that_cannot_be_loaded_is_listed_and_the_others_count(target: Path) -> None:
    module = target / "headwater_night_logons.py"
    text = module.read_text("utf-8")
    module.write_text("raise RuntimeError('not today')\n", "utf-8")
    try:
        loaded = load()
    finally:
        module.write_text(text, "utf-8")
    assert loaded.broken == (("night-logons", "RuntimeError: not today"),)
    assert "bulk-read" in {d.id for d in loaded.detectors}
