"""Made people are nobody's: numbers are distinct, well formed, and of blocks that are mostly unassigned."""

from __future__ import annotations

import numpy as np

from headwater.simulation.made_people import id_numbers, people, phones


def test_made_numbers_are_distinct_and_well_formed() -> None:
    rng = np.random.default_rng(0)
    assert len(set(phones(rng, 5_000).tolist())) == 5_000
    assert {len(number) for number in phones(rng, 500).tolist()} == {11}
    assert len(set(id_numbers(rng, 5_000).tolist())) > 4_990
    assert all(number[:3] in {"154", "164", "168", "169", "194"} for number in phones(rng, 200, unassigned=1.0))
    assert len(people(rng, 3)) == 3
