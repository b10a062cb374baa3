"""The few figures that stand at the head of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.figures import number, share
from headwater.casework.reports.records import records
from headwater.casework.reports.settled import is_settled
from headwater.casework.reports.words import Words


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, what it counts, and a remark below it."""

    value: str
    label: str
    remark: str = ""


def key_figures(result: Mapping[str, Any], say: Words) -> tuple[Figure, ...]:
    """Incidents, leaked rows and how many are explained, holdings, what was read; a part without input is left out."""
    return (
        *_incidents(result, say),
        *_leaks(result.get("attribution") or (), say),
        *_holdings(result.get("holdings") or (), say),
        *_market(result.get("network"), say),
        *_read(result.get("read") or {}, say),
    )


def totals(read: Mapping[str, Any]) -> dict[str, int]:
    """Files, rows and rejected lines: as the result gives them, or summed up from its files."""
    files = read.get("files") or ()
    summed = {"files": len(files), "rows": _sum(files, "rows"), "rejected": _sum(files, "rejected")}
    return {**summed, **(read.get("totals") or {})}


def _incidents(result: Mapping[str, Any], say: Words) -> list[Figure]:
    """How many incidents stand; what people explained or refuted is counted beside them."""
    findings = say("figure.findings", n=number(len(result.get("findings") or ())))
    incidents = records(result.get("incidents"))
    settled = sum(map(is_settled, incidents))
    amount = len(incidents) - settled
    remark = "; ".join([findings, say("figure.settled", n=settled)]) if settled else findings
    return [Figure(number(amount), say("figure.incidents", n=amount), remark)]


def _leaks(found: Sequence[Mapping[str, Any]], say: Words) -> list[Figure]:
    """Rows of leaked files; those of seized ones are counted with their holders."""
    leaks = [leak for leak in found if not str(leak.get("leak")).startswith("seized/")]
    if not leaks:
        return []
    rows, ours = _sum(leaks, "rows"), _sum(leaks, "ours")
    explained = ours - _sum(leaks, "unexplained")
    return [
        Figure(
            number(rows), say("figure.leaked"), say("figure.leaked_ours", rows=number(ours), share=share(ours, rows))
        ),
        Figure(number(explained), say("figure.explained"), say("figure.explained_of", share=share(explained, ours))),
    ]


def _holdings(found: Sequence[Mapping[str, Any]], say: Words) -> list[Figure]:
    """Rows of seized files; those of leaked ones are counted as such."""
    holdings = [holding for holding in found if holding.get("role") != "leak"]
    if not holdings:
        return []
    remark = say("figure.holders", n=len(holdings))
    return [Figure(number(_sum(holdings, "rows")), say("figure.held"), remark)]


def _market(network: Any, say: Words) -> list[Figure]:
    if not isinstance(network, Mapping) or not network.get("people"):
        return []
    placed = len(network.get("orders") or ())
    return [Figure(number(len(network["people"])), say("figure.market"), say("figure.placed", n=number(placed)))]


def _read(read: Mapping[str, Any], say: Words) -> list[Figure]:
    total = totals(read)
    remark = say("figure.rejected", files=number(total["files"]), rejected=number(total["rejected"]))
    return [Figure(number(total["rows"]), say("figure.read"), remark)]


def _sum(entries: Sequence[Mapping[str, Any]], key: str) -> int:
    return sum(int(e.get(key) or 0) for e in entries)
