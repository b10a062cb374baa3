"""All events of a result as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.exports.ocsf import data, detections
from headwater.casework.reports.exports.ocsf.event import Event, case_of
from headwater.casework.reports.json_lines import lines


def export(result: Mapping[str, Any], lang: str = "en") -> dict[str, bytes]:
    """``case.ocsf.jsonl``: one event a line. ``lang`` is the language of the result's sentences."""
    return {"case.ocsf.jsonl": lines(events(result, lang))}


def events(result: Mapping[str, Any], lang: str = "en") -> Iterator[Event]:
    """Incidents, findings, then data: leaked, sent out, sold, held."""
    case = case_of(result, lang)
    yield from detections.incidents(result, case)
    yield from detections.findings(result, case)
    yield from data.findings(result, case)
