"""What ties several people joins their stories, and makes nobody answer for another one's part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.casework.test_incidents import FOLLOWS, PRIOR, finding, groups, organisation, text

from headwater.casework.incidents import incidents
from headwater.detection.detectors.collusion import DETECTOR
from headwater.detection.profiles.rarity import TASK
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Citation, Finding, Statement


def tie(bits: float = 3.0, accounts: tuple[str, ...] = ("u1", "u2"), **people: float) -> Finding:
    """A finding on several people who may have acted together, over an account each."""
    odds = people or {"E1": 0.9, "E2": 0.9}
    return replace(finding("collusion", people=odds, bits=bits, title=text(" and ".join(odds))), accounts=accounts)


def test_stories_of_those_who_are_tied_are_one() -> None:
    mine, yours = finding(), finding(account="u2", people={"E2": 0.9})
    assert groups(mine, yours) == [{0}, {1}]
    assert groups(mine, yours, tie()) == [{0, 1, 2}]


def test_a_story_weighs_its_heaviest_part_and_the_tie() -> None:
    read = finding(bits=9.0)
    sent = finding("outflow", "u2", {"E2": 0.9}, bits=6.0, details=FOLLOWS)
    other = finding(account="u2", people={"E2": 0.9}, bits=4.0)
    (one,) = incidents([read, other, sent, tie(3.0)], Attribution(), organisation())
    assert one.bits == pytest.approx(PRIOR + 4 + 6 + 3)  # not 9 + 6 + 3: he read, the other one sent
    assert one.bits == pytest.approx(sum(s.bits for s in one.statements))
    assert {f.detector for f in one.findings} == {"bulk-read", "outflow", "collusion"}


def test_odds_rest_on_the_own_part_and_the_tie() -> None:
    heavy, light = finding(bits=16.0), finding(account="u2", people={"E2": 0.9}, bits=6.0)
    (together,) = incidents([heavy, light, tie(3.0)], Attribution(), organisation())
    (alone,) = incidents([light, tie(3.0, ("u2",))], Attribution(), organisation())
    odds = {p.employee: p.probability for p in together.people}
    assert odds["E1"] > 0.5 > odds["E2"]
    assert odds["E2"] == {p.employee: p.probability for p in alone.people}["E2"]
    assert together.employees == ("E1",)


def test_who_is_brought_in_by_the_tie_alone_has_its_odds_only() -> None:
    (one,) = incidents([finding(bits=18.0), tie(4.0, E1=0.9, E3=0.8)], Attribution(), organisation())
    odds = {p.employee: p.probability for p in one.people}
    assert odds["E3"] < 0.2
    assert one.employees == ("E1",)
    assert "E3" not in one.title.en


def test_a_tie_alone_is_no_incident_and_its_title_names_nobody() -> None:
    assert incidents([tie(4.0)], Attribution(), organisation()) == ()
    (one,) = incidents([tie(9.0)], Attribution(), organisation())
    assert "E1" not in one.title.en + one.title.zh


def test_a_leak_of_the_other_one_weighs_in_his_part_only() -> None:
    taker = Taker(
        "u2", (), (), date(2026, 3, 1), date(2026, 3, 2), 50, 0.5, 0.9, 7.0,
        (Statement(text("hits"), 7.0, (Citation("logs/a.log", 1),)),),
    )  # fmt: skip
    leak = Attribution((Leak("leaks/0.csv", "c", 100, 100, 100, 0, (taker,)),))
    mine, yours = finding(bits=9.0), finding(account="u2", people={"E2": 0.9}, bits=1.0)
    (one,) = incidents([mine, yours, tie(3.0)], leak, organisation())
    assert one.bits == pytest.approx(PRIOR + 9 + 3)
    (other,) = incidents([yours, tie(3.0)], leak, organisation())
    assert other.bits == pytest.approx(PRIOR + 1 + 3 + 7)


def test_two_large_tasks_that_nobody_put_on_record_and_were_shared_out_are_no_incident() -> None:
    mine, yours = finding(bits=TASK), finding(account="u2", people={"E2": 0.9}, bits=TASK)
    shared = DETECTOR.task
    assert incidents([mine, yours, tie(shared)], Attribution(), organisation()) == ()
    assert incidents([mine, yours, tie(shared + 0.3)], Attribution(), organisation())
