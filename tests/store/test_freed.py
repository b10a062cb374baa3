"""Looks for circles are put off, not put out; memory is handed back without touching what is held."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from headwater.store.freed import collecting_later, handing_back, lean


@pytest.mark.parametrize("was", [True, False])
def test_collecting_goes_on_as_before_even_after_an_error(was: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if was else gc.disable)()
        with pytest.raises(ValueError, match="midway"), collecting_later():
            assert not gc.isenabled()
            raise ValueError("midway")
        assert gc.isenabled() == was
    finally:
        (gc.enable if before else gc.disable)()


def test_what_is_held_stays_when_the_rest_is_handed_back() -> None:
    with handing_back():
        held = lean(np.arange(3_000_000))
    assert held.sum() == 2_999_999 * 1_500_000
