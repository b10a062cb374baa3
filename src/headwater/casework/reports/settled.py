"""Incidents in the order in which they are shown: those that stand first, those that people explained or refuted after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SETTLED = frozenset({"explained", "refuted"})


def is_settled(incident: Mapping[str, Any]) -> bool:
    """Whether people have explained or refuted an incident.

    >>> is_settled({"verdict": {"state": "explained"}}), is_settled({"verdict": {"state": "disputed"}}), is_settled({})
    (True, False, False)
    """
    verdict = incident.get("verdict")
    return isinstance(verdict, Mapping) and verdict.get("state") in SETTLED


def settled_last(incidents: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
    """Every incident with its number, which it keeps; none is left out.

    >>> settled_last([{"verdict": {"state": "refuted"}}, {}])
    [(2, {}), (1, {'verdict': {'state': 'refuted'}})]
    """
    return sorted(enumerate(incidents, 1), key=lambda told: (is_settled(told[1]), told[0]))
