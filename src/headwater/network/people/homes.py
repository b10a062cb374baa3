"""Accounts that are at home on one device are its owner's; those of two devices are two people's."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.people.evidence import FORBIDDEN, Scene, evidence

DEVICE = 20.0
"""Bits, beyond what chance leaves: phones are seldom lent for the length of a case."""


def links(scene: Scene) -> pd.DataFrame:
    """Every own account of a device with the first of them, and the first ones of different devices apart."""
    home = np.flatnonzero(scene.holder != "")
    frame = pd.DataFrame({"second": home, "holder": scene.holder[home]})
    first = frame.groupby("holder")["second"].min().rename("first").reset_index()
    together = frame.merge(first, on="holder").assign(bits=scene.prior + DEVICE)
    return evidence(together, "device")


def apart(scene: Scene) -> pd.DataFrame:
    """Own accounts of different devices: nobody merges them but a person. One row for each pair of neighbouring devices."""
    home = np.flatnonzero(scene.holder != "")
    frame = pd.DataFrame({"account": home, "holder": scene.holder[home]}).drop_duplicates("holder")
    frame = frame.sort_values("holder", ignore_index=True)
    pairs = pd.DataFrame(
        {
            "first": frame["account"].to_numpy()[:-1],
            "second": frame["account"].to_numpy()[1:],
            "holder": frame["holder"].to_numpy()[:-1],
            "other": frame["holder"].to_numpy()[1:],
        }
    )
    return evidence(pairs.assign(bits=FORBIDDEN), "devices")
