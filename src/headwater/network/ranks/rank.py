"""From orders and money to where everybody stands: tiers, roles and key players at one go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import Acts, Hops, People, Traffic
from headwater.network.ranks.firmness import firm
from headwater.network.ranks.group_talk import group_talk
from headwater.network.ranks.key_players import KeyPlayers, key_players
from headwater.network.ranks.levels import Mask
from headwater.network.ranks.roles import Evidence, Standing, roles
from headwater.network.ranks.tiers import tiers


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """``tiers`` as :func:`tiers` gives them; ``standings`` of all people, by number; the key players."""

    tiers: pd.DataFrame
    standings: tuple[Standing, ...]
    keys: KeyPlayers


def ranks(traffic: Traffic, people: People, acts: Acts, hops: Hops, paid: pd.DataFrame, seized: Mask) -> Ranks:
    """Say where everybody stands.

    ``paid``: money between people (``payer``, ``payee``, ``amount``, ``payments``, ``matched``, ``for_another``, ``others``);
    ``seized``: of each person, whether a device of theirs was read (further entries are ignored). Where nothing but a nickname on
    a bill says that two paid each other, their money counts for little.
    """
    read = np.asarray(seized[: people.count], dtype=np.bool_)
    paid = paid.assign(firm=firm(paid, traffic, people))
    levels = tiers(hops, paid[paid["firm"]], people.count, read)
    said = group_talk(traffic, people, acts)
    standings = roles(Evidence(hops, paid, levels, read, said, traffic, people, acts))
    traders = np.zeros(people.count, dtype=bool)
    traders[[s.person for s in standings if s.member]] = True
    devices = tuple(int(p) for p in np.flatnonzero(read & traders))
    customers = np.array([s.role in ("customer", "") for s in standings], dtype=bool)
    return Ranks(levels, standings, key_players(hops, people.count, devices, customers))
