"""Suites: what a data file may say, and which trials come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater.simulation.outside.leak_spec import FORMS, LeakSpec
from headwater.simulation.simulate import BROKERS, WORLDS
from headwater.simulation.trades.trade import STRENGTHS, Crime
from headwater.trials.digest import digest
from headwater.trials.errors import TrialsError
from headwater.trials.suite import SUITES, Trial, read_suite, suite


def block(**told: Any) -> dict[str, Any]:
    return {"trials": [{"world": "bank", "seeds": [1], "days": 20, **told}]}


def trials(**told: Any) -> tuple[Trial, ...]:
    return suite(block(**told), "own", "own.toml").trials


@pytest.mark.parametrize("name", SUITES)
def test_the_suites_that_headwater_brings_can_be_read(name: str) -> None:
    found = read_suite(name)
    assert found.about
    assert len({t.id for t in found.trials}) == len(found.trials)
    assert all(t.cuts and t.cuts[-1] == t.days for t in found.trials if t.world != BROKERS)


def test_the_standard_suite_tries_what_there_is() -> None:
    every = read_suite("standard").trials
    assert {t.world for t in every} == set(WORLDS)
    asked = [crime for t in every for crime in t.crimes or ()]
    kinds = {crime.kind for crime in asked}
    assert len(kinds) >= 8
    assert all(len({c.strength for c in asked if c.kind == kind}) == len(STRENGTHS) for kind in kinds)
    assert any(crime.people > 1 for crime in asked)
    assert any(t.crimes == () for t in every)


def test_the_calibration_suite_has_every_form_of_leak_and_the_crime_free_one_no_crime() -> None:
    leaks = {leak.form for t in read_suite("calibration").trials for leak in t.leaks or ()}
    assert leaks == set(FORMS)
    assert all(t.crimes == () for t in read_suite("crime-free").trials)


def test_a_block_is_a_trial_for_each_seed_and_strength() -> None:
    found = trials(
        seeds=[1, 2], strengths=["weak", "strong"], crimes=[{"kind": "bulk"}, {"kind": "snooping", "strength": "faint"}]
    )
    assert [t.id for t in found] == ["bank-weak-1", "bank-weak-2", "bank-strong-1", "bank-strong-2"]
    assert found[0].crimes == (Crime("bulk", "weak"), Crime("snooping", "faint"))


def test_what_is_not_said_is_left_to_the_world() -> None:
    (one,) = trials()
    assert (one.crimes, one.leaks, one.staff) == (None, None, None)
    assert one.cuts == (14, 20)
    assert trials(crimes=[], leaks=[])[0].crimes == trials(crimes=[], leaks=[])[0].leaks == ()


def test_defaults_hold_for_every_block() -> None:
    told = {**block(), "defaults": {"staff": 30, "leaks": [{"form": "old", "columns": ["name", "phone"]}]}}
    (one,) = suite(told, "own", "own.toml").trials
    assert (one.staff, one.leaks) == (30, (LeakSpec("old", columns=("name", "phone")),))


def test_what_holds_for_houses_does_not_hold_for_the_market() -> None:
    told = {
        "defaults": {"staff": 30, "days": 20, "cuts": [20]},
        "trials": [{"world": BROKERS, "seeds": [1], "events": 20_000}],
    }
    assert suite(told, "own", "own.toml").trials == (Trial("brokers-1", BROKERS, 1, events=20_000),)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({}, "has no"),
        ({"trials": []}, "has no"),
        (block(world="zoo"), "choose insurer"),
        (block(seeds=[]), "seeds"),
        (block(seeds=["1"]), "seeds"),
        (block(seeds=[1, 1]), "two trials"),
        (block(days=None), "days"),
        (block(cuts=[10]), "cuts"),
        (block(evenings=0), "evenings"),
        (block(evenings=21), "evenings"),
        (block(evenings=5, every=0), "every"),
        (block(evenings=5, every="day"), "every"),
        (block(logs="wax"), "logs"),
        (block(cuts=[20, 10]), "cuts"),
        (block(cuts=[0, 20]), "cuts"),
        (block(colour="red"), "colour"),
        (block(id="x"), "id"),
        (block(crimes=[{"kind": "arson"}]), "kind"),
        (block(crimes=[{"kind": "bulk", "strength": "huge"}]), "strength"),
        (block(crimes=[{"kind": "bulk", "colour": "red"}]), "Crime"),
        (block(leaks=[{"form": "wet"}]), "form"),
    ],
)
def test_what_cannot_be_is_an_error_that_names_its_place(told: dict[str, Any], said: str) -> None:
    with pytest.raises(TrialsError, match=said) as error:
        suite(told, "own", "own.toml")
    assert str(error.value).startswith("own.toml")


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[[trials]]\nworld = "bank"\nseeds = [3]\ndays = 20\n', "utf-8")
    assert [t.id for t in read_suite(str(file)).trials] == ["bank-3"]
    for wrong in ("nowhere", str(tmp_path)):
        with pytest.raises(TrialsError, match="small"):
            read_suite(wrong)
    file.write_text("no toml", "utf-8")
    with pytest.raises(TrialsError, match="TOML"):
        read_suite(str(file))


def test_only_some_worlds() -> None:
    standard = read_suite("standard")
    assert {t.world for t in standard.only(("bank", "courier")).trials} == {"bank", "courier"}
    assert [t.id for t in standard.only(("bank-faint",)).trials] == ["bank-faint-102"]
    assert standard.only(()) == standard
    with pytest.raises(TrialsError, match="zoo"):
        standard.only(("zoo",))


def test_a_score_is_stale_when_its_trial_changes() -> None:
    (one,), (same,), (other,) = trials(), trials(), trials(staff=31)
    assert digest(one) == digest(same) != digest(other)
