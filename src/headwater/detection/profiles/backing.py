"""How unlike its own past and its peers' ways an account's day is: empirical frequencies with back-off.

Sizes: on what share of days was so much drawn, ``(own hits + s * P(peers)) / (own days + s)``, and the peers in turn
back off to the house. Things (a way, a program, an hour): the Pitman-Yor process with the same chain. Of the account's
own days only earlier ones count, and what was done lately counts neither for nor against: a thief's second night must not
be excused by his first, nor a daily list be news on its second day. Others are judged by all the days that the lake holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
DISCOUNT, STRENGTH = 0.5, 5.0
"""``d`` and ``s`` of the process: the wider group's opinion is worth five days (believed, not fitted)."""


@dataclass(frozen=True, slots=True)
class Days:
    """On how many days each account was at work, in all and before each day; its group; who has no peers."""

    worked: pd.DataFrame  # account, day: one row for each day at work, by account and day
    groups: Mapping[str, str]
    habit: int

    def before(self, rows: pd.DataFrame) -> Floats:
        """Own days at work before each row's day."""
        place = {a: d["number"].to_numpy() for a, d in self._numbered().groupby("account")}
        day = _numbers(rows["day"])
        return np.array([np.searchsorted(place[a], d) for a, d in zip(rows["account"], day, strict=True)], float)

    def in_group(self) -> pd.Series[int]:
        """Days at work of all accounts of a group."""
        return self.worked["account"].map(self.groups).value_counts()

    def _numbered(self) -> pd.DataFrame:
        return self.worked.assign(number=_numbers(self.worked["day"])).sort_values(["account", "number"])

    def began(self) -> dict[str, int]:
        """The first day on which each account was at work."""
        return {str(a): int(n) for a, n in self._numbered().groupby("account")["number"].min().items()}

    def settled(self, day: npt.NDArray[np.int64], began: int) -> npt.NDArray[np.bool_]:
        """For days of one account, pairwise: whether the second lies so far before the first that it may be a habit.

        In a young log that is half of the time since the account was first seen.
        """
        lag = np.minimum(self.habit, (day - began) / 2)
        return np.asarray(day[None, :] < (day - lag)[:, None])


def _numbers(days: pd.Series[object]) -> npt.NDArray[np.int64]:
    return np.asarray(pd.to_datetime(days).to_numpy().astype("datetime64[D]").astype(np.int64))


def rare_size(rows: pd.DataFrame, days: Days, column: str) -> Floats:
    """-log10 of the share of days on which so much was reached: own days, peers', the house's.

    ``rows``: account, day, ``allowed`` and the size, at most one row for an account and day. What was allowed by name is
    no measure for what was not. Accounts without peers (their group begins with ``=``)
    are judged by their own past alone; where there is none yet, the score is 0.
    """
    size, day = rows[column].to_numpy(float), _numbers(rows["day"])
    group = rows["account"].map(days.groups)
    alone = group.str.startswith("=").to_numpy()
    before, total = days.before(rows), days.worked["account"].value_counts()
    own_days = rows["account"].map(total).to_numpy(float)
    own_hits, earlier, lately = _own_hits(rows, size, day, days)
    counts = ~rows["allowed"].to_numpy(bool)
    people = np.sort(size[~alone & counts])
    house_days = float(days.worked["account"].map(days.groups).str.startswith("=").eq(False).sum())
    hits = len(people) - np.searchsorted(people, size, side="left") - np.where(alone, 0, own_hits)
    house = (hits + 1) / np.where(alone, 1.0, house_days - own_days + 1)  # days of those without peers are in no sum
    mates, mate_days = np.zeros(len(rows)), group.map(days.in_group()).to_numpy(float) - own_days
    for _name, member in group.groupby(group.to_numpy()).groups.items():
        at = rows.index.get_indexer(member)
        ordered = np.sort(size[at][counts[at]])
        mates[at] = len(ordered) - np.searchsorted(ordered, size[at], side="left") - own_hits[at]
    peers = (mates + STRENGTH * house) / (mate_days + STRENGTH)
    peers = np.where(alone, 1 / (before + 1), peers)
    rare = (earlier + STRENGTH * peers) / (before - lately + STRENGTH)
    return np.asarray(np.where(alone & (before < STRENGTH), 0.0, -np.log10(np.clip(rare, 1e-12, 1.0))))


def _own_hits(
    rows: pd.DataFrame, size: Floats, day: npt.NDArray[np.int64], days: Days
) -> tuple[Floats, Floats, Floats]:
    """Per row: the account's rows with at least that size, in all, those that are a habit, and those of late."""
    whole, settled, lately = (np.zeros(len(size)) for _ in range(3))
    began = days.began()
    account, counts = rows["account"].to_numpy(), ~rows["allowed"].to_numpy(bool)
    for name in np.unique(account):
        at = np.flatnonzero(account == name)
        reached = (size[at][None, :] >= size[at][:, None]) & counts[at][None, :]
        old, earlier = days.settled(day[at], began[name]), day[at][None, :] < day[at][:, None]
        whole[at], settled[at] = reached.sum(axis=1), (reached & old).sum(axis=1)
        lately[at] = (reached & earlier & ~old).sum(axis=1)
    return whole, settled, lately


def strange(uses: pd.DataFrame, days: Days) -> Floats:
    """-log10 P(thing) of each use (account, day, thing; one row each): Pitman-Yor, account to peers to house.

    Accounts without peers back off to an even guess among the things that the house knows.
    """
    frame = uses.assign(group=uses["account"].map(days.groups), number=_numbers(uses["day"]), house="*")
    alone = frame["group"].str.startswith("=").to_numpy()
    people = frame[~alone]
    even = 1.0 / (frame["thing"].nunique() + 1)
    house = _shared(frame, people, "house", np.full(len(frame), even))
    peers = np.where(alone, even, _shared(frame, people, "group", house))
    hits, used, kinds = _own_uses(frame, days)
    own = _process(hits, used, kinds, peers)
    return np.asarray(np.where(alone & (used == 0), 0.0, -np.log10(np.clip(own, 1e-12, 1.0))))


def _shared(frame: pd.DataFrame, people: pd.DataFrame, by: str, wider: Floats) -> Floats:
    """P(thing) among the others of a group: their days of use, the account's own left out."""
    hits, used = _size(frame, people, [by, "thing"]), _size(frame, people, [by])
    mine_hits, mine = _size(frame, people, ["account", "thing"]), _size(frame, people, ["account"])
    kinds = frame[by].map(people.groupby(by)["thing"].nunique()).fillna(0).to_numpy(float)
    return _process(np.maximum(hits - mine_hits, 0), np.maximum(used - mine, 0), kinds, wider)


def _size(frame: pd.DataFrame, people: pd.DataFrame, keys: list[str]) -> Floats:
    counted = people.groupby(keys).size().rename("n").reset_index()
    return np.asarray(frame[keys].merge(counted, on=keys, how="left")["n"].fillna(0).to_numpy(float))


def _own_uses(frame: pd.DataFrame, days: Days) -> tuple[Floats, Floats, Floats]:
    """Per use: own earlier uses of the same thing that are a habit, earlier uses that count, and how many things."""
    hits, used, kinds = np.zeros(len(frame)), np.zeros(len(frame)), np.zeros(len(frame))
    number, thing = frame["number"].to_numpy(), frame["thing"].to_numpy()
    began = days.began()
    for name, at in frame.groupby("account").indices.items():
        day, things = number[at], pd.factorize(thing[at])[0]
        earlier, old = day[None, :] < day[:, None], days.settled(day, began[str(name)])
        same = things[None, :] == things[:, None]
        hits[at] = (same & old).sum(axis=1)
        used[at] = (earlier & (old | ~same)).sum(axis=1)
        first = np.array([day[things == t].min() for t in range(things.max() + 1)])
        kinds[at] = (first[None, :] < day[:, None]).sum(axis=1)
    return hits, used, kinds


def _process(hits: Floats, used: Floats, kinds: Floats, wider: Floats) -> Floats:
    kept = np.maximum(hits - DISCOUNT, 0.0) / (used + STRENGTH)
    rest = np.minimum(1.0, (STRENGTH + DISCOUNT * kinds) / (used + STRENGTH))
    return np.asarray(kept + rest * wider)
