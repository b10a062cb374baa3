"""Findings as Detection Findings (2004), and incidents as Incident Findings (2005)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.exports.ocsf.event import (
    Case,
    Event,
    confidence,
    device,
    employee,
    filled,
    observables,
    severity,
    status,
    user,
)
from headwater.casework.reports.exports.tables import verdict
from headwater.casework.reports.exports.techniques import is_attack, name_of, url_of
from headwater.casework.reports.records import records
from headwater.casework.reports.settled import is_settled

Find = Callable[[str], Mapping[str, Any] | None]

TRUE, BENIGN = (2, "True Positive"), (5, "Benign")
FALSE, INSUFFICIENT = (1, "False Positive"), (7, "Insufficient Data")

VERDICTS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"confirmed": TRUE, "explained": BENIGN, "refuted": FALSE, "unsure": INSUFFICIENT}
)
"""The schema's verdicts beside what people say; a dispute, or one who waits for a second, is none of them."""

GRADES = ((20.0, "critical"), (10.0, "high"), (5.0, "medium"))
"""From how many bits an incident has which severity, where none of its findings is graver."""

ORDER = ("none", "low", "medium", "high", "critical")


def findings(result: Mapping[str, Any], case: Case) -> Iterator[Event]:
    """One Detection Finding for each finding."""
    people: dict[str, Mapping[str, Any]] = {}
    told: dict[str, int] = {}
    for incident in result["incidents"]:
        for person in records(incident.get("people")):
            people.setdefault(str(person.get("employee")), person)
        told |= dict.fromkeys(map(str, incident["findings"]), int(incident["rank"]))
    for finding in result["findings"]:
        yield _finding(finding, case, people, told.get(str(finding["id"])))


def incidents(result: Mapping[str, Any], case: Case, find: Find | None = None) -> Iterator[Event]:
    """One Incident Finding for each incident; ``find`` gives a finding by its id, where not all are to be held at once."""
    if find is None:
        find = {str(f["id"]): f for f in result["findings"]}.get
    for incident in result["incidents"]:
        found = map(find, map(str, incident["findings"]))
        yield _incident(incident, case, [f for f in found if f is not None])


def _finding(
    finding: Mapping[str, Any], case: Case, people: Mapping[str, Mapping[str, Any]], rank: int | None
) -> Event:
    statements = records(finding["statements"])
    techniques = [str(t) for t in finding.get("techniques") or ()]
    info = {
        "analytic": {"name": finding["detector"], "type": "Behavioral", "type_id": 2, "uid": finding["detector"]},
        "attacks": [attack(t) for t in techniques if is_attack(t)],
        "data_sources": sorted({str(e["source"]) for e in finding["evidence"]}),
        "desc": " ".join(str(s["text"]) for s in statements),
        "uid_alt": finding["id"],
    }
    kept = ("bits", "clears", "fact", "p_value", "statements", "subjects", "verdict")
    return case.event(
        2004,
        case.uid("finding", finding["id"]),
        str(finding["title"]),
        (finding["from"], finding["to"]),
        count=max(1, len(finding["evidence"])),
        evidences=list(_evidences(finding, case, people)),
        finding_info=filled(info),
        is_alert=finding["severity"] in ("high", "critical") and not is_settled(finding),
        observables=[
            *observables("evidences[].actor.user.name", finding["accounts"]),
            *observables("evidences[].actor.user.uid", finding["employees"]),
            *observables("evidences[].device.name", finding["devices"]),
        ],
        resources=[{"name": name, "type": "device", "uid": name} for name in finding["devices"]],
        unmapped=filled({k: finding.get(k) for k in kept} | {"incident": rank, "techniques": techniques}),
        **severity(str(finding["severity"])),
        **confidence(float(finding["bits"]), bool(finding.get("fact"))),
        **status(finding),
    )


def _evidences(finding: Mapping[str, Any], case: Case, people: Mapping[str, Mapping[str, Any]]) -> Iterator[Event]:
    """Whose accounts, who, on what; then every file with the lines in it. Accounts are not laid to people here."""
    said = judged(finding)
    for account in finding["accounts"]:
        yield {"actor": {"user": user(str(account))}, "name": str(account), **said}
    for number in finding["employees"]:
        known = [people[str(number)]] if str(number) in people else []
        yield {"actor": {"user": employee(str(number), known)}, "name": str(number), **said}
    for name in finding["devices"]:
        yield {"device": device(str(name)), "name": str(name), **said}
    cited = sorted({(str(e["source"]), int(e["line"])) for e in finding["evidence"]})
    for source, lines in groupby(cited, key=lambda each: each[0]):
        yield {"data": {"lines": [n for _, n in lines]}, "file": case.file(source), "name": source, **said}


def judged(entry: Mapping[str, Any]) -> Event:
    """A person's verdict in the schema's words, nothing where there is none."""
    said = verdict(entry)
    if not said:
        return {}
    number, name = VERDICTS.get(said, (99, said))
    return {"verdict": name, "verdict_id": number}


def attack(technique: str) -> Event:
    """A technique of ATT&CK, or a part of one."""
    whole, dot, _ = technique.partition(".")
    told: Event = {"technique": filled({"name": name_of(whole), "src_url": url_of(whole), "uid": whole})}
    if dot:
        part = {"name": name_of(technique), "src_url": url_of(technique), "uid": technique}
        told["sub_technique"] = filled(part)
    return told


def _incident(incident: Mapping[str, Any], case: Case, found: list[Mapping[str, Any]]) -> Event:
    techniques = sorted({str(t) for f in found for t in f.get("techniques") or ()})
    kept = (
        *("accounts", "devices", "employees", "channel", "departed", "clears", "against", "bits", "prior"),
        *("subjects", "verdict", "alternatives"),
    )
    people = [
        {k: p.get(k) for k in ("employee", "name", "probability", "bits")} for p in records(incident.get("people"))
    ]
    return case.event(
        2005,
        case.uid("incident", *sorted(map(str, incident["findings"])), incident["from"]),
        str(incident["title"]),
        (incident["from"], incident["to"]),
        assignee_group={"name": "unassigned"},
        attacks=[attack(t) for t in techniques if is_attack(t)],
        count=max(1, len(found)),
        desc=" ".join(map(str, incident["story"])),
        finding_info_list=[_named(f, case) for f in found] or [{"uid": case.uid("incident", incident["title"])}],
        is_suspected_breach=bool(incident.get("channel")) and not is_settled(incident),
        unmapped=filled({k: incident.get(k) for k in kept} | {"rank": incident["rank"], "people": people}),
        **severity(_gravest(incident, found)),
        **confidence(float(incident["bits"])),
        **status(incident),
        **judged(incident),
    )


def _named(finding: Mapping[str, Any], case: Case) -> Event:
    return {"title": str(finding["title"]), "uid": case.uid("finding", finding["id"]), "uid_alt": str(finding["id"])}


def _gravest(incident: Mapping[str, Any], found: list[Mapping[str, Any]]) -> str:
    levels = [str(f["severity"]) for f in found if f["severity"] in ORDER]
    by_bits = next((level for least, level in GRADES if incident["bits"] >= least), "low")
    return max(levels or [by_bits], key=ORDER.index)
