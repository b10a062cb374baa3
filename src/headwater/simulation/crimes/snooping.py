"""Curiosity: the records of somebody famous, of namesakes of the family, of neighbours, of colleagues.

Entitlement: the actor may open the records; no treatment, call or case asks for it. Few are read, some several times,
and nothing leaves the house but talk.

Hospitals everywhere punish staff who read the files of the famous, of relatives and of colleagues; numbers are not
published. Two to twelve people, some of them looked at again, are assumed. Who acts together looks at the same person.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from headwater.simulation.crimes.lookups import Manner, days_of, looked
from headwater.simulation.crimes.scene import Act, Scene
from headwater.simulation.events import Whole
from headwater.simulation.trades.trade import Strength

_SUBJECTS: Mapping[Strength, int] = {"strong": 12, "medium": 7, "weak": 4, "faint": 2}
_VIEWS = 1.8  # of each subject, on average
_KNOWN = 3_000  # clients among whom somebody looks for the known ones


def act(scene: Scene) -> list[Act]:
    """Each curious person's part. The famous one is the same for all, the others are each one's own."""
    there = scene.pool.there(scene.first)
    mass = np.diff(scene.house.clients.mass, prepend=0.0)
    famous = int(there[np.argmax(mass[there])])
    return [_part(scene, person, famous, there) for person in scene.cast.actors]


def _part(scene: Scene, person: int, famous: int, there: Whole) -> Act:
    rng, count = scene.rng, _SUBJECTS[scene.cast.crime.strength]
    sat = scene.working(person)
    subjects = np.array([famous, *_known(scene, person, famous, there)[: count - 1]], dtype=np.int64)
    again = rng.choice(subjects, rng.poisson((_VIEWS - 1) * len(subjects)))
    clients = rng.permutation(np.concatenate([subjects, again]))
    days = days_of(scene, sat, max(2, count), run=False)
    rows = np.sort(rng.choice(days, len(clients)))
    took = looked(scene, sat, rows, scene.pool, Manner(None, 0.8, "name"), clients=clients)
    return Act((person,), {"access": took.events}, took.clients, took.times, np.full(len(rows), person))


def _known(scene: Scene, person: int, famous: int, there: Whole) -> list[int]:
    """People whom the actor knows or thinks to know, by turns: of one name with the family, neighbours, namesakes of
    colleagues; strangers when there are not enough."""
    rng, house = scene.rng, scene.house
    some = np.sort(rng.choice(there, min(_KNOWN, len(there)), replace=False))
    some = some[some != famous]
    names = house.clients.values(some, scene.first, "name")
    street = np.array([text[:10] for text in house.clients.values(some, scene.first, "address").tolist()], dtype=object)
    own = str(house.staff.name[person])
    family = some[np.array([name[0] == own[0] for name in names.tolist()])]
    near = some[street == street[rng.integers(len(some))]]
    fellows = some[np.isin(names.astype(str), house.staff.name.astype(str))]
    groups = [rng.permutation(group).tolist() for group in (family, near, fellows, some)]
    turns = [group[n] for n in range(12) for group in groups[:3] if n < len(group)]
    return list(dict.fromkeys([*turns, *groups[3][:24]]))
