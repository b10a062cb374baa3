"""Hops made by hand, and a market of four tiers drawn by chance, for the tests of ranks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Hops

PAID = ["payer", "payee", "amount", "payments", "matched"]
Path = tuple[int, ...]


def hops_of(
    paths: Sequence[Path],
    categories: Sequence[str] = (),
    prices: Sequence[Sequence[float]] = (),
    sure: float = 1.0,
    outcome: str = "answered",
) -> Hops:
    """Orders along paths of people, from the customer to the source; request acts are numbered by hop."""
    rows = [
        (
            n,
            level,
            path[level],
            path[level + 1],
            categories[n] if categories else "owner",
            prices[n][level] if prices else np.nan,
        )
        for n, path in enumerate(paths)
        for level in range(len(path) - 1)
    ]
    frame = pd.DataFrame(rows, columns=["order", "level", "buyer", "seller", "category", "price"])
    hops = frame.assign(
        buyer_account=NONE, seller_account=NONE, asked=0, answered=1, outcome=outcome, paid=0.0, refunded=0.0,
        confidence=sure, inferred=False, request=np.arange(len(frame)), answer=NONE,
    )  # fmt: skip
    orders = pd.DataFrame({"outcome": [outcome] * len(paths), "subject": np.arange(len(paths))})
    return Hops(hops, orders, pd.DataFrame())


def paid_of(*rows: tuple[int, int, float, int, float]) -> pd.DataFrame:
    """Money between people: payer, payee, amount, payments, the part laid to orders."""
    return pd.DataFrame(list(rows), columns=PAID).astype({"payer": np.int64, "payee": np.int64})


def market(seed: int, orders: int = 600, skipping: float = 0.1) -> tuple[Hops, np.ndarray]:
    """A market of 20 customers, 6, 5 and 4 middlemen and 4 sources, some orders leaving out a tier; and everybody's tier."""
    rng = np.random.default_rng(seed)
    sizes = [20, 6, 5, 4, 4]
    tier = np.repeat(np.arange(5), sizes)
    items = ["credit", "owner", "hotel", "property"]
    level_price = [100.0, 60.0, 38.0, 25.0]
    paths, categories, prices = [], [], []
    for _ in range(orders):
        what = int(rng.integers(4))
        between = [1, 2, 3] if rng.random() >= skipping else [1, 3]
        people = [int(rng.integers(20))] + [int(rng.choice(np.flatnonzero(tier == t))) for t in between]
        paths.append((*people, int(np.flatnonzero(tier == 4)[what])))
        categories.append(items[what])
        sellers = [*between, 4]
        prices.append([float(level_price[t - 1] * rng.uniform(0.9, 1.1)) for t in sellers])
    return hops_of(paths, categories, prices), tier


def keeping(hops: Hops, rows: np.ndarray) -> Hops:
    """The same orders with some hops left out."""
    return Hops(hops.hops[rows].reset_index(drop=True), hops.orders, hops.subjects)


def turned(hops: Hops, rows: np.ndarray) -> Hops:
    """The same orders with some hops the wrong way round."""
    frame = hops.hops.copy()
    frame["buyer"] = np.where(rows, hops.hops["seller"], hops.hops["buyer"])
    frame["seller"] = np.where(rows, hops.hops["buyer"], hops.hops["seller"])
    return Hops(frame, hops.orders, hops.subjects)
