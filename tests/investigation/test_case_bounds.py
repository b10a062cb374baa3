"""A hostile document of a case costs itself: the investigation reads it apart and goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_survey import csv, hostile, mail, people, plugged, write, zipped

from headwater.exhibits.folder import open_case
from headwater.investigation.surveys.apart import apart
from headwater.model.exhibit import NotRead
from headwater.scanning.work import Work
from headwater.store.tokens import Tokeniser

pytestmark = pytest.mark.slow

_CASE = """
import json, sys
from pathlib import Path
from headwater.exhibits.folder import open_case
from headwater.investigation.surveys.apart import apart
from headwater.investigation.surveys.crew import Bounds
from headwater.model.exhibit import NotRead
from headwater.scanning.work import Work
from headwater.store.tokens import Tokeniser
told = {}
for exhibit in open_case(Path(sys.argv[1])).exhibits:
    rows, reasons = 0, []
    for result in apart(Work(exhibit, "seized", Tokeniser(bytes(32))), Bounds(900, 4)):
        if isinstance(result, NotRead):
            reasons.append(result.reason)
        else:
            rows += sum(result.documents["rows"].to_pylist())
            reasons += [n.reason for n in result.not_read]
    told[exhibit.path.split("/")[-1]] = rows, reasons
json.dump(told, sys.stdout)
"""


def test_a_hostile_document_costs_itself(tmp_path: Path) -> None:
    good = csv(people(range(30)))
    case = write(
        tmp_path / "case",
        {
            **{f"seized/E1/{how}.bin": hostile(how) for how in ("crash", "hang", "eat", "fail")},
            "seized/E1/good.csv": good,
            "seized/E1/pack.zip": zipped({"a.csv": good, "b": hostile("crash"), "c.csv": good}),
        },
    )
    run = subprocess.run(
        [sys.executable, "-c", _CASE, str(case)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(plugged(tmp_path / "plug")), *filter(None, sys.path)])},
        capture_output=True,
        timeout=300,
        check=True,
    )
    told = json.loads(run.stdout)
    assert told["good.csv"] == [30, []]
    for name, why in {
        "crash.bin": "brought its reader down (exit -11)",
        "hang.bin": "took longer than it may (4 seconds",
        "eat.bin": "needed more than 900 MB of memory",
        "fail.bin": "its reader failed (RuntimeError)",
    }.items():
        (reason,) = told[name][1]
        assert reason.startswith(why), name
    rows, (reason,) = told["pack.zip"]
    assert rows == 30
    assert "what it holds after what is told here was not read" in reason


def test_read_apart_or_not_it_is_the_same(tmp_path: Path) -> None:
    good = csv(people(range(30)))
    made = {"leaks/a.zip": zipped({"a.csv": good, "../b": b"x"}), "leaks/b.eml": mail("x\n", {"a.csv": good})}
    for exhibit in open_case(write(tmp_path, made)).exhibits:
        work = Work(exhibit, "leak", Tokeniser(bytes(32)))
        assert not work.is_plain()
        for here, there in zip(work.results(), apart(work), strict=True):
            if isinstance(here, NotRead) or isinstance(there, NotRead):
                assert here == there
            else:
                assert here.holdings.to_pylist() == there.holdings.to_pylist()
                assert here.documents == there.documents
                assert here.not_read == there.not_read


@pytest.mark.parametrize(("name", "plain"), [("a.csv", True), ("a.txt", True), ("b.zip", False), ("c.pdf", False)])
def test_what_is_read_at_home(tmp_path: Path, name: str, plain: bool) -> None:
    data = {"a.csv": csv(people(range(3))), "a.txt": b"nothing", "b.zip": zipped({"x": b"x"}), "c.pdf": b"%PDF-1.7\n"}
    (exhibit,) = open_case(write(tmp_path, {f"leaks/{name}": data[name]})).exhibits
    assert Work(exhibit, "leak", Tokeniser(bytes(32))).is_plain() is plain
