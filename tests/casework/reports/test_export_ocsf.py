"""Every event holds against the whole schema of OCSF 1.8.0, as its authors publish it, and says what the result says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any
from weakref import WeakValueDictionary

import pytest
from jsonschema import Draft202012Validator
from made_export import HELD, hostile, judged, whole
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from test_report_html import HOSTILE

from headwater.casework.reports.exports.ocsf import lines
from headwater.casework.reports.exports.ocsf.lines import export
from headwater.casework.reports.scan_ocsf import VERSION

CLASSES = {2004: "detection_finding", 2005: "incident_finding", 2006: "data_security_finding"}


@cache
def schemas() -> dict[int, Draft202012Validator]:
    made = OcsfJsonSchemaEmbedded(get_ocsf_schema(VERSION))
    return {number: Draft202012Validator(made.get_class_schema(name)) for number, name in CLASSES.items()}


def events(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(result)["case.ocsf.jsonl"].splitlines()]


def faults(told: list[dict[str, Any]]) -> list[str]:
    return [
        f"{event['class_uid']} {list(e.absolute_path)}: {e.message[:200]}"
        for event in told
        for e in schemas()[event["class_uid"]].iter_errors(event)
    ]


def of(number: int, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in told if event["class_uid"] == number]


def test_every_event_is_one_of_ocsf() -> None:
    told = events(whole())
    assert faults(told) == []
    made = whole()
    sent = sum(len(i["channel"]) for i in made["incidents"] if "channel" in i)
    data = len(made["attribution"]) + sent + len(made["network"]["sales"]) + len(made["holdings"])
    assert [len(of(n, told)) for n in (2004, 2005, 2006)] == [len(made["findings"]), len(made["incidents"]), data]


def test_the_schema_sees_what_is_wrong() -> None:
    (event, *_) = of(2004, events(whole()))
    del event["finding_info"]["uid"]
    assert len(faults([{**event, "odd": 1}])) >= 2


class Row(dict[str, Any]):
    """A row of which it can be told whether somebody still holds it."""


def test_of_many_findings_few_are_held_at_once_and_the_events_are_the_same() -> None:
    result, alive, most = whole(), WeakValueDictionary[int, Row](), 0
    result["findings"] = [{**f, "id": f"{f['id']}:{n}"} for n in range(20) for f in result["findings"]]
    for incident in result["incidents"]:
        incident["findings"] = [f["id"] for f in result["findings"]]

    def held(told: dict[str, Any]) -> Row:
        nonlocal most
        row = Row(told)
        alive[id(row)] = row
        most = max(most, len(alive))
        return row

    class Rows:
        def __iter__(self) -> Iterator[Row]:
            return map(held, result["findings"])

    by_id = {f["id"]: f for f in result["findings"]}
    several = result | {"findings": Rows()}
    told = list(lines.events(several, "en", lambda name: by_id.get(name)))
    assert told == list(lines.events(result, "en"))
    assert most <= 3


@pytest.mark.parametrize("poison", HOSTILE)
def test_hostile_texts_stay_values(poison: str) -> None:
    told = events(hostile(poison))
    assert faults(told) == []
    assert len({e["metadata"]["uid"] for e in of(2004, told)}) >= 1


def test_a_finding_says_who_where_and_by_which_technique() -> None:
    event = of(2004, events(whole()))[0]
    finding = whole()["findings"][0]
    assert event["finding_info"]["attacks"] == [
        {
            "technique": {
                "name": "Valid Accounts", "src_url": "https://attack.mitre.org/techniques/T1078/", "uid": "T1078"
            },
            "sub_technique": {
                "name": "Domain Accounts", "src_url": "https://attack.mitre.org/techniques/T1078/002/", "uid": "T1078.002",
            },
        },
        {
            "technique": {
                "name": "Data from Information Repositories",
                "src_url": "https://attack.mitre.org/techniques/T1213/", "uid": "T1213",
            }
        },
    ]  # fmt: skip
    assert event["unmapped"]["techniques"] == ["T1078.002", "IF001", "T1213"]
    lines = {(e["file"]["path"], n) for e in event["evidences"] if "file" in e for n in e["data"]["lines"]}
    assert lines == {(e["source"], e["line"]) for e in finding["evidence"]}
    people = [e["actor"]["user"] for e in event["evidences"] if "actor" in e]
    assert [u.get("account", {}).get("name") for u in people] == ["wm.chen", None, None]
    assert people[1]["uid"] == "S1042"
    assert people[1]["full_name"] == "刘*"
    assert {(o["type"], o["value"]) for o in event["observables"]} >= {
        ("User Name", "wm.chen"),
        ("Endpoint", "LH-PC-118"),
    }
    assert event["start_time"] == 1772622120000
    assert event["time"] == event["end_time"]


def test_a_verdict_becomes_status_and_verdict() -> None:
    told = events(whole())
    new, explained = of(2004, told)[:2]
    assert (new["status"], "verdict" in new["evidences"][0]) == ("New", False)
    assert (explained["status"], explained["status_detail"]) == ("Suppressed", "explained")
    assert {e["verdict"] for e in explained["evidences"]} == {"Benign"}
    confirmed = of(2005, told)[0]
    assert (confirmed["status"], confirmed["verdict"]) == ("In Progress", "True Positive")
    assert confirmed["unmapped"]["verdict"]["words"][0]["because"] == "was heard"


@pytest.mark.parametrize("state", ["refuted", "unsure", "disputed", "awaiting", "lapsed", "outgrown"])
def test_every_state_of_a_verdict_has_its_place(state: str) -> None:
    made = whole()
    made["findings"][0]["verdict"] = made["incidents"][1]["verdict"] = judged(state)
    told = events(made)
    assert faults(told) == []
    one = of(2004, told)[0]
    assert one["status_detail"] == state
    assert one["status"] == {"refuted": "Suppressed", "lapsed": "New", "outgrown": "New"}.get(state, "In Progress")
    assert (one["evidences"][0]["verdict"] == "True Positive") is False


def test_a_leak_names_an_actor_only_where_one_account_is_likely() -> None:
    def actor(**changed: Any) -> Any:
        made = whole()
        taker = made["attribution"][0]["takers"][0]
        taker |= changed
        return of(2006, events(made))[0].get("actor")

    assert actor()["user"]["account"]["name"] == "wm.chen"
    assert actor(probability=0.49) is None
    assert actor(alike=["q.sun"]) is None
    # two people at one account: the account is named, neither of them
    assert "uid" not in actor(employees=["S1042", "S1077"])["user"]
    assert actor(employees=["S1042"])["user"]["uid"] == "S1042"


def test_what_was_sold_bears_its_digest() -> None:
    sold = [e for e in of(2006, events(whole())) if e["finding_info"]["types"] == ["Sale of personal data"]]
    assert sold[-1]["file"]["hashes"][0]["value"] == HELD
    assert sold[-1]["observables"][0]["value"] == HELD
    assert sold[-1]["time"] == 1769911200000


def test_names_of_events_stay_when_more_is_found() -> None:
    before = {e["metadata"]["uid"] for e in of(2004, events(whole()))}
    more = whole()
    more["case"]["manifest"] = "another"
    more["findings"] = list(reversed(more["findings"]))
    more["findings"][0]["bits"] += 3
    assert {e["metadata"]["uid"] for e in of(2004, events(more))} == before
    assert export(whole()) == export(whole())


@pytest.mark.parametrize("state", ["explained", "refuted"])
def test_what_people_explained_rings_no_alarm(state: str) -> None:
    made = whole()
    assert any(e["is_suspected_breach"] for e in of(2005, events(made)))
    for entry in (*made["incidents"], *made["findings"]):
        entry["verdict"] = judged(state)
    told = events(made)
    assert faults(told) == []
    assert not [e for e in of(2004, told) if e["is_alert"]]
    assert not [e for e in of(2005, told) if e["is_suspected_breach"]]
    assert not [e for e in of(2006, told) if e.get("is_alert") and "dst_endpoint" in e]


def test_an_upload_is_not_said_to_hold_what_was_read_before() -> None:
    sent = [e for e in of(2006, events(whole())) if "dst_endpoint" in e]
    assert sent
    assert not [e for e in sent if "total" in e["data_security"]]
    assert {t for e in sent for t in e["finding_info"]["types"]} == {"Uploads after reading personal data"}
