"""A chained list is its owner's alone, takes several entries at once, and knows its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.model.errors import StoreError
from headwater.store.chained import FIRST_LINK, ChainedList, bare
from headwater.store.workspace import Workspace, open_workspace


def listed(space: Workspace, kind: str = "letters") -> ChainedList:
    file = space.root / "kept" / f"{kind}.jsonl"
    return ChainedList(file, space.tokeniser, space.manifest, kind, kind, kind, "write again")


def test_entries_hang_together_and_are_nobody_elses_to_read(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w") as space:
        chain = listed(space)
        chain.add({"n": 1})
        chain.extend([{"n": 2}, {"n": 3}])
        chain.extend([])
        told = chain.entries()
        assert [bare(entry) for entry in told] == [{"n": 1}, {"n": 2}, {"n": 3}]
        assert [entry["before"] for entry in told] == [FIRST_LINK, told[0]["digest"], told[1]["digest"]]
        assert chain.file.stat().st_mode & 0o777 == 0o600
        assert chain.file.parent.stat().st_mode & 0o777 == 0o700


def test_a_list_under_another_name_is_another_list(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w") as space:
        chain = listed(space)
        chain.extend([{"n": 1}, {"n": 2}])
        other = listed(space, "numbers")
        other.file.write_bytes(chain.file.read_bytes())
        with pytest.raises(StoreError, match=r"numbers\.jsonl:1: the list of numbers was changed"):
            other.entries()
        chain.file.write_text(chain.file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
        with pytest.raises(StoreError, match="holds 1 letters; 2 were made"):
            chain.add({"n": 3})
