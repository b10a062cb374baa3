"""Verdicts on who is who: they are kept, read again, taken back, and never contradict each other in silence."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headwater.model.errors import CaseError, StoreError
from headwater.network.verdicts import FILE, Undone, history, open_list, say, standing, undo
from headwater.store.workspace import Workspace, open_workspace

NOW = datetime(2026, 5, 4, 8, 30, tzinfo=UTC)


@pytest.fixture
def space(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "workspace") as opened:
        yield opened


def test_a_verdict_outlives_the_run(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as space:
        said = say(space, "merge", ["wxid_b", "wxid_a"], ["wxid_c"], "same card", "Li", NOW)
    with open_workspace(tmp_path) as space:
        assert standing(space) == (said,)
    assert said.accounts == ("wxid_a", "wxid_b")
    assert said.at == NOW


def test_a_reason_is_kept_masked_whoever_says_it(space: Workspace) -> None:
    said = say(space, "merge", ["a"], ["b"], "one card 6200000000000005 of 张三丰", "Li", NOW)
    undo(space, said.id, "call 15400000000", "Li", NOW)
    kept = (space.root / FILE).read_text("utf-8")
    assert said.because == "one card 6200********0005 of 张**"
    assert not [raw for raw in ("6200000000000005", "15400000000", "张三丰") if raw in kept]


def test_an_undone_verdict_stands_no_more_and_is_still_told(space: Workspace) -> None:
    said = say(space, "split", ["a"], ["b"], "two people", "Li", NOW)
    undo(space, said.id, "they are one after all", "Wang", NOW)
    assert standing(space) == ()
    assert history(space) == (said, Undone(said.id, "they are one after all", "Wang", NOW))
    with pytest.raises(CaseError, match="no verdict"):
        undo(space, said.id, "again", "Wang", NOW)


def test_what_was_undone_may_be_said_again_under_another_id(space: Workspace) -> None:
    first = say(space, "merge", ["a"], ["b"], "same card", "Li", NOW)
    undo(space, first.id, "wrong card", "Li", NOW)
    second = say(space, "merge", ["a"], ["b"], "right card", "Li", NOW)
    assert second.id != first.id
    assert standing(space) == (second,)


@pytest.mark.parametrize("first", ["merge", "split"])
def test_contradicting_verdicts_are_refused_also_over_a_chain(space: Workspace, first: str) -> None:
    second = "split" if first == "merge" else "merge"
    if first == "merge":
        say(space, "merge", ["a"], ["b"], "same card", "Li", NOW)
        say(space, "merge", ["b"], ["c"], "same phone", "Li", NOW)
    else:
        say(space, "split", ["a"], ["c"], "two voices", "Li", NOW)
        say(space, "merge", ["a"], ["b"], "same card", "Li", NOW)
    before = standing(space)
    with pytest.raises(CaseError, match="undo it first") as refused:
        say(space, second, ["b"] if second == "merge" else ["a"], ["c"], "another view", "Wang", NOW)
    assert before[0].id in str(refused.value)
    assert standing(space) == before


@pytest.mark.parametrize(
    ("one", "other", "because", "by"),
    [([], ["b"], "x", "Li"), (["a"], ["a"], "x", "Li"), (["a"], ["b"], " ", "Li"), (["a"], ["b"], "x", "")],
)
def test_a_verdict_needs_two_sides_a_reason_and_a_name(
    space: Workspace, one: list[str], other: list[str], because: str, by: str
) -> None:
    with pytest.raises(CaseError, match="needs"):
        say(space, "merge", one, other, because, by, NOW)
    assert history(space) == ()


def test_a_changed_entry_is_noticed(space: Workspace) -> None:
    say(space, "merge", ["a"], ["b"], "same card", "Li", NOW)
    file = space.root / FILE
    file.write_text(file.read_text("utf-8").replace('"b"', '"z"'), "utf-8")
    with pytest.raises(StoreError, match="changed"):
        standing(space)


def test_one_may_speak_while_a_run_is_at_work(space: Workspace) -> None:
    with open_list(space.root) as listed:
        said = say(listed, "merge", ["a"], ["b"], "same card", "Li", NOW)
    assert standing(space) == (said,)


def test_many_who_speak_at_once_lose_no_word(tmp_path: Path) -> None:
    with open_workspace(tmp_path):
        pass

    def speak(number: int) -> str:
        with open_list(tmp_path) as listed:
            return say(listed, "merge", [f"a{number}"], [f"b{number}"], "same card", "Li", NOW).id

    with ThreadPoolExecutor(8) as several:
        names = set(several.map(speak, range(24)))
    with open_list(tmp_path) as listed:
        assert {v.id for v in standing(listed)} == names
    assert len(names) == 24


def test_the_list_of_no_workspace_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no workspace"), open_list(tmp_path / "elsewhere"):
        pass
    assert not (tmp_path / "elsewhere").exists()
