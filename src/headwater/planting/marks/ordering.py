"""What the order of leaked rows tells, where an export's order was free: only a bonus, lost by sorting or shuffling."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.planting.marks.code import Code

_SHARES = (0.1, 0.3, 0.6, 0.9, 0.99)


def order_bits(code: Code, recipients: Sequence[str], records: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Bits for each recipient: how well his keyed order explains the order of these records (as they stand in the leak).

    Neighbours of one group are taken in pairs, no record twice; for whoever got no copy each pair is a fair coin, so that
    ``Π (1 ± π)``, over a grid of shares π of pairs that kept their order, is an e-value.
    """
    first = np.arange(0, len(records) - 1, 2)
    near = (groups[first] == groups[first + 1]) & (records[first] != records[first + 1])
    a, b = records[first[near]], records[first[near] + 1]
    bits = []
    for name in recipients:
        rising = int((code.rank(name, a) < code.rank(name, b)).sum())
        gains = [rising * np.log1p(share) + (len(a) - rising) * np.log1p(-share) for share in _SHARES]
        bits.append((np.logaddexp.reduce(gains) - np.log(len(gains))) / np.log(2.0))
    return np.array(bits)
