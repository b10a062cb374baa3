"""Canaries accuse only whoever surely read them, and excuse nobody for what his account is called."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.detection.lakes import Office, office, opened, working_day
from tests.detection.scenarios import DEEDS

from headwater.detection.detectors.canary import DETECTOR


def house() -> Office:
    made = office(staff=10, days=12, level=8.0, seed=3)
    DEEDS["canaries"](made, np.random.default_rng(1), count=5)
    return made


def test_a_set_that_may_not_have_come_accuses_nobody(tmp_path: Path) -> None:
    made = house()
    canaries = [r["ordinal"] for r in made.rows["canaries"]]
    made.statement("u03", working_day(8), [*canaries, *range(20)], "E03", exact=False)
    with opened(made, tmp_path) as scene:
        assert list(DETECTOR.find(scene)) == []
        assert scene.distinct("u03", [working_day(8)], ["10.0.0.3"]) == len(
            {r.get("subject") for r in made.rows["access"] if (r["account"], r["day"]) == ("u03", working_day(8))}
            - {None}
        )


def test_a_service_that_opens_one_by_one_is_asked_why(tmp_path: Path) -> None:
    made = house()
    rng = np.random.default_rng(1)
    DEEDS["account"](made, rng, name="sync", kind="service")
    DEEDS["trips"](made, rng, who="sync", day=5, numbers=[0], at="E07")
    DEEDS["trips"](made, rng, who="sync", day=6, numbers=[0, 1, 2, 3, 4], among=1400, at="10.0.9.9")
    with opened(made, tmp_path) as scene:
        found = {f.key: f for f in DETECTOR.find(scene)}
        assert set(found) == {"sync:clients", "everything:clients"}
        assert found["sync:clients"].details["days"] == (working_day(5),)
        assert found["everything:clients"].details["days"] == (working_day(6),)
        assert "0 other account(s) opened the same" in found["sync:clients"].statements[0].text.en
