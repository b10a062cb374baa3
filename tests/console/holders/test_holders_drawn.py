"""Pictures of holdings claim no more than the persons in files tell: no direction that is not known, no most among a part."""

from __future__ import annotations

from typing import Any

import pytest

from headwater.console.holders.drawn import arrows, ours
from headwater.console.words import words
from headwater.model.words import LANGS


def made(file: str, of: str, *, either: bool = False, how: str = "sorted") -> dict[str, Any]:
    return {"file": file, "of": of, "how": how, "shared": 40, "share": 1.0, "either": either}


@pytest.mark.parametrize("lang", LANGS)
def test_of_files_with_the_same_persons_none_is_called_the_source(lang: str) -> None:
    say = words(lang)
    drawn = arrows([made("b.csv", "a.csv"), made("d.csv", "c.csv", either=True), made("b.csv", "e.csv")], say)
    assert drawn is not None
    links = {(link["source"], link["target"]): link.get("symbol") for link in drawn.option["series"][0]["links"]}
    assert sorted(str(symbol) for symbol in links.values()) == ["None", "None", "['none', 'none']"]
    sentences = [row["sentence"] for row in drawn.table.rows]
    assert sentences[1] == say("holdings.lineage_either", file="d.csv", of="c.csv") != sentences[0]
    assert say("holdings.lineage_words", n=2) in drawn.words, "two files, though three arrows"


def test_who_has_most_is_said_of_those_that_were_looked_at() -> None:
    say, held = words("en"), [{"holder": name, "overlap": {"clients": n}} for name, n in (("a", 3), ("b", 9))]
    some, every = ours(held, say, more=5), ours(held, say)
    assert some and every
    assert say("holdings.ours_more", n=5) in some.words
    assert some.words.startswith(every.words)
