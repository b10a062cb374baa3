"""What somebody means who judges: an alert, an incident by its rank, a finding, a taker or a person of a result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from headwater.casework.judging import extents
from headwater.model.errors import CaseError
from headwater.store.casebook.things import Thing
from headwater.store.casebook.verdicts import Said, Saying

FORMS = "an alert (A-…), incident:RANK, finding:ID, taker:LEAK:ACCOUNT or person:EMPLOYEE"


@dataclass(frozen=True, slots=True)
class Words:
    """What is said: the verdict, why, and the last day of an explanation."""

    said: Said
    because: str = ""
    until: date | None = None


def saying(result: Mapping[str, Any], name: str, words: Words) -> Saying:
    """What is to be said of a thing of a result, as it stands there.

    :param name: ``incident:2``, ``finding:bulk-read:u1``, ``taker:leak/a.csv:u1`` or ``person:E1``
    :raises CaseError: when the result has no such thing
    """
    kind, _colon, rest = name.strip().partition(":")
    makers = {"incident": _incident, "finding": _finding, "taker": _taker, "person": _person}
    if kind not in makers or not rest:
        raise CaseError(f"one judges {FORMS}")
    found = makers[kind](result, rest)
    return replace(found, said=words.said, because=words.because, until=words.until)


def read_result(file: Path) -> dict[str, Any]:
    """A result that was written.

    :raises CaseError: when there is none
    """
    try:
        told = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise CaseError("is no result; `headwater investigate` makes one (or give --out)", str(file)) from error
    if not isinstance(told, dict) or "incidents" not in told:
        raise CaseError("is no result of an investigation", str(file))
    return told


def _incident(result: Mapping[str, Any], rank: str) -> Saying:
    found = next((i for i in result["incidents"] if str(i["rank"]) == rank.lstrip("#")), None)
    if found is None:
        raise CaseError(f"there is no incident of that rank; there are {len(result['incidents'])}")
    extent = extents.of_incident(found, {f["id"]: f for f in result["findings"]})
    return _of("incident", extent.key, extents.plain(extent))


def _finding(result: Mapping[str, Any], name: str) -> Saying:
    found = next((f for f in result["findings"] if f["id"] == name), None)
    if found is None:
        raise CaseError("there is no such finding in the result")
    return _of("finding", (name,), extents.plain(extents.of_finding(found)))


def _taker(result: Mapping[str, Any], name: str) -> Saying:
    for leak in result["attribution"]:
        for taker in leak["takers"]:
            if name == f"{leak['leak']}:{taker['account']}":
                people = [f"person:{e}" for e in taker["employees"]]
                return _of(
                    "taker", (leak["leak"], taker["account"]), {"subjects": [f"account:{taker['account']}", *people]}
                )
    raise CaseError("there is no such taker in the result")


def _person(result: Mapping[str, Any], employee: str) -> Saying:
    named = {p["employee"] for i in result["incidents"] for p in i.get("people", ())}
    named |= {e for f in result["findings"] for e in f["employees"]}
    named |= {p["employee"] for leak in result["attribution"] for t in leak["takers"] for p in t.get("people", ())}
    if employee not in named:
        raise CaseError("nobody of that number is named in the result")
    return _of("person", (employee,), {"subjects": [f"person:{employee}"]})


def _of(kind: str, key: tuple[str, ...], about: Mapping[str, Any]) -> Saying:
    return Saying(Thing(kind, key, {}), Said.unsure, about=about)
