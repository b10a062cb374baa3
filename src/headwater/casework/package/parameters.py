"""What a result depends on beside the files that were read and the program: the case's settings, and seeds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from headwater.attribution.search import Options
from headwater.model.settings import Settings
from headwater.network.ranks.key_players import KeySettings
from headwater.network.ranks.tiers import TierSettings

BESIDE_THE_LAKE = ("calibration.json",)
"""Files of the workspace that are made apart from an investigation and read by it, where they are there."""


def parameters(settings: Settings, workspace: Path) -> dict[str, Any]:
    """Settings in words, seeds, and digests of what lies beside the lake; ``headwater.toml`` itself is among the inputs."""
    there = [workspace / name for name in BESIDE_THE_LAKE if (workspace / name).is_file()]
    return {
        "organisation": settings.organisation,
        "jurisdiction": settings.jurisdiction,
        "timezone": settings.timezone,
        "seeds": {
            "attribution": Options().seed,
            "key_players": KeySettings().seed,
            "tiers": TierSettings().seed,
        },
        "beside": [{"file": f.name, "sha256": hashlib.sha256(f.read_bytes()).hexdigest()} for f in there],
    }
