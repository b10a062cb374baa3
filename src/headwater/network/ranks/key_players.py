"""Whose removal breaks most answered orders: alone and as sets, and how firmly that stands when evidence is missing.

An order is cut when one of its sellers is gone; it is cut for good when no other path that was ever used leads from its
customer to somebody who answers that category. Centrality stands beside it and proves no rank.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import Hops, Ints
from headwater.network.ranks.betweenness import betweenness
from headwater.network.ranks.constraint import constraint
from headwater.network.ranks.fragments import Fragmentation, OrdersCut, best_set
from headwater.network.ranks.levels import Edges, Floats, Mask
from headwater.network.ranks.reaching import cut_for_good
from headwater.network.ranks.steps import codes, counted, distinct


@dataclass(frozen=True, slots=True)
class KeySettings:
    """How many are told, and how they are tried."""

    listed: int = 25
    """People who are told at most."""
    sets: int = 5
    """Size of the largest set."""
    candidates: int = 40
    """People of whom sets are made: those who cut most."""
    rounds: int = 100
    """Rounds of dropping 10 to 30 % of the edges; as many of adding edges by chance."""
    seed: int = 20_251_016
    """Seed of the rounds."""
    added: float = 0.1
    """Share of orders that are added to random edges in those rounds."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key player: ``cut`` answered orders break, ``cut_hard`` of them for good; ``kept``: share of rounds among those listed."""

    person: int
    rank: int
    cut: int
    cut_hard: int
    items: int
    fragmentation: float
    betweenness: float
    betweenness_exact: bool
    constraint: float
    kept: float
    rank_low: int
    rank_high: int


@dataclass(frozen=True, slots=True)
class KeySet:
    """People who together break most: by ``aim`` (orders or fragmentation)."""

    aim: str
    people: tuple[int, ...]
    cut: int
    fragmentation: float


@dataclass(frozen=True, slots=True)
class KeyPlayers:
    """Who holds the market together: ranked one by one, and as sets of each size."""

    players: tuple[Key, ...] = ()
    sets: tuple[KeySet, ...] = ()


def key_players(
    hops: Hops,
    count: int,
    devices: tuple[int, ...] = (),
    customers: Mask | None = None,
    settings: KeySettings = KeySettings(),
) -> KeyPlayers:
    """The people whose removal breaks most answered orders.

    ``devices`` are the people whose devices were read. Who starts an order without being one of the ``customers`` sold it to somebody
    unseen: it is cut without him as well (nobody, where customers are not told).
    """
    steps = counted(hops)
    steps = steps[_served(steps, hops.orders) & (steps["confidence"] >= 0.5).to_numpy()]
    if not len(steps):
        return KeyPlayers()
    through = _through(steps, np.ones(count, dtype=bool) if customers is None else customers)
    cut = np.bincount(through["person"].to_numpy(dtype=np.int64), minlength=count)
    edges = _edges(through[(through["person"] == through["seller"]).to_numpy()], count)
    measured, exact = betweenness(edges)
    ranked = _ranked(cut.astype(np.float64), measured)
    listed = [int(p) for p in ranked[: settings.listed] if cut[p] > 0]
    apart, narrow = Fragmentation(edges), constraint(edges)
    hard = cut_for_good(steps, listed, count)
    trials = _trials(through, count, devices, settings)
    ranks = np.array([(t[:, None] > t[listed]).sum(axis=0) + 1 for t in trials]).reshape(-1, len(listed))
    items = _items(hops, through, steps["category"], count)
    players = tuple(
        Key(
            person=p,
            rank=n + 1,
            cut=int(cut[p]),
            cut_hard=hard[n],
            items=int(items[p]),
            fragmentation=round(apart((p,)), 4),
            betweenness=round(float(measured[p]), 6),
            betweenness_exact=exact,
            constraint=round(float(narrow[p]), 4),
            kept=round(float((ranks[:, n] <= len(listed)).mean()), 4),
            rank_low=int(np.quantile(ranks[:, n], 0.05, method="lower")),
            rank_high=int(np.quantile(ranks[:, n], 0.95, method="higher")),
        )
        for n, p in enumerate(listed)
    )
    return KeyPlayers(players, _sets(through, ranked, cut, apart, settings))


def _edges(through: pd.DataFrame, count: int) -> Edges:
    pairs = through["buyer"].to_numpy(dtype=np.int64) * count + through["seller"].to_numpy(dtype=np.int64)
    kinds, times = np.unique(pairs, return_counts=True)
    return Edges(kinds // count, kinds % count, times.astype(np.float64), count)


def _ranked(cut: Floats, beside: Floats) -> Ints:
    """People by orders cut, then by betweenness, then by number."""
    return np.lexsort((np.arange(len(cut)), -beside, -cut))


def _served(steps: pd.DataFrame, orders: pd.DataFrame) -> Mask:
    """Hops that were answered, and those whose answer nobody saw in an order that was."""
    answered = (orders["outcome"] == "answered").to_numpy()[steps["order"].to_numpy(dtype=np.int64)]
    return np.asarray(
        (steps["outcome"] == "answered").to_numpy() | (answered & (steps["outcome"] == "open").to_numpy())
    )


def _through(steps: pd.DataFrame, customers: Mask) -> pd.DataFrame:
    """Each order with each person it leads through (``person``), by the hop that shows it: the sellers, and unseen ones' buyers."""
    told = steps[["order", "level", "buyer", "seller"]].assign(row=np.arange(len(steps)))
    sold = told.drop_duplicates(["order", "seller"])
    first = told.sort_values(["order", "level"], kind="stable").drop_duplicates("order")
    first = first[~customers[first["buyer"].to_numpy(dtype=np.int64)]]
    both = pd.concat([sold.assign(person=sold["seller"]), first.assign(person=first["buyer"])], ignore_index=True)
    return both.drop_duplicates(["order", "person"]).reset_index(drop=True)


def _items(hops: Hops, through: pd.DataFrame, category: pd.Series, count: int) -> Ints:
    """Distinct subjects by category in the answered orders that lead through each person."""
    subject = hops.orders["subject"].to_numpy(dtype=np.int64)[through["order"].to_numpy(dtype=np.int64)]
    code, names = codes(category)
    item = (subject - subject.min(initial=0)) * len(names) + code[through["row"].to_numpy()]
    return np.bincount(distinct(item * count + through["person"].to_numpy(dtype=np.int64)) % count, minlength=count)


def _trials(through: pd.DataFrame, count: int, devices: tuple[int, ...], settings: KeySettings) -> list[Floats]:
    """Orders through each person when edges are dropped, a device is missing, or edges are added by chance."""
    rng = np.random.default_rng(settings.seed)
    buyer, seller, person = (through[c].to_numpy(dtype=np.int64) for c in ("buyer", "seller", "person"))
    kinds, times = np.unique((buyer * count + seller) * 2 + (person == seller), return_counts=True)
    low, high = kinds // 2 // count, kinds // 2 % count
    who = np.where(kinds % 2 == 1, high, low)
    pairs, edge = np.unique(kinds // 2, return_inverse=True)
    found: list[Floats] = []

    def left(kept: Mask) -> Floats:
        return np.bincount(who[kept], times[kept], count).astype(np.float64)

    for _ in range(settings.rounds):
        found.append(left((rng.random(len(pairs)) >= rng.uniform(0.1, 0.3))[edge]))
    read = np.zeros(count, dtype=bool)
    read[list(devices)] = True
    for device in devices:
        other = np.where(low == device, high, low)
        found.append(left(~((low == device) | (high == device)) | read[other]))
    sellers, per, whole = np.unique(high), float(np.median(times)), left(np.ones(len(who), dtype=bool))
    extra = max(1, int(settings.added * float(times.sum()) / max(per, 1.0)))
    for _ in range(settings.rounds):
        found.append(whole + np.bincount(rng.choice(sellers, extra), minlength=count) * per)
    return found


def _sets(
    through: pd.DataFrame, ranked: Ints, cut: Ints, apart: Fragmentation, settings: KeySettings
) -> tuple[KeySet, ...]:
    """For each size the set that cuts most orders, and the one that leaves the most pieces."""
    candidates = [int(p) for p in ranked[: settings.candidates] if cut[p] > 0]
    orders, order = np.unique(through["order"].to_numpy(), return_inverse=True)
    cutting = OrdersCut(order, through["person"].to_numpy(dtype=np.int64), len(orders))
    found = []
    for aim, worth in (("orders", cutting), ("fragmentation", apart)):
        people: tuple[int, ...] = ()
        for size in range(1, min(settings.sets, len(candidates)) + 1):
            people = best_set(size, candidates, worth, people)
            found.append(KeySet(aim, tuple(sorted(people)), int(cutting(people)), round(apart(people), 4)))
    return tuple(found)
