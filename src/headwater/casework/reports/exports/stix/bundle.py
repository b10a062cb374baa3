"""A case as one STIX 2.1 bundle: indicators, techniques, what was observed when, and incidents, without custom parts.

People, accounts, devices and files have pseudonyms, sentences are left out, and of the market nothing is told but digests of
lists, unless ``named`` is asked for: data held in China may go to courts and police abroad only with approval.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.exports.moments import last, moment, zone_of
from headwater.casework.reports.exports.stix.indicators import Sign, indicator, paths_of, signs
from headwater.casework.reports.exports.stix.names import Names, names
from headwater.casework.reports.exports.tables import verdict
from headwater.casework.reports.exports.techniques import is_attack, name_of, url_of
from headwater.casework.reports.graphs import stix as market_stix
from headwater.casework.reports.graphs.graph import graph
from headwater.casework.reports.graphs.stix_things import Maker, Thing, bundle, observable, stamp, stix_id
from headwater.casework.reports.records import records
from headwater.casework.reports.settled import is_settled
from headwater.casework.reports.visible import visible

STATEMENT = (
    "Data held in the mainland of China may be given to courts and law enforcement abroad only with the approval of the "
    "competent authority (Data Security Law of the PRC, Art. 36). An indication, no judgment: nobody in it is convicted."
)


OPINIONS: Mapping[str, str] = MappingProxyType(
    {"confirmed": "strongly-agree", "explained": "disagree", "refuted": "strongly-disagree"}
)
"""What people's words make of an incident, as an opinion of the standard; all else is neutral."""


@dataclass(frozen=True, slots=True)
class _Case:
    result: Mapping[str, Any] = field(repr=False)
    maker: Maker
    called: Names
    found: Mapping[str, Sign] = field(repr=False)

    def person(self, number: object) -> str:
        return self.maker.id("identity", f"case|{self.called('person', str(number))}")

    def account(self, name: object) -> Thing:
        return observable("user-account", user_id=self.called("account", str(name)))


def export(result: Mapping[str, Any], named: bool = False) -> dict[str, bytes]:
    """``case.stix.json``. ``named``: with people, accounts and sentences as the result has them, and the market."""
    seed = f"{result['case'].get('manifest') or result['case']['name']}|{'named' if named else 'pseudonyms'}"
    made, mark = stamp(last(result)), stix_id(seed, "marking-definition", "statement")
    maker = Maker(seed, made, stix_id(seed, "identity", market_stix.HEADWATER), (mark,))
    case = _Case(result, maker, names(result, named), signs(result))
    told = {thing["id"]: thing for thing in _objects(case)}
    report = _report(case, list(told))
    return {"case.stix.json": bundle(maker.id("bundle", "case"), [_marking(maker), report, *told.values()])}


def _marking(maker: Maker) -> Thing:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": maker.marks[0],
        "created": maker.made,
        "created_by_ref": maker.author,
        "definition_type": "statement",
        "definition": {"statement": STATEMENT},
    }


def _objects(case: _Case) -> Iterator[Thing]:
    yield market_stix.headwater(case.maker)
    yield _house(case)
    for sign in case.found.values():
        yield from _sign(case, sign)
    yield from _techniques(case)
    yield from _people(case)
    for incident in case.result["incidents"]:
        yield from _incident(case, incident)
    for finding in case.result["findings"]:
        yield from _finding(case, finding)
    for leak in case.result["attribution"]:
        yield from _leak(case, leak)
    for holding in case.result["holdings"]:
        yield from _holding(case, holding)
    if case.called.named:
        yield from market_stix.market(graph(case.result), case.maker)


def _sign(case: _Case, sign: Sign) -> Iterator[Thing]:
    """What to look for, and when it was seen, where that is known."""
    made = indicator(case.maker, sign)
    yield from (sign.seen, made)
    if sign.span:
        yield case.maker.relation(sign.name, "based-on", made["id"], _observed_id(case, f"sign|{sign.name}"))
        yield _observed(case, f"sign|{sign.name}", sign.span, 1, [sign.seen["id"]])


def _report(case: _Case, refs: list[str]) -> Thing:
    result = case.result
    counts = (
        f"{len(result['incidents'])} incidents, {len(result['findings'])} findings, {len(result['attribution'])} leaks, "
        f"{len(result['holdings'])} holders of personal data, {len(records(result['network'].get('people')))} people of a market"
    )
    name = f"Case {result['case']['name']}" if case.called.named else f"Case {case.called.case}"
    sentences = " ".join(map(str, result.get("answer") or ())) if case.called.named else ""
    return case.maker.thing(
        "report",
        "case",
        name=visible(name),
        description=visible(" ".join(filter(None, (f"{counts}.", sentences)))),
        report_types=["indicator", "observed-data"],
        published=case.maker.made,
        object_refs=refs,
    )


def _house(case: _Case) -> Thing:
    """Whose data it is."""
    known = case.result["case"]
    name = str(known.get("organisation") or known["name"]) if case.called.named else f"house.{case.called.case}"
    return case.maker.thing("identity", "house", name=visible(name), identity_class="organization")


def _techniques(case: _Case) -> Iterator[Thing]:
    cited = sorted({str(t) for f in case.result["findings"] for t in f.get("techniques") or ()})
    for technique in filter(is_attack, cited):
        reference = {"source_name": "mitre-attack", "external_id": technique, "url": url_of(technique)}
        yield case.maker.thing("attack-pattern", technique, name=name_of(technique), external_references=[reference])


def _people(case: _Case) -> Iterator[Thing]:
    """Whoever is thought to have acted, and whoever holds files."""
    told = [str(e) for i in case.result["incidents"] for e in i["employees"]]
    told += [str(e) for leak in case.result["attribution"] for t in leak["takers"] for e in t.get("employees") or ()]
    told += [str(h["holder"]) for h in case.result["holdings"]]
    for number in dict.fromkeys(told):
        name = case.called("person", number)
        yield case.maker.thing("identity", f"case|{name}", name=name, identity_class="individual")


def _incident(case: _Case, incident: Mapping[str, Any]) -> Iterator[Thing]:
    """An incident of the standard has a name and a text, no more; who is thought to have acted is a relationship with its odds."""
    rank = str(incident["rank"])
    told = (
        f"From {incident['from']} to {incident['to']}: records of {incident['subjects']} persons; "
        f"{incident['bits']:.1f} bits of evidence, {len(incident['findings'])} findings."
    )
    story = " ".join(map(str, incident["story"])) if case.called.named else ""
    made = case.maker.thing(
        "incident",
        rank,
        name=visible(str(incident["title"])) if case.called.named else f"Incident {rank}",
        description=visible(" ".join(filter(None, (told, story)))),
    )
    yield made
    odds = {str(p["employee"]): p.get("probability") for p in records(incident.get("people"))}
    for number in map(str, incident["employees"]):
        yield case.maker.relation(
            f"incident|{rank}|{case.called('person', number)}", "related-to", made["id"], case.person(number),
            description="Thought to have acted; no judgment.", confidence=_percent(odds.get(number)),
        )  # fmt: skip
    if state := verdict(incident):
        yield _opinion(case, made["id"], state, incident["verdict"])
    yield from (case.account(a) for a in incident["accounts"])
    for sent in () if is_settled(incident) else records(incident.get("channel")):
        sign = case.found.get(str(sent["host"]))
        if sign:
            yield _sighting(
                case, f"{rank}|{sign.name}", "indicator", sign.name, incident, int(sent.get("posts") or 1), None
            )


def _opinion(case: _Case, incident: str, state: str, judged: Any) -> Thing:
    words = records(judged.get("words")) if isinstance(judged, Mapping) and case.called.named else ()
    told = [f"{w.get('by')}: {w.get('said')}, {w.get('because')}" for w in words]
    return case.maker.thing(
        "opinion",
        incident,
        opinion=OPINIONS.get(state, "neutral"),
        explanation=visible("; ".join([f"People's words on it: {state}.", *told])),
        object_refs=[incident],
    )


def _finding(case: _Case, finding: Mapping[str, Any]) -> Iterator[Thing]:
    """What was observed, and the techniques that it shows; none of a finding that people explained or refuted."""
    accounts = [case.account(a) for a in finding["accounts"]]
    yield from accounts
    key = f"finding|{_place(case, finding)}"
    if not accounts:
        return
    number = max(1, len(finding["evidence"]))
    span = (_utc(case, finding["from"]), _utc(case, finding["to"]))
    yield _observed(case, key, span, number, [a["id"] for a in accounts])
    told = () if is_settled(finding) else finding.get("techniques") or ()
    for technique in sorted(filter(is_attack, map(str, told))):
        yield _sighting(case, f"{key}|{technique}", "attack-pattern", technique, finding, number, key)


def _leak(case: _Case, leak: Mapping[str, Any]) -> Iterator[Thing]:
    """Which account a leaked file is laid to, with its odds."""
    sign = case.found.get(str(leak["leak"]))
    for taker in leak["takers"]:
        if sign is None or not taker.get("account"):
            continue
        account = case.account(taker["account"])
        yield account
        told = f"{taker['rows_explained']} of {leak['ours']} rows of protected data are explained by what the account read."
        yield case.maker.relation(
            f"leak|{sign.name}|{account['id']}", "related-to", case.maker.id("indicator", sign.name), account["id"],
            description=told, confidence=_percent(taker["probability"]),
        )  # fmt: skip


def _holding(case: _Case, holding: Mapping[str, Any]) -> Iterator[Thing]:
    for path in paths_of(holding):
        if sign := case.found.get(path):
            yield case.maker.relation(
                f"holds|{sign.name}|{case.called('person', str(holding['holder']))}", "related-to",
                case.person(holding["holder"]), case.maker.id("indicator", sign.name),
                description="The file lay with this holder.",
            )  # fmt: skip


def _place(case: _Case, finding: Mapping[str, Any]) -> str:
    """A finding by its place: its id names an account or a person."""
    return str(next(n for n, other in enumerate(case.result["findings"], 1) if other is finding))


def _observed(case: _Case, key: str, span: tuple[str, str], number: int, refs: list[str]) -> Thing:
    first, until = span
    return case.maker.thing(
        "observed-data",
        key,
        first_observed=min(first, until),
        last_observed=max(first, until),
        number_observed=number,
        object_refs=list(dict.fromkeys(refs)),
    )


def _observed_id(case: _Case, key: str) -> str:
    return case.maker.id("observed-data", key)


def _sighting(
    case: _Case, key: str, kind: str, name: str, span: Mapping[str, Any], number: int, observed: str | None
) -> Thing:
    return case.maker.thing(
        "sighting",
        key,
        first_seen=_utc(case, span["from"]),
        last_seen=max(_utc(case, span["from"]), _utc(case, span["to"])),
        count=number,
        sighting_of_ref=case.maker.id(kind, name),
        observed_data_refs=[_observed_id(case, observed)] if observed else None,
        where_sighted_refs=[case.maker.id("identity", "house")],
    )


def _utc(case: _Case, value: Any) -> str:
    when = moment(value, zone_of(case.result))
    return stamp(when) if when else case.maker.made


def _percent(value: Any) -> int | None:
    return int(value * 100) if isinstance(value, int | float) and 0 <= value <= 1 else None
