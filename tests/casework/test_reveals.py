"""Names are shown to two people with a reason, and that is written down; what is taken out of the record is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from headwater.casework.reveals import FACT, REVEALS, reveal, reveals
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.words import Text
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import Workspace, open_workspace

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ALERT = Alert(
    "A-1", DAY, DAY, DAY, "day", Text("read", "读取"), ("u1",), (), ("bulk-read",), 5.0, DAY, DAY, 40, (), (), ("account:u1",)
)  # fmt: skip


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv(ENVIRONMENT, "5a" * 32)
    with open_workspace(tmp_path / "w") as opened:
        yield opened


def test_a_reveal_needs_a_reason_and_two_people(space: Workspace) -> None:
    for reason, by, second in (("", "Li", "Wang"), ("a complaint", "Li", " li "), ("a complaint", "Li", "")):
        with pytest.raises(CaseError):
            reveal(space, ALERT, reason, by, second, NOW)
    assert reveals(space) == []
    assert reveal(space, ALERT, "a complaint", "Li", "Wang", NOW) == ALERT
    reveal(space, ALERT, "two\u2028lines", "Wang", "Li", NOW)
    told = reveals(space)
    assert [(e["by"], e["second"], e["because"]) for e in told] == [
        ("Li", "Wang", "a complaint"),
        ("Wang", "Li", "two\u2028lines"),
    ]
    assert told[1]["before"] == told[0]["digest"]


@pytest.mark.parametrize("how", ["changed", "the first", "the middle", "the last", "all", "the file", "made anew"])
def test_an_entry_that_was_tampered_with_is_seen(space: Workspace, how: str) -> None:
    for _ in range(3):
        reveal(space, ALERT, "a complaint", "Li", "Wang", NOW)
    file = space.root / REVEALS
    lines = file.read_text("utf-8").splitlines(keepends=True)
    if how == "the file":
        file.unlink()
    elif how == "changed":
        file.write_text("".join([lines[0], lines[1].replace("a complaint", "a whim"), lines[2]]), "utf-8")
    elif how == "made anew":
        told = json.loads(lines[0])
        file.write_text(json.dumps(told | {"because": "a whim"}) + "\n", "utf-8")
    else:
        kept = {"the first": lines[1:], "the middle": [lines[0], lines[2]], "the last": lines[:2], "all": []}[how]
        file.write_text("".join(kept), "utf-8")
    with pytest.raises(StoreError, match=r"taken out"):
        reveals(space)
    with pytest.raises(StoreError):
        reveal(space, ALERT, "a complaint", "Li", "Wang", NOW)


def test_a_torn_line_is_refused_with_what_to_do(space: Workspace) -> None:
    reveal(space, ALERT, "a complaint", "Li", "Wang", NOW)
    file = space.root / REVEALS
    whole = file.read_text("utf-8")
    file.write_text(whole + whole[:40], "utf-8")
    with pytest.raises(StoreError, match=r"reveals\.jsonl:2: is no whole entry.*take out this line"):
        reveals(space)
    file.write_text(whole.rstrip("\n"), "utf-8")  # as the message says, by an editor that ends no line
    reveal(space, ALERT, "again", "Li", "Wang", NOW)
    assert len(reveals(space)) == 2


def test_a_run_that_was_cut_before_it_counted_is_no_tampering(space: Workspace) -> None:
    reveal(space, ALERT, "a complaint", "Li", "Wang", NOW)
    counted = space.manifest.fact(FACT)
    assert counted is not None
    reveal(space, ALERT, "again", "Li", "Wang", NOW)
    space.manifest.set_fact(FACT, counted)
    assert len(reveals(space)) == 2
