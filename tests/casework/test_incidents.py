"""Findings become incidents, ranked and told; the result keeps its contract."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.detection.lakes import House, opened, working_day
from tests.detection.scenarios import Scenario

from headwater.attribution.attribute import attribute
from headwater.casework.answer import answer
from headwater.casework.families import FAMILY
from headwater.casework.holdings import Holding, holdings
from headwater.casework.incidents import BASE, LEAK_CAP, incidents
from headwater.casework.limits import limits
from headwater.casework.linking import APART, NEXT, linked
from headwater.casework.reports.schema import check
from headwater.casework.result import ResultMaker
from headwater.detection.detector import Detected, detect
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Citation, Finding, Moment, PersonOdds, Statement
from headwater.model.incident import Incident
from headwater.model.organisation import Account, Organisation, Person
from headwater.model.words import Text

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PRIOR = -math.log2(BASE)
FOLLOWS = {"about": "person", "follows": True}


def text(words: str) -> Text:
    return Text(words, f"{words}。")


def finding(
    detector: str = "bulk-read", account: str = "u1", people: dict[str, float] | None = None, day: int = 0, bits: float = 8.0,
    **values: Any,
) -> Finding:  # fmt: skip
    when = START + timedelta(days=day)
    odds = tuple(PersonOdds(e, p, 0.0) for e, p in (people or {"E1": 0.9}).items())
    words = f"{detector} of {account} on {day}"
    made: dict[str, Any] = {
        "key": account, "title": text(words), "severity": "high", "devices": ("PC",), "subjects": 10,
        "statements": (Statement(text(words), bits, (Citation("logs/a.log", day + 1),)),),
        "moments": (Moment(when, "reading", text(f"read {day}"), 10),), "clears": (text("a ticket"),),
    }  # fmt: skip
    return Finding(
        detector=detector,
        accounts=(account,),
        people=odds,
        starts=when,
        ends=when + timedelta(hours=1),
        **(made | values),
    )


def person(employee: str, left: date | None = None) -> Person:
    return Person(employee, "王*", "d", "r", "", "s", None, left, None, None, None, Citation("hr/roster.csv", 2))


def organisation(staff: int = 16) -> Organisation:
    people = {f"E{i}": person(f"E{i}") for i in range(1, staff + 1)}
    accounts = {
        f"u{i}": (Account(f"u{i}", "crm", f"E{i}", "person", None, None, Citation("hr/accounts.csv", i)),)
        for i in range(1, staff + 1)
    }
    return Organisation(people=people, accounts=accounts)


def groups(*findings: Finding) -> list[set[int]]:
    return [{findings.index(f) for f in group} for group in linked(findings)]


# -- linking


def test_findings_of_one_account_belong_together_when_near_in_time() -> None:
    assert groups(finding(), finding("bulk-read", day=3)) == [{0, 1}]
    assert groups(finding(), finding(account="u2", people={"E2": 0.9})) == [{0}, {1}]
    near, far = finding(), finding(day=APART.days)
    assert groups(near, far) == [{0, 1}]
    assert groups(near, finding(day=APART.days + 1)) == [{0}, {1}]


def test_a_person_links_when_likely_and_an_unlikely_owner_does_not() -> None:
    assert groups(finding(people={"E1": 0.51}), finding(account="u2", people={"E1": 0.9})) == [{0, 1}]
    assert groups(finding(people={"E1": 0.5}), finding(account="u2", people={"E1": 0.9})) == [{0}, {1}]
    assert groups(finding(people={"?": 0.9}), finding(account="u2", people={"?": 0.9})) == [{0}, {1}]


def test_a_finding_about_a_person_is_not_about_the_account_that_was_logged_on() -> None:
    sent = finding("outflow", account="u1", people={"E2": 0.9}, details=FOLLOWS)
    assert groups(finding(people={"E1": 0.9}), sent) == [{0}, {1}]
    assert groups(finding(people={"E2": 0.9}), sent) == [{0, 1}]


def test_what_left_a_desk_that_two_have_belongs_to_whoever_of_them_read() -> None:
    sent = finding("chain", account="u7", people={"E1": 0.47, "E2": 0.47}, details=FOLLOWS)
    assert groups(finding(people={"E1": 0.8}), sent) == [{0, 1}]
    assert groups(finding(people={"E3": 0.8}), sent) == [{0}, {1}]
    assert groups(finding(people={"E1": 0.47}), sent) == [{0}, {1}]


def test_what_was_sent_belongs_to_reading_only_when_it_follows_it() -> None:
    read = finding(day=3)
    assert groups(read, finding("outflow", day=3, details=FOLLOWS)) == [{0, 1}]
    assert groups(read, finding("outflow", day=3, details={"about": "person"})) == [{0}, {1}]
    assert groups(read, finding("outflow", day=2, details=FOLLOWS)) == [{0}, {1}]  # before it
    assert groups(read, finding("outflow", day=3 + NEXT.days + 1, details=FOLLOWS)) == [{0}, {1}]
    assert groups(finding("staged-file", day=3, details=FOLLOWS), finding("outflow", day=20, details=FOLLOWS)) == [
        {0, 1}
    ]


def test_links_go_on_from_one_to_the_next_in_whatever_order() -> None:
    chain = [
        finding(people={"E2": 0.9}),
        finding("beyond-entitlement", "u2", {"E2": 0.9}, day=2),
        finding("unexplained-access", "u2", {"E3": 0.9}, day=4),
        finding(account="u9", people={"E9": 0.9}),
    ]
    for order in itertools.permutations(chain):
        told = {frozenset(f.title.en for f in g) for g in linked(order)}
        assert sorted(map(len, told)) == [1, 3]


# -- incidents


def test_a_family_counts_once_with_its_strongest_member() -> None:
    org = organisation()
    bulk, odd = finding(bits=6.0), finding("unexplained-access", bits=9.0)
    (one,) = incidents([bulk, odd], Attribution(), org)
    assert one.bits == pytest.approx(PRIOR + 9)
    assert one.bits == pytest.approx(sum(s.bits for s in one.statements))
    assert sum(s.text.en.startswith("bulk-read") for s in one.statements) == 1
    (more,) = incidents([bulk, odd, finding("outflow", bits=3.0)], Attribution(), org)
    assert more.bits == pytest.approx(PRIOR + 9 + 3)


def test_conduct_and_what_was_kept_and_sent_are_the_same_files_and_count_once() -> None:
    sent = [
        finding(bits=8.0),
        finding("staged-file", bits=2.0, details=FOLLOWS),
        finding("chain", bits=4.0, details=FOLLOWS),
    ]
    for conduct, counted in ((5.0, 6.0), (9.0, 9.0)):
        (one,) = incidents([*sent, finding("unusual-conduct", bits=conduct)], Attribution(), organisation())
        assert one.bits == pytest.approx(PRIOR + 8 + counted)
        assert one.bits == pytest.approx(sum(s.bits for s in one.statements))


def test_more_records_than_a_right_allows_are_a_large_day_by_another_name() -> None:
    limit = finding("beyond-entitlement", bits=5.0, details={"family": "reading"})
    (one,) = incidents([finding(bits=9.0), limit], Attribution(), organisation())
    assert one.bits == pytest.approx(PRIOR + 9)
    (two,) = incidents([finding(bits=9.0), finding("beyond-entitlement", bits=5.0)], Attribution(), organisation())
    assert two.bits == pytest.approx(PRIOR + 9 + 5)


def test_stories_weaker_than_chance_are_left_out_and_the_others_ranked() -> None:
    found = [
        finding(account=f"u{i}", people={f"E{i}": 0.9}, bits=float(b)) for i, b in enumerate((3, 19, 8, 4), start=1)
    ]
    told = incidents(found, Attribution(), organisation())
    assert [(i.rank, i.accounts[0]) for i in told] == [(1, "u2"), (2, "u3")]
    assert all(i.bits > 0 for i in told)
    assert incidents(list(reversed(found)), Attribution(), organisation()) == told
    assert incidents([], Attribution(), organisation()) == ()


def test_a_larger_house_wants_more_evidence() -> None:
    found = [finding(bits=8.0)]
    assert len(incidents(found, Attribution(), organisation(100))) == 1
    assert len(incidents(found, Attribution(), organisation(400))) == 0


def test_a_small_house_has_no_more_thieves_a_head() -> None:
    (small,) = incidents([finding(bits=9.0)], Attribution(), organisation(16))
    (usual,) = incidents([finding(bits=9.0)], Attribution(), organisation(BASE))
    assert small.bits == usual.bits
    assert "This house has 16" in small.statements[0].text.en
    assert "This house" not in usual.statements[0].text.en


def test_a_story_without_an_account_is_told() -> None:
    sent = replace(finding("outflow", people={"E1": 0.9}, bits=12.0), accounts=())
    (one,) = incidents([sent], Attribution(), organisation())
    assert one.accounts == ()
    assert one.employees == ("E1",)
    assert "E1" in one.title.en


def test_a_title_names_nobody_whom_the_odds_do_not() -> None:
    told = Text("account u1 was used by E2, not by its owner", "E2")
    unsure = finding("borrowed-account", people={"E2": 0.7}, bits=-PRIOR + 1.1, title=told)
    (one,) = incidents([unsure], Attribution(), organisation())
    assert one.people[0].probability < 0.5
    assert "E2" not in one.title.en + one.title.zh
    assert "somebody other than its owner" in one.title.en


def test_posts_that_two_detectors_saw_are_counted_once() -> None:
    seen = [
        finding("outflow", bits=9.0, details={"channel": (("chat.example", 5_000_000, 3), ("a.example", 10, 1))}),
        finding("forbidden-site", bits=9.0, details={"channel": (("chat.example", 5_000_000, 3),)}),
    ]
    (one,) = incidents(seen, Attribution(), organisation())
    assert one.channel == (("chat.example", 5_000_000, 3), ("a.example", 10, 1))


def test_the_leak_weighs_what_its_taker_weighs_up_to_a_cap_and_once() -> None:
    def taken(bits: float, account: str = "u1") -> Taker:
        hit = Statement(text("hits"), bits, (Citation("logs/a.log", 1),))
        return Taker(account, (), (), date(2026, 3, 1), date(2026, 3, 2), 50, 0.5, 0.9, bits, (hit,))

    def leaks(*takers: Taker) -> Attribution:
        return Attribution(tuple(Leak(f"leaks/{i}.csv", "c", 100, 100, 100, 0, (t,)) for i, t in enumerate(takers)))

    org = organisation()
    (one,) = incidents([finding(bits=9.0)], leaks(taken(7)), org)
    assert one.bits == pytest.approx(PRIOR + 9 + 7)
    (two,) = incidents([finding(bits=9.0)], leaks(taken(7), taken(70)), org)
    assert two.bits == pytest.approx(PRIOR + 9 + LEAK_CAP)
    (other,) = incidents([finding(bits=9.0)], leaks(taken(7, "u2")), org)
    assert other.bits == pytest.approx(PRIOR + 9)
    assert "50 of its rows" in one.story[-1].en


def test_a_story_does_not_say_that_rows_were_read_where_only_a_mark_names_the_account() -> None:
    mark = Statement(text("mark"), 9.0, (Citation("leaks/a.csv", 2),), "mark")
    taker = Taker("u1", (), (), None, None, 50, 0.5, 0.98, 9.0, (mark,))
    (one,) = incidents(
        [finding(bits=9.0)], Attribution((Leak("leaks/a.csv", "c", 100, 100, 100, 0, (taker,)),)), organisation()
    )
    told = one.story[-1]
    assert "decoys or marks of account u1's copy" in told.en and "when they were taken is not known" in told.en
    assert "None" not in told.en + told.zh


def test_the_story_is_told_in_order_of_time() -> None:
    steps = [finding(day=5), finding("outflow", day=9, bits=2.0), finding("borrowed-account", day=1, bits=3.0)]
    (one,) = incidents(steps, Attribution(), organisation())
    dates = [t.en[:10] for t in one.story]
    assert dates == sorted(dates)
    assert len(set(one.story)) == len(one.story)
    assert [m.time for m in one.timeline] == sorted(m.time for m in one.timeline)
    assert [f.starts for f in one.findings] == sorted(f.starts for f in one.findings)
    assert (one.starts, one.ends) == (steps[2].starts, steps[1].ends)


def test_people_are_ranked_by_what_they_are_thought_to_have_done() -> None:
    borrowed = finding("borrowed-account", people={"E2": 0.92, "E1": 0.04}, bits=15.0)
    sent = finding("outflow", "u2", {"E2": 0.95}, bits=6.0, details=FOLLOWS)
    (one,) = incidents([borrowed, sent], Attribution(), organisation())
    assert one.people[0].employee == "E2"
    assert one.employees == ("E2",)
    assert "E2" in one.title.en
    assert "not theirs" in one.title.en
    (nobody,) = incidents([finding(people={"E1": 0.5, "E2": 0.5}, bits=11.0)], Attribution(), organisation())
    assert nobody.employees == ()
    assert "nobody named" in nobody.title.en
    (outside,) = incidents([finding("borrowed-account", people={"?": 0.99}, bits=11.0)], Attribution(), organisation())
    assert outside.employees == ()
    assert "not on the roster" in outside.title.en


def test_what_speaks_for_the_accused_is_kept() -> None:
    mild = Statement(text("it was a newcomer"), -2.0)
    one = replace(finding(bits=11.0), statements=(Statement(text("read"), 11.0), mild))
    (told,) = incidents([one], Attribution(), organisation())
    assert told.against == (mild.text,)
    assert told.clears == (text("a ticket"),)
    assert told.bits == pytest.approx(PRIOR + 9)


def test_every_detector_has_its_family() -> None:
    from headwater.detection.detector import load

    assert set(FAMILY) == {d.id for d in load().detectors}


# -- the answer


def said(found: tuple[Incident, ...] = (), leaks: tuple[Leak, ...] = (), held: tuple[Holding, ...] = ()) -> list[str]:
    told = answer(found, Attribution(leaks), held, organisation())
    assert len(told) <= 5
    assert all(t.en.strip() and t.zh.strip() for t in told)
    return [t.en for t in told]


def test_where_nothing_was_found_nobody_is_accused() -> None:
    first, way, leak, held, now = said()
    assert "nobody is accused" in first
    assert "No way out" in way
    assert "No leaked file" in leak
    assert "No seized file" in held
    assert "not proof of innocence" in now


def test_where_people_settled_every_incident_nobody_is_accused() -> None:
    first, *_rest, now = (t.en for t in answer((), Attribution(), (), organisation(), settled=2))
    assert first.startswith("Of 2 incident(s) none stands")
    assert "To do now" not in now


def test_nothing_is_to_be_done_at_once_about_what_is_open() -> None:
    found = incidents([finding(bits=11.0)], Attribution(), organisation())
    told = answer(found, Attribution(), (), organisation(), unsettled={1})
    assert "u1" not in told[-1].en
    assert "settle what is said" in told[-1].en


def test_the_answer_says_who_how_what_and_what_now() -> None:
    sent = finding("outflow", bits=5.0, details={"channel": (("chat.example", 2_500_000, 7),)})
    found = incidents([finding(bits=9.0), sent], Attribution(), organisation())
    taker = Taker("u1", (), (), date(2026, 3, 1), date(2026, 3, 2), 40, 0.8, 0.97, 9.0, ())
    leaks = (Leak("leaks/a.csv", "c", 60, 60, 50, 10, (taker,), 10), Leak("seized/E9", "c", 99, 99, 99, 0))
    held = (Holding("E1", "seized", (), 5, 5, (), (), ()), Holding("leaks/a.csv", "leak", (), 60, 60, (), (), ()))
    first, way, leak, holders, now = said(found, leaks, held)
    assert "E1" in first
    assert "10 people's records" in first
    assert "chat.example: E1 sent 2.5 MB there in 7 post(s)" in way
    assert "Of the 60 rows of leaks/a.csv, 50 are ours and 10 are not; 40 are laid to account u1" in leak
    assert "97%" in leak
    assert "E1: 5" in holders
    assert "leaks/a.csv" not in holders
    assert "u1" in now


def test_a_leak_that_nobody_took_is_said_to_name_nobody() -> None:
    _, _, leak, _, _ = said(leaks=(Leak("leaks/a.csv", "c", 60, 60, 50, 10),))
    assert "nobody is named" in leak


# -- the whole result, of a real lake


CRIME = Scenario(
    "all", "a leaver's account, sheets, the chat and a leak", "", {},
    (
        {"act": "leaves", "employee": "E05", "day": 9, "notice": 5},
        {"act": "read", "who": "u05", "days": [14, 22], "records": 25, "of": "strangers", "at": "E06", "hour": 18.0},
        {"act": "write", "who": "u06", "days": [14, 22], "hour": 18.9},
        {"act": "upload", "who": "u06", "days": [14, 22], "size": 400_000, "hour": 19.2},
    ),
    (), False,
)  # fmt: skip


@dataclass(frozen=True)
class Concluded:
    house: House
    detected: Detected
    attribution: Attribution
    incidents: tuple[Incident, ...]
    results: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Concluded:
    house = CRIME.house()
    taken = sorted(
        {r["ordinal"] for r in house.rows["access"] if r["account"] == "u05" and r["day"] >= working_day(14)}
    )
    for number in taken:
        house.add(
            "subjects",
            dataset="clients",
            subject=f"c{number}",
            ordinal=number,
            version=0,
            kind="mobile",
            token=f"m{number}",
        )
    for line, token in enumerate([*(f"m{n}" for n in taken[:90]), *(f"x{i}" for i in range(30))], start=2):
        house.add("holdings", source="leaks/list.csv", line=line, sheet="", holder="", role="leak", kind="mobile",
                  category="contact", token=token, confidence=1.0)  # fmt: skip
    house.rows["documents"].append(
        {"source": "leaks/list.csv", "sheet": "", "holder": "", "role": "leak", "rows": 120, "persons": 120}
    )
    with opened(house, tmp_path_factory.mktemp("case") / "w") as scene:
        detected, said_ = detect(scene), attribute(scene)
        told = incidents(detected.findings, said_, scene.org)
        read = {
            "files": [],
            "not_read": [],
            "rejected": [],
            "totals": {"files": 0, "rows": 0, "rejected": 0, "not_read": 0},
        }
        results = {}
        for lang in ("en", "zh"):
            maker = ResultMaker("case", house.settings, scene.org, "0" * 64, lang)  # type: ignore[arg-type]
            results[lang] = maker.make(
                read, detected.findings, told, said_, holdings(scene.engine), limits(scene, detected, told, {})
            )
    return Concluded(house, detected, said_, told, results)


def test_the_first_incident_names_the_borrower_and_not_the_leaver(case: Concluded) -> None:
    first = case.incidents[0]
    assert first.accounts[0] == "u05"
    assert first.employees == ("E06",)
    assert {FAMILY[f.detector] for f in first.findings} >= {"name", "sent"}
    assert "E05" not in {e for i in case.incidents for e in i.employees}
    assert first.channel[0][0] == "chat.shop.example"
    (leak,) = case.attribution.leaks
    assert leak.takers[0].account == "u05"
    assert [p.employee for p in leak.takers[0].people if p.probability > 0.5] == ["E06"]
    assert (leak.ours, leak.not_ours) == (90, 30)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_result_keeps_its_contract(case: Concluded, lang: str) -> None:
    assert check(case.results[lang]) == ()


def cited(value: Any) -> Iterator[Citation]:
    if isinstance(value, dict):
        if {"source", "line"} <= set(value):
            yield Citation(value["source"], value["line"])
        for inner in value.values():
            yield from cited(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from cited(inner)


def test_every_cited_line_of_the_result_exists(case: Concluded) -> None:
    known = {Citation(r["source"], r["line"]) for rows in case.house.rows.values() for r in rows if "line" in r}
    told = set(cited(case.results["en"]))
    assert len(told) > 50
    assert told <= known


def test_both_languages_say_the_same_numbers(case: Concluded) -> None:
    for one, two in zip(case.results["en"]["incidents"], case.results["zh"]["incidents"], strict=True):
        assert (one["bits"], one["employees"], one["findings"]) == (two["bits"], two["employees"], two["findings"])
        assert one["bits"] == pytest.approx(one["prior"] + sum(s["bits"] for s in one["statements"]))


def test_findings_of_incidents_are_in_the_list(case: Concluded) -> None:

    known = [f["id"] for f in case.results["en"]["findings"]]
    assert len(known) == len(set(known))
    assert {f for i in case.results["en"]["incidents"] for f in i["findings"]} <= set(known)


def test_limits_name_what_is_missing(case: Concluded) -> None:
    told = " ".join(case.results["en"]["limits"])
    assert "complaints" in told
    assert "tickets" in told
