"""Every row of the recognisers' data file is tried on its own examples."""

from __future__ import annotations

import pytest

from headwater.identifiers import normal
from headwater.identifiers.recognisers import Recogniser, recognisers
from headwater.identifiers.text import _matches

ROWS = list(enumerate(recognisers()))
MATCHES = [
    pytest.param(row, text, id=f"{i}-{row.kind.name}-{n}") for i, row in ROWS for n, text in enumerate(row.matches)
]
IGNORES = [
    pytest.param(row, text, id=f"{i}-{row.kind.name}-{n}") for i, row in ROWS for n, text in enumerate(row.ignores)
]


@pytest.mark.parametrize(("row", "text"), MATCHES)
def test_finds_what_it_says_it_finds(row: Recogniser, text: str) -> None:
    found = list(_matches(row, normal.narrow(text)))
    assert len(found) == 1
    assert row.kind.identifier.is_valid(found[0].compact)


@pytest.mark.parametrize(("row", "text"), IGNORES)
def test_ignores_what_it_says_it_ignores(row: Recogniser, text: str) -> None:
    assert list(_matches(row, normal.narrow(text))) == []
