"""Dropped files: kept whole or not at all, for the owner alone, under a name that gives nobody away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headwater.model.errors import CaseError
from headwater.store import drops
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
PLACES = Places(Tokeniser(bytes(32)))


def keep(root: Path, name: str = "list.csv", content: bytes = b"a\n", **more: int) -> drops.Drop:
    return drops.keep(root, [content], name, "U-1", NOW, PLACES, **more)


def test_a_file_comes_back_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    drop = keep(tmp_path, content=b"one\ntwo\n")
    assert drops.drop(tmp_path, drop.id) == drop
    assert drop.file.read_bytes() == b"one\ntwo\n"
    assert drop.size == 8
    assert all(f.stat().st_mode & 0o077 == 0 for f in (tmp_path / "dropped").rglob("*"))
    assert (tmp_path / "dropped").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "shown", "ending"),
    [
        ("张晓明.xlsx", "张", ".xlsx"),
        ("银行_6200000000000005.csv", "银行_6200********0005", ".csv"),
        ("../../../etc/passwd", "passwd", ""),
        ("C:\\Users\\x\\leak.zip", "leak.zip", ".zip"),
        ("a.sh; rm -rf", "a.sh", ""),
        ("..", "..", ""),
        ("", "", ""),
    ],
)
def test_a_name_is_masked_and_never_a_path(tmp_path: Path, name: str, shown: str, ending: str) -> None:
    drop = keep(tmp_path, name)
    assert drop.name.startswith(shown)
    assert "晓明" not in drop.name and "6200000000000005" not in drop.name
    assert drop.ending == ending
    assert drop.file.parent == tmp_path / "dropped" / drop.id


def test_too_large_empty_and_torn_files_leave_nothing(tmp_path: Path) -> None:
    def torn() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(CaseError, match="larger"):
        keep(tmp_path, content=b"x" * 11, largest=10)
    with pytest.raises(CaseError, match="empty"):
        keep(tmp_path, content=b"")
    with pytest.raises(ConnectionResetError):
        drops.keep(tmp_path, torn(), "list.csv", "U-1", NOW, PLACES)
    assert list((tmp_path / "dropped").iterdir()) == []
    assert drops.drops(tmp_path) == []
    assert keep(tmp_path, content=b"x" * 10, largest=10).size == 10


def test_the_newest_comes_first_and_what_is_removed_is_gone(tmp_path: Path) -> None:
    first = keep(tmp_path)
    second = drops.keep(tmp_path, [b"b"], "b.csv", "U-1", NOW + timedelta(hours=1), PLACES)
    drops.answered(second, {"rows": 1})
    assert [d.id for d in drops.drops(tmp_path)] == [second.id, first.id]
    assert second.answer == {"rows": 1}
    assert first.answer is None
    drops.remove(second)
    drops.remove(second)
    assert [d.id for d in drops.drops(tmp_path)] == [first.id]
    assert sorted(f.name for f in (tmp_path / "dropped").iterdir()) == [first.id]


def test_an_id_is_never_a_path_and_a_damaged_answer_is_none(tmp_path: Path) -> None:
    drop = keep(tmp_path)
    for id in ("..", f"../dropped/{drop.id}", drop.id.upper(), drop.id + "/", "", "a" * 16 + "\n"):
        assert drops.drop(tmp_path, id) is None
    for torn in (b"{", b"[1]", b"\xff"):
        (drop.folder / "answer.json").write_bytes(torn)
        assert drops.drop(tmp_path, drop.id).answer is None  # type: ignore[union-attr]


def test_what_a_kill_left_is_swept_and_a_file_that_comes_meanwhile_is_not(tmp_path: Path) -> None:
    keep(tmp_path)
    left = tmp_path / "dropped" / f".{'k' * 16}"
    left.mkdir()
    (left / "content.csv").write_bytes(b"raw")

    def coming() -> Iterator[bytes]:
        yield b"half"
        drops.sweep(tmp_path)  # somebody else begins to keep a file now
        yield b" whole"

    drop = drops.keep(tmp_path, coming(), "list.csv", "U-1", NOW, PLACES)
    assert drop.file.read_bytes() == b"half whole"
    assert not left.exists()


def test_a_full_disk_is_not_called_a_large_file_and_a_long_name_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(keep(tmp_path, "x" * 100_000 + ".csv").name) <= drops.LONGEST
    monkeypatch.setattr(drops, "ROOM", 1 << 62)
    with pytest.raises(CaseError, match="disk is full"):
        keep(tmp_path)
