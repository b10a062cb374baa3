"""What speaks for an account that read much: that the records were its owner's own business, as they usually are."""

from __future__ import annotations

import pandas as pd

from headwater.detection.scene import Scene
from headwater.model.evidence import Statement
from headwater.model.words import Text

LEAST_SHARE = 0.2
"""Where business explains less than this of what an account usually opens, it explains nothing about it."""


def own_business(scene: Scene, account: str, sittings: pd.DataFrame, most: float) -> tuple[Statement, ...]:
    """How much of what was opened one by one in these sittings is the owner's business, against his usual share.

    ``sittings``: rows of :attr:`Scene.sittings`. ``most``: bits against the finding when the share is as usual or higher; none
    from half the usual share downwards. Nothing is said where relations are not on record.
    """
    usual = scene.who.business_share.get(account) if scene.has("relations") else None
    if usual is None or usual < LEAST_SHARE:
        return ()
    keys = ["account", "place", "sitting"]
    own = scene.explained.merge(sittings[[*keys, "owner"]], on=keys)
    own = own[own["employee"] == own["owner"]]
    read, known = int(own["readings"].sum()), int(own["explained"].sum())
    if not read:
        return ()
    share = known / read
    text = Text(
        f"The owner's business explains {known:,} of {read:,} records opened one by one, counted sitting by "
        f"sitting ({share:.0%}; usually {usual:.0%}).",
        f"逐条打开的 {read:,} 条记录（按次合计）中，{known:,} 条可由所有人的业务解释（{share:.0%}，通常 {usual:.0%}）。",
    )
    kept = min(1.0, share / usual)
    return (Statement(text, 0.0 - most * max(0.0, 2 * kept - 1)),)
