"""Accounts that are at home on one device are its owner's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, evidence

DEVICE = 20.0
"""Bits, beyond what chance leaves: phones are seldom lent for the length of a case."""


def links(scene: Scene) -> pd.DataFrame:
    """Every own account of a device with the first of them."""
    home = np.flatnonzero(scene.holder != "")
    frame = pd.DataFrame({"second": home, "holder": scene.holder[home]})
    first = frame.groupby("holder")["second"].min().rename("first").reset_index()
    together = frame.merge(first, on="holder").assign(bits=scene.prior + DEVICE)
    return evidence(together, "device")
