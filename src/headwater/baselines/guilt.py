"""Guilt of agents: how unlikely it is that the leaked records became known without an account that read them.

Papadimitriou and Garcia-Molina 2011, "Data leakage detection" (IEEE TKDE 23):
``Pr{G_i | S} = 1 - Π over leaked records t that i read of (1 - (1 - p) / |V_t|)``, with V_t the accounts that read t,
and p the chance that a record is guessed or known from elsewhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.baselines.blame import Blamed
from headwater.baselines.leaks import Leak

GUESSED = 0.5
NAMED = 0.95
"""Accounts are named above this guilt."""


def guilt(leak: Leak, guessed: float = GUESSED) -> NDArray[np.float64]:
    """The guilt of every account."""
    readers = np.bincount(leak.record)
    innocent = np.log1p(-(1 - guessed) / readers[leak.record])
    return -np.expm1(np.bincount(leak.reader, weights=innocent, minlength=len(leak.accounts)))


def guilty(leak: Leak) -> list[Blamed]:
    """Every account with a guilt above 0.95, most guilty first, then by records read."""
    found, read = guilt(leak), leak.read_by()
    order = np.lexsort((-read, -found))
    return [
        Blamed(leak.accounts[n], int(read[n]), float(read[n] / leak.records), float(found[n]))
        for n in order
        if found[n] > NAMED
    ]
