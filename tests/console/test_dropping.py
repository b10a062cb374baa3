"""A file that somebody dropped is matched as one of the case would be, beside the case, and names nobody."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.console.ready_cases import ENVIRONMENT, Ready, copied

from headwater.investigation.dropping import Asked, match_dropped
from headwater.investigation.reading import open_reading
from headwater.model.errors import CaseError
from headwater.store import drops, views
from headwater.store.drops import Drop
from headwater.store.keys import token_key
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.views import UnsettledError
from headwater.store.workspace import open_workspace

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def own(ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ready]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    yield copied(ready, tmp_path / "house")


def dropped(house: Ready, content: bytes, name: str) -> Drop:
    workspace = house.workspace()
    return drops.keep(workspace, [content], name, "U-1", NOW, Places(Tokeniser(token_key(workspace))))


def asked(house: Ready, drop: Drop) -> Asked:
    return Asked(house.case(), house.workspace(), drop.id, house.result()["case"]["manifest"])


def test_the_leaked_file_of_the_case_dropped_once_more_is_told_the_same(own: Ready) -> None:
    file = next(f for f in (own.case() / "leaks").rglob("*") if f.is_file())
    known = next(leak for leak in own.result()["attribution"] if leak["leak"].startswith("leaks/"))
    before = (own.out() / "result.json").read_bytes()
    drop, steps = dropped(own, file.read_bytes(), file.name), list[int]()
    with open_workspace(own.workspace()) as at_work:  # a run holds the workspace meanwhile
        answer = match_dropped(asked(own, drop), steps.append)
        assert at_work.manifest.input("scan", drop.exhibit.path) is None
    assert steps == [0, 1, 2, 3]
    told = answer["leaks"]["en"][0]
    for part in ("rows", "ours", "perhaps", "not_ours", "persons", "unexplained", "dated", "dataset"):
        assert told[part] == known[part], part
    assert len(known["takers"]) > 0
    for mine, theirs in zip(told["takers"], known["takers"], strict=True):
        for part in ("probability", "bits", "share", "rows_explained", "from", "to"):
            assert mine[part] == theirs[part], part
        assert [(s["bits"], s["without"], s["kind"]) for s in mine["statements"]] == [
            (s["bits"], s["without"], s["kind"]) for s in theirs["statements"]
        ]
    assert drops.drop(own.workspace(), drop.id).answer == answer  # type: ignore[union-attr]
    assert (own.out() / "result.json").read_bytes() == before
    assert sorted(f.name for f in drop.folder.iterdir()) == ["answer.json", f"content{drop.ending}", "drop.json"]
    said = json.dumps(answer, ensure_ascii=False)
    house = [a for i in own.result()["incidents"] for a in (*i["accounts"], *i["employees"], *i["devices"])]
    assert house and not [name for name in house if name in said]


def test_a_file_of_other_peoples_rows_accuses_nobody_and_a_broken_one_says_why(own: Ready) -> None:
    rows = b"name,phone\n" + b"".join(b"A%d B,1540000%04d\n" % (n, n) for n in range(200))
    strangers = match_dropped(asked(own, dropped(own, rows, "list.csv")))
    assert [(leak["ours"], leak["takers"]) for leak in strangers["leaks"]["en"]] == [(0, [])]
    broken = match_dropped(asked(own, dropped(own, b"PK\x03\x04 torn", "list.xlsx")))
    assert broken["not_read"] and not any(leak["takers"] for leak in broken["leaks"]["en"])
    assert {path["path"].split("/")[0] for path in broken["not_read"]} == {"leaks"}


def test_each_file_of_an_archive_is_told_by_itself_in_both_languages(own: Ready, tmp_path: Path) -> None:
    packed = tmp_path / "two.zip"
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("one.csv", "phone\n15400001111\n")
        out.writestr("two.csv", "phone\n15400002222\n")
    drop = dropped(own, packed.read_bytes(), "two.zip")
    answer = match_dropped(asked(own, drop))
    names = [f"leaks/{drop.id}.zip!{name}.csv" for name in ("one", "two")]
    assert [leak["leak"] for leak in answer["leaks"]["en"]] == names
    assert [leak["leak"] for leak in answer["leaks"]["zh"]] == names
    assert answer["leaks"]["zh"][0]["note"].endswith("。")


def test_nothing_is_matched_against_a_lake_that_is_not_whole(own: Ready) -> None:
    drop = dropped(own, b"phone\n15400001111\n", "list.csv")
    with open_workspace(own.workspace()) as at_work, at_work.manifest.changing(), pytest.raises(UnsettledError):
        match_dropped(asked(own, drop))
    with pytest.raises(UnsettledError):
        match_dropped(Asked(own.case(), own.workspace(), drop.id, "another answer"))
    with pytest.raises(CaseError, match="no such file"):
        match_dropped(Asked(own.case(), own.workspace(), "../../keys"))
    assert drops.drop(own.workspace(), drop.id).answer is None  # type: ignore[union-attr]


def test_a_reader_sees_the_lake_of_the_answer(own: Ready) -> None:
    with open_reading(own.case(), own.workspace(), own.result()["case"]["manifest"]) as work, work.scene() as scene:
        assert scene.datasets
        assert views.current(own.workspace()) is not None
        assert work.read()["totals"] == own.result()["read"]["totals"]
