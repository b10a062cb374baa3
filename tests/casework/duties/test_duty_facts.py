"""What follows from a case, what a person adds, and that neither makes a duty go away unasked."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.casework.duties.made_leak import made_leak

from headwater.casework.duties.clocks import as_entries, watch
from headwater.casework.duties.derived import derive
from headwater.casework.duties.gathered import gather, home
from headwater.casework.duties.part import duties_part
from headwater.casework.duties.told import Told, parse, read
from headwater.casework.reports.duties_schema import DUTIES
from headwater.law.duties.assessing import assess
from headwater.law.duties.ranges import Range
from headwater.law.duties.reading import known_places
from headwater.model.errors import CaseError

EDGES = [0, 1, 99, 100, 499, 500, 501, 928, 999, 1_000, 1_001, 99_999, 100_000, 999_999, 1_000_000]
KNOWN = datetime.fromisoformat("2026-11-20T09:00+08:00")
NOW = datetime.fromisoformat("2026-11-21T09:00+08:00")


def told(text: str) -> Told:
    return parse(tomllib.loads(text))


def states(result: dict[str, object], said: str = "", *places: str) -> dict[str, str]:
    watched = watch(result, told(said), places, KNOWN, NOW)
    return {d.duty.id: d.status for d in watched.duties}


def test_persons_are_counted_low_by_one_list_and_high_by_all() -> None:
    persons = derive(made_leak()).facts.count("persons")
    # low: 500 of ours in the leaked file (not its 520 rows); high: 530 rows of it, 98 people of the holder's, 300 of the incident
    assert persons == Range(500, 530 + 98 + 300)


def test_people_who_stand_in_several_lists_count_once_where_that_is_known() -> None:
    def high(**together: int) -> int | None:
        return derive(made_leak(duties={"together": together})).facts.count("persons").high

    # 30 rows of the file and none of the holder rest on no strong identifier; 300 were touched by the incident
    assert high(clients=510, staff=3) == 510 + 3 + 30 + 300
    assert high(clients=9_999) == 530 + 98 + 300
    assert high() == 530 + 98 + 300


@pytest.mark.parametrize(
    ("state", "counted"), [("explained", 0), ("refuted", 0), ("confirmed", 300), ("disputed", 300)]
)
def test_what_people_explained_or_refuted_speaks_for_no_leak(state: str, counted: int) -> None:
    judged = made_leak()
    judged["incidents"][0]["verdict"] = {"state": state}
    assert derive(judged).facts.count("persons") == Range(500, 628 + counted)
    alone = made_leak(holdings=[], attribution=[], complaints={}, tally=[], incidents=judged["incidents"])
    assert derive(alone).facts.flag("suspected") is (True if counted else None)


def test_a_list_of_strangers_alone_shows_no_leak() -> None:
    strangers = [{"holder": "leaks/b.csv", "role": "leak", "persons": 900, "overlap": {}, "items": {"name": 900}}]
    rows = [{"leak": "leaks/b.csv", "rows": 900, "ours": 0, "not_ours": 900, "persons": 900, "takers": []}]
    found = derive(made_leak(holdings=strangers, attribution=rows, incidents=[], complaints={}, tally=[]))
    assert dict(found.facts.flags) == {}
    assert found.kinds == ()


def test_a_list_of_strangers_with_some_of_our_people_in_it_is_a_suspicion() -> None:
    held = {
        "holder": "leaks/b.csv",
        "role": "leak",
        "persons": 9_000,
        "overlap": {"clients": 40},
        "items": {"health": 9},
    }
    row = {"leak": "leaks/b.csv", "rows": 9_000, "ours": 40, "not_ours": 8_960, "persons": 9_000, "takers": []}
    strange = made_leak(holdings=[held], attribution=[row], incidents=[], complaints={}, tally=[])
    found = derive(strange)
    assert dict(found.facts.flags) == {"suspected": True}
    assert (found.kinds, found.outside) == ((), False)
    likely = {**row, "takers": [{"account": "u1", "probability": 0.51}]}
    assert derive(strange | {"attribution": [likely]}).facts.flag("breach") is True
    assert derive(strange | {"attribution": [{**row, "not_ours": 40}]}).facts.flag("breach") is True
    assert derive(strange | {"attribution": []}).facts.flag("breach") is None
    # beside a leak of ours its people count as possible ones only
    both = made_leak()
    both["holdings"].append(held)
    both["attribution"].append(row)
    assert derive(both).facts.count("persons") == Range(500, 928 + 40)


def test_suspicion_alone_is_no_breach() -> None:
    result = made_leak(holdings=[], attribution=[], tally=[])
    flags = derive(result).facts.flags
    assert (flags.get("suspected"), flags.get("breach"), flags.get("encrypted")) == (True, None, None)
    found = states(result, "", "eu")
    assert found["cn.pipl.authority"] == "due"
    assert found["eu.authority"] == "cannot be said"


def test_reading_that_work_does_not_explain_is_for_people_to_judge() -> None:
    nothing = {"holdings": [], "attribution": [], "tally": [], "complaints": {}}
    read = made_leak(**nothing)
    assert derive(read).facts.flag("suspected") is True  # data left the house
    del read["incidents"][0]["channel"]
    assert derive(read).facts.flag("suspected") is None
    assert states(read)["cn.pipl.authority"] == "cannot be said"
    read["incidents"][0]["verdict"] = {"state": "confirmed"}
    found = derive(read).facts
    assert (found.flag("breach"), found.flag("encrypted"), found.count("persons")) == (True, None, Range(1, 300))
    assert states(read, "", "eu")["eu.authority"] == "due"


def test_a_case_in_which_nothing_was_found_rules_nothing_out() -> None:
    found = states(made_leak(holdings=[], attribution=[], incidents=[], complaints={}, tally=[]), "", *known_places())
    allowed = ("cannot be said", "proposed", "not in force")
    assert {d: s for d, s in found.items() if s not in allowed and not d.startswith("hk.")} == {}


def test_people_whose_orders_were_answered_by_our_look_ups_are_a_leak() -> None:
    order = {"outcome": "answered", "lookups": [{"account": "u1"}]}
    orders = [
        order | {"id": "O1", "subject": {"token": "a"}},
        order | {"id": "O2", "subject": {"token": "a"}},
        order | {"id": "O3", "subject": {"token": "b"}},
        order | {"id": "O4", "subject": {"token": "c"}, "outcome": "failed"},
        {"id": "O5", "outcome": "answered", "lookups": [], "subject": {"token": "d"}},
    ]
    found = derive(made_leak(holdings=[], attribution=[], incidents=[], tally=[], network={"orders": orders}))
    assert found.facts.count("persons") == Range(2, 2)
    assert found.facts.flag("third_party_trade") is True
    assert found.facts.flag("breach") is True


def test_what_follows_from_a_case_takes_no_duty_away_but_by_counting() -> None:
    places = known_places()
    for result in (made_leak(), made_leak(incidents=[]), made_leak(holdings=[], attribution=[])):
        derived = derive(result)
        facts = gather(derived, Told(), home("cn"), places)
        for found in assess(facts, places, KNOWN, NOW):
            if found.status == "not due":
                assert all(a.figure is not None for a in found.rests), found.duty.id


def test_the_absence_of_a_kind_counts_only_where_the_list_is_complete() -> None:
    assert derive(made_leak()).facts.flag("sensitive") is None
    flags = derive(made_leak(), kinds_complete=True).facts.flags
    assert (flags["sensitive"], flags["phi"], flags["financial_harm"]) == (False, False, False)
    assert "unique_id" not in flags  # identification numbers are among them
    assert flags["ca_information"] is True
    sick = made_leak()
    sick["holdings"][0]["items"]["health"] = 3
    assert derive(sick, kinds_complete=True).facts.flag("sensitive") is True
    other = made_leak()
    other["holdings"][0]["items"]["other"] = 3  # religion and the like are other
    assert derive(other, kinds_complete=True).facts.flag("sensitive") is None
    assert derive(other, kinds_complete=True).facts.flag("financial_harm") is None


@pytest.mark.parametrize(
    "kind", ["account", "track", "property", "credit", "communication", "lodging", "transaction", "other"]
)
def test_a_kind_that_some_law_may_call_sensitive_keeps_that_open(kind: str) -> None:
    found = made_leak()
    found["holdings"][0]["items"][kind] = 3
    assert derive(found, kinds_complete=True).facts.flag("sensitive") is None
    said = "kinds_complete = true\nsector = 'telecom'\nmiit_grade = false\n[persons]\nall = 999999\n"
    assert states(found, said)["cn.miit"] == "due if"
    assert states(made_leak(), said)["cn.miit"] == "not due"


def test_the_own_place_counts_everybody_and_another_those_it_was_given() -> None:
    said = told("[persons]\nsg = 499\njp = {low = 900, high = 1200}")
    facts = gather(derive(made_leak()), said, ("cn",), ("cn", "sg", "jp", "kr"))
    assert facts.at("cn").count("persons") == Range(500, 928)
    assert facts.at("sg").count("persons") == Range(499, 499)
    assert facts.at("jp").count("persons") == Range(900, 1_200)
    assert facts.at("kr").count("persons") == Range(0, 928)


def test_what_a_person_says_goes_before_what_follows() -> None:
    assert states(made_leak(), "", "us")["us-ca.persons"] == "due"
    assert states(made_leak(), "encrypted = true", "us")["us-ca.persons"] == "not due"
    said = "significant_harm = false\n[persons]\nsg = 499"
    assert states(made_leak(), said)["sg.authority"] == "not due"
    assert states(made_leak(), said.replace("499", "500"))["sg.authority"] == "due"
    assert states(made_leak(), said.replace("499", "{low = 480, high = 520}"))["sg.authority"] == "due if"
    one = (
        "sensitive = true\n[place.kr]\nsensitive = false\nunique_id = false\nhacking = false\n[persons]\nkr = 5\njp = 5"
    )
    found = states(made_leak(), one)
    assert (found["kr.authority"], found["jp.full"]) == ("not due", "due")


def test_where_nothing_is_sensitive_nobody_has_sensitive_data() -> None:
    said = "sector = 'telecom'\nmiit_grade = false\n[persons]\nall = 999999\n"
    assert states(made_leak(), said)["cn.miit"] == "due if"
    assert states(made_leak(), "sensitive = false\n" + said)["cn.miit"] == "not due"
    assert states(made_leak(), "sensitive = false\npersons_sensitive = 100000\n" + said)["cn.miit"] == "due"


def test_a_place_that_has_persons_is_weighed_without_being_named() -> None:
    assert any(d.startswith("in.") for d in states(made_leak(), "[persons]\nin = 1"))
    assert not any(d.startswith("in.") for d in states(made_leak(), "[persons]\nin = 0"))


def test_the_moment_of_knowing_may_stand_in_the_file() -> None:
    said = told("known = 2026-11-20T09:00:00+08:00\nassessed = 2026-11-28T10:00:00+08:00\n[persons]\nsg = 500")
    watched = watch(made_leak(), said, (), None, NOW)
    clock = next(d.clock for d in watched.duties if d.duty.id == "sg.authority")
    assert clock is not None and clock.ends.isoformat() == "2026-12-01T23:59:59+08:00" and not clock.latest
    with pytest.raises(CaseError, match="--known"):
        watch(made_leak(), Told(), (), None, NOW)
    with pytest.raises(CaseError, match="jurisdiction"):
        watch(made_leak("atlantis"), Told(), (), KNOWN, NOW)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = true", "colour"),
        ("cii = 1", "true or false"),
        ("cii = 'perhaps'", "true or false"),
        ("known = 2026-11-20T09:00:00", "zone"),
        ("known = 2026-11-20", "zone"),
        ("loss_cny = -1", "whole number"),
        ("loss_cny = 1.5", "whole number"),
        ("loss_cny = true", "whole number"),
        ("persons = 5", "table"),
        ("[persons]\natlantis = 5", "atlantis"),
        ("[persons]\nsg = {low = 5, high = 4}", "whole number"),
        ("[persons]\nsg = {most = 5}", "whole number"),
        ("[place.atlantis]\nsensitive = true", "atlantis"),
        ("[place.kr]\ncolour = true", "colour"),
        ("[place.kr]\npersons = 5", "persons"),
        ("place = 3", "table"),
        ("kinds_complete = 'yes'", "kinds_complete"),
        ("sector = 3", "word"),
    ],
)
def test_a_file_that_says_what_no_rule_asks_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(CaseError, match=said):
        told(text)


def test_the_example_of_the_documentation_is_read() -> None:
    page = (Path(__file__).parents[3] / "docs" / "duty.md").read_text("utf-8")
    shown = told(page.split("```toml\n", 1)[1].split("```", 1)[0])
    assert shown.persons["sg"] == Range(480, 520) and shown.kinds_complete
    assert shown.facts.at("kr").flag("sensitive") is False and shown.facts.flag("sensitive") is None


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "duty.toml").write_bytes(b"cii = ")
    for name, said in (("duty.toml", "TOML"), ("gone.toml", "cannot be read")):
        with pytest.raises(CaseError, match=said):
            read(tmp_path / name)
    (tmp_path / "duty.toml").write_bytes("\ufeffcii = true\nsector = 'banking'".encode())
    assert read(tmp_path / "duty.toml").facts.sectors == frozenset({"banking"})


@given(st.sampled_from(known_places()), st.lists(st.sampled_from(EDGES), min_size=2, max_size=2), st.booleans())
def test_more_persons_never_make_fewer_duties(where: str, persons: list[int], here: bool) -> None:
    key = where if here else "all"
    fewer, more = (states(made_leak(), f"[persons]\n{key} = {n}\n", where) for n in sorted(persons))
    for duty, before in fewer.items():
        if duty != "us-hipaa.hhs-yearly" and before in ("due", "due if", "cannot be said"):
            assert more[duty] not in ("not due", "not in force"), duty


@pytest.mark.parametrize(
    "junk", [None, "x", 3, [], ["x"], {"x": "y"}, [{"x": "y"}], [{"overlap": 3, "items": "x", "takers": 1}]]
)
def test_a_result_that_is_damaged_says_less_and_breaks_nothing(junk: object) -> None:
    for key in ("holdings", "attribution", "incidents", "complaints", "network", "tally"):
        assert duties_part(made_leak(**{key: junk}), "en")["entries"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_part_of_the_result_has_no_clock_and_keeps_the_contract(lang: str) -> None:
    made = duties_part(made_leak(), lang)  # type: ignore[arg-type]
    assert tuple(DUTIES(made, "duties")) == ()
    assert {p["id"] for p in made["places"]} == {"cn"}
    assert not {"deadline", "left", "overdue"} & {k for e in made["entries"] for k in e}
    persons = next(f for f in made["facts"] if f["fact"] == "persons")
    assert "ca_information" not in {f["fact"] for f in made["facts"]}
    assert (persons["low"], persons["high"], bool(persons["because"])) == (500, 928, True)
    assert duties_part(made_leak("atlantis"), lang) == {
        **{"places": [], "facts": [], "entries": []},
        "together": {},
    }  # type: ignore[arg-type]
    assert {p["id"] for p in duties_part(made_leak("us"), "en")["places"]} == {"us-hipaa", "us-ca"}


def test_a_reason_is_given_for_what_follows_and_none_for_what_was_said() -> None:
    watched = watch(made_leak(), told("encrypted = true\ncii = false"), ("eu",), KNOWN, NOW)
    reasons = {f["fact"]: f["because"] for f in as_entries(watched, "en")["facts"]}
    assert reasons["breach"] and reasons["encrypted"] is None and reasons["cii"] is None
