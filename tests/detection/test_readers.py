"""Who is meant by a finding on what was read over an account that several use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.detection.lakes import Office, office, opened, working_day
from tests.detection.scenarios import DEEDS

from headwater.detection.people import acted, named, readers


def counter(parts: dict[str, int]) -> Office:
    """A shared account over which several read so many records on a day, each at his own desk."""
    made = office(staff=20, days=30, level=14.0, seed=2)
    DEEDS["account"](made, np.random.default_rng(1), "front", kind="shared")
    for i, (employee, records) in enumerate(parts.items()):
        made.read("front", working_day(20), [int(x) for x in made.nobodys()[:records]], employee, 10.0 + 2 * i, 10.0)
    return made


def test_who_read_little_of_it_is_not_meant(tmp_path: Path) -> None:
    with opened(counter({"E03": 190, "E07": 20}), tmp_path) as scene:
        sittings = scene.sittings[scene.sittings["account"] == "front"]
        assert named(acted(scene, sittings)) == ("E03", "E07")
        assert named(readers(scene, sittings)) == ("E03",)


def test_equal_partners_stay(tmp_path: Path) -> None:
    with opened(counter({"E03": 100, "E07": 100}), tmp_path) as scene:
        sittings = scene.sittings[scene.sittings["account"] == "front"]
        assert set(named(readers(scene, sittings))) == {"E03", "E07"}
        assert {p.probability for p in readers(scene, sittings)} == {p.probability for p in acted(scene, sittings)}
        assert readers(scene, sittings.iloc[:1]) == acted(scene, sittings.iloc[:1])


def test_what_says_that_it_was_not_the_owner_speaks_for_the_owner_and_against_the_other(tmp_path: Path) -> None:
    made = office(staff=20, days=30, level=14.0, seed=2)
    made.read("e03", working_day(20), [int(x) for x in made.nobodys()[:60]], "E07", 10.0, 10.0)
    with opened(made, tmp_path) as scene:
        sittings = scene.sittings[(scene.sittings["account"] == "e03") & (scene.sittings["resident"] == "E07")]
        assert len(sittings)
        (row,) = sittings.index[:1]
        odds = scene.who.odds[int(row)]
        people = {p.employee: p for p in acted(scene, sittings.iloc[:1])}
        for employee, sign in (("E03", -1), ("E07", 1)):
            if employee in people:
                assert people[employee].bits == sign * odds.owner_bits
                assert [s.bits for s in people[employee].statements] == [sign * s.bits for s in odds.statements]
        assert {"E03", "E07"} & people.keys()
