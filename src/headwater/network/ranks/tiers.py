"""How far each person stands from the customers: 0 for them, rising toward the source, with an interval.

The levels of orders (buyer up to seller) and of payments between people of the market whose orders nobody saw. Where the
flow has no direction, or orders are too few, there is no tier.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import Hops, Ints
from headwater.network.ranks.levels import Edges, Floats, Mask, agreed, components, incoherence, level
from headwater.network.ranks.paying_less import paying_less
from headwater.network.ranks.steps import counted
from headwater.network.ranks.turnover import turnover


@dataclass(frozen=True, slots=True)
class TierSettings:
    """What tiers rest on."""

    seed: int = 20_210_901
    """Seed of the resampled orders."""
    rounds: int = 60
    """How often orders are resampled for the interval."""
    few: float = 5.0
    """Orders of a component, by confidence, below which nothing is said."""
    unclear: float = 0.6
    """F0 above which hops must confirm the direction."""
    confirmed: float = 0.65
    """Share of the weight that must climb, where F0 is above."""
    high: float = 1.25
    """Who only starts, but this far above the other starters, is not taken for a customer: his own buyers were not seen."""
    discount: float = -0.5
    """Who only starts, but pays this much less than customers (in logs), buys to sell: his own buyers were not seen."""
    payment: float = 0.5
    """Weight of a payment, against an order, between two people of whom no order was seen."""


DEFAULT = TierSettings()
_COLUMNS = ("person", "tier", "low", "high", "f0", "component", "climbs", "starter")


def tiers(
    hops: Hops, paid: pd.DataFrame, count: int, seized: Mask | None = None, settings: TierSettings = DEFAULT
) -> pd.DataFrame:
    """Tier of each person with order traffic, by person; ``seized`` tells whose devices were read.

    Columns: ``person``, ``tier``, ``low``, ``high`` (5 and 95 % of the resampled orders; NaN: not told), ``f0`` and ``component``,
    ``climbs`` (share of the weight in the component that leads up), ``starter`` (asks, is not asked, and stands low: a customer).
    """
    steps = counted(hops)
    edges, edge_of = _edges(steps, paid, count, settings)
    if not len(edges.low):
        return pd.DataFrame({c: pd.Series(dtype="float64") for c in _COLUMNS})
    group = components(edges)
    rough = level(edges, _firsts(edges, group))
    f0 = incoherence(edges, rough, group)
    stretched = rough / np.sqrt(np.maximum(1 - f0[group], 0.02))
    read = np.zeros(count, dtype=bool) if seized is None else seized
    pinned, starter = _customers(edges, steps, stretched, group, read, settings)
    shifted = stretched - _zero(stretched, edges, starter, group)
    tier = agreed(edges, pinned, np.where(pinned, 0.0, shifted))
    tier = tier - _zero(tier, edges, starter, group)
    low, high = _interval(steps, edges, edge_of, pinned, tier, settings)
    climbs = _climbs(edges, tier, group)
    known = ((f0 <= settings.unclear) | (climbs >= settings.confirmed))[group] & _enough(steps, group, settings)[group]
    rows = np.flatnonzero(edges.into + edges.out > 0)
    frame = pd.DataFrame({
        "person": rows,
        "tier": np.where(known, np.maximum(tier, 0.0), np.nan)[rows].round(4),
        "low": np.where(known, np.maximum(low, 0.0), np.nan)[rows].round(4),
        "high": np.where(known, np.maximum(high, 0.0), np.nan)[rows].round(4),
        "f0": f0[group][rows].round(4),
        "component": group[rows],
        "climbs": climbs[group][rows].round(4),
        "starter": starter[rows],
    })  # fmt: skip
    return frame.reset_index(drop=True)


def _edges(steps: pd.DataFrame, paid: pd.DataFrame, count: int, settings: TierSettings) -> tuple[Edges, Ints]:
    """Edges of orders first, each hop's edge, then those of payments alone."""
    key = steps["buyer"].to_numpy(dtype=np.int64) * count + steps["seller"].to_numpy(dtype=np.int64)
    pairs, edge_of = np.unique(key, return_inverse=True)
    weight = np.bincount(edge_of, steps["confidence"].to_numpy(dtype=np.float64), len(pairs))
    extra = _payments_alone(pairs, paid, count)
    low = np.concatenate([pairs // max(count, 1), extra["payer"].to_numpy(dtype=np.int64)])
    high = np.concatenate([pairs % max(count, 1), extra["payee"].to_numpy(dtype=np.int64)])
    weights = np.concatenate([weight, settings.payment * extra["net"].to_numpy(dtype=np.float64)])
    return Edges(low, high, weights, count), edge_of


def _payments_alone(pairs: Ints, paid: pd.DataFrame, count: int) -> pd.DataFrame:
    """Payments between two people with orders but none between them, where more went one way: at least two."""
    payer, payee = paid["payer"].to_numpy(dtype=np.int64), paid["payee"].to_numpy(dtype=np.int64)
    inside = np.zeros(count, dtype=bool)
    inside[pairs // max(count, 1)] = inside[pairs % max(count, 1)] = True
    ordered = np.isin(payer * count + payee, pairs) | np.isin(payee * count + payer, pairs)
    kept = (payer >= 0) & (payee >= 0) & (payer != payee) & ~ordered
    kept[kept] = inside[payer[kept]] & inside[payee[kept]]
    sums = paid[kept].groupby(["payer", "payee"], sort=True)["payments"].sum()
    back = sums.swaplevel().reindex(sums.index).fillna(0.0)
    net = (sums - back).rename("net").reset_index()
    return net[net["net"] >= 2].reset_index(drop=True)


def _firsts(edges: Edges, group: Ints) -> Mask:
    """The first person of each component."""
    first = np.zeros(edges.count, dtype=bool)
    first[np.unique(group, return_index=True)[1]] = True
    return first


def _customers(
    edges: Edges, steps: pd.DataFrame, levels: Floats, group: Ints, seized: Mask, settings: TierSettings
) -> tuple[Mask, Mask]:
    """Who is held at 0, and who of them is a customer: a component without any holds its first person.

    People whose own device shows no sale are; others by what they pay, or else by where they stand.
    """
    starts = turnover(steps, edges.count).buys_only
    less = paying_less(steps, starts & seized, edges.count)
    above = levels - _zero(levels, edges, starts & ~(less <= settings.discount), group)
    low = np.where(np.isnan(less), above < settings.high, less > settings.discount)
    starter = starts & (seized | low)
    bare = ~np.isin(group, group[starter])
    return starter | (_firsts(edges, group) & bare), starter


def _zero(levels: Floats, edges: Edges, starter: Mask, group: Ints) -> Floats:
    """Where 0 is for each person: the weighted median of the component's starters, else its lowest level.

    Weights are square roots: one busy starter whose own buyers were not seen must not move it.
    """
    zero = pd.Series(levels).groupby(group).min()
    people = np.flatnonzero(starter)
    frame = pd.DataFrame({"group": group[people], "level": levels[people], "weight": np.sqrt(edges.out[people])})
    frame = frame.sort_values(["group", "level"], kind="stable")
    half = frame.groupby("group")["weight"].transform("sum") / 2
    middle = frame[frame.groupby("group")["weight"].cumsum() >= half - 1e-12].groupby("group")["level"].first()
    zero.update(middle)
    return np.asarray(zero.reindex(group), dtype=np.float64)


def _climbs(edges: Edges, tier: Floats, group: Ints) -> Floats:
    """Share of each component's weight that leads up."""
    size = int(group.max()) + 1
    up = np.bincount(group[edges.low], edges.weight * (tier[edges.high] > tier[edges.low]), size)
    every = np.bincount(group[edges.low], edges.weight, size)
    return np.divide(up, every, out=np.zeros(size), where=every > 0)


def _enough(steps: pd.DataFrame, group: Ints, settings: TierSettings) -> Mask:
    """Components with orders enough, each counted by its surest hop."""
    where = group[steps["buyer"].to_numpy(dtype=np.int64)]
    orders = steps.groupby([where, steps["order"].to_numpy()])["confidence"].max().groupby(level=0).sum()
    return np.asarray(orders.reindex(np.arange(int(group.max()) + 1)).fillna(0.0) >= settings.few, dtype=np.bool_)


def _interval(
    steps: pd.DataFrame, edges: Edges, edge_of: Ints, pinned: Mask, tier: Floats, settings: TierSettings
) -> tuple[Floats, Floats]:
    """5 and 95 % of the levels when each order counts a random number of times, once on average."""
    rng = np.random.default_rng(settings.seed)
    names, order = np.unique(steps["order"].to_numpy(), return_inverse=True)
    sure = steps["confidence"].to_numpy(dtype=np.float64)
    alone = edges.weight[int(edge_of.max()) + 1 if len(edge_of) else 0 :]
    drawn = np.empty((settings.rounds, edges.count))
    for number in range(settings.rounds):
        times = rng.poisson(1.0, len(names))[order]
        weight = np.bincount(edge_of, sure * times, len(edges.weight) - len(alone))
        weight = np.concatenate([weight, alone * rng.poisson(1.0, len(alone))])
        drawn[number] = agreed(edges.weighing(np.maximum(weight, 1e-6)), pinned, tier, rounds=3, exact=1e-5)
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0) if settings.rounds else (tier, tier)
    return np.minimum(low, tier), np.maximum(high, tier)
