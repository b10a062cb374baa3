"""Reasons that a house adopts stand in its settings, and a slip in them is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.exhibits.settings import load_settings
from headwater.model.errors import SettingsError
from headwater.model.settings import Reason


def written(folder: Path, text: str) -> Path:
    file = folder / "headwater.toml"
    file.write_text(text, "utf-8")
    return file


def test_reasons_are_read_in_their_order(tmp_path: Path) -> None:
    text = '[[reasons]]\nrelation = "claim"\nof = "team"\ndays = 30\n[[reasons]]\nrelation = "opened"\n'
    assert load_settings(written(tmp_path, text)).reasons == (Reason("claim", "team", 30), Reason("opened", "self", 0))
    assert load_settings(tmp_path / "none.toml").reasons == ()


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ('of = "team"', "relation is missing"),
        ('relation = "call"\nof = "house"', "of must be one of self, team, department"),
        ('relation = "call"\ndays = 400', "days must be a whole number from 0 to 366"),
        ('relation = "call"\ndays = true', "days must be a whole number"),
        ('relation = "call"\nday = 1', "unknown key 'day'"),
    ],
)
def test_a_slip_is_named(tmp_path: Path, block: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_settings(written(tmp_path, f"[[reasons]]\n{block}\n"))


def test_reasons_are_blocks(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"must be given as \[\[reasons\]\] blocks"):
        load_settings(written(tmp_path, 'reasons = "claim"\n'))
