"""What is carried out after an odd list is followed, also where the list is no larger than those of other days."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.detection.lakes import Office, office, opened, working_day


def house(odd: bool) -> Office:
    """u03 draws the same 150 people every day, and on two nights 150 others, or again the same."""
    made = office(staff=10, days=30, level=10.0, seed=3)
    clients = made.clients
    for n in range(30):
        stolen = n in (26, 27)
        first = 150 * (n - 25) if stolen and odd else 0
        people = [(first + i) % clients for i in range(150)]
        made.statement("u03", working_day(n), people, "E03", hour=3.0 if stolen else 14.0)
    return made


@pytest.mark.parametrize("odd", [True, False])
def test_odd_lists_are_anchors_and_lists_as_ever_are_not(tmp_path: Path, odd: bool) -> None:
    with opened(house(odd), tmp_path) as scene:
        volume, late = scene.volume, working_day(20)
        loud = volume.loud(0.005, 2.0)[volume.accounts.index("u03")]
        assert not any(loud[j] for j, day in enumerate(volume.days) if day >= late)
        followed = scene.anchors[(scene.anchors["account"] == "u03") & (scene.anchors["day"] >= late)]
        assert set(followed["day"]) == ({working_day(26), working_day(27)} if odd else set())
        assert set(followed["person"]) == ({"E03"} if odd else set())
