"""Leaks, what left the house, lists that were sold and what holders have, as Data Security Findings (2006)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from headwater.casework.reports.exports.ocsf.event import (
    Case,
    Event,
    employee,
    filled,
    observables,
    severity,
    status,
    user,
)
from headwater.casework.reports.records import records
from headwater.casework.reports.scan_ocsf import CATEGORIES, PERSONAL
from headwater.casework.reports.settled import is_settled

AT_REST, IN_TRANSIT = (1, "Data at-Rest"), (2, "Data in-Transit")
LIKELY = 0.5
"""From which probability on a taker is the actor of an event; of two accounts that explain it alike neither is."""

FIGURES = ((50_000, "critical"), (5_000, "high"), (500, "medium"))
"""Persons from which how grave: the figures of n5 in the criminal law of the PRC, and a tenth of the lower one."""


def findings(result: Mapping[str, Any], case: Case) -> Iterator[Event]:
    """What was leaked, what was sent out, what was sold, what is held."""
    for leak in result["attribution"]:
        yield _leak(leak, case)
    for incident in result["incidents"]:
        for sent in records(incident.get("channel")):
            yield _sent(incident, sent, case)
    for sale in records(result["network"].get("sales")):
        yield _sale(sale, case)
    for holding in result["holdings"]:
        yield _holding(holding, case)


def _leak(leak: Mapping[str, Any], case: Case) -> Event:
    path, takers = str(leak["leak"]), records(leak["takers"])
    dated = leak.get("dated") or {}
    title = f"{leak['ours']} of {leak['rows']} rows found in {path} are of protected data"
    kept = ("dataset", "rows", "persons", "ours", "perhaps", "not_ours", "unexplained", "note")
    told = ("account", "employees", "from", "to", "rows_explained", "share", "probability", "bits", "alike")
    actor = _actor(takers)
    return case.event(
        2006,
        case.uid("leak", path),
        title,
        (dated.get("not_before"), dated.get("not_after")),
        **({"actor": actor} if actor else {}),
        count=1,
        data_security=_security([], AT_REST, leak["ours"], "Comparison with protected data"),
        **_files(case, [path]),
        finding_info={"types": ["Leaked personal data"], "uid_alt": path},
        is_alert=bool(leak["ours"]),
        unmapped=filled({k: leak.get(k) for k in kept} | {"takers": [{k: t.get(k) for k in told} for t in takers]}),
        **severity(_grave(int(leak["ours"]))),
        **status(leak),
    )


def _actor(takers: Sequence[Mapping[str, Any]]) -> Event:
    """The one taker that is likely; nobody where two are alike or none is likely."""
    likely = [t for t in takers if t["probability"] >= LIKELY and not t.get("alike")]
    if len(likely) != 1:
        return {}
    taker = likely[0]
    staff = [str(e) for e in taker.get("employees") or ()]
    told = user(str(taker["account"])) if taker.get("account") else {}
    if len(staff) == 1:
        told |= employee(staff[0], records(taker.get("people")))
    return {"user": told} if told else {}


def _sent(incident: Mapping[str, Any], sent: Mapping[str, Any], case: Case) -> Event:
    """Uploads of an incident: what was in them no log says, so that no count of persons is laid to them."""
    host, accounts = str(sent["host"]), [str(a) for a in incident["accounts"]]
    title = f"{sent.get('posts') or 0} uploads to {host} in incident {incident['rank']}"
    actor = {"actor": {"user": user(accounts[0])}} if len(accounts) == 1 else {}
    kept = ("accounts", "employees", "devices", "findings", "subjects")
    return case.event(
        2006,
        case.uid("sent", host, *sorted(map(str, incident["findings"])), incident["from"]),
        title,
        (incident["from"], incident["to"]),
        **actor,
        count=max(1, int(sent.get("posts") or 1)),
        data_security=_security([], IN_TRANSIT, None, "Web requests after reading")
        | filled({"size": sent.get("bytes")}),
        dst_endpoint={"domain": host, "hostname": host},
        finding_info={"types": ["Uploads after reading personal data"]},
        is_alert=not is_settled(incident),
        observables=observables("dst_endpoint.hostname", [host]),
        unmapped=filled({k: incident.get(k) for k in kept} | {"incident": incident["rank"], **sent}),
        **severity(_grave(int(incident["subjects"]))),
        **status(incident),
    )


def _sale(sale: Mapping[str, Any], case: Case) -> Event:
    file, digest = str(sale.get("file") or ""), str(sale.get("digest") or "")
    title = f"A list of {sale.get('rows') or 'unknown'} rows was sold"
    found = {"name": file or digest or "list", "type": "Regular File", "type_id": 1}
    if digest:
        found["hashes"] = [{"algorithm": "SHA-256", "algorithm_id": 3, "value": digest}]
    return case.event(
        2006,
        case.uid("sale", sale["from"], sale["to"], sale.get("time"), file, digest),
        title,
        (sale.get("time"), sale.get("time")),
        count=1,
        data_security=_security([], IN_TRANSIT, sale.get("rows"), "Messages and payments"),
        file=found,
        observables=observables("file.hashes[].value", [digest]),
        finding_info={"types": ["Sale of personal data"]},
        unmapped=filled(dict(sale)),
        **severity(_grave(int(sale.get("persons") or sale.get("rows") or 0))),
        **status(sale),
    )


def _holding(holding: Mapping[str, Any], case: Case) -> Event:
    items = holding.get("items")
    kinds = sorted(str(k) for k in items) if isinstance(items, Mapping) else []
    told = holding.get("files")
    listed = told if isinstance(told, Sequence) and not isinstance(told, str) else ()
    paths = [str(f.get("path") if isinstance(f, Mapping) else f) for f in listed]
    title = f"{holding['holder']} holds data of {holding['persons']} persons"
    kept = ("holder", "role", "employee", "rows", "persons", "items", "datasets", "overlap")
    return case.event(
        2006,
        case.uid("holding", holding["holder"]),
        title,
        (None, None),
        count=max(1, len(paths)),
        data_security=_security(kinds, AT_REST, holding["rows"], "Identifiers with checks, columns, context"),
        **_files(case, paths),
        finding_info={"types": ["Personal data at rest"], "uid_alt": holding["holder"]},
        unmapped=filled({k: holding.get(k) for k in kept}),
        **severity(_grave(int(holding["persons"]))),
        **status(holding),
    )


def _security(kinds: list[str], state: tuple[int, str], total: Any, how: str) -> Event:
    categories = sorted({CATEGORIES.get(k, PERSONAL) for k in kinds}) or [PERSONAL]
    number, name = categories[0] if len(categories) == 1 else (99, ", ".join(n for _, n in categories))
    return filled(
        {
            "category": name,
            "category_id": number,
            "classifier_details": {"name": "Headwater", "type": how},
            "data_lifecycle_state": state[1],
            "data_lifecycle_state_id": state[0],
            "detection_pattern": ", ".join(kinds),
            "detection_system": "Data Discovery & Classification",
            "detection_system_id": 4,
            "total": total,
        }
    )


def _files(case: Case, paths: Sequence[str]) -> Event:
    """One file as the file of the event, and every one as a resource."""
    found = [case.file(path) for path in paths]
    told = [{"data": {"file": f}, "name": f["name"], "type": "file", "uid": f["path"]} for f in found]
    one = found[0] if len(found) == 1 else {}
    digests = [h["value"] for h in one.get("hashes", ())]
    return filled({"file": one, "observables": observables("file.hashes[].value", digests), "resources": told})


def _grave(persons: int) -> str:
    return next((level for least, level in FIGURES if persons >= least), "low" if persons else "none")
