"""Whom incidents are about is told of the very answer that is shown, also when a newer one already lies there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from headwater.casework.reports import json as result_json
from headwater.console.errors import BusyError
from headwater.console.triage import whom
from headwater.console.triage.whom import FOLDER, KEPT, extents_of

KEYED = "HEADWATER_TOKEN_KEY"


def put(file: Path, *accounts: str) -> str:
    """An answer with an incident of each account; its digest."""
    incidents: list[dict[str, Any]] = [
        {"rank": n, "accounts": [a], "employees": [], "findings": [f"bulk-read:{a}"]}
        | {"from": "2026-03-02T09:00:00+08:00", "to": "2026-03-03T09:00:00+08:00"}
        for n, a in enumerate(accounts, 1)
    ]
    findings = [{"id": f"bulk-read:{a}", "employees": []} for a in accounts]
    data = result_json.dumps({"findings": findings, "incidents": incidents})
    file.write_bytes(data)
    return sha256(data).hexdigest()


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(KEYED, "11" * 32)
    (tmp_path / "workspace").mkdir()
    return tmp_path


def first(out: Path, version: str) -> set[str]:
    extents_of.cache_clear()
    return set(extents_of(out, out / "workspace", version)[1].accounts)


def test_a_newer_answer_changes_nothing_of_the_one_that_is_shown(out: Path) -> None:
    old = put(out / "result.json", "u1", "u2")
    assert first(out, old) == {"u1"}
    new = put(out / "result.json", "u2", "u1")
    assert first(out, old) == {"u1"}, "its ranks are not those of the newer one"
    assert first(out, new) == {"u2"}


def test_an_answer_that_was_replaced_before_anybody_looked_is_waited_for(out: Path) -> None:
    old = put(out / "result.json", "u1")
    put(out / "result.json", "u2")
    with pytest.raises(BusyError):
        first(out, old)


def test_the_answer_in_the_other_language_is_found_beside_it(out: Path) -> None:
    put(out / "result.json", "u1")
    other = put(out / "result.zh.json", "u3")
    assert first(out, other) == {"u3"}


def test_what_is_kept_is_sealed_and_bounded(out: Path) -> None:
    for n in range(KEPT + 2):
        first(out, put(out / "result.json", f"secret{n}"))
    kept = list((out / "workspace" / FOLDER).iterdir())
    assert len(kept) == KEPT
    assert not [file for file in kept if b"secret" in file.read_bytes()]


def test_of_many_who_come_at_once_one_reads_the_answer(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = put(out / "result.json", *(f"u{n}" for n in range(500)))
    found, read = whom._found, []
    monkeypatch.setattr(whom, "_found", lambda *asked: (read.append(asked), found(*asked))[1])
    extents_of.cache_clear()
    with ThreadPoolExecutor(16) as people:
        told = list(people.map(lambda _: extents_of(out, out / "workspace", version), range(16)))
    assert len(read) == 1
    assert all(each == told[0] for each in told)
    assert len(list((out / "workspace" / FOLDER).iterdir())) == 1
