"""As much of an answer as the report's first page and the clocks of duties ask for, from its desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from headwater.console.desk.asking import Between
from headwater.console.desk.desk import Desk


def first_page(desk: Desk) -> Mapping[str, Any]:
    """What the head of a report is made of; lists of which only the length is asked for are ranges."""
    return desk.remembered("first page", lambda: _first_page(desk))


def _first_page(desk: Desk) -> Mapping[str, Any]:
    return {
        "case": desk.part("case"),
        "answer": desk.part("answer"),
        "findings": range(desk.count("findings")),
        "incidents": desk.part("incidents"),
        "attribution": desk.part("attribution"),
        "holdings": desk.part("holdings"),
        "network": {"people": range(desk.count("people")), "orders": range(desk.count("orders"))},
        "read": {"totals": desk.part("read.totals"), "not_read": range(desk.count("not_read"))},
        "limits": desk.part("limits"),
    }


def for_duties(desk: Desk) -> Mapping[str, Any]:
    """What decides which duties there are (:mod:`headwater.casework.duties.seen`)."""
    return desk.remembered("duties", lambda: _for_duties(desk))


def _for_duties(desk: Desk) -> Mapping[str, Any]:
    looked_up = {"outcome": "answered", "looked_up": Between(low=1)}
    orders = list(desk.every("orders", looked_up))
    whole = first_page(desk)
    return {
        "case": whole["case"],
        "incidents": whole["incidents"],
        "attribution": whole["attribution"],
        "holdings": whole["holdings"],
        "complaints": desk.part("complaints"),
        "duties": {"together": (desk.part("duties") or {}).get("together")},
        "tally": desk.part("tally"),
        "network": {"orders": orders},
    }
