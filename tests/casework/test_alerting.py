"""Stories become alerts: once, under a budget that is kept, and forgiven only as far as an explanation says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger, evening, subjects
from headwater.casework.budget import CARRIED_DAYS, Bucket, Budget
from headwater.model.alert import LANES, Verdict
from headwater.model.errors import StoreError
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.words import Text

FIRST = date(2026, 3, 2)
PRIOR = -6.0


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def story(
    account: str = "u1", bits: float = 8.0, on: int = 0, detector: str = "bulk-read", fact: bool = False
) -> Incident:
    when = datetime.combine(day(on), datetime.min.time(), UTC)
    words = Text(f"{account} read", f"{account} 读取")
    told = Statement(words, bits, (Citation("logs/a.log", 1),))
    people = (PersonOdds(f"E-{account}", 0.9, 0.0),)
    found = Finding(
        detector, account, words, "high", (account,), people, ("PC",), when, when, 10, (told,), fact=fact
    )  # fmt: skip
    statements = (Statement(words, PRIOR), told)
    return Incident(
        0, words, (account,), people, ("PC",), (found,), statements, PRIOR + bits, when, when, 10, (), (), (words,), (), ()
    )  # fmt: skip


def ledger(per_10000: float = 5.0, staff: int = 10_000) -> Ledger:
    return Ledger(Bucket(Budget(per_10000, staff)))


def test_the_heaviest_are_released_and_the_rest_waits() -> None:
    kept = ledger(per_10000=1.0)
    told = evening(day(0), [story(f"u{i}", bits=4.0 + i) for i in range(9)], kept)
    assert [a.accounts for a in told.released] == [("u8",)]  # the first token, and too little for another
    assert [a.accounts for a in kept.waiting()] == [(f"u{i}",) for i in range(7, -1, -1)]
    assert all(a.released is None for a in told.waiting)


def test_what_waits_is_released_when_there_are_tokens_again() -> None:
    kept = ledger(per_10000=1.0, staff=1000)  # a token in ten days
    both = [story("u1", 9.0), story("u2", 8.0)]
    assert [a.accounts for a in evening(day(0), both, kept).released] == [("u1",)]
    released = {n: evening(day(n), both, kept).released for n in range(1, 12)}
    assert [n for n, told in released.items() if told] == [10]
    assert released[10][0].raised == day(0)
    assert released[10][0].released == day(10)


def test_the_same_story_is_an_update_and_costs_nothing() -> None:
    kept = ledger()
    first = evening(day(0), [story("u1", 8.0)], kept).released[0]
    assert evening(day(1), [story("u1", 8.5)], kept).updated == ()  # hardly more
    more = evening(day(2), [story("u1", 12.0)], kept)
    assert (more.released, [a.id for a in more.updated]) == ((), [first.id])
    assert len(kept.alerts) == 1
    assert kept.alerts[0].raised == day(0)


def test_a_month_later_it_is_another_story() -> None:
    kept = ledger()
    evening(day(0), [story("u1", on=0)], kept)
    evening(day(40), [story("u1", on=40)], kept)
    assert len({a.id for a in kept.alerts}) == 2


def test_a_broken_rule_needs_no_token() -> None:
    kept = ledger(per_10000=0.0)
    several = [story(f"u{i}", fact=True, detector="after-departure") for i in range(5)]
    told = evening(day(0), several, kept)
    assert [a.lane for a in told.released] == ["fact"] * 5


def test_a_weak_story_is_no_alert_and_an_old_one_is_history() -> None:
    kept = ledger()
    told = evening(day(60), [story("u1", 1.9, on=60), story("u2", 9.0, on=20)], kept)
    assert (told.released, told.waiting) == ((), ())


def test_an_explanation_forgives_what_it_names_until_its_day() -> None:
    kept = ledger()
    first = evening(day(0), [story("u1")], kept).released[0]
    said = Verdict(
        first.id, "explained", "Li", day(1), "the audit", day(30), tuple(sorted(subjects(first))), first.detectors
    )
    told = evening(day(20), [story("u1", on=20)], kept, [said])
    assert (told.released, told.updated, kept.forgiven) == ((), (), 1)
    later = ledger()
    assert evening(day(31), [story("u1", on=31)], later, [said]).released  # it has expired
    assert evening(day(20), [story("u2", on=20)], later, [said]).released  # somebody else
    assert evening(day(20), [story("u1", on=20, detector="outflow")], later, [said])  # something else
    unsure = Verdict(first.id, "unsure", "Li", day(1), "", None, said.subjects, said.detectors)
    assert evening(day(20), [story("u1", on=20)], ledger(), [unsure]).released


@given(
    per=st.floats(0.5, 20),
    staff=st.integers(20, 20_000),
    days=st.integers(1, 60),
    each=st.integers(0, 6),
    seed=st.integers(0, 9),
)
def test_the_promise_is_kept_whatever_comes(per: float, staff: int, days: int, each: int, seed: int) -> None:
    """No more than the tokens of the days, the week that is carried over, and the first one."""
    bucket = Bucket(Budget(per, staff))
    taken = 0
    for n in range(days):
        bucket.fill(day(n))
        today = sum(bucket.take(LANES[1 + (n + i + seed) % 3]) for i in range(each * 7))
        assert today <= bucket.budget.most
        taken += today
    assert taken <= bucket.budget.daily * (days + CARRIED_DAYS) + 2


@given(per=st.floats(1, 20), staff=st.integers(50, 5_000))
def test_unspent_tokens_are_spent_in_the_long_run(per: float, staff: int) -> None:
    """Where there is always something waiting, nearly all of the budget is used."""
    bucket = Bucket(Budget(per, staff))
    taken = 0
    for n in range(400):
        bucket.fill(day(n))
        taken += sum(bucket.take(LANES[1 + i % 3]) for i in range(30))
    assert taken >= 0.9 * bucket.budget.daily * 400 - 2


def test_a_ledger_is_kept_and_read_back(tmp_path: Path) -> None:
    kept = ledger()
    evening(day(0), [story("u1"), story("u2", fact=True, detector="after-departure"), story("u3", 2.5)], kept)
    ledgers.save(tmp_path, kept, day(0))
    again, last = ledgers.load(tmp_path, kept.bucket.budget)
    assert last == day(0)
    assert again.alerts == kept.alerts
    assert again.bucket.tokens == pytest.approx(kept.bucket.tokens)


def test_verdicts_are_kept_and_the_last_word_counts(tmp_path: Path) -> None:
    first = Verdict("A-1", "unsure", "Li", FIRST, "", None, ("account:u1",), ("bulk-read",))
    last = Verdict("A-1", "explained", "Wang", FIRST, "the audit", day(30), ("account:u1",), ("bulk-read",))
    for said in (first, last):
        ledgers.add_verdict(tmp_path, said)
    assert ledgers.verdicts(tmp_path) == (last,)
    file = tmp_path / "watch" / "verdicts.jsonl"
    file.write_text(file.read_text("utf-8") + "{torn\n", "utf-8")
    with pytest.raises(StoreError, match=r"verdicts\.jsonl:3"):
        ledgers.verdicts(tmp_path)


def test_a_ledger_of_another_hand_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "watch" / "ledger.json"
    file.parent.mkdir()
    file.write_text('{"schema": "other"}')
    with pytest.raises(StoreError, match="no ledger"):
        ledgers.load(tmp_path, Budget(5.0, 100))
