"""Whether numbers that are written like mobiles, under a header that names no telephones, can be numbers of telephones.

Eleven digits that begin with 13 to 19 are also what counters, amounts of bytes and keys of tables look like. People's numbers
lie far apart, under many prefixes that are in use, and end in any digits. A header of telephones needs none of this.
"""

from __future__ import annotations

import math
import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import headers, mobile

Ints = npt.NDArray[np.int64]

_FEWEST = 5  # different numbers from which their spread tells anything
_NEAR = 64  # a city's five million numbers, sampled 5,000 times, lie ten times as far apart
_SAME_STEP = 0.5
_ONE_PREFIX = 0.5
_WRONG = 0.01  # of people's numbers, those under a prefix that no list has
_KEYS_WANT = math.log(20)  # the weight for telephones from which a column of keys is believed to hold them
_POSSIBLE = 70  # prefixes from 130 to 199
_RISING, _NARROW = 0.95, 2_000_000_000
_NO_NAME = re.compile(r"(?:(?:unnamed|column|col|field|f|c|字段|列|第)?[ :_-]*[0-9]*列?|[a-z])", re.I)
_KEY = re.compile(
    r"(?:^|[^A-Za-z])(?:[a-z]?id|ids|key|pk|no|num|nr|code)$|[a-z](?:Id|ID|Ids|IDs|Key|Code|No|Num)$|[号码]$"
)


def can_be_dialled(numbers: pa.Array, header: str, *, beside_people: bool = False) -> bool:
    """Tell whether a column of normal forms of mobiles (null where a cell is none) can hold telephones though its header does not say so.

    Under a header that says nothing, numbers of one prefix or in their order may be telephones where they stand ``beside_people``; those
    that count only where there is no header: points, sums and the numbers of members count too.

    >>> can_be_dialled(pa.array([str(15400000000 + 1024 * n) for n in range(30)]), "")
    False
    >>> can_be_dialled(pa.array(["15462951413", "15458213477", "15404938271", "15499170523", "15431277819"]), "")
    True
    """
    helped = beside_people and says_nothing(header)
    values = np.array([int(text) for text in numbers.drop_null().to_pylist()], np.int64)
    different = np.unique(values)
    if _are_amounts(different) or (_are_counted(values, different) and not (helped and is_nameless(header))):
        return False
    by_prefix = _by_prefix(different)
    if _weight(by_prefix) < (_KEYS_WANT if _KEY.search(header.strip()) else 0.0):
        return False
    if helped or is_nameless(header) or len(different) < _FEWEST:
        return True
    return max(by_prefix.values()) <= _ONE_PREFIX * len(different) and not _rise(values, different)


def is_nameless(header: str) -> bool:
    """Tell whether a header is none, or only counts the columns, in numbers or with letters as spreadsheets do."""
    return _NO_NAME.fullmatch(header.strip()) is not None


def says_nothing(header: str) -> bool:
    """Whether a header names no kind of data and no key."""
    return is_nameless(header) or (not headers.named_kinds(header) and _KEY.search(header.strip()) is None)


def _are_counted(values: Ints, different: Ints) -> bool:
    """Whether neighbours differ by little, or mostly by the same."""
    if len(different) < _FEWEST:
        return False
    steps = np.unique(np.diff(values), return_counts=True)
    moved = steps[0] != 0
    same = moved.any() and steps[1][moved].max() >= _SAME_STEP * (len(different) - 1)
    return bool(same or np.median(np.diff(different)) <= _NEAR)


def _are_amounts(different: Ints) -> bool:
    """Whether more of them end in zeros, binary or decimal, than chance would have."""
    binary = sum(np.count_nonzero(different % (1 << place) == 0) for place in range(1, 13))
    decimal = sum(np.count_nonzero(different % 10**place == 0) for place in range(1, 7))
    return bool(binary >= 2 * len(different) + 10 or decimal >= len(different) + 4)


def _by_prefix(different: Ints) -> dict[str, int]:
    prefixes, counts = np.unique(different // 100_000_000, return_counts=True)
    return {str(prefix): int(count) for prefix, count in zip(prefixes, counts, strict=True)}


def _weight(by_prefix: dict[str, int]) -> float:
    """What the prefixes say for telephones, against any digits behind the 1: the logarithm of how much likelier they are so.

    The commonest of the prefixes that nobody has is left out: it may be newer than the list.
    """
    known = mobile.prefixes()
    unused = sorted(count for prefix, count in by_prefix.items() if prefix not in known)
    wrong, right = sum(unused[:-1]), sum(count for prefix, count in by_prefix.items() if prefix in known)
    chance = 1 - len(known) / _POSSIBLE
    return wrong * math.log(_WRONG / chance) + right * math.log((1 - _WRONG) / (1 - chance))


def _rise(values: Ints, different: Ints) -> bool:
    """Whether each is greater than the one before, within a narrow range, as what a counter says time after time."""
    rising = np.count_nonzero(np.diff(values) > 0) >= _RISING * (len(values) - 1)
    return bool(rising and different[-1] - different[0] < _NARROW)
