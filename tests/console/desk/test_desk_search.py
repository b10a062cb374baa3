from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.console.desk.made_desks import finding, made_desk

from headwater.console.desk.desk import Desk

SAID = [
    "bought the list of 王记贷款 for 300",
    'a "quoted" word OR another NEAR(it) -minus *star',
    "<script>alert(1)</script> in a title",
    "客户名单由此外传",
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    rows = [finding(n, title=said) for n, said in enumerate(SAID)] + [finding(n) for n in range(10, 60)]
    files = [{"path": "leaks/客户名单.xlsx", "format": "table", "bytes": 1, "rows": 1, "rejected": 0}]
    made = made_desk(tmp_path_factory.mktemp("desk") / "a.sqlite", {"files": files, "findings": rows})
    yield made
    made.close()


def titles(desk: Desk, q: str) -> list[str]:
    return [hit.title for hit in desk.search(q).hits]


@pytest.mark.parametrize("q", ["贷款", "王记贷款", "list 贷款", "LIST of", "ought"])
def test_two_chinese_characters_or_three_letters_are_enough(desk: Desk, q: str) -> None:
    assert titles(desk, q) == [SAID[0]]


def test_what_weighs_most_comes_first_whatever_was_written_first(desk: Desk) -> None:
    assert [hit.kind for hit in desk.search("客户名单").hits] == ["findings", "files"]


@pytest.mark.parametrize("q", ['"quoted"', "OR another", "NEAR(it)", "-minus", "*star", "<script>alert(1)</script>"])
def test_signs_of_a_query_language_are_text(desk: Desk, q: str) -> None:
    assert len(titles(desk, q)) == 1


def test_words_that_are_too_short_are_named(desk: Desk) -> None:
    found = desk.search("a 客")
    assert (found.hits, found.short) == ([], ("a", "客"))


def test_hits_are_paged(desk: Desk) -> None:
    seen, after = [], None
    while True:
        found = desk.search("读取客户", limit=7, after=after)
        seen += [hit.id for hit in found.hits]
        if (after := found.next) is None:
            break
    assert len(seen) == len(set(seen)) == len(SAID) + 50


def test_a_hit_says_where_and_leads_there(desk: Desk) -> None:
    hit = desk.search("贷款").hits[0]
    assert "王记贷款" in hit.excerpt
    assert hit.href == "findings/one?id=bulk-read%3AU-0000000000"


def test_a_null_and_nothing_find_nothing(desk: Desk) -> None:
    assert not desk.search("\x00").hits
    assert not desk.search("").hits
