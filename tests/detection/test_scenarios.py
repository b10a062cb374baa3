"""Every detector fires where it must, is silent where it must, and changes its mind at each of its parameters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import fields

import pytest
from tests.detection.conftest import DETECTORS, Played
from tests.detection.scenarios import Scenario, load, written

from headwater.model.evidence import Finding

SCENARIOS = [s for name in written() for s in load(name)]
Play = Callable[[Scenario], Played]


@pytest.mark.parametrize("name", written())
def test_every_detector_has_scenarios_that_fire_and_that_stay_silent(name: str) -> None:
    expected = [e for s in load(name) for e in s.expect]
    assert any(e.fires for e in expected)
    assert any(e.silent for e in expected)


@pytest.mark.parametrize("name", written())
def test_every_parameter_is_tried_on_both_sides(name: str, play: Play) -> None:
    """In one scenario two settings that differ in nothing but the parameter find something else, or are otherwise sure."""
    for parameter in fields(DETECTORS[name]):  # type: ignore[arg-type]
        assert any(_matters(s, play(s), parameter.name) for s in load(name)), f"{name}: {parameter.name}"


def _matters(scenario: Scenario, played: Played, parameter: str) -> bool:
    own = DETECTORS[scenario.detector]
    outcomes: dict[str, set[object]] = defaultdict(set)
    for expected, found in zip(scenario.expect, played.found, strict=True):
        values = {f.name: expected.set.get(f.name, getattr(own, f.name)) for f in fields(own)}  # type: ignore[arg-type]
        del values[parameter]
        outcomes[repr(values)].add(frozenset(map(_outcome, found)))
    return any(len(each) > 1 for each in outcomes.values())


def _outcome(found: Finding) -> object:
    return found.key, round(found.bits, 6), found.accounts, found.employees, found.starts, found.subjects


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(scenario: Scenario, play: Play) -> None:
    played = play(scenario)
    for expected, found in zip(scenario.expect, played.found, strict=True):
        by_key = {f.key: f for f in found}
        about = f"{scenario}: {expected.name}: {[(f.key, round(f.bits, 2), f.title.en) for f in found]}"
        assert set(expected.fires) <= set(by_key), about
        assert not set(expected.silent) & set(by_key) and not ("*" in expected.silent and by_key), about
        for key, people in expected.names.items():
            named = [p.employee for p in by_key[key].people if p.probability > 0.5]
            assert named == people, f"{about} {[(p.employee, p.probability) for p in by_key[key].people]}"
        for key in expected.unnamed:
            assert not [p for p in by_key[key].people if p.probability > 0.5 and p.employee != "?"], about
        for key, (low, high) in expected.bits.items():
            assert low <= by_key[key].bits <= high, about
        for key, words in expected.says.items():
            assert any(words in s.text.en for s in by_key[key].statements), about


@pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.innocent], ids=str)
def test_innocent_work_is_in_no_incident(scenario: Scenario, play: Play) -> None:
    played = play(scenario)
    assert [(i.title.en, round(i.bits, 2), [f.title.en for f in i.findings]) for i in played.incidents] == []
