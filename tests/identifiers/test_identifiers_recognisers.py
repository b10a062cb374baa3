"""Every row of the recognisers' data file is tried on its own examples."""

from __future__ import annotations

import pytest

from headwater.identifiers import normal
from headwater.identifiers.matches import matches_of
from headwater.identifiers.recognisers import Recogniser, recognisers


def _examples(which: str) -> list[object]:
    return [
        pytest.param(row, text, id=f"{place}-{row.kind.name}-{number}")
        for place, row in enumerate(recognisers())
        for number, text in enumerate(getattr(row, which))
    ]


@pytest.mark.parametrize(("row", "text"), _examples("matches"))
def test_finds_what_it_says_it_finds(row: Recogniser, text: str) -> None:
    found = list(matches_of(row, normal.narrow(text)))
    assert len(found) == 1
    assert row.kind.identifier.is_valid(found[0].compact)


@pytest.mark.parametrize(("row", "text"), _examples("ignores"))
def test_ignores_what_it_says_it_ignores(row: Recogniser, text: str) -> None:
    assert list(matches_of(row, normal.narrow(text))) == []
