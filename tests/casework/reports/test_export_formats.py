"""Every format takes every result that keeps its contract, with whatever it lacks, and says the same each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_export import whole

from headwater.casework.reports.exports.formats import FORMATS, Wanted
from headwater.casework.reports.schema import check

SWIFT = [name for name in FORMATS if name != "pdf"]
"""Those that need no browser."""

Path = tuple[str | int, ...]

LEAST: dict[str, Any] = {
    "schema": "headwater/result/1",
    "case": {"name": "x"},
    "read": {"files": [{"path": "a.csv"}], "not_read": []},
    "findings": [],
    "incidents": [],
    "attribution": [],
    "complaints": {"received": 0, "ours": 0, "common": []},
    "holdings": [],
    "network": {"people": [], "orders": []},
    "tally": [],
    "limits": [],
}


def keys(value: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of a result."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        yield (*path, key)
        yield from keys(entry, (*path, key))


def short(value: Any) -> Any:
    """The same value with two entries of each list at most."""
    if isinstance(value, dict):
        return {key: short(entry) for key, entry in value.items()}
    return [short(entry) for entry in value[:2]] if isinstance(value, list) else value


WHOLE = short(whole("en", 4, 3))
PLACES = [path for path in keys(WHOLE) if isinstance(path[-1], str)]


def without(places: list[Path]) -> dict[str, Any]:
    """The result without these keys."""
    made: dict[str, Any] = json.loads(json.dumps(WHOLE))
    for place in places:
        at: Any = made
        for key in place[:-1]:
            at = at[key] if isinstance(at, list) or key in at else {}
        if isinstance(at, dict):
            at.pop(place[-1], None)
    return made


@pytest.mark.parametrize("name", SWIFT)
def test_the_least_result_is_taken(name: str) -> None:
    assert check(LEAST) == ()
    assert FORMATS[name](LEAST, Wanted("en"))


@given(places=st.lists(st.sampled_from(PLACES), min_size=2, max_size=8))
def test_whatever_a_result_may_lack_it_is_taken(places: list[Path]) -> None:
    made = without(places)
    if check(made) == ():
        for name in SWIFT:
            FORMATS[name](made, Wanted("en", named=True))


def test_every_key_alone_may_be_lacking() -> None:
    kinds = {tuple("*" if isinstance(key, int) else key for key in path): path for path in PLACES}
    taken = 0
    for made in filter(lambda result: check(result) == (), (without([path]) for path in kinds.values())):
        for name in SWIFT:
            FORMATS[name](made, Wanted("zh"))
        taken += 1
    assert taken > 60


@pytest.mark.parametrize("name", SWIFT)
def test_the_same_result_gives_the_same_bytes(name: str) -> None:
    turned = json.loads(json.dumps(WHOLE, sort_keys=True))
    assert FORMATS[name](WHOLE, Wanted("en")) == FORMATS[name](turned, Wanted("en"))
    other = json.loads(json.dumps(dict(reversed(list(WHOLE.items())))))
    assert FORMATS[name](WHOLE, Wanted("en")) == FORMATS[name](other, Wanted("en"))


def test_numbers_for_lists_of_files_are_taken() -> None:
    made = without([])
    for holding in made["holdings"]:
        holding["files"] = 3
    made["limits"] = [{"what": "x"}]
    made["case"]["timezone"] = "America"
    made["read"]["files"][0]["sm3"] = "ab" * 32
    assert check(made) == ()
    for name in SWIFT:
        FORMATS[name](made, Wanted("en"))
