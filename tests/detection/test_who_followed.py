"""How sure it is who sent or wrote something: no surer than who read, nor than who was at that desk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tests.detection.lakes import Office, moment, office, opened, working_day
from tests.detection.scenarios import DEEDS

from headwater.detection.detectors import chain, forbidden_site, outflow, staged_file
from headwater.detection.scene import Scene
from headwater.model.evidence import PersonOdds

OF = (chain.DETECTOR, staged_file.DETECTOR, outflow.DETECTOR)


def house() -> Office:
    made = office(staff=20, days=30, level=14.0, seed=2)
    rng = np.random.default_rng(5)
    for n in range(18, 26):
        DEEDS["read"](made, rng, "u03", n, 160, "strangers", every=5.0)
        DEEDS["write"](made, rng, "u03", n, f"stolen{n}.xlsx", 15.0)
        DEEDS["carry"](made, rng, "u03", n, f"stolen{n}.xlsx", 15.2)
        DEEDS["upload"](made, rng, "u03", n, 900_000, 1, 15.5, "drop.example")
    return made


def found(scene: Scene) -> dict[str, Sequence[PersonOdds]]:
    return {d.id: f.people for d in OF for f in d.find(scene) if f.key == "E03"}


@pytest.mark.parametrize("doubt", [1.0, 0.3])
def test_what_follows_reading_is_no_surer_than_the_reading(tmp_path: Path, doubt: float) -> None:
    with opened(house(), tmp_path) as scene:
        anchors = scene.anchors
        assert anchors.loc[anchors["person"] == "E03", "probability"].max() == 1.0
        scene.__dict__["anchors"] = anchors.assign(probability=anchors["probability"] * doubt)
        told = found(scene)
        assert set(told) == {"chain", "staged-file", "outflow"}
        for people in told.values():
            assert people[0].employee == "E03"
            assert people[0].probability == pytest.approx(min(0.95, doubt))


def test_an_account_at_anothers_desk_is_either_of_two(tmp_path: Path) -> None:
    made = office(staff=20, days=30, level=14.0, seed=2)
    for hour in (14.0, 14.5, 15.0):
        made.event(
            "web", moment(working_day(20), hour), account="u03", ip=made.seat("E07")["ip"], host="drop.files.test",
            path="/put", method="POST", status=200, bytes_out=90_000, bytes_in=400,
        )  # fmt: skip
    with opened(made, tmp_path) as scene:
        told = {f.key: f for f in forbidden_site.DETECTOR.find(scene)}["E03"].people
        assert {p.employee: p.probability for p in told} == {"E03": 0.475, "E07": 0.475}
