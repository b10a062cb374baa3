"""What is told of each incident beside the accusation: innocent explanations with their tests, and the account's year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from headwater.casework.alternatives.testing import alternatives, told
from headwater.casework.years import years
from headwater.detection.scene import Scene
from headwater.model.attribution import Attribution
from headwater.model.incident import Incident
from headwater.model.words import Lang


def beside(
    scene: Scene, incidents: Sequence[Incident], attribution: Attribution, lang: Lang
) -> tuple[dict[str, Any], ...]:
    """The keys ``alternatives`` and ``year`` of each incident, in one language."""
    tested = alternatives(scene, incidents, attribution)
    listed = [told(found, lang) for found in tested] + [[] for _ in incidents[len(tested) :]]
    yearly = years(scene, incidents, attribution)
    return tuple({"alternatives": a, "year": y} for a, y in zip(listed, yearly, strict=True))
