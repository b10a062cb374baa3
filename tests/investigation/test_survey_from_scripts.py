"""The Python API works from a script without a guarded main part, and from one that is read from a pipe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json
from headwater.investigation.surveying import survey
print(json.dumps(survey([{folder!r}])["totals"]))
"""


@pytest.mark.parametrize("how", ["file", "pipe"])
def test_a_scan_is_called_from_a_script(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "seized"
    folder.mkdir()
    (folder / "a.txt").write_text("身份证 132101199001010010，电话 15400000001\n", "utf-8")
    text = SCRIPT.format(folder=str(folder))
    script = tmp_path / "script.py"
    script.write_text(text, "utf-8")
    command = [sys.executable, str(script)] if how == "file" else [sys.executable, "-"]
    run = subprocess.run(command, input=None if how == "file" else text, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    told = json.loads(run.stdout)
    assert (told["persons"], told["read"], told["unread"]) == (1, 1, 0)
