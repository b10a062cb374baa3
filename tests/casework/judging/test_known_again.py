"""Verdicts outlive re-runs: what is known again, what has grown, how words combine, and what a result then shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.casebook_house import House, copied

from headwater.casework.judging.combining import State, combined, latest
from headwater.casework.judging.extents import Extent, grown, known_again, of_incident, plain
from headwater.casework.judging.naming import Words, saying
from headwater.casework.judging.results import NOTHING, said, with_verdicts
from headwater.casework.reports.json import dumps
from headwater.casework.reports.schema import check
from headwater.model.errors import CaseError
from headwater.store.casebook import cases, verdicts
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.things import Thing
from headwater.store.casebook.verdicts import Said, Word

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def extent(accounts: str = "u1", people: str = "E1", findings: str = "bulk-read:u1 leaver:E1", days: int = 0) -> Extent:
    begin = DAY + timedelta(days=days)
    names = (frozenset(accounts.split()), frozenset(people.split()), frozenset(findings.split()))
    return Extent(*names, begin, begin + timedelta(days=5))


def word(said: Said, by: str = "Li", about: Extent | None = None, **more: Any) -> Word:
    made = Word(
        f"V-{by}-{said}", Thing("incident", ("k",), {}), said, by, by, True, AT, "why", None, plain(about or extent())
    )
    return replace(made, **more)


JUDGED = extent()


@pytest.mark.parametrize(
    ("now", "again"),
    [
        (extent(), True),
        (extent(findings="bulk-read:u1 leaver:E1 outflow:E1 chain:E1 canary:u1:a"), True),  # it grew
        (extent(findings="leaver:E1"), True),  # it shrank
        (extent(findings="bulk-read:u1"), True),  # one half of it, when it was parted
        (extent("u1 u2", "E1 E2", "bulk-read:u1 leaver:E1 bulk-read:u2 leaver:E2"), True),  # it was joined with another
        (extent(findings="bulk-read:u1 outflow:E1"), True),  # half of the findings are the same
        (extent(findings="bulk-read:u1 outflow:E1 chain:E1"), True),  # one of the two that were judged
        (extent(findings="outflow:E1 chain:E1"), False),  # the same account, and nothing else
        (extent("u2"), False),  # the same findings over another account
        (extent(people="E2"), True),  # another person at the same account is the same story
        (extent(days=33), True),  # both sides of four weeks
        (extent(days=34), False),
        (extent(days=-33), True),
        (extent(days=-34), False),
        (extent("", "E1"), True),  # an account fell away: by the person
        (extent("", "E2"), False),
    ],
)
def test_what_is_known_again(now: Extent, again: bool) -> None:
    assert known_again(JUDGED, now) is again
    assert known_again(now, JUDGED) is again  # whichever was first


def test_less_than_half_of_the_smaller_is_another_story() -> None:
    judged = extent(findings="a:1 b:1 c:1 d:1 e:1")
    assert known_again(judged, extent(findings="a:1 b:1 f:1 g:1")) is True
    assert known_again(judged, extent(findings="a:1 x:1 y:1")) is False


def test_what_has_joined_is_named() -> None:
    now = extent("u1 u2", "E1 E2", "bulk-read:u1 leaver:E1 outflow:E1")
    assert grown(JUDGED, now) == ("account:u2", "person:E2", "detector:outflow")
    assert grown(now, JUDGED) == ()


def state(*words: Word, now: Extent | None = None, on: date | None = None, two: bool = False) -> State | None:
    found = combined(words, now=now or extent(), on=on, two=two)
    return found.state if found else None


def test_nobody_said_anything_or_took_it_back() -> None:
    assert state() is None
    assert state(word(Said.confirmed), word(Said.withdrawn, at=AT + timedelta(seconds=1))) is None


def test_of_each_person_the_last_word_counts() -> None:
    later = AT + timedelta(hours=1)
    assert state(word(Said.confirmed), word(Said.refuted, at=later)) is State.refuted
    assert state(word(Said.refuted, at=later), word(Said.confirmed)) is State.refuted  # in whatever order they are read
    assert state(word(Said.confirmed), word(Said.withdrawn, at=later), word(Said.unsure, "Wang")) is State.unsure


def test_who_disagrees_makes_it_disputed_whoever_spoke_last() -> None:
    explained = word(Said.explained, "Wang", until=DAY + timedelta(days=90), at=AT + timedelta(days=1))
    assert state(word(Said.confirmed), explained) is State.disputed
    assert state(explained, word(Said.refuted)) is State.disputed
    assert state(word(Said.confirmed), word(Said.unsure, "Wang")) is State.confirmed
    assert state(word(Said.unsure), word(Said.unsure, "Wang")) is State.unsure


def test_an_explanation_ends_with_its_day_seen_from_what_is_judged() -> None:
    last = extent().ends
    holds = word(Said.explained, until=last)
    assert state(holds) is State.explained
    assert state(replace(holds, until=last - timedelta(days=1))) is State.lapsed
    assert state(holds, on=last + timedelta(days=1)) is State.lapsed
    other = word(Said.explained, "Wang", until=last + timedelta(days=3))
    found = combined([holds, other], now=extent())
    assert found is not None
    assert found.until == last + timedelta(days=3)


@pytest.mark.parametrize("said_of_it", [Said.explained, Said.refuted])
def test_what_clears_does_not_cover_what_joined_since(said_of_it: Said) -> None:
    clears = word(said_of_it, until=date(2030, 1, 1) if said_of_it is Said.explained else None)
    for now in (extent("u1 u2"), extent(people="E1 E2"), extent(findings="bulk-read:u1 leaver:E1 outflow:E1")):
        assert state(clears, now=now) is State.outgrown
    assert state(clears, now=extent(findings="leaver:E1")) is State(said_of_it.value)
    assert state(clears, word(Said.confirmed, "Wang", extent("u1 u2")), now=extent("u1 u2")) is State.confirmed


def test_a_confirmation_is_not_carried_to_other_people() -> None:
    assert state(word(Said.confirmed), now=extent(people="E2")) is State.outgrown
    found = combined([word(Said.confirmed)], now=extent(people="E1 E2"))
    assert found is not None
    assert (found.state, found.grown) == (State.confirmed, ("person:E2",))


def test_who_signed_in_goes_before_who_did_not() -> None:
    claimed = word(Said.confirmed, "Wang", attested=False, person="claimed wang")
    assert state(claimed) is State.confirmed
    found = combined([claimed, word(Said.refuted)], now=extent())
    assert found is not None
    assert found.state is State.refuted
    assert len(found.words) == 2  # it is shown all the same


def test_where_two_people_are_asked_for_one_is_not_enough() -> None:
    one, other = word(Said.confirmed), word(Said.confirmed, "Wang")
    assert state(one, two=True) is State.awaiting
    assert state(one, other, two=True) is State.confirmed
    assert state(one, replace(one, at=AT + timedelta(days=1)), two=True) is State.awaiting  # twice the same
    assert state(replace(one, attested=False), replace(other, attested=False), two=True) is State.awaiting
    assert state(one, word(Said.unsure, "Wang"), two=True) is State.awaiting


@given(
    st.lists(
        st.builds(
            lambda said, by, hours: word(said, by, at=AT + timedelta(hours=hours), id=f"V-{by}-{hours}"),
            st.sampled_from(Said), st.sampled_from(("Li", "Wang", "Zhao")), st.integers(0, 50),
        ), unique_by=lambda w: (w.by, w.at),
    ),
    st.randoms(),
)  # fmt: skip
def test_the_order_in_which_words_are_read_changes_nothing(words: list[Word], chance: Any) -> None:
    shuffled = list(words)
    chance.shuffle(shuffled)
    assert combined(words, now=extent()) == combined(shuffled, now=extent())
    assert len(latest(words)) <= len({w.person for w in words})


def incident(rank: int, accounts: list[str], findings: list[str], employees: list[str]) -> dict[str, Any]:
    times = {"from": "2026-03-02T08:00:00+08:00", "to": "2026-03-07T18:00:00+08:00"}
    told = {"rank": rank, "title": "t", "accounts": accounts, "employees": employees, "findings": findings}
    return {**told, **times, "bits": 9.0, "subjects": 3, "story": []}


def finding(name: str, employees: list[str]) -> dict[str, Any]:
    account = name.partition(":")[2]
    times = {"from": "2026-03-02T08:00:00+08:00", "to": "2026-03-07T18:00:00+08:00"}
    fixed = {"detector": name.partition(":")[0], "title": "t", "severity": "low", "devices": [], "statements": []}
    return {
        "id": name,
        "accounts": [account],
        "employees": employees,
        "evidence": [],
        "bits": 3.0,
        "subjects": 3,
        **fixed,
        **times,
    }


@pytest.fixture
def result() -> dict[str, Any]:
    return {
        "schema": "headwater/result/1",
        "answer": ["who did it"],
        "incidents": [
            incident(1, ["u1"], ["bulk-read:u1", "leaver:u1"], ["E1"]),
            incident(2, ["u2"], ["bulk-read:u2"], []),
        ],
        "findings": [finding("bulk-read:u1", ["E1"]), finding("leaver:u1", ["E1"]), finding("bulk-read:u2", [])],
        "attribution": [{"leak": "leaks/a.csv", "takers": [{"account": "u1", "employees": ["E1"], "people": []}]}],
    }


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = copied(tmp_path)
    yield made
    made.book.close()


def says(house: House, by: str, result: dict[str, Any], name: str, words: Words) -> None:
    with house.book.transaction(house.now()) as tx:
        verdicts.say(tx, who(tx, house.tickets[by]), house.case, saying(result, name, words))


def shown(house: House, result: dict[str, Any], lang: str = "en") -> dict[str, Any]:
    with house.book.reading() as tx:
        case = cases.find_case(tx, "case one")
        assert case is not None
        return with_verdicts(result, said(tx, case), lang)  # type: ignore[arg-type]


def test_a_verdict_outlives_a_run_in_which_rank_and_extent_have_changed(house: House, result: dict[str, Any]) -> None:
    says(house, "Li", result, "incident:1", Words(Said.explained, "an audit", date(2026, 12, 31)))
    says(house, "Li", result, "finding:bulk-read:u2", Words(Said.confirmed, "seen"))
    one, two = result["incidents"]
    later = result | {"incidents": [two | {"rank": 1}, one | {"rank": 2, "from": "2026-02-20T08:00:00+08:00"}]}
    told = shown(house, later)
    assert "verdict" not in told["incidents"][0]
    assert told["incidents"][1]["verdict"]["state"] == "explained"
    assert told["findings"][2]["verdict"]["words"][0] | {"at": ""} == {
        "by": "Li", "attested": True, "said": "confirmed", "at": "", "because": "seen", "until": None, "counts": True,
    }  # fmt: skip
    assert told["answer"][0].startswith("Incident 2 is explained until 2026-12-31, say Li")
    assert shown(house, later, "zh")["answer"][0].startswith("据 Li 评判，事件 2 已有解释")
    assert [p for p in check(told) if "verdict" in p] == []
    grown_since = later | {
        "incidents": [one | {"findings": [*one["findings"], "bulk-read:u2"], "accounts": ["u1", "u2"]}]
    }
    verdict = shown(house, grown_since)["incidents"][0]["verdict"]
    assert (verdict["state"], verdict["grown"]) == ("outgrown", ["account:u2"])


def test_the_answer_leaves_out_what_people_explained(house: House, result: dict[str, Any]) -> None:
    with house.book.reading() as tx:
        case = cases.find_case(tx, "case one")
        assert case is not None
        assert with_verdicts(result, said(tx, case), "en", _without)["answer"] == result["answer"]
    says(house, "Li", result, "incident:1", Words(Said.explained, "an audit", date(2026, 12, 31)))
    with house.book.reading() as tx:
        told = with_verdicts(result, said(tx, case), "en", _without)
    assert told["answer"][1:] == ["without [1], nothing done about []"]
    says(house, "Zhao", result, "incident:2", Words(Said.confirmed, "seen"))
    says(house, "Li", result, "incident:2", Words(Said.refuted, "an error of the roster"))
    with house.book.reading() as tx:
        told = with_verdicts(result, said(tx, case), "en", _without)
    assert told["answer"][1].startswith("Incident 2 is disputed (Zhao: confirmed, Li: refuted)")
    assert told["answer"][2:] == ["without [1], nothing done about [2]"]


def _without(settled: frozenset[int], disputed: frozenset[int]) -> list[str]:
    return [f"without {sorted(settled)}, nothing done about {sorted(disputed)}"]


def test_the_same_result_and_casebook_give_the_same_bytes(house: House, result: dict[str, Any]) -> None:
    says(house, "Li", result, "incident:1", Words(Said.confirmed, "seen"))
    says(house, "Zhao", result, "incident:1", Words(Said.refuted, "an error of the roster"))
    assert dumps(shown(house, result)) == dumps(shown(house, result))
    assert shown(house, result)["incidents"][0]["verdict"]["state"] == "disputed"
    assert with_verdicts(result, NOTHING) == result


def test_a_case_that_asks_for_two_people(house: House, result: dict[str, Any]) -> None:
    with house.book.transaction(house.now()) as tx:
        cases.set_two_person(tx, who(tx, house.tickets["Li"]), house.case, True)
    says(house, "Li", result, "incident:1", Words(Said.confirmed))
    assert shown(house, result)["incidents"][0]["verdict"]["state"] == "awaiting"
    says(house, "Zhao", result, "incident:1", Words(Said.confirmed))
    assert shown(house, result)["incidents"][0]["verdict"]["state"] == "confirmed"


def test_what_can_be_judged(result: dict[str, Any]) -> None:
    assert saying(result, "taker:leaks/a.csv:u1", Words(Said.unsure)).thing.key == ("leaks/a.csv", "u1")
    assert saying(result, "person:E1", Words(Said.unsure)).thing.kind == "person"
    extent_of = of_incident(result["incidents"][0], {f["id"]: f for f in result["findings"]})
    assert saying(result, "incident:#1", Words(Said.unsure)).about == plain(extent_of)
    for wrong in ("incident:9", "finding:none", "taker:leaks/a.csv:u9", "person:E9", "thing:1", "incident:", "A-1"):
        with pytest.raises(CaseError):
            saying(result, wrong, Words(Said.unsure))


def test_who_may_not_judge_does_not(house: House, result: dict[str, Any]) -> None:
    for name in ("Wang", "Chen"):
        with pytest.raises(CaseError, match="may judge"):
            says(house, name, result, "incident:1", Words(Said.unsure))
    with pytest.raises(CaseError, match="a reason is needed"):
        says(house, "Li", result, "incident:1", Words(Said.explained, " ", DAY))
    with pytest.raises(CaseError, match="last day"):
        says(house, "Li", result, "incident:1", Words(Said.explained, "audit"))
    with pytest.raises(CaseError, match="only an explanation"):
        says(house, "Li", result, "incident:1", Words(Said.confirmed, "seen", DAY))
    with house.book.transaction(house.now()) as tx, pytest.raises(CaseError, match="sign in"):
        verdicts.say_unattested(tx, house.case, saying(result, "incident:1", Words(Said.unsure)), "Eve")
