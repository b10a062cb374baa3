"""Things that several people use: how seldom two people of the house have one in common that so few use.

A host, a mail address, a stick. What half the house uses ties nobody to anybody. For a thing with ``k`` users it is
counted which share of the house's other pairs have some thing of at most ``k`` users in common: pairs of one job, who
have tools and partners in common, apart from pairs of different jobs. That both used it right after suspicious reading
and not on their many other days counts too; and all pairs that might have been found so are paid for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

FEW = 12
"""What more people than this use is no secret of anybody."""
TEAM = 0.75
"""What so large a part of a job uses is the job's tool."""


@dataclass(frozen=True, slots=True)
class Shared:
    """A thing that ``people`` used near suspicious reading, of ``users`` in all.

    Of ``pairs`` other pairs of the house (of one job, or of different ones) ``alike`` have in common what as few use.
    ``p`` is paid for all pairs.
    """

    thing: str
    people: tuple[str, ...]
    users: int
    alike: int
    pairs: int
    one_job: bool
    p: float


@dataclass(frozen=True, slots=True)
class _Reference:
    """Pairs of one job and of different ones: fewest users of what each pair shares (sorted), other pairs, tried pairs."""

    fewest: Mapping[bool, np.ndarray]
    pairs: Mapping[bool, int]
    tried: Mapping[bool, int]

    def alike(self, one_job: bool, users: int) -> int:
        return int(np.searchsorted(self.fewest[one_job], users, side="right"))

    def rate(self, one_job: bool, users: int) -> float:
        """Chance that two people have in common what at most so many use."""
        return min(1.0, (self.alike(one_job, users) + 1) / (self.pairs[one_job] + 1))


def shared(uses: pd.DataFrame, jobs: Mapping[str, str]) -> list[Shared]:
    """Things that two or more used near suspicious reading.

    ``uses``: person, thing, day, first (a moment) and near, whether it came right after suspicious reading of that person.
    """
    near = uses[uses["near"]]
    tried = sorted(set(near["person"]))
    if len(tried) < 2:
        return []
    holders = uses[["person", "thing"]].drop_duplicates()
    users = holders.groupby("thing").size()
    met = near.sort_values(["first", "person"]).drop_duplicates(["thing", "person"])
    met = met[met["thing"].map(users) <= FEW]
    reference = _reference(holders[holders["thing"].map(users) <= FEW], sorted(set(uses["person"])), tried, jobs)
    often = _often(uses)
    made = []
    for thing, rows in met.groupby("thing", sort=True):
        people = tuple(rows["person"])
        if len(people) < 2 or _tool(set(holders.loc[holders["thing"] == thing, "person"]), set(uses["person"]), jobs):
            continue
        made.append(_shared(str(thing), people, int(users[thing]), jobs, reference, often, len(tried)))
    return made


def _shared(
    thing: str, people: Sequence[str], users: int, jobs: Mapping[str, str], known: _Reference,
    often: Mapping[str, float], tried: int,
) -> Shared:  # fmt: skip
    """The rarest pair decides; each further person is a further coincidence, paid for by everybody tried."""
    chances = {
        (a, b): known.tried[same] * known.rate(same, users) * often[a] * often[b]
        for a, b in combinations(people, 2)
        for same in (jobs.get(a) == jobs.get(b),)
    }
    one, other = min(chances, key=lambda pair: (chances[pair], people.index(pair[0]), people.index(pair[1])))
    classes = sum(1 for n in known.tried.values() if n)
    p = min(1.0, chances[one, other] * classes)
    for person in people:
        if person not in (one, other):
            rate = max(known.rate(jobs.get(person) == jobs.get(x), users) for x in (one, other))
            p *= min(1.0, rate * often[person] * tried)
    same = jobs.get(one) == jobs.get(other)
    return Shared(thing, tuple(people), users, known.alike(same, users), known.pairs[same], same, max(p, 1e-300))


def _reference(
    holders: pd.DataFrame, everybody: Sequence[str], tried: Sequence[str], jobs: Mapping[str, str]
) -> _Reference:
    """What pairs share who are not both among those tried. Costs a self-join of things that few use."""
    users = holders.groupby("thing")["person"].transform("size")
    rows = holders.assign(users=users)
    both = rows.merge(rows, on=["thing", "users"], suffixes=("", "_too"))
    both = both[both["person"] < both["person_too"]]
    suspects = set(tried)
    both = both[~(both["person"].isin(suspects) & both["person_too"].isin(suspects))]
    fewest = both.groupby(["person", "person_too"])["users"].min().reset_index()
    same = np.array(
        [jobs.get(a) == jobs.get(b) for a, b in zip(fewest["person"], fewest["person_too"], strict=True)], bool
    )
    values = fewest["users"].to_numpy(int)
    total, among = _pairs(everybody, jobs), _pairs(tried, jobs)
    return _Reference(
        {kind: np.sort(values[same == kind]) for kind in (True, False)},
        {kind: total[kind] - among[kind] for kind in (True, False)},
        among,
    )


def _pairs(people: Sequence[str], jobs: Mapping[str, str]) -> dict[bool, int]:
    """How many pairs of one job and of different jobs there are."""
    counts: dict[str, int] = defaultdict(int)
    for person in people:
        counts[jobs.get(person, "")] += 1
    same = sum(n * (n - 1) // 2 for n in counts.values())
    return {True: same, False: len(people) * (len(people) - 1) // 2 - same}


def _often(uses: pd.DataFrame) -> dict[str, float]:
    """Which share of a person's days with anything of the kind lie near suspicious reading."""
    days = uses.groupby("person")["day"].nunique()
    near = uses[uses["near"]].groupby("person")["day"].nunique()
    return {str(p): (near[p] + 1) / (days[p] + 2) for p in near.index}


def _tool(users: set[str], everybody: set[str], jobs: Mapping[str, str]) -> bool:
    """Whether nearly everybody of some job with two people or more uses it."""
    teams: dict[str, list[bool]] = defaultdict(list)
    for person in everybody:
        teams[jobs.get(person, "")].append(person in users)
    return any(len(team) > 1 and sum(team) > 1 and np.mean(team) >= TEAM for team in teams.values())
