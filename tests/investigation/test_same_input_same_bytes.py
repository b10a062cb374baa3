"""The answer depends on the case folder alone: not on the key, the place, the order on disk or the language."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import made_lake
from tests.made_cases import Answered, Made
from tests.processes import OTHER_KEY, headwater

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


def copied_backwards(case: Path, to: Path) -> Path:
    """The same files, made in the opposite order, with other times on them."""
    for file in sorted((f for f in case.rglob("*") if f.is_file()), reverse=True):
        there = to / file.relative_to(case)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, there)
    return to


@pytest.fixture(scope="module")
def elsewhere(plain: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plain case once more: another key, another place, another order on disk."""
    root = tmp_path_factory.mktemp("elsewhere")
    case = copied_backwards(plain.folder, root / plain.folder.parent.name / "case")
    ended = headwater(root / "said", "investigate", case, "--out", root / "out", key=OTHER_KEY)
    assert ended.code == 0
    return root / "out"


def test_another_key_place_and_order_give_the_same_bytes(plain_answered: Answered, elsewhere: Path) -> None:
    for name in ("result.json", "report.html"):
        assert (elsewhere / name).read_bytes() == (plain_answered.out / name).read_bytes(), name


def test_another_key_gives_other_tokens(plain_answered: Answered, elsewhere: Path) -> None:
    for table, column in (("subjects", "token"), ("access", "subject"), ("holdings", "token"), ("complaints", "token")):
        here = set(made_lake.table(plain_answered.workspace, table).column(column).to_pylist()) - {None}
        there = set(made_lake.table(elsewhere / "workspace", table).column(column).to_pylist()) - {None}
        assert len(here) == len(there) > 0
        assert here.isdisjoint(there)


WORDED = {"title", "text", "answer", "story", "clears", "against", "limits", "note", "notes", "departed"}
WORDED |= {"arithmetic", "changes", "counting", "articles", "asks", "would"}
WORDED |= {"statements", "does", "article", "who", "manner", "how", "counted", "because", "name", "assumptions"}
"""Keys whose values are sentences, of the result, its tallies, its duties and what would have stopped it."""


def bones(value: Any, key: str = "") -> Any:
    """A result without its words; of each sentence the numbers remain, in any order."""
    if isinstance(value, dict):
        return {k: bones(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [bones(v, key) for v in value]
    if isinstance(value, str) and key in WORDED:
        return None
    return value


def differing(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """Where two values differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for k in one:
            yield from differing(one[k], other[k], f"{path}.{k}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for n, (a, b) in enumerate(zip(one, other, strict=True)):
            yield from differing(a, b, f"{path}[{n}]")
    elif one != other:
        yield f"{path}: {one!r} / {other!r}"


def test_another_language_differs_in_its_words_only(plain_answered: Answered, plain_in_chinese: Answered) -> None:
    english, chinese = plain_answered.result, plain_in_chinese.result
    assert list(differing(bones(english), bones(chinese))) == []
    assert all(re.search(r"[一-鿿]", sentence) for sentence in (*chinese["answer"], *chinese["limits"]))
    for finding in (*chinese["findings"], *chinese["incidents"]):
        assert re.search(r"[一-鿿]", finding["title"])
    page = (plain_in_chinese.out / "report.html").read_text("utf-8")
    assert re.search(r'<html[^>]*lang="zh', page)
