"""How often unique decoys name somebody for a dump that nobody's account took, and how often the account that took a leak.

``python -m bench.one_source``. Dumps are random rows of a table with everybody's decoys; a theft is random rows of the 2,000 that
one account is shown, with its own decoys among them. Said for the weight of ``naming.weigh`` alone, and with the doubt of
:mod:`headwater.attribution.one_source`. Some two minutes.
"""

from __future__ import annotations

import numpy as np

from headwater.attribution.one_source import other_ways
from headwater.planting.canaries.naming import ASIDE, POOLED, named_from

HOUSES = ((50, 4, 20_000), (300, 4, 50_000), (300, 20, 50_000), (2_000, 4, 200_000))
"""Accounts, decoys of each, rows of the table."""
LEAKS, TRIALS, VIEW = (100, 1_000, 5_000), 200, 2_000


def named(found: list[str], accounts: int, each: int, share: float) -> tuple[list[str], list[str]]:
    """Who is named by these decoys, and who would be without the doubt."""
    if not found:
        return [], []
    seen = {f"d{i}": (f"u{i // each}",) for i in range(accounts * each)}
    otherwise = other_ways(seen, set(found), share, accounts)
    labels = {seen[decoy][0] for decoy in found}
    aside = ASIDE / (ASIDE + POOLED ** (len(labels) - 1))
    least = 2.0 ** -named_from(accounts)
    return [a for a, more in otherwise.items() if aside + more <= least], sorted(labels) if aside <= least else []


def main() -> None:
    """Print one line for each house and size of leak."""
    dice = np.random.default_rng(1)
    for accounts, each, rows in HOUSES:
        for leak in LEAKS:
            told = np.zeros(4, int)
            for _ in range(TRIALS):
                dump = np.flatnonzero(dice.random(accounts * each) < leak / rows)
                theft = range(dice.hypergeometric(each, VIEW, min(leak, VIEW)))
                false = named([f"d{i}" for i in dump], accounts, each, leak / rows)
                right = named([f"d{i}" for i in theft], accounts, each, leak / rows)
                told += [bool(false[0]), bool(false[1]), right[0] == ["u0"], right[1] == ["u0"]]
            print(f"{accounts} accounts, {each} decoys each, {leak} of {rows} rows: dumps that name somebody {told[0]} ({told[1]} "
                  f"without the doubt), thefts named rightly {told[2]} ({told[3]}) of {TRIALS}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
