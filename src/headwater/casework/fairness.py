"""What is told of each incident beside the accusation: innocent explanations with their tests, and the account's year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater.casework.alternatives.testing import alternatives, told
from headwater.casework.years import years
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.incident import Incident
from headwater.model.words import Lang, Text


def standing(told: Iterable[tuple[int, Mapping[str, Any]]], lang: Lang) -> list[str]:
    """The sentence of the answer that names incidents of which an innocent explanation stands; none where none does.

    ``told`` has what is told beside each incident, with its rank.
    """
    found = [(n, [a["title"] for a in each.get("alternatives", ()) if a["outcome"] == "stands"]) for n, each in told]
    named = [(n, titles) for n, titles in found if titles]
    if not named:
        return []
    listed = "; ".join(f"{n}: {', '.join(titles)}" for n, titles in named)
    text = Text(
        f"Innocent explanations STAND of these incidents, and must be settled first — {listed}.",
        f"下列事件的无辜解释仍然成立，须先行查清——{listed}。",
    )
    return [text.said(lang)]


def explained(each: Mapping[str, Any]) -> list[str]:
    """The titles of the innocent explanations that stand, of what is told beside an incident."""
    return [a["title"] for a in each.get("alternatives", ()) if a["outcome"] == "stands"]


def beside(
    scene: Scene, incidents: Sequence[Incident], attribution: Attribution, lang: Lang
) -> tuple[dict[str, Any], ...]:
    """The keys ``alternatives`` and ``year`` of each incident, in one language."""
    tested = alternatives(scene, incidents, attribution)
    listed = [told(found, lang) for found in tested] + [[] for _ in incidents[len(tested) :]]
    yearly = years(scene, incidents, attribution)
    return tuple({"alternatives": a, "year": y} for a, y in zip(listed, yearly, strict=True))
