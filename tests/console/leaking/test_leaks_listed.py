"""No account stands alone in a list or a sentence that is not told apart from others; what was matched anew is read anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from headwater.console.leaking.listed import alike, listed, named
from headwater.console.leaking.shown import shown
from headwater.console.words import words
from headwater.model.words import LANGS
from headwater.store import drops
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def taker(account: str, *others: str, probability: float = 0.3) -> dict[str, Any]:
    return {"account": account, "alike": list(others), "probability": probability, "rows_explained": 40}


def leak(*takers: dict[str, Any]) -> dict[str, Any]:
    counts = {"rows": 100, "ours": 60, "perhaps": 0, "not_ours": 40, "unexplained": 20, "persons": 99}
    return {"leak": "leaks/a.csv", "takers": list(takers), **counts}


@pytest.mark.parametrize("lang", LANGS)
def test_who_is_not_told_apart_is_not_named_alone(lang: str) -> None:
    say, one = words(lang), taker("U-a", "U-b", "U-c")
    line = named(alike([one]), say)
    assert line == say("leaks.or_alike", account="U-a", n=2)
    said = shown(leak(one), "/cases/x", say).said
    assert say("leaks.alike", n=2) in said and any("40" in sentence for sentence in said)
    assert shown(leak(one), "/cases/x", say).takers.rows[0]["alike"] == 2
    assert said[-1] == say("leaks.conditional")


def test_of_many_takers_it_is_said_how_many_are_not_named() -> None:
    say = words("en")
    assert named(alike(taker(f"U-{n}") for n in "abcde"), say) == "U-a, U-b, U-c, 2 more"
    assert named((), say) == say("leaks.nobody") and "here" not in say("leaks.nobody")


def test_what_was_matched_anew_is_read_anew(tmp_path: Path) -> None:
    drop = drops.keep(tmp_path, [b"x"], "a.csv", "U-1", NOW, Places(Tokeniser(bytes(32))))
    assert listed(drop) is None
    for ours in (1, 2):
        drops.answered(drop, {"name": "a.csv", "leaks": {"en": [{"ours": ours, "takers": []}]}})
        found = listed(drop)
        assert found is not None and found.ours == ours
    (drop.folder / "answer.json").write_text("{")
    assert listed(drop) is None
