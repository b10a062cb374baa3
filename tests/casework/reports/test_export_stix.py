"""The bundle of a case is plain STIX 2.1, and names nobody unless it is asked to."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from uuid import UUID, uuid5

import pytest
import stix2
from made_export import HELD, hostile, judged, whole
from test_report_html import HOSTILE

from headwater.casework.reports.exports.stix.bundle import export
from headwater.casework.reports.exports.stix.indicators import paths_of
from headwater.casework.reports.graphs.stix_things import OURS


def objects(result: dict[str, Any], named: bool = False) -> list[dict[str, Any]]:
    data = export(result, named)["case.stix.json"].decode("utf-8")
    stix2.parse(data, allow_custom=False)
    return list(json.loads(data)["objects"])


def refs(thing: dict[str, Any]) -> set[str]:
    told = [v for k, v in thing.items() if k.endswith(("_ref", "_refs"))]
    return {r for v in told for r in ([v] if isinstance(v, str) else v)}


@pytest.mark.parametrize("named", [False, True])
def test_the_bundle_is_whole(named: bool) -> None:
    told = objects(whole(), named)
    ids = [thing["id"] for thing in told]
    assert len(ids) == len(set(ids))
    assert set().union(*map(refs, told)) <= set(ids)
    kinds = Counter(thing["type"] for thing in told)
    assert kinds["incident"] == len(whole()["incidents"])
    assert kinds["report"] == kinds["marking-definition"] == 1
    assert kinds["attack-pattern"] == len({t for f in whole()["findings"] for t in f["techniques"] if t[0] == "T"})
    assert (kinds["note"] > 0) is named
    assert export(whole(), named) == export(whole(), named)


def _values(result: dict[str, Any]) -> set[str]:
    """Everything by which somebody could be known."""
    found = {
        str(v)
        for f in [*result["findings"], *result["incidents"]]
        for k in ("accounts", "employees", "devices")
        for v in f[k]
    }
    found |= {str(p["name"]) for i in result["incidents"] for p in i.get("people", ())}
    found |= {str(h["holder"]) for h in result["holdings"]} | {str(f["path"]) for f in result["read"]["files"]}
    found |= {str(a) for p in result["network"]["people"] for a in p["aliases"]} | {
        str(p["id"]) for p in result["network"]["people"]
    }
    return found | {result["case"]["name"], result["case"]["organisation"]}


def test_nobody_is_named_and_no_sentence_is_told() -> None:
    made = whole()
    text = export(made)["case.stix.json"].decode("utf-8")
    assert [v for v in _values(made) if v in text] == []
    assert made["incidents"][0]["story"][0] not in text
    assert made["incidents"][0]["title"] not in text
    named = export(made, named=True)["case.stix.json"].decode("utf-8")
    assert {"S1042", "wm.chen", made["case"]["organisation"]} <= {v for v in _values(made) if v in named}


def test_a_name_cannot_be_tried_out_against_an_id() -> None:
    """The digest of the case is known to whoever has a report, and numbers of staff are few: no id may rest on them."""
    made = whole()
    told = objects(made)
    ids = {thing["id"].partition("--")[2] for thing in told}
    seed = made["case"]["manifest"]
    for value in _values(made):
        for kind in {thing["type"] for thing in told}:
            for name in (value, f"case|{value}", f"person|{value}", f"sign|{value}", f"finding|{value}"):
                for space in (seed, f"{seed}|pseudonyms"):
                    assert str(uuid5(OURS, f"{space}|{kind}|{name}")) not in ids
        assert str(uuid5(UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), json.dumps({"user_id": value}))) not in ids


def test_the_same_person_has_another_name_in_another_case() -> None:
    made, other = whole(), whole()
    other["case"]["manifest"] = "f" * 64

    def accounts(result: dict[str, Any]) -> set[str]:
        return {t["id"] for t in objects(result) if t["type"] == "user-account"}

    assert not accounts(made) & accounts(other)


def test_indicators_are_digests_and_hosts() -> None:
    told = objects(whole())
    patterns = {t["pattern"] for t in told if t["type"] == "indicator"}
    held = {f["path"]: f["sha256"] for f in whole()["read"]["files"]}
    assert f"[file:hashes.'SHA-256' = '{held['leaks/list-b.csv']}']" in patterns
    assert f"[file:hashes.'SHA-256' = '{HELD}']" in patterns
    assert "[domain-name:value = 'shop.example']" in patterns
    # when a leaked file was seen, a result does not say: only what has a time is observed
    seen = [
        t for t in told if t["type"] == "observed-data" and any(r.startswith("domain-name") for r in t["object_refs"])
    ]
    assert [(t["first_observed"], t["last_observed"]) for t in seen] == [
        ("2026-03-04T11:02:00.000Z", "2026-03-29T13:40:00.000Z")
    ]


def test_a_file_that_lay_with_somebody_is_not_called_a_leaked_one() -> None:
    made = whole()
    held = {f["path"]: f["sha256"] for f in made["read"]["files"]}
    called = {t["pattern"]: (t["name"], t["indicator_types"]) for t in objects(made) if t["type"] == "indicator"}
    leaked = {str(leak["leak"]) for leak in made["attribution"] if leak["ours"]}
    lay = {p for h in made["holdings"] for p in paths_of(h) if p in held}
    assert lay - leaked
    for path in lay - leaked:
        name, kinds = called[f"[file:hashes.'SHA-256' = '{held[path]}']"]
        assert (name, kinds) == ("File with personal data that was found with a holder", ["unknown"])
    for leak in made["attribution"]:
        leak["ours"] = 0
    names = [t["name"] for t in objects(made) if t["type"] == "indicator"]
    assert "File with leaked personal data" not in names, "nothing of it is protected data"


@pytest.mark.parametrize("state", ["explained", "refuted"])
def test_of_what_people_explained_nothing_is_to_be_looked_for(state: str) -> None:
    made = whole()
    assert [t for t in objects(made) if t["type"] == "indicator" and t["name"].startswith("Host")]
    for entry in (*made["incidents"], *made["findings"]):
        entry["verdict"] = judged(state)
    told = objects(made)
    assert not [t for t in told if t["type"] == "indicator" and t["name"].startswith("Host")]
    assert not [t for t in told if t["type"] == "sighting"]
    assert len([t for t in told if t["type"] == "opinion"]) == len(made["incidents"])


def test_a_host_may_be_an_address_of_the_newer_kind() -> None:
    made = whole()
    sent = [c for i in made["incidents"] for c in i.get("channel", ())]
    for entry in sent:
        entry["host"] = "[2001:db8::1]:443"
    patterns = {t["pattern"] for t in objects(made) if t["type"] == "indicator"}
    assert "[ipv6-addr:value = '2001:db8::1']" in patterns


def test_who_is_thought_to_have_acted_stands_with_the_odds() -> None:
    told = [
        t for t in objects(whole()) if t["type"] == "relationship" and t.get("description", "").startswith("Thought")
    ]
    assert [t["confidence"] for t in told][:2] == [91, 7]


def test_a_verdict_is_an_opinion_without_its_words() -> None:
    (told,) = [t for t in objects(whole()) if t["type"] == "opinion"]
    assert (told["opinion"], told["explanation"]) == ("strongly-agree", "People's words on it: confirmed.")
    (named,) = [t for t in objects(whole(), named=True) if t["type"] == "opinion"]
    assert "was heard" in named["explanation"]


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("poison", [*HOSTILE, "a' OR 1=1", "x'] OR [file:name = 'y"])
def test_hostile_texts_stay_values(poison: str, named: bool) -> None:
    told = objects(hostile(poison), named)
    assert not [t for t in told if t["type"] == "indicator" and poison in t["pattern"]]
