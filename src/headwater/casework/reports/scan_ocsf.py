"""The answer of a scan as OCSF events: one Data Security Finding for each file that holds personal data.

Written after the Open Cybersecurity Schema Framework 1.8.0, class 2006. Values are masked, as everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.gravity import Gravity, gravity, groups_of
from headwater.casework.reports.json_lines import lines
from headwater.casework.reports.scan_telling import Answer
from headwater.casework.reports.why import code_of

VERSION = "1.8.0"

SEVERITIES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "none": (1, "Informational"),
        "low": (2, "Low"),
        "medium": (3, "Medium"),
        "high": (4, "High"),
        "critical": (5, "Critical"),
    }
)

CONFIDENTIALITY: Mapping[str, tuple[int, str]] = MappingProxyType(
    {"n3": (6, "Restricted"), "n4": (2, "Confidential"), "n5": (5, "Private"), "": (0, "Unknown")}
)
"""The schema's levels beside the legal groups: the gravest is the most restricted."""

PERSONAL, GOVERNMENTAL, FINANCIAL, SECURITY = (1, "Personal"), (2, "Governmental"), (3, "Financial"), (6, "Security")

CATEGORIES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "id": GOVERNMENTAL,
        "account": FINANCIAL,
        "property": FINANCIAL,
        "credit": FINANCIAL,
        "transaction": FINANCIAL,
        "password": SECURITY,
    }
)
"""The schema's categories by our kind or category; all others are personal."""

SQL = ("postgresql", "mysql", "mssql", "oracle", "sqlite")


def dumps(answer: Answer, now: datetime) -> bytes:
    """Events as JSON lines; ``now`` is the time of the findings, with its zone."""
    return lines(events(answer, now))


def events(answer: Answer, now: datetime) -> Iterator[dict[str, Any]]:
    """One event for each file with personal data, in the order of the answer."""
    groups = groups_of(answer)
    for file in answer["files"]:
        if file["items"]:
            yield _event(file, gravity(file, groups), answer["version"], _milliseconds(now))


def _event(file: Mapping[str, Any], weight: Gravity, version: str, now: int) -> dict[str, Any]:
    severity_id, severity = SEVERITIES[weight.level]
    kinds = ", ".join(sorted({str(i["kind"]) for i in file["items"]}))
    title = f"Personal data of {file['persons']} persons: {kinds}"
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Data Security Finding",
        "class_uid": 2006,
        "count": 1,
        "data_security": _data_security(file, weight, kinds),
        "finding_info": {
            "analytic": {"name": "headwater scan", "type": "Rule", "type_id": 1, "version": version},
            "created_time": now,
            "desc": f"{title}. {file['rows']} rows, {file['named']} of the persons are named or identified.",
            "title": title,
            "types": ["Personal data at rest"],
            "uid": uid(str(file["path"])),
        },
        "is_alert": weight.level in ("high", "critical"),
        "message": title,
        "metadata": {
            "product": {"lang": "en", "name": "Headwater", "vendor_name": "Headwater", "version": version},
            "version": VERSION,
        },
        "resources": [_resource(file)],
        "severity": severity,
        "severity_id": severity_id,
        "status": "New",
        "status_id": 1,
        "time": now,
        "type_name": "Data Security Finding: Create",
        "type_uid": 200601,
        "unmapped": {
            **{key: file[key] for key in ("holder", "named", "persons", "rows")},
            "legal_group": weight.group or None,
            "not_read": sorted({code_of(str(reason)) for reason in file["reasons"]}),
            "origins": list(file.get("origins") or ()),
            "readable_by_others": (file.get("access") or {}).get("others"),
        },
        **_place(file),
    }


def uid(path: str) -> str:
    """The name of the finding: the same for the same path, so that a later scan speaks of the same finding."""
    return f"headwater-scan-{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


def _data_security(file: Mapping[str, Any], weight: Gravity, kinds: str) -> dict[str, Any]:
    confidentiality_id, confidentiality = CONFIDENTIALITY.get(weight.group, CONFIDENTIALITY[""])
    category_id, category = _category(file["items"])
    partly = file["status"] != "read"
    masks = ", ".join(sorted({str(s["mask"]) for s in file.get("samples") or ()}))
    return {
        "category": category,
        "category_id": category_id,
        "classifier_details": {"name": "Headwater", "type": "Identifiers with checks, columns, context"},
        "confidentiality": confidentiality,
        "confidentiality_id": confidentiality_id,
        "data_lifecycle_state": "Data at-Rest",
        "data_lifecycle_state_id": 1,
        "detection_pattern": kinds,
        "detection_system": "Data Discovery & Classification",
        "detection_system_id": 4,
        "discovery_details": [_discovery(item, file.get("samples") or ()) for item in file["items"]],
        **({"pattern_match": masks} if masks else {}),
        "size": file["bytes"],
        "status": "Partial" if partly else "Complete",
        **({"status_details": list(file["reasons"])} if partly else {}),
        "status_id": 2 if partly else 1,
        "total": sum(int(i["found"]) for i in file["items"]),
    }


def _category(items: Sequence[Mapping[str, Any]]) -> tuple[int, str]:
    """The schema's one category, or 99 (several) with all their names."""
    found = sorted({CATEGORIES.get(i["kind"], CATEGORIES.get(i["category"], PERSONAL)) for i in items})
    return found[0] if len(found) == 1 else (99, ", ".join(name for _, name in found))


def _discovery(item: Mapping[str, Any], samples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    own = [s for s in samples if s["kind"] == item["kind"]]
    places = [place for place in (_occurrence(s) for s in own) if place]
    return {
        "count": item["found"],
        "type": item["kind"],
        **({"value": own[0]["mask"]} if own else {}),
        **({"occurrences": places} if places else {}),
    }


def _occurrence(sample: Mapping[str, Any]) -> dict[str, Any]:
    column, row = sample.get("column"), sample.get("line")
    named = {"column_name": column} if column else {}
    if row is None:
        return named
    return {**named, "row_number": row} if column else {"start_line": row, "end_line": row}


def _place(file: Mapping[str, Any]) -> dict[str, Any]:
    """The file, or the table of a database."""
    path, name = str(file["path"]), leaf(str(file["path"]))
    if path.partition("://")[0].partition("+")[0] in SQL:
        return {"table": {"name": name, "uid": path}}
    access = file.get("access") or {}
    modified = file.get("modified")
    suffix = name.rpartition(".")[2] if "." in name else ""
    return {
        "file": {
            "name": name,
            "path": path,
            "size": file["bytes"],
            "type": "Regular File",
            "type_id": 1,
            **({"ext": suffix} if suffix else {}),
            **({"hashes": [_hash(str(file["sha256"]))]} if file.get("sha256") else {}),
            **({"modified_time": _milliseconds(datetime.fromisoformat(modified))} if modified else {}),
            **({"owner": {"name": access["owner"]}} if access.get("owner") else {}),
        }
    }


def _resource(file: Mapping[str, Any]) -> dict[str, Any]:
    owner = {"owner": {"name": file["holder"]}} if file["holder"] else {}
    return {"name": leaf(str(file["path"])), "type": str(file["format"] or "file"), "uid": file["path"], **owner}


def _hash(digest: str) -> dict[str, Any]:
    return {"algorithm": "SHA-256", "algorithm_id": 3, "value": digest}


def leaf(path: str) -> str:
    """The last part of a path, inside of an archive too.

    >>> leaf("seized/a.zip!in/b.xlsx"), leaf("plain.csv"), leaf("a.zip!b.csv")
    ('b.xlsx', 'plain.csv', 'b.csv')
    """
    return path.replace("!", "/").rstrip("/").rpartition("/")[2] or path


def _milliseconds(time: datetime) -> int:
    if time.tzinfo is None:
        raise ValueError("a time without zone")
    return int(time.astimezone(UTC).timestamp() * 1000)
