"""Incidents and their findings are picked out of an answer whatever its texts say, and however it is laid out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headwater.casework.reports import json as result_json
from headwater.console.triage.picking import stories
from headwater.model.errors import StoreError

TRAP = '\n "incidents": [{"rank": 9}]\n   "id": "a:1"\n  }'
ANSWER: dict[str, Any] = {
    "answer": [TRAP],
    "findings": [
        {"id": "a:1", "title": TRAP, "employees": ["E1"], "nested": {"id": "b:2"}},
        {"id": "b:2", "title": 'quote " and \\', "employees": ["E2"], "evidence": [{"line": 1, "source": "x"}]},
        {"id": '丙:"3"', "title": "t", "employees": []},
    ],
    "incidents": [{"rank": 1, "findings": ["a:1", '丙:"3"'], "title": TRAP}, {"rank": 2, "findings": []}],
    "limits": [TRAP],
}


@pytest.mark.parametrize(
    "written",
    [
        result_json.dumps(ANSWER),
        json.dumps(ANSWER).encode(),
        json.dumps(ANSWER, indent=2, ensure_ascii=False).encode(),
        json.dumps({key: ANSWER[key] for key in reversed(ANSWER)}, indent=1).encode(),
    ],
    ids=["ours", "in one line", "indented by two", "backwards"],
)
def test_what_is_picked_is_what_stands_there(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(written)
    incidents, findings = stories(file)
    assert incidents == ANSWER["incidents"]
    assert findings == {f["id"]: f for f in ANSWER["findings"] if f["id"] != "b:2"}


@pytest.mark.parametrize(
    "written", [b"", b"{", b"no json", b'{\n "findings": [\n', b'{\n "findings": 3,\n "incidents": [3]\n}\n']
)
def test_what_is_no_answer_is_refused(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(written)
    with pytest.raises(StoreError):
        stories(file)


def test_an_answer_without_incidents_has_none(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(result_json.dumps({"findings": [], "incidents": []}))
    assert stories(file) == ([], {})
