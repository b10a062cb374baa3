"""A result as one CASE graph: the investigation, its exhibits with digests, what Headwater did with them, and what came out.

Names are UUIDs of the case and the thing, the graph bears no time of its own making: the same result gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.exports.moments import zone_of
from headwater.casework.reports.exports.tables import verdict
from headwater.casework.reports.exports.tallies import asked, said
from headwater.casework.reports.exports.uco.market import add_market
from headwater.casework.reports.exports.uco.nodes import CONTEXT, Graph, refs, text
from headwater.casework.reports.exports.uco.things import account, cited, device, file, host, person
from headwater.casework.reports.records import records

VERSION = "1.5.0"
"""Of CASE; it rests on UCO 1.5.0."""

STAGES = (
    (
        "read",
        "Read every file of the case folder, which is never changed; take its SHA-256; set aside lines that cannot be read.",
    ),
    (
        "detect",
        "Look in logs and tables for acts that break a rule or that chance does not explain; join them to incidents.",
    ),
    ("attribute", "Explain leaked and seized rows by who read them, with odds."),
    ("network", "Put messages and payments together to orders, people and money."),
    ("tally", "Count items and gains by legal group, low and high."),
)


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """``case.jsonld``."""
    graph = Graph(str(result["case"].get("manifest") or result["case"]["name"]), zone_of(result))
    _investigation(graph, result)
    told = {"@context": dict(CONTEXT), "@graph": list(graph.nodes.values())}
    return {"case.jsonld": (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")}


def _investigation(graph: Graph, result: Mapping[str, Any]) -> None:
    files = {str(f["path"]): f for f in records(result["read"]["files"])}
    exhibits = {path: file(graph, path, known) for path, known in files.items()}
    inputs = [_exhibit(graph, n, path, node) for n, (path, node) in enumerate(exhibits.items(), 1)]
    findings = {str(f["id"]): _finding(graph, f, exhibits) for f in result["findings"]}
    outcomes = {
        "read": [],
        "detect": [*findings.values(), *(_incident(graph, i, findings) for i in result["incidents"])],
        "attribute": [*_leaks(graph, result, exhibits), *_holdings(graph, result, exhibits)],
        "network": add_market(graph, result["network"]),
        "tally": list(_tally(graph, result)),
    }
    actions = _actions(graph, result, list(exhibits.values()), inputs, outcomes)
    case = result["case"]
    told = [str(s) for s in result.get("answer") or ()] + [f"Limit: {limit}" for limit in result["limits"]]
    graph.add(
        "case-investigation:Investigation", "case",
        uco_core__name=text(case["name"]), uco_core__description=[text(t) for t in told] or None,
        case_investigation__investigationForm="case", case_investigation__focus=["leaked personal data"],
        uco_core__object=refs([*inputs, *actions]),
    )  # fmt: skip


def _actions(
    graph: Graph, result: Mapping[str, Any], exhibits: list[str], inputs: list[str], outcomes: Mapping[str, list[str]]
) -> Iterator[str]:
    """One investigative action a stage, in order, each with the tool, what went in, and a record of what came out."""
    tool, before = _tool(graph, result), ""
    house = result["case"].get("organisation")
    owner = graph.add("uco-identity:Organization", "house", uco_core__name=text(house)) if house else None
    for stage, told in STAGES:
        made = outcomes[stage]
        record = graph.add(
            "case-investigation:ProvenanceRecord", f"made|{stage}",
            uco_core__description=[f"What came out of: {stage}"], uco_core__object=refs(made),
        ) if made else None  # fmt: skip
        before = graph.add(
            "case-investigation:InvestigativeAction", stage,
            uco_core__name=stage, uco_core__description=[told], uco_action__actionStatus="Complete/Finish",
            uco_action__instrument=refs([tool]), uco_action__object=refs([*inputs, *exhibits]),
            uco_action__result=refs([*made, *([record] if record else [])]),
            uco_action__participant=refs([owner]) if owner else None,
            case_investigation__wasInformedBy=refs([before]) if before else None,
        )  # fmt: skip
        yield before
        if record:
            yield record


def _tool(graph: Graph, result: Mapping[str, Any]) -> str:
    """Headwater with its version, and the rule sets that it was set up with, by digest."""
    name, _, version = str(result["case"].get("program") or "headwater").partition(" ")
    rules = records(result["case"].get("rule_sets"))
    entries = [
        graph.facet(
            "uco-configuration:ConfigurationEntry", f"rules|{r['id']}",
            uco_configuration__itemName=text(r["id"]), uco_configuration__itemType="rule set",
            uco_configuration__itemValue=[text(f"version {r.get('version')}, SHA-256 {r.get('digest')}")],
        )
        for r in rules
    ]  # fmt: skip
    setup = graph.add(
        "uco-configuration:Configuration", "rules", uco_configuration__configurationEntry=entries
    ) if entries else None  # fmt: skip
    return graph.add(
        "uco-tool:ConfiguredTool" if setup else "uco-tool:Tool", "headwater",
        uco_core__name=text(name), uco_tool__version=text(version) or None, uco_tool__toolType="analysis",
        uco_configuration__usesConfiguration={"@id": setup} if setup else None,
    )  # fmt: skip


def _exhibit(graph: Graph, number: int, path: str, node: str) -> str:
    return graph.add(
        "case-investigation:ProvenanceRecord", f"exhibit|{path}",
        case_investigation__exhibitNumber=f"E{number:05d}", uco_core__description=[text(path)],
        uco_core__object=refs([node]),
    )  # fmt: skip


def _finding(graph: Graph, finding: Mapping[str, Any], exhibits: Mapping[str, str]) -> str:
    """A result of the analysis: its sentences, whom and what it is about, and the lines that it cites."""
    about = [account(graph, str(a)) for a in finding["accounts"]]
    about += [person(graph, f"staff|{e}", str(e)) for e in finding["employees"]]
    about += [device(graph, str(d)) for d in finding["devices"]]
    sources = sorted({str(e["source"]) for e in finding["evidence"]})
    about += [exhibits[s] for s in sources if s in exhibits]
    told = [f"{s['text']} {_weight(s)}" for s in records(finding["statements"])]
    judged = [f"verdict: {verdict(finding)}"] if verdict(finding) else []
    return graph.add(
        "uco-analysis:AnalyticResult", f"finding|{finding['id']}",
        uco_core__name=text(finding["title"]), uco_core__statement=[text(t) for t in told] or None,
        uco_analysis__resultContent=refs(about),
        uco_core__tag=[text(t) for t in [str(finding["detector"]), *map(str, finding.get("techniques") or ()), *judged]],
    )  # fmt: skip


def _weight(statement: Mapping[str, Any]) -> str:
    """The bits of a statement and the lines that it cites."""
    bits = [f"{statement['bits']:+.1f} bits"] if statement.get("bits") is not None else []
    return f"({', '.join(bits + cited(records(statement.get('evidence'))))})"


def _incident(graph: Graph, incident: Mapping[str, Any], findings: Mapping[str, str]) -> str:
    about = [findings[str(f)] for f in incident["findings"] if str(f) in findings]
    about += [host(graph, str(c["host"])) for c in records(incident.get("channel"))]
    about += [account(graph, str(a)) for a in incident["accounts"]]
    people = [
        f"{p['employee']}: thought to have acted with probability {p['probability']}; no judgment"
        for p in records(incident.get("people"))
    ]
    about += [person(graph, f"staff|{p['employee']}", str(p["employee"])) for p in records(incident.get("people"))]
    others = [
        f"other explanation, {a['outcome']}: {a['title']}: {a['text']}" for a in records(incident.get("alternatives"))
    ]
    judged = [f"verdict: {verdict(incident)}"] if verdict(incident) else []
    return graph.add(
        "uco-analysis:AnalyticResult", f"incident|{incident['rank']}",
        uco_core__name=text(incident["title"]),
        uco_core__statement=[text(t) for t in [*incident["story"], *people, *_for_the_accused(incident), *others]] or None,
        uco_core__tag=[text(t) for t in ["incident", *judged]], uco_analysis__resultContent=refs(about),
    )  # fmt: skip


def _for_the_accused(incident: Mapping[str, Any]) -> list[str]:
    """What speaks against the story, and what would clear whoever stands in it."""
    told = [f"speaks against it: {t}" for t in incident.get("against") or ()]
    return told + [f"would clear it: {t}" for t in incident.get("clears") or ()]


def _leaks(graph: Graph, result: Mapping[str, Any], exhibits: Mapping[str, str]) -> Iterator[str]:
    for leak in result["attribution"]:
        path = str(leak["leak"])
        about = [exhibits[p] for p in exhibits if p == path or p.startswith(f"{path}/")]
        told = [
            f"{leak['rows']} rows, {leak['ours']} of protected data, {leak.get('perhaps') or 0} perhaps, "
            f"{leak['not_ours']} not, {leak['unexplained']} unexplained"
        ]
        for taker in leak["takers"]:
            about += [account(graph, str(taker["account"]))] if taker.get("account") else []
            who = f"account {taker['account']}" if taker.get("account") else "no known account"
            alike = f", {', '.join(map(str, taker['alike']))} explain the rows as well" if taker.get("alike") else ""
            told.append(
                f"{who}: {taker['rows_explained']} rows, probability {taker['probability']}{alike}; no judgment"
            )
            told += [str(s["text"]) for s in records(taker.get("statements"))]
        yield graph.add(
            "uco-analysis:AnalyticResult", f"leak|{path}",
            uco_core__name=text(path), uco_core__statement=[text(t) for t in told], uco_core__tag=["leak"],
            uco_analysis__resultContent=refs(about) or None,
        )  # fmt: skip


def _holdings(graph: Graph, result: Mapping[str, Any], exhibits: Mapping[str, str]) -> Iterator[str]:
    for holding in result["holdings"]:
        files = holding.get("files")
        listed = files if isinstance(files, list | tuple) else ()
        paths = [str(f.get("path") if isinstance(f, Mapping) else f) for f in listed]
        items = holding.get("items")
        kinds = ", ".join(f"{k} {n}" for k, n in sorted(items.items())) if isinstance(items, Mapping) else ""
        who = person(graph, f"staff|{holding['holder']}", str(holding["holder"]))
        yield graph.add(
            "uco-analysis:AnalyticResult", f"holding|{holding['holder']}",
            uco_core__name=text(f"held by {holding['holder']}"), uco_core__tag=["holding"],
            uco_core__statement=[text(f"{holding['rows']} rows, {holding['persons']} persons: {kinds}")],
            uco_analysis__resultContent=refs([who, *(exhibits[p] for p in paths if p in exhibits)]),
        )  # fmt: skip


def _grades(entry: Mapping[str, Any]) -> str:
    """The grades of the low and of the high count."""
    sides = [side.get("grade") for side in (entry.get("low"), entry.get("high")) if isinstance(side, Mapping)]
    return " to ".join(dict.fromkeys(map(str, sides))) or str(entry["grade"])


def _tally(graph: Graph, result: Mapping[str, Any]) -> Iterator[str]:
    entries = [*result["tally"], *records(result["network"].get("tally"))]
    for n, entry in enumerate(entries, 1):
        told = [
            f"indication, no judgment: {_grades(entry)}",
            *map(str, entry.get("arithmetic") or ()),
            *map(str, entry.get("articles") or ()),
        ]
        told += [*said(entry.get("law")), *said(entry.get("against")), *(f"open: {q}" for q in asked(entry))]
        yield graph.add(
            "uco-analysis:AnalyticResult", f"tally|{n}",
            uco_core__name=text(f"tally of {entry.get('suspect') or 'the case'}"), uco_core__tag=["tally"],
            uco_core__statement=[text(t) for t in told],
        )  # fmt: skip
