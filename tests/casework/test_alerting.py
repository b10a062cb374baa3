"""Stories become alerts: once, under a budget that is kept, and forgiven only as far as an explanation says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger, evening
from headwater.casework.budget import CARRIED_DAYS, Bucket, Budget
from headwater.model.alert import LANES, Verdict
from headwater.model.errors import StoreError
from headwater.model.evidence import Citation, Finding, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.words import Text
from headwater.store.tokens import Tokeniser

KEY = Tokeniser(b"k" * 32)
FIRST = date(2026, 3, 2)
PRIOR = -6.0


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def story(
    account: str | None = "u1", bits: float = 8.0, on: int = 0, detector: str = "bulk-read", fact: bool = False,
    person: str = "", key: str = "",
) -> Incident:  # fmt: skip
    """A story of one finding; its people bear the doubt whether anything happened, the finding's do not."""
    when = datetime.combine(day(on), datetime.min.time(), UTC)
    words = Text(f"{account} read", f"{account} 读取")
    told = Statement(words, bits, (Citation("logs/a.log", 1),))
    people = (PersonOdds(person or f"E-{account}", 0.9, 0.0),)
    doubt = 1 / (1 + 2.0 ** -(PRIOR + bits))
    accounts = (account,) if account else ()
    found = Finding(
        detector, key or account or person, words, "high", accounts, people, ("PC",), when, when, 10, (told,), fact=fact
    )  # fmt: skip
    statements = (Statement(words, PRIOR), told)
    return Incident(
        0, words, accounts, tuple(replace(p, probability=p.probability * doubt) for p in people), ("PC",), (found,),
        statements, PRIOR + bits, when, when, 10, (), (), (words,), (), (),
    )  # fmt: skip


def ledger(per_10000: float = 5.0, staff: int = 10_000) -> Ledger:
    return Ledger(Bucket(Budget(per_10000, staff)), KEY)


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


def test_a_slow_rise_is_said_again_and_that_it_goes_on_is_not() -> None:
    kept = ledger()
    evening(day(0), [story("u1", 8.0)], kept)
    rise = [evening(day(n), [story("u1", 8.0 + n, on=n)], kept) for n in range(1, 8)]
    assert [n for n, told in enumerate(rise, 1) if told.updated] == [3, 6]
    on = [evening(day(n), [story("u1", 14.0, on=n)], kept) for n in range(8, 40)]
    assert [told.updated for told in on if told.updated] == []
    assert len(kept.alerts) == 1  # that it goes on keeps it the same story
    assert kept.alerts[0].updated == day(39)


def test_naming_somebody_is_said_once() -> None:
    kept = ledger()
    evening(day(0), [story("u1", 5.0)], kept)  # likelier chance than not: nobody is named
    rise = [evening(day(n), [story("u1", bits, on=n)], kept) for n, bits in enumerate((7.5, 5.0, 7.5), 1)]
    assert [[a.employees for a in told.updated] for told in rise] == [[("E-u1",)], [], []]


def test_a_broken_rule_that_joins_is_said() -> None:
    kept = ledger()
    evening(day(0), [story("u1", 8.0)], kept)
    told = evening(day(1), [story("u1", 8.0, fact=True)], kept)
    assert [a.lane for a in told.updated] == ["fact"]
    assert evening(day(2), [story("u1", 8.0, fact=True)], kept).updated == ()
    evening(day(3), [story("u1", 8.0)], kept)
    assert evening(day(4), [story("u1", 8.0, fact=True)], kept).updated == ()  # it was said


def test_the_same_evening_asked_again_says_nothing_again() -> None:
    kept = ledger()
    assert evening(day(0), [story("u1")], kept).released
    again = evening(day(0), [story("u1")], kept)
    assert (again.released, again.updated) == ((), ())


def test_a_story_without_accounts_keeps_its_identity_however_much_it_is_doubted() -> None:
    kept = ledger()
    weak = story(None, 5.0, person="E7", detector="outflow")
    assert weak.people[0].probability < 0.5
    first = evening(day(0), [weak], kept)
    evening(day(1), [story(None, 5.5, on=1, person="E7", detector="outflow")], kept)
    evening(day(1), [story(None, 5.5, on=1, person="E8", detector="outflow")], kept)
    assert [a.about for a in kept.alerts] == [("person:E7",), ("person:E8",)]
    assert kept.alerts[0].raised == day(0)
    alert = first.released[0]
    said = Verdict(alert.id, "explained", "Li", day(1), "asked", day(30), alert.about, alert.detectors)
    later = ledger()
    assert evening(day(2), [weak], later, [said]).waiting == ()
    assert later.alerts == []
    evening(day(2), [story(None, 5.0, person="E8", detector="outflow")], later, [said])
    assert [a.about for a in later.alerts] == [("person:E8",)]


def test_a_story_of_nobody_is_told_by_its_finding() -> None:
    kept = ledger()
    for key in ("sales/clients", "claims/clients"):
        evening(day(0), [story(None, 5.0, person="?", key=key)], kept)
    evening(day(1), [story(None, 5.0, person="?", key="sales/clients")], kept)
    assert sorted(a.about for a in kept.alerts) == [
        ("finding:bulk-read:claims/clients",), ("finding:bulk-read:sales/clients",),
    ]  # fmt: skip


def test_two_stories_of_one_evening_are_two_alerts_even_over_one_account() -> None:
    kept = ledger(per_10000=1.0, staff=1000)
    both = [story("u1", 9.0, person="E1"), story("u1", 8.0, person="E2", detector="outflow")]
    told = evening(day(0), both, kept)
    assert [a.about for a in told.released] == [("account:u1", "person:E1")]
    assert [a.about for a in told.waiting] == [("account:u1", "person:E2")]
    # the heavier one tomorrow does not take the other's place
    tomorrow = [story("u1", 9.0, person="E1"), story("u1", 14.0, person="E2", detector="outflow")]
    again = evening(day(1), tomorrow, kept)
    assert again.released == ()
    assert {a.about: a.id for a in kept.alerts} == {a.about: a.id for a in (*told.released, *told.waiting)}


def test_stories_that_cannot_be_told_apart_have_names_of_their_own() -> None:
    kept = ledger()
    evening(day(0), [story("u1", 9.0), story("u1", 8.0)], kept)
    assert len({a.id for a in kept.alerts}) == 2


def test_the_name_of_an_alert_cannot_be_tried_out_without_the_key() -> None:
    one, other = ledger(), Ledger(Bucket(Budget(5.0, 10_000)), Tokeniser(b"j" * 32))
    for kept in (one, other):
        evening(day(0), [story("u1")], kept)
    assert one.alerts[0].id != other.alerts[0].id
    assert len(one.alerts[0].id) == len("A-") + 12


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


def test_a_light_broken_rule_is_taken_from_the_budget() -> None:
    """Tables are wrong about as often."""
    kept = ledger(per_10000=0.0)
    light = [story(f"u{i}", bits=3.5, fact=True, detector="on-leave") for i in range(3)]
    told = evening(day(0), light, kept)
    assert [a.lane for a in (*told.released, *told.waiting)] == ["day"] * 3
    assert len(told.released) == 1  # a new bucket holds one token


def test_a_weak_story_is_no_alert_and_an_old_one_is_history() -> None:
    kept = ledger()
    told = evening(day(60), [story("u1", 1.9, on=60), story("u2", 9.0, on=20)], kept)
    assert (told.released, told.waiting) == ((), ())


def test_an_explanation_forgives_what_it_names_until_its_day() -> None:
    first = evening(day(0), [story("u1")], ledger()).released[0]
    said = Verdict(first.id, "explained", "Li", day(1), "the audit", day(30), first.about, first.detectors)
    assert said.subjects == ("account:u1", "person:E-u1")
    kept = ledger()
    for n in (20, 21):
        told = evening(day(n), [story("u1", on=n)], kept, [said])
        assert (told.released, told.waiting, len(kept.forgiven)) == ((), (), 1)  # one story, however many evenings
    for other in (
        story("u1", on=31),  # it has expired
        story("u2", on=20),  # somebody else
        story("u1", on=20, person="E9"),  # the same account in other hands
        story("u1", on=20, detector="outflow"),  # something else
    ):
        assert evening(other.ends.date(), [other], ledger(), [said]).released
    unsure = replace(said, said="unsure")
    assert evening(day(20), [story("u1", on=20)], ledger(), [unsure]).released


def test_a_later_confirmation_ends_an_explanation() -> None:
    about, found = ("account:u1", "person:E-u1"), ("bulk-read",)
    explained = Verdict("A-1", "explained", "Li", day(1), "the audit", day(30), about, found)
    confirmed = Verdict("A-2", "confirmed", "Wu", day(2), "", None, ("person:E-u1",), ("outflow",))
    assert evening(day(3), [story("u1", on=3)], ledger(), [explained, confirmed]).released
    assert not evening(day(3), [story("u1", on=3)], ledger(), [confirmed, explained]).released


def test_an_evening_that_is_asked_again_has_no_new_tokens(tmp_path: Path) -> None:
    kept = ledger(per_10000=10.0, staff=10_000)
    for n in range(9):
        kept.bucket.fill(day(n))
    most = kept.bucket.budget.most
    assert sum(kept.bucket.take("day") for _ in range(100)) == most
    ledgers.save(tmp_path, kept, day(8))
    again = ledgers.load(tmp_path, kept.bucket.budget, KEY)[0]
    for n in (8, 5, 8):  # again, and a clock that goes back
        again.bucket.fill(day(n))
        assert not again.bucket.take("day")
    again.bucket.fill(day(9))
    assert again.bucket.take("day")


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
    kept.forgiven, kept.troubles = {"0a"}, ("outflow",)
    ledgers.save(tmp_path, kept, day(0))
    again, last = ledgers.load(tmp_path, kept.bucket.budget, KEY)
    assert last == day(0)
    assert again.alerts == kept.alerts
    assert [a.told for a in again.alerts] == [False] * 3
    again.heard()
    assert again.untold() == ()
    assert (again.forgiven, again.troubles) == (kept.forgiven, kept.troubles)
    assert again.bucket.tokens == pytest.approx(kept.bucket.tokens)


def test_a_ledger_of_before_names_were_kept_has_said_those_that_it_shows(tmp_path: Path) -> None:
    """Earlier versions kept it in the clear, and at first without the names that had been said."""
    kept = ledger()
    evening(day(0), [story("u1")], kept)
    ledgers.save(tmp_path, kept, day(0))
    sealed, clear = tmp_path / "watch" / ledgers.SEALED, tmp_path / "watch" / ledgers.CLEAR
    state = json.loads(ledgers._read(sealed, KEY))
    for told in state["alerts"]:
        told.pop("said_names")
    clear.write_text(json.dumps(state), "utf-8")
    sealed.unlink()
    again, last = ledgers.load(tmp_path, kept.bucket.budget, KEY)
    assert [a.said_names for a in again.alerts] == [a.employees for a in kept.alerts]
    assert any(a.said_names for a in again.alerts)
    ledgers.save(tmp_path, again, last)
    assert not clear.exists()
    assert ledgers.load(tmp_path, kept.bucket.budget, KEY)[0].alerts == again.alerts


def test_a_kept_ledger_names_nobody_to_whoever_has_no_key(tmp_path: Path) -> None:
    kept = ledger()
    evening(day(0), [story("bramble77")], kept)
    ledgers.save(tmp_path, kept, day(0))
    file = tmp_path / "watch" / ledgers.SEALED
    data = file.read_bytes()
    names = {"bramble77", *kept.alerts[0].employees, *(p.employee for p in kept.alerts[0].people)}
    assert len(names) > 1
    assert not any(name.encode() in data for name in names)
    with pytest.raises(StoreError, match="another key"):
        ledgers.load(tmp_path, kept.bucket.budget, Tokeniser(b"x" * 32))
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(StoreError, match="was changed"):
        ledgers.load(tmp_path, kept.bucket.budget, KEY)


def test_a_ledger_of_another_hand_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "watch" / "ledger.json"
    file.parent.mkdir()
    for text, says in (('{"schema": "other"}', "no ledger"), ("[]", "no ledger"), ('{"torn', "no ledger")):
        file.write_text(text)
        with pytest.raises(StoreError, match=says):
            ledgers.load(tmp_path, Budget(5.0, 100), KEY)


def test_a_ledger_of_an_earlier_version_is_refused_with_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "watch" / "ledger.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"schema": "headwater/watch/1", "evening": None, "alerts": []}))
    with pytest.raises(StoreError, match="move it aside"):
        ledgers.load(tmp_path, Budget(5.0, 100), KEY)
