from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.detection.lakes import House, opened
from tests.detection.scenarios import Scenario

from headwater.attribution.attribute import attribute
from headwater.casework.incidents import incidents
from headwater.detection.detector import Detector, load
from headwater.model.evidence import Finding
from headwater.model.incident import Incident
from headwater.model.organisation import Organisation

DETECTORS: dict[str, Detector] = {d.id.replace("-", "_"): d for d in load().detectors}


@dataclass(frozen=True)
class Played:
    """A scenario that was played once: what its detector finds under each expectation, and what all find."""

    house: House
    org: Organisation
    found: tuple[tuple[Finding, ...], ...]
    everything: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    facts: dict[str, Any]


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Scenario], Played]:
    """Play a scenario, once a session."""
    done: dict[str, Played] = {}

    def played(scenario: Scenario) -> Played:
        if str(scenario) not in done:
            done[str(scenario)] = _play(scenario, tmp_path_factory.mktemp("scenario") / "workspace")
        return done[str(scenario)]

    return played


def _play(scenario: Scenario, root: Path) -> Played:
    house = scenario.house()
    with opened(house, root) as scene:
        own = DETECTORS[scenario.detector]
        found = tuple(tuple(replace(own, **e.set).find(scene)) for e in scenario.expect)  # type: ignore[type-var]
        everything: tuple[Finding, ...] = ()
        told: tuple[Incident, ...] = ()
        if scenario.innocent:
            everything = tuple(f for d in DETECTORS.values() if all(map(scene.has, d.needs)) for f in d.find(scene))
            told = incidents(everything, attribute(scene), scene.org)
        return Played(house, scene.org, found, everything, told, {"owners": scene.owners})
