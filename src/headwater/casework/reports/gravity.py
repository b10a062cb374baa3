"""How grave it is that a file lies where it lies: by the legal groups of what it holds, and by how many persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

SERIOUS: Mapping[str, int] = MappingProxyType({"n3": 50, "n4": 500, "n5": 5_000})
"""Items from which the criminal law of the PRC calls it serious, by group (法释〔2017〕10号 第五条第一款, nos. 3 to 5);
ten times as many are especially serious. A yardstick for the order of a list: the rule sets decide, not a report."""

LEVELS = ("none", "low", "medium", "high", "critical")

GRAVEST_FIRST = ("n3", "n4", "n5")


@dataclass(frozen=True, slots=True)
class Gravity:
    """The gravest group in a file, how many times over the group's figure is reached, and the word for it."""

    group: str
    ratio: float
    level: str

    @property
    def rank(self) -> tuple[int, float]:
        """Sorts the gravest last."""
        return LEVELS.index(self.level), self.ratio


def groups_of(answer: Mapping[str, Any]) -> dict[str, str]:
    """The legal group of every kind, as the whole answer names it."""
    return {str(i["kind"]): str(i.get("group") or "") for i in answer.get("items") or ()}


def gravity(file: Mapping[str, Any], groups: Mapping[str, str]) -> Gravity:
    """How grave one file (or holder, or holding) is.

    A kind counts for at most as many items as there are persons: a person whose telephone stands in ten rows is one.
    """
    persons, ratio = int(file.get("persons") or 0), 0.0
    held = file.get("items") or file.get("kinds") or ()
    for item in held:
        figure = SERIOUS.get(str(item.get("group") or groups.get(str(item["kind"]), "")))
        if figure:
            ratio = max(ratio, min(int(item.get("found") or 0), persons) / figure)
    return Gravity(gravest(i.get("group") or groups.get(str(i["kind"]), "") for i in held), ratio, _level(ratio))


def gravest(groups: Any) -> str:
    """The gravest of some groups; empty where there is none.

    >>> gravest(["n5", "", "n3"]), gravest([""])
    ('n3', '')
    """
    there = set(groups)
    return next((g for g in GRAVEST_FIRST if g in there), "")


def _level(ratio: float) -> str:
    if not ratio:
        return "none"
    return "critical" if ratio >= 10 else "high" if ratio >= 1 else "medium" if ratio >= 0.1 else "low"


def gravest_first(answer: Mapping[str, Any]) -> list[tuple[Gravity, Mapping[str, Any]]]:
    """Files that hold anything personal, the gravest first, then by persons and path."""
    groups = groups_of(answer)
    held = [(gravity(f, groups), f) for f in answer.get("files") or () if f.get("items") or f.get("persons")]
    return sorted(held, key=lambda each: (*(-x for x in each[0].rank), -int(each[1]["persons"]), each[1]["path"]))
