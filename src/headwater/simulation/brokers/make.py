"""Make a case of a made market: let it live, take some of the phones, and keep the truth apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from headwater.simulation.brokers.groups import Room, rooms
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.ledger import BUBBLES
from headwater.simulation.brokers.phone import Scene
from headwater.simulation.brokers.sayings import sayings
from headwater.simulation.brokers.sightings import sightings
from headwater.simulation.brokers.taking import Turn, take
from headwater.simulation.brokers.trade_talk import SMALL_TALK
from headwater.simulation.brokers.truth import truth
from headwater.simulation.brokers.world import Pair, World, dealings, world
from headwater.simulation.clock import ZONE

_LINES_OF_A_HOP = 4.3  # measured, as the next: to tell how much ordinary life it takes to drown the trade
_LINES_OF_A_SESSION = 2.2
_SETTINGS = f'timezone = "{ZONE}"\norganisation = "某市公安局网安支队"\njurisdiction = "cn"\n'


def make_brokers(case: Path, *, seed: int, habits: BrokerHabits | None = None) -> dict[str, Any]:
    """Write the case folder of a made market and give the truth about it, which the caller may write beside it.

    Phones are written one after another, and chats one after another: memory grows with the orders, not with the
    messages. Same seed, same bytes.
    """
    made = world(habits or BrokerHabits(), seed)
    seen = sightings(made)
    scene = _scene(made)
    case.mkdir(parents=True, exist_ok=True)
    (case / "headwater.toml").write_text(_SETTINGS, encoding="utf-8")
    payments = _by_person(made)
    for number, person in enumerate(np.flatnonzero(made.people.seized).tolist()):
        take(scene, Turn(person, number, tuple(payments.get(person, ()))), case, seen)
    return truth(made, seen, case.name)


def _scene(made: World) -> Scene:
    between = dealings(made)
    peers: dict[int, list[Pair]] = defaultdict(list)
    for pair in between:
        for account in pair:
            peers[account].append(pair)
    groups = rooms(made)
    return Scene(
        made=made,
        dealings=between,
        peers=dict(peers),
        rooms=groups,
        sayings=sayings(made.seed, made.habits.unassigned_phones),
        ordinary=made.habits.chatter * _trade_lines(made, len(between), groups),
    )


def _trade_lines(made: World, pairs: int, groups: tuple[Room, ...]) -> float:
    """About how many lines the trade leaves on an average phone."""
    bubbles = sum(payment.channel in BUBBLES for payment in made.ledger.payments)
    direct = _LINES_OF_A_HOP * len(made.hops) + 2 * bubbles + _LINES_OF_A_SESSION * SMALL_TALK * made.span.days * pairs
    return (2 * direct + sum(len(room.lines) * len(room.accounts) for room in groups)) / made.people.members


def _by_person(made: World) -> dict[int, list[int]]:
    places: dict[int, list[int]] = defaultdict(list)
    for place, payment in enumerate(made.ledger.payments):
        places[payment.payer].append(place)
        places[payment.payee].append(place)
    return places
