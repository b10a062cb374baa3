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


def events(result: Mapping[str, Any], lang: str = "en", find: detections.Find | None = None) -> Iterator[Event]:
    """Incidents, findings, then data: leaked, sent out, sold, held.

    The lists of the result are gone over several times, row by row; with ``find``, which gives a finding by its id, no
    more of the findings is held at once than their ids.
    """
    case = case_of(result, lang)
    yield from detections.incidents(result, case, find)
    yield from detections.findings(result, case)
    yield from data.findings(result, case)
