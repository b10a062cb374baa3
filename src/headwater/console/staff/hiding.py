"""The veil over a house as pages draw it: over whoever is listed, and over owners and absentees whom the roster lacks."""

from __future__ import annotations

from dataclasses import replace

from headwater.casework.veil import Veil
from headwater.console.desk.gathering import everybody
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation
from headwater.investigation.veiling import veil


def whole_veil(work: Investigation, scene: Scene) -> Veil:
    """A veil over every name of the lake, those included that no roster has."""
    listed = veil(work, scene)
    return replace(listed, org=everybody(listed.org, {}))
