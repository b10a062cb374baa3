"""A made result with everything that an export can hold, and the same one with hostile texts."""

from __future__ import annotations

import json
from typing import Any

from made_result import made_result
from test_report_network import network

from headwater.casework.reports.figures import parsed
from headwater.casework.reports.json import dumps
from headwater.casework.reports.schema import check
from headwater.model.words import Lang

Made = dict[str, Any]

HELD = "2" * 64
PLAIN = frozenset(
    {"schema", "severity", "grade", "low", "high", "sha256", "digest", "timezone", "detector", "outcome", "state"}
)
"""Keys whose texts come from the program and not from an input."""


def whole(lang: Lang = "en", people: int = 12, orders: int = 8) -> Made:
    """All parts, a market among them; a technique that is a part of another, and a finding that people have judged."""
    made: Made = json.loads(dumps(made_result(lang) | {"network": network(lang, people, orders)}))
    made["findings"][0]["techniques"] = ["T1078.002", "IF001", "T1213"]
    made["findings"][1]["verdict"] = judged("explained")
    made["incidents"][0]["verdict"] = judged("confirmed")
    made["holdings"][0]["role"] = "seized"
    made["network"]["sales"].append(
        {"from": "N00001", "to": "N00002", "time": "2026-02-01T10:00:00+08:00", "file": "list.xlsx", "digest": HELD,
         "rows": 900, "persons": 880, "price": 300, "evidence": [{"source": "chats/a.csv", "line": 3}]}
    )  # fmt: skip
    place = {
        "id": "cn",
        "name": "PRC",
        "version": "1",
        "digest": "0",
        "as_of": "2025-04-19",
        "zone": "",
        "counting": "",
    }
    made["duties"] = {"places": [place], "facts": [], "entries": []}
    return made


def judged(state: str) -> Made:
    """A verdict as the casebook puts it beside what it is about."""
    word = {"by": "Li", "attested": True, "said": state, "at": "2026-05-02T09:00:00+08:00", "because": "was heard"}
    return {"state": state, "until": None, "grown": [], "words": [{**word, "until": None, "counts": True}]}


def poisoned(value: Any, poison: str, key: str = "") -> Any:
    """The same value with poison in place of every text that an input could choose."""
    if isinstance(value, dict):
        return {k: poisoned(v, poison, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, poison, key) for v in value]
    return poison if isinstance(value, str) and key not in PLAIN and parsed(value) is None else value


def hostile(poison: str) -> Made:
    """A result that keeps its contract, with poison everywhere."""
    made: Made = poisoned(whole(), poison)
    made["schema"] = "headwater/result/1"
    assert check(made) == (), check(made)[:3]
    return made
