"""The market in other programs' forms, read back by those programs' own libraries."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ElementTree
from functools import cache
from typing import Any

import networkx
import pytest
import stix2
from test_report_html import HOSTILE, poisoned
from test_report_network import network, with_market

from headwater.casework.reports.graphs.formats import FORMATS

Made = dict[str, Any]


def result(people: int = 60, orders: int = 200) -> Made:
    return with_market(network("en", people, orders))


def hostile(poison: str) -> Made:
    """Hostile texts everywhere, ids and all."""
    return with_market(poisoned(network("en", 30, 20), poison))


@cache
def exported(form: str) -> dict[str, bytes]:
    return FORMATS[form](result())


def only(form: str) -> bytes:
    (data,) = exported(form).values()
    return data


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_result_gives_the_same_bytes(form: str) -> None:
    assert FORMATS[form](result()) == exported(form)


@pytest.mark.parametrize("form", FORMATS)
def test_a_result_without_a_market_is_written_empty(form: str) -> None:
    (smallest, *_) = FORMATS[form]({"network": {"people": [], "orders": []}}).values()
    assert b"N0" not in smallest
    assert set(FORMATS[form]({})) == set(exported(form))


def test_networkx_reads_the_graphml() -> None:
    found = networkx.read_graphml(io.BytesIO(only("graphml")))
    people = {p["id"]: p for p in network()["people"]}
    assert set(found.nodes) == set(people)
    one = next(p for p in network()["people"] if p["gains_low"])
    node = found.nodes[one["id"]]
    assert node["gains_low"] == pytest.approx(one["gains_low"])
    assert node["role"] == one["role"]
    assert isinstance(node["seized"], bool)
    flows = network()["flows"]
    assert sum(v["amount"] for _, _, v in found.edges(data=True)) == pytest.approx(sum(f["amount"] for f in flows))


def test_the_gexf_has_every_person_and_the_months_of_every_tie() -> None:
    names = {"g": "http://gexf.net/1.3"}
    found = ElementTree.fromstring(only("gexf"))
    assert {n.get("id") for n in found.iterfind(".//g:node", names)} == {p["id"] for p in network()["people"]}
    columns = {a.get("id") for a in found.iterfind(".//g:attributes[@class='edge']/g:attribute", names)}
    for edge in found.iterfind(".//g:edge", names):
        assert {v.get("for") for v in edge.iterfind(".//g:attvalue", names)} <= columns
    spells = {(s.get("start"), s.get("end")) for s in found.iterfind(".//g:spell", names)}
    assert ("2026-01-01", "2026-02-01") in spells


def test_stix2_takes_the_bundle_without_custom_parts() -> None:
    data = json.loads(only("stix"))
    bundle = stix2.parse(data, allow_custom=False)
    kinds: dict[str, int] = {}
    for thing in bundle.objects:
        kinds[thing.type] = kinds.get(thing.type, 0) + 1
    market = network()
    assert kinds["identity"] == len(market["people"]) + 1
    assert kinds["note"] == len(market["orders"])
    assert kinds["relationship"] >= len({(f["from"], f["to"]) for f in market["flows"]})
    ids = [thing["id"] for thing in data["objects"]]
    assert len(ids) == len(set(ids))
    refs = {
        r
        for t in data["objects"]
        for k, v in t.items()
        if k.endswith(("_ref", "_refs"))
        for r in ([v] if isinstance(v, str) else v)
    }
    assert refs <= set(ids)


def test_ids_of_accounts_are_those_of_the_standard() -> None:
    account = next(t for t in json.loads(only("stix"))["objects"] if t["type"] == "user-account")
    assert stix2.v21.UserAccount(user_id=account["user_id"])["id"] == account["id"]


def test_follow_the_money_takes_every_entity() -> None:
    ftm = pytest.importorskip("followthemoney", reason="needs followthemoney (and ICU)", exc_type=ImportError)
    entities = [json.loads(line) for line in only("ftm").splitlines()]
    known = {e["id"] for e in entities}
    assert len(known) == len(entities)
    for entity in entities:
        proxy = ftm.model.get_proxy(entity)
        proxy.schema.validate({"properties": entity["properties"]})
        for name, values in entity["properties"].items():
            prop = proxy.schema.properties[name]
            assert len(proxy.get(prop)) == len(values), f"{entity['schema']}.{name} was refused"
            if prop.type.name == "entity":
                assert set(values) <= known
    assert {"Person", "UserAccount", "BankAccount", "Payment", "Message", "UnknownLink"} - {"BankAccount"} <= {
        e["schema"] for e in entities
    }


def test_tables_hold_every_row() -> None:
    found = exported("csv")
    rows = {name: list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))) for name, data in found.items()}
    market = network()
    assert len(rows["people.csv"]) == len(market["people"])
    assert len(rows["orders.csv"]) == len(market["orders"])
    assert len(rows["hops.csv"]) == sum(len(o["hops"]) for o in market["orders"])
    assert len(rows["flows.csv"]) == len(market["flows"])
    assert rows["orders.csv"][0]["path"] == "; ".join(market["orders"][0]["path"])
    assert float(rows["people.csv"][0]["gains_high"]) == market["people"][0]["gains_high"]


@pytest.mark.parametrize("poison", [*HOSTILE, "\ufffe\uffff\x0b", "]]>&amp;<!--", "=cmd|' /C calc'!A0"])
def test_hostile_names_stay_text_in_every_format(poison: str) -> None:
    made = hostile(poison)
    networkx.read_graphml(io.BytesIO(FORMATS["graphml"](made)["network.graphml"]))
    ElementTree.fromstring(FORMATS["gexf"](made)["network.gexf"])
    stix2.parse(FORMATS["stix"](made)["network.stix.json"].decode("utf-8"), allow_custom=False)
    for line in FORMATS["ftm"](made)["network.ftm.json"].decode("utf-8").splitlines():
        json.loads(line)
    for data in FORMATS["csv"](made).values():
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))):
            assert not any(cell.lstrip().startswith(("=", "+", "@", "|", "%", "\t")) for cell in row)


def test_nothing_raw_gets_into_an_export() -> None:
    made = result()
    for form in FORMATS:
        for data in FORMATS[form](made).values():
            assert b"1541234" not in data
