"""The CASE graph conforms to the ontology that case-utils carries, and every exhibit stands in it with its digest."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from case_utils.case_validate import validate
from made_export import hostile, whole

from headwater.casework.reports.exports.uco.bundle import STAGES, VERSION, export

Node = dict[str, Any]


@cache
def nodes() -> tuple[Node, ...]:
    return tuple(json.loads(export(whole())["case.jsonld"])["@graph"])


def of(kind: str) -> list[Node]:
    return [node for node in nodes() if node["@type"] == kind]


# of the validator's own libraries
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def _conforms(folder: Path, *graphs: bytes) -> tuple[bool, str]:
    files = [folder / f"{n}.jsonld" for n in range(len(graphs))]
    for file, data in zip(files, graphs, strict=True):
        file.write_bytes(data)
    found = validate([str(file) for file in files], case_version=f"case-{VERSION}")
    return bool(found.conforms) and not found.undefined_concepts, str(found.text)


@pytest.mark.slow
def test_the_graph_conforms_with_hostile_texts_too(tmp_path: Path) -> None:
    made = hostile("</script>\r\n\x00\u202e\ud800{{ 7 }}\"'")
    made["network"] = {"people": [], "orders": []}
    conforms, said = _conforms(tmp_path, export(whole("en", 4, 2))["case.jsonld"], export(made)["case.jsonld"])
    assert conforms, said


@pytest.mark.slow
def test_the_validator_sees_what_is_wrong(tmp_path: Path) -> None:
    made = whole()
    made |= {"network": {"people": [], "orders": []}, "findings": [], "incidents": [], "attribution": []}
    graph = json.loads(export(made)["case.jsonld"])
    action = next(n for n in graph["@graph"] if n["@type"] == "case-investigation:InvestigativeAction")
    action["uco-action:actionStatus"] = ["Complete/Finish", "Error"]
    assert not _conforms(tmp_path, json.dumps(graph).encode())[0]


def test_every_file_is_an_exhibit_with_its_digest() -> None:
    made = whole()["read"]["files"]
    files = {n["uco-core:hasFacet"][0].get("uco-observable:filePath"): n for n in of("uco-observable:File")}
    exhibits = [n for n in of("case-investigation:ProvenanceRecord") if "case-investigation:exhibitNumber" in n]
    assert [n["case-investigation:exhibitNumber"] for n in exhibits] == [f"E{i:05d}" for i in range(1, len(made) + 1)]
    for file, exhibit in zip(made, exhibits, strict=True):
        node = files[file["path"]]
        assert exhibit["uco-core:object"] == [{"@id": node["@id"]}]
        (digest,) = node["uco-core:hasFacet"][1]["uco-observable:hash"]
        assert digest["uco-types:hashValue"]["@value"] == file["sha256"]


def test_what_was_done_is_a_chain_with_the_program_as_instrument() -> None:
    actions = of("case-investigation:InvestigativeAction")
    assert [n["uco-core:name"] for n in actions] == [stage for stage, _ in STAGES]
    for before, after in pairwise(actions):
        assert after["case-investigation:wasInformedBy"] == [{"@id": before["@id"]}]
    tool = next(n for n in nodes() if n["@type"].startswith("uco-tool:"))
    assert (tool["uco-core:name"], tool["uco-tool:version"]) == ("headwater", "0.1.0")
    assert all(n["uco-action:instrument"] == [{"@id": tool["@id"]}] for n in actions)
    findings = {n["@id"] for n in of("uco-analysis:AnalyticResult") if n["uco-core:tag"][0] == "after-departure"}
    detected = {r["@id"] for r in actions[1]["uco-action:result"]}
    assert findings
    assert findings <= detected


def test_every_name_is_one_and_every_reference_leads_somewhere() -> None:
    told = json.dumps(nodes())
    top = [node["@id"] for node in nodes()]
    assert len(top) == len(set(top))

    def ids(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["@id"]} if "@id" in value and "@type" in value else set()
            return own.union(*(ids(v) for v in value.values()))
        return set().union(*map(ids, value)) if isinstance(value, list) else set()

    def asked(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["@id"]} if set(value) == {"@id"} else set()
            return own.union(*(asked(v) for v in value.values()))
        return set().union(*map(asked, value)) if isinstance(value, list) else set()

    assert asked(json.loads(told)) <= ids(json.loads(told))
    assert export(whole()) == export(whole())


def test_messages_and_payments_of_the_market_cite_their_lines() -> None:
    messages, events = of("uco-observable:Message"), of("uco-core:Event")
    assert messages
    assert all(":" in place for node in messages for place in node["uco-core:description"])
    steps = [s for o in whole()["network"]["orders"] for h in o["hops"] for s in h["steps"]]
    paid = [s for s in steps if s.get("amount") is not None]
    assert len([n for n in events if n["uco-core:eventType"][0].startswith("payment")]) == len(paid)
    assert len(messages) == len(steps) - len(paid)


def made_nodes(made: dict[str, Any]) -> list[Node]:
    return list(json.loads(export(made)["case.jsonld"])["@graph"])


def test_a_step_that_nothing_shows_is_marked_and_other_paths_stand_beside() -> None:
    made = whole()
    order = next(o for o in made["network"]["orders"] if len(o["path"]) > 2)
    order["hops"][1]["inferred"] = True
    order["others"] = [{"path": [*order["path"][:2], "N00009"], "confidence": 0.3}]
    (node,) = (n for n in made_nodes(made) if n["@type"] == "uco-core:Grouping" and n["uco-core:name"] == order["id"])
    told, other = node["uco-core:description"]
    assert f"{order['path'][1]} -> (inferred) {order['path'][2]}" in told
    assert other.endswith("N00009 (0.3)")


def test_what_speaks_for_the_accused_and_both_grades_are_told() -> None:
    made = whole()
    made["incidents"][0] |= {"against": ["was on leave"], "clears": ["a ticket"]}
    made["tally"][0] |= {"grade": "serious", "low": {"grade": "none"}, "high": {"grade": "serious"}}
    made["attribution"][0]["takers"][0] |= {"account": None, "alike": ["u9"]}
    told = json.dumps(made_nodes(made), ensure_ascii=False)
    assert "speaks against it: was on leave" in told
    assert "would clear it: a ticket" in told
    assert "indication, no judgment: none to serious" in told
    assert "account None" not in told
    assert "u9 explain the rows as well" in told


def test_an_account_of_a_chat_is_not_the_account_of_the_house_that_is_called_so() -> None:
    made = whole()
    own = next(f for f in made["findings"] if f["accounts"])["accounts"][0]
    one, other = made["network"]["people"][:2]
    for person in (one, other):  # it passed from the one to the other
        person["alias_details"].append({"value": own, "kind": "account", "account": own, "evidence": []})
    found = [n for n in made_nodes(made) if n["@type"] == "uco-observable:Account" and n["uco-core:name"] == own]
    owners = [n["uco-core:hasFacet"][0].get("uco-observable:owner") for n in found]
    assert len(found) == 3
    assert owners.count(None) == 1
    assert len({o["@id"] for o in owners if o}) == 2
