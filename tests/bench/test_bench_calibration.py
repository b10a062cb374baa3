"""The figures of several houses together: counts add up, and the Brier score is that of all claims."""

from __future__ import annotations

import pytest
from bench.calibration import summed, table

from headwater.attribution.calibration.curve import calibration
from headwater.attribution.calibration.trying import Claim, Tried


def test_houses_are_summed_by_sort_and_claim() -> None:
    right, wrong = Claim(0.9, True), Claim(0.9, False)
    first = [Tried("work", 50, 0.3, 0.0, (50,), 1, (right,)), Tried("absent", 30, 0.7, 1.0, (), 0, (wrong,))]
    second = [Tried("work", 80, 0.3, 0.5, (40,), 1, (right,)), Tried("work", 80, 0.3, 0.5, (20, 20), 2, (right, right))]
    found = [calibration("a", first, 2, 5, "x"), calibration("b", second, 3, 5, "y")]
    told = summed(found)
    assert (told["asked"], told["leaks"], told["claims"], told["right"], told["accused"]) == (5, 4, 5, 4, 1)
    assert told["brier"] == pytest.approx((4 * 0.01 + 0.81) / 5)
    (work,) = [r for r in told["rows"] if r["which"] == "work"]
    assert (work["leaks"], work["takers"], work["found"], work["exact"]) == (3, 4, 4, 3)
    assert sum(b["claims"] for b in told["bins"]) == 5
    assert "| nobody: read by one unknown | 1 | 0 | 0 | 0 | 0 | 0 | 1 |" in table(found).splitlines()
