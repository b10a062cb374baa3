"""What every OCSF event of a case has: class, times, severity, confidence, status, and a name that stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.exports.moments import last, milliseconds, zone_of
from headwater.casework.reports.exports.tables import verdict
from headwater.casework.reports.records import records
from headwater.casework.reports.scan_ocsf import SEVERITIES, VERSION, leaf

Event = dict[str, Any]

CLASSES: Mapping[int, str] = MappingProxyType(
    {2004: "Detection Finding", 2005: "Incident Finding", 2006: "Data Security Finding"}
)

CONFIDENCES: Mapping[int, str] = MappingProxyType({1: "Low", 2: "Medium", 3: "High"})
MEDIUM, HIGH = 5.0, 10.0
"""Bits from which the confidence is medium (32 to 1) and high (1024 to 1)."""

OBSERVABLES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "evidences[].actor.user.name": (4, "User Name"),
        "evidences[].actor.user.uid": (31, "User Object: uid"),
        "evidences[].device.name": (20, "Endpoint"),
        "dst_endpoint.hostname": (1, "Hostname"),
        "file.hashes[].value": (8, "Hash"),
    }
)
"""What a house may search its other events for: where in the event it stands, and the schema's type of it."""

NEW, IN_PROGRESS, SUPPRESSED = (1, "New"), (2, "In Progress"), (3, "Suppressed")
STATES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        **dict.fromkeys(("confirmed", "unsure", "disputed", "awaiting"), IN_PROGRESS),
        **dict.fromkeys(("explained", "refuted"), SUPPRESSED),
    }
)
"""What people's words make of it, as a status. An explanation that has lapsed or no longer covers it leaves it new."""


@dataclass(frozen=True, slots=True)
class Case:
    """What events take from the whole result: who made it, of which case, when it ends, and the files by path."""

    name: str
    version: str
    lang: str
    zone: str
    end: int
    files: Mapping[str, Mapping[str, Any]] = field(repr=False)

    def event(self, number: int, uid: str, title: str, span: tuple[Any, Any], **own: object) -> Event:
        """An event of a class; ``span`` is from when to when what it tells of went on."""
        first, until = (milliseconds(value, self.zone) for value in span)
        time = until if until is not None else first if first is not None else self.end
        told = {"first_seen_time": first, "last_seen_time": until}
        if number != 2005:
            info = own.pop("finding_info", {})
            known = {"created_time": time, "title": title, "uid": uid}
            own["finding_info"] = known | filled(told) | (info if isinstance(info, dict) else {})
        head = {
            "activity_id": 1,
            "activity_name": "Create",
            "category_name": "Findings",
            "category_uid": 2,
            "class_name": CLASSES[number],
            "class_uid": number,
            "message": title,
            "metadata": {
                "log_name": self.name,
                "product": {
                    "lang": self.lang,
                    "name": "Headwater",
                    "vendor_name": "Headwater",
                    "version": self.version,
                },
                "uid": uid,
                "version": VERSION,
            },
            "time": time,
            "type_name": f"{CLASSES[number]}: Create",
            "type_uid": number * 100 + 1,
        }
        return head | filled({"start_time": first, "end_time": until}) | filled(own)

    def uid(self, *names: object) -> str:
        """A name of its own: the same in every later run over the same case."""
        told = "\0".join(str(n) for n in (self.name, *names))
        return f"headwater-{hashlib.sha256(told.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"

    def file(self, path: str) -> Event:
        """A file of the case by its path, with size and digest where it was read."""
        known, name = self.files.get(path, {}), leaf(path)
        if not known and any(other.startswith(f"{path}/") for other in self.files):
            return {"name": name, "path": path, "type": "Folder", "type_id": 2}
        suffix = name.rpartition(".")[2] if "." in name else ""
        digest = str(known.get("sha256") or "")
        hashes = [{"algorithm": "SHA-256", "algorithm_id": 3, "value": digest}] if digest else []
        told = {"name": name, "path": path, "type": "Regular File", "type_id": 1, "ext": suffix, "hashes": hashes}
        return filled(told | {"size": known.get("bytes")})


def case_of(result: Mapping[str, Any], lang: str) -> Case:
    """What the events of a result have in common."""
    case = result["case"]
    files = {str(f["path"]): f for f in records(result["read"]["files"])}
    program = str(case.get("program") or "").rpartition(" ")[2]
    end = milliseconds(last(result).isoformat()) or 0
    name = " – ".join(filter(None, (str(case.get("organisation") or ""), str(case["name"]))))
    return Case(name, program, lang, zone_of(result), end, files)


def filled(told: Mapping[str, Any]) -> Event:
    """The entries that say something.

    >>> filled({"a": 0, "b": "", "c": None, "d": []})
    {'a': 0}
    """
    return {key: value for key, value in told.items() if value not in ("", None) and value != [] and value != {}}


def observables(place: str, values: Iterable[Any]) -> list[Event]:
    """Values to search for, each once; ``place`` is one of ``OBSERVABLES``."""
    number, name = OBSERVABLES[place]
    found = dict.fromkeys(str(value) for value in values if value)
    return [{"name": place, "type": name, "type_id": number, "value": value} for value in found]


def severity(level: str) -> Event:
    """A severity by its name of the result; informational where it has none of the schema's."""
    number, name = SEVERITIES.get(level, SEVERITIES["none"])
    return {"severity": name, "severity_id": number}


def confidence(bits: float, fact: bool = False) -> Event:
    """How sure a finding is, by its weight of evidence: a rule broken is no rarity, and high."""
    level = 3 if fact or bits >= HIGH else 2 if bits >= MEDIUM else 1
    return {"confidence": CONFIDENCES[level], "confidence_id": level}


def status(entry: Mapping[str, Any]) -> Event:
    """New, or what a person's verdict makes of it; the verdict's own word is the detail."""
    said = verdict(entry)
    number, name = STATES.get(said, NEW) if said else NEW
    return filled({"status": name, "status_detail": said, "status_id": number})


def user(account: str) -> Event:
    """An account as a user."""
    return {"account": {"name": account, "uid": account}, "name": account}


def employee(number: str, people: Iterable[Mapping[str, Any]] = ()) -> Event:
    """A member of staff as a user: the number, and name (masked) and department where the result has them."""
    known = next((p for p in people if p.get("employee") == number), {})
    person = filled({"employee_uid": number, "department": known.get("department")})
    return filled({"full_name": known.get("name"), "ldap_person": person, "uid": number})


def device(name: str) -> Event:
    """A device by its name; what kind it is, a result does not say."""
    try:
        address = {"ip": str(ip_address(name))}
    except ValueError:
        address = {"hostname": name}
    return {**address, "name": name, "type": "Unknown", "type_id": 0}
