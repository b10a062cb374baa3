"""Sentences on accounts that passed from one person to another, for both of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from headwater.model.evidence import Citation, Statement
from headwater.model.words import Text
from headwater.network.frames import People, Traffic
from headwater.network.handovers.parts import bare_ids

CITED = 3
"""So many of the messages that say so are cited at most."""


def handovers_told(traffic: Traffic, people: People, names: Mapping[int, str]) -> dict[int, tuple[Statement, ...]]:
    """By person: which account he gave or got, and when; ``names`` are the ids of those that the market tells of.

    Nothing is said where a human has found that the parts are one person's.
    """
    made: dict[int, list[Statement]] = defaultdict(list)
    written = bare_ids(traffic)
    for (account, before, after, time), rows in traffic.handovers.groupby(["account", "before", "after", "time"]):
        giver, taker = int(people.of[before]), int(people.of[after])
        if giver == taker:
            continue
        when = f"{pd.Timestamp(int(time), unit='us'):%Y-%m-%d %H:%M} UTC"
        one, other = names.get(giver), names.get(taker)
        name = written[account]
        text = Text(
            f"The account {name} passed from one person to another by its own words: until {when} it was "
            f"{one or 'somebody else'}'s, from then on {other or 'somebody else'}'s. Each answers for his own time only.",
            f"账号{name}依其自述已易手：{when}之前由{one or '他人'}使用，此后由{other or '他人'}使用，"
            "各自仅对自己使用期间的行为负责。",
        )
        lines = traffic.messages[["source", "line"]].take(rows["message"].to_numpy()[:CITED])
        cited = tuple(Citation(str(s), int(n)) for s, n in zip(lines["source"], lines["line"], strict=True))
        for person in (giver, taker):
            made[person].append(Statement(text, 0.0, cited, "passed"))
    return {person: tuple(said) for person, said in made.items()}
