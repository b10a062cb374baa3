"""What is said of one account within a fortnight is one matter."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headwater.evaluation.alerts import best_each_day, best_of_all
from headwater.evaluation.answer import Claim
from headwater.evaluation.matters import matters

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def claim(day: float, account: str = "u1", bits: float = 3.0, employee: str = "", detector: str = "bulk-read") -> Claim:
    raised = START + timedelta(days=day)
    people = (employee,) if employee else ()
    return Claim("", detector, (account,) if account else (), people, raised, raised, raised, bits)


def test_what_several_detectors_say_of_an_account_is_one_matter() -> None:
    said = [claim(0), claim(1, detector="outflow", bits=9.0), claim(0, "u2"), claim(14.5, detector="chain")]
    assert [[c.detector for c in m] for m in matters([(c,) for c in said])] == [
        ["bulk-read", "outflow", "chain"],  # a fortnight after the last word, not after the first
        ["bulk-read"],
    ]


def test_after_a_fortnight_of_silence_it_is_another_matter() -> None:
    assert len(matters([(claim(0),), (claim(14),)])) == 1
    assert len(matters([(claim(0),), (claim(14.01),)])) == 2


def test_without_accounts_the_person_tells_and_nobodys_claims_stay_apart() -> None:
    said = [claim(0, "", employee="E1"), claim(1, "", employee="E1"), claim(0, ""), claim(0, "", detector="chain")]
    assert sorted(len(m) for m in matters([(c,) for c in said])) == [1, 1, 2]


def test_a_budget_is_spent_once_on_a_matter() -> None:
    """The heavier word of a later day is looked at only where the first one was not."""
    stories = matters([(claim(0),), (claim(1, bits=9.0),), (claim(0, "u2", 4.0),), (claim(1, "u3", 5.0),)])
    assert [c.accounts for c in best_each_day(stories, 1, UTC)] == [("u2",), ("u1",)]
    assert [(c.accounts, c.bits) for c in best_of_all(stories, 2)] == [(("u1",), 9.0), (("u3",), 5.0)]
