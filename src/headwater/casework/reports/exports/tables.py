"""CSV tables of everything in a result, one for each kind of row, that no spreadsheet program executes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.csv import table
from headwater.casework.reports.exports import part_tables, tallies
from headwater.casework.reports.graphs import csv_files
from headwater.casework.reports.records import records

Row = Mapping[str, Any]

COLUMNS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "case": ("name", "organisation", "jurisdiction", "timezone", "program", "manifest", "rule_sets"),
        "answer": ("number", "sentence"),
        "incidents": (
            *("rank", "title", "verdict", "employees", "accounts", "devices", "from", "to", "subjects", "bits"),
            *("prior", "findings", "departed", "channel", "clears", "against"),
        ),
        "incident_people": ("incident", "employee", "name", "department", "probability", "bits", "statements"),
        "story": ("incident", "step", "text"),
        "timeline": ("incident", "time", "to", "lane", "count", "text"),
        "findings": (
            *("id", "detector", "title", "verdict", "severity", "fact", "employees", "accounts", "devices"),
            *("from", "to", "subjects", "bits", "p_value", "techniques", "clears"),
        ),
        "verdicts": ("part", "of", "state", "by", "attested", "said", "at", "because", "until", "counts"),
        "evidence": ("part", "of", "statement", "text", "bits", "source", "line"),
        "leaks": (
            *("leak", "dataset", "rows", "persons", "ours", "perhaps", "not_ours", "unexplained"),
            *("not_before", "not_after", "note"),
        ),
        "takers": (
            *("leak", "account", "employee", "employees", "devices", "from", "to", "rows_explained", "share"),
            *("probability", "bits", "alike"),
        ),
        "complaints": (
            *("account", "employees", "complaints", "expected", "p_value", "from", "to", "share", "share_low"),
            *("share_high", "silent", "to_come", "delay", "probability", "bits", "alike"),
        ),
        "holdings": ("holder", "role", "employee", "rows", "persons", "items", "datasets", "overlap"),
        "holding_files": ("holder", "path", "rows", "persons"),
        "tally": tallies.COLUMNS,
        "files_read": ("path", "format", "bytes", "sha256", "sm3", "rows", "rejected"),
        "not_read": ("path", "code", "reason", "first_line"),
        "lines_set_aside": ("source", "line", "reason"),
        "limits": ("number", "limit"),
        "prices": ("category", "tier", "month", "orders", "low", "median", "high"),
    }
)


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """Every table by file name, in UTF-8 with a byte-order mark. Those of the market begin with ``market_``."""
    made = {f"{name}.csv": table(_ROWS[name](result), columns) for name, columns in COLUMNS.items()}
    market = {f"market_{name}": data for name, data in csv_files.export(result).items()}
    return made | market | part_tables.export(result)


def verdict(entry: Mapping[str, Any]) -> str:
    """What people's words make of a finding or an incident (``confirmed``, ``explained`` …), empty where nobody spoke."""
    said = entry.get("verdict")
    return str(said.get("state") or "") if isinstance(said, Mapping) else str(said or "")


def _case(result: Row) -> Iterator[Row]:
    case = result["case"]
    rules = [f"{r['id']} {r['version']} {r['digest']}" for r in records(case.get("rule_sets"))]
    yield {**case, "rule_sets": rules or case.get("rule_sets")}


def _numbered(key: str, column: str) -> Callable[[Row], Iterator[Row]]:
    def rows(result: Row) -> Iterator[Row]:
        for n, told in enumerate(result.get(key) or (), 1):
            yield {"number": n, column: told}

    return rows


def _judged(key: str) -> Callable[[Row], Iterator[Row]]:
    def rows(result: Row) -> Iterator[Row]:
        for entry in result[key]:
            sent = [f"{c.get('host')} {c.get('posts')} {c.get('bytes')} B" for c in records(entry.get("channel"))]
            yield {**entry, "verdict": verdict(entry), "channel": sent}

    return rows


def _of_incident(key: str) -> Callable[[Row], Iterator[Row]]:
    def rows(result: Row) -> Iterator[Row]:
        for incident in result["incidents"]:
            for entry in records(incident.get(key)):
                yield {**entry, "incident": incident["rank"]}

    return rows


def _story(result: Row) -> Iterator[Row]:
    for incident in result["incidents"]:
        for step, text in enumerate(incident["story"], 1):
            yield {"incident": incident["rank"], "step": step, "text": text}


def _verdicts(result: Row) -> Iterator[Row]:
    """One row for each word that was said of an incident or a finding."""
    for part, name in (("incidents", "rank"), ("findings", "id")):
        for entry in result[part]:
            judged = entry.get("verdict")
            for word in records(judged.get("words")) if isinstance(judged, Mapping) else ():
                yield {**word, "part": part, "of": entry[name], "state": verdict(entry)}


def _evidence(result: Row) -> Iterator[Row]:
    """One row for each line that a statement cites; a statement that cites none has a row without a line."""
    for part, of, statements in _stated(result):
        for n, told in enumerate(records(statements), 1):
            for line in records(told.get("evidence")) or ({},):
                yield {**told, **line, "part": part, "of": of, "statement": n}


def _stated(result: Row) -> Iterator[tuple[str, Any, Any]]:
    for finding in result["findings"]:
        yield "finding", finding["id"], finding["statements"]
    for incident in result["incidents"]:
        yield "incident", incident["rank"], incident.get("statements")
        for person in records(incident.get("people")):
            yield "incident_person", f"{incident['rank']} {person['employee']}", person.get("statements")
    for leak in result["attribution"]:
        for taker in leak["takers"]:
            yield "taker", f"{leak['leak']} {taker.get('account') or ''}", taker.get("statements")
    yield "complaints", "", result["complaints"].get("statements")
    for suspect in result["complaints"]["common"]:
        yield "complaints", suspect["account"], suspect.get("statements")


def _leaks(result: Row) -> Iterator[Row]:
    for leak in result["attribution"]:
        yield {**leak, **(leak.get("dated") or {})}


def _takers(result: Row) -> Iterator[Row]:
    for leak in result["attribution"]:
        for taker in leak["takers"]:
            yield {**taker, "leak": leak["leak"]}


def _holding_files(result: Row) -> Iterator[Row]:
    for holding in result["holdings"]:
        files = holding.get("files")
        for file in files if isinstance(files, Sequence) and not isinstance(files, str) else ():
            known = file if isinstance(file, Mapping) else {"path": file}
            yield {**known, "holder": holding["holder"]}


def _plain(*path: str) -> Callable[[Row], Iterable[Row]]:
    def rows(result: Row) -> Iterable[Row]:
        at: Any = result
        for key in path:
            at = at.get(key) or {}
        return records(at)

    return rows


_ROWS: Mapping[str, Callable[[Row], Iterable[Row]]] = MappingProxyType(
    {
        "case": _case,
        "answer": _numbered("answer", "sentence"),
        "incidents": _judged("incidents"),
        "incident_people": _of_incident("people"),
        "story": _story,
        "timeline": _of_incident("timeline"),
        "findings": _judged("findings"),
        "verdicts": _verdicts,
        "evidence": _evidence,
        "leaks": _leaks,
        "takers": _takers,
        "complaints": _plain("complaints", "common"),
        "holdings": _plain("holdings"),
        "holding_files": _holding_files,
        "tally": tallies.rows,
        "files_read": _plain("read", "files"),
        "not_read": _plain("read", "not_read"),
        "lines_set_aside": _plain("read", "rejected"),
        "limits": _numbered("limits", "limit"),
        "prices": _plain("network", "prices"),
    }
)
