"""Whether the values of a column are names of persons, or addresses: all its different values vote."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from headwater.identifiers.naming import addresses, latin
from headwater.identifiers.naming.cells import score_array
from headwater.identifiers.naming.folded import folded_array

_FEWEST = 5
_MOST_READ = 300
_ENOUGH = 0.6
_STRONG = 0.8
_GOOD_PART = 0.35
_POSSIBLE, _SOME = -3.0, 0.4
_CLIPPED = 8.0


def are_people(values: pa.Array, enough: float = _ENOUGH) -> bool:
    """Tell whether enough of the different values are likelier names than words, and the whole is too.

    >>> are_people(pa.array(["王小明", "李芳", "张伟", "陈静", "刘洋"])), are_people(pa.array(["黄山", "张家口", "常州", "温州", "高邮"]))
    (True, False)
    """
    distinct = values.drop_null().unique()
    odds = np.clip(score_array(distinct), -_CLIPPED, _CLIPPED)
    return bool(len(distinct) >= _FEWEST and np.mean(odds > 0) >= enough and odds.mean() > 0)


def are_surely_people(values: pa.Array) -> bool:
    """Tell whether nearly all different values are names, so that even a header that says otherwise is not believed."""
    return are_people(values, _STRONG) and len(values.drop_null().unique()) >= 2 * _FEWEST


def can_be_people(values: pa.Array) -> bool:
    """Tell whether a column whose header says names may hold them: a few values always may."""
    distinct = values.drop_null().unique()
    return len(distinct) < _FEWEST or bool(np.mean(score_array(distinct) > _POSSIBLE) >= _SOME)


def some_are_people(values: pa.Array) -> bool:
    """Tell whether a good part of the different values are likelier names than words, as of any list of people.

    In lists of authors from all over the world 55 % are and more; of countries, currencies, packages and wares less than 25 %.

    >>> some_are_people(pa.array(["John Smith", "Ngozi Okafor"])), some_are_people(pa.array(["Red Shirt", "Wool Scarf"]))
    (True, False)
    """
    odds = score_array(values.drop_null().unique())
    return bool(len(odds) and np.mean(odds > 0) >= _GOOD_PART)


def are_addresses(values: pa.Array, enough: float = _ENOUGH) -> bool:
    """Tell whether enough of the different values are addresses from end to end; of a few values all must be."""
    distinct = values.drop_null().unique().slice(0, _MOST_READ)
    if not len(distinct):
        return False
    if len(distinct) < _FEWEST:
        enough = 1.0
    codes, starts = folded_array(distinct)
    plain = codes.tobytes().decode("utf-32-le", "surrogatepass")
    found = [*addresses.addresses(plain), *latin.addresses(plain)]
    covered = np.zeros(len(plain) + 1, dtype=bool)
    for span in found:
        covered[span.start : span.end] = True
    sizes = np.maximum(np.diff(starts) - 1, 1)
    shares = np.add.reduceat(covered, starts[:-1]) / sizes
    return bool(np.mean(shares >= _ENOUGH) >= enough)
