"""Amounts and codes like those of a table, and nobody's: between two others of the same category, digit by digit.

An amount that several rows have is nobody's in particular, and may be a decoy's as well; one that a single row has is not.
Amounts are held as whole numbers of their column's smallest decimal, so that no two are taken for one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import stats

_TRIES = 20
_ROUND = 6
_DIGITS = 18
_PLAIN = r"^-?[0-9][0-9,]*(?:\.[0-9]+)?$"

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Quantities:
    """The numeric columns: their texts, their values (whole numbers of 10 ** −``decimals``; what is not ``known`` is none),
    and the group (a category's value) of each row.

    ``rising`` are the values of each group without repetition, ``every`` those of the whole table, ``alone`` those that one row of
    it has, and ``several`` those of each group that several rows have, all in rising order. ``shares`` says which part of all
    amounts one row alone has, and which part two rows have. ``category`` names the column that groups are of.
    """

    texts: Mapping[str, NDArray[np.object_]] = field(repr=False)
    values: Mapping[str, Whole] = field(repr=False)
    known: Mapping[str, NDArray[np.bool_]] = field(repr=False)
    decimals: Mapping[str, int]
    groups: Whole = field(repr=False)
    members: tuple[Whole, ...] = field(repr=False)
    rising: Mapping[str, tuple[Whole, ...]] = field(repr=False)
    several: Mapping[str, tuple[Whole, ...]] = field(repr=False)
    every: Mapping[str, Whole] = field(repr=False)
    alone: Mapping[str, Whole] = field(repr=False)
    shares: Mapping[str, tuple[float, float]]
    category: str | None

    def draw(self, donor: Whole, rng: np.random.Generator) -> dict[str, list[str | None]]:
        """Give amounts for each donor, of another row of its group: all amounts of one row together, each moved a little."""
        others = np.array([rng.choice(self.members[g]) for g in self.groups[donor]])
        return {name: [self._moved(name, int(row), rng) for row in others] for name in self.values}

    def _moved(self, name: str, row: int, rng: np.random.Generator) -> str | None:
        """A value between this row's and the next greater one of its group, as round as this row's is, or a step or more on, and no
        value that one row alone has: as often nobody's as real amounts are one row's or two rows' (:func:`paired`), else the next
        that several rows of the group have. Where there is neither, one above the greatest of all.
        """
        if not self.known[name][row]:
            return None
        text, value = self.texts[name][row], int(self.values[name][row])
        group, every = int(self.groups[row]), self.every[name]
        decimals = len(text.partition(".")[2])
        lost = self.decimals[name] - decimals
        step = 10 ** (lost + (0 if decimals else _zeros(text.partition(".")[0])))
        at = int(np.searchsorted(self.rising[name][group], value, side="right"))
        until = int(self.rising[name][group][at]) if at < len(self.rising[name][group]) else value
        first = value + int(rng.random() * max(1.0, (until - value) / step)) * step
        tried = first + np.arange(_TRIES) * step
        free = tried[~np.isin(tried, every[slice(*np.searchsorted(every, [tried[0], tried[-1] + 1]))])]
        several = self.several[name][group]
        several = several[several % 10**lost == 0]
        if len(free) and (not len(several) or rng.random() < sum(self.shares[name])):
            drawn = int(free[0])
        elif len(several):
            drawn = int(several[min(int(np.searchsorted(several, first)), len(several) - 1)])
        else:
            drawn = int(every[-1]) + int(rng.integers(1, _TRIES)) * step
        return _written(drawn // 10**lost, decimals, "," in text)

    def are_free(self, name: str, cells: pd.Series) -> NDArray[np.bool_]:
        """Which texts are amounts that no row of the table has."""
        whole = _whole(pa.array(cells, pa.string(), from_pandas=True), self.decimals[name])
        taken = pc.is_in(whole, value_set=pa.array(self.every[name], pa.int64()))
        return np.asarray(pc.and_(pc.is_valid(whole), pc.invert(taken)).to_numpy(zero_copy_only=False))


def paired(
    known: Quantities, people: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, list[tuple[int, int]]]:
    """Let decoys share amounts by twos, as often as two rows of the table do; gives which (places) share one.

    An amount that one row alone has is no decoy's, so that no decoy shares one with one person: where decoys did not share with
    each other either, whoever counts would know that none of the amounts that two rows have is a decoy's.
    """
    done, pairs = people.copy(), []
    first = next(iter(known.values))
    alone, two = known.shares[first]
    free = {name: known.are_free(name, people[name]) for name in known.values}
    groups = people[known.category].fillna("").to_numpy() if known.category else np.zeros(len(people), object)
    for group in sorted(set(groups)):
        mine = rng.permutation(np.flatnonzero(free[first] & (groups == group)))
        wanted = int(rng.binomial(len(mine) // 2, two / (alone + two))) if alone + two else 0
        pairs += [(int(a), int(b)) for a, b in mine[: 2 * wanted].reshape(-1, 2)]
    for name in known.values:
        column = done[name].to_numpy(dtype=object).copy()
        for one, other in pairs:
            if free[name][one] and free[name][other]:
                column[other] = column[one]
        done[name] = column
    return done, pairs


def _written(value: int, decimals: int, grouped: bool) -> str:
    """A whole number of 10 ** −decimals as the table writes it."""
    whole, rest = divmod(abs(value), 10**decimals)
    digits = f"{whole:,}" if grouped else str(whole)
    return f"{'-' if value < 0 else ''}{digits}{f'.{rest:0{decimals}d}' if decimals else ''}"


def _zeros(whole: str) -> int:
    """How many zeros a whole number ends in."""
    digits = whole.replace(",", "")
    return min(_ROUND, len(digits) - len(digits.rstrip("0"))) if digits.strip("0-") else 0


def quantities(
    frame: pd.DataFrame, columns: Sequence[str], categories: Sequence[str], every: Mapping[str, pa.Array] | None = None
) -> Quantities | None:
    """Learn the numeric columns of a table; the group is the category that tells most about the first of them.

    What a category tells is eta squared of the ranks (Kruskal-Wallis H over n − 1). ``every`` are the columns of all rows, where
    the frame has only some of them.
    """
    if not columns:
        return None
    cells = {n: pa.array(frame[n], pa.string(), from_pandas=True) for n in columns}
    all_cells = {n: every[n] if every else cells[n] for n in columns}
    decimals = {n: _decimals(all_cells[n]) for n in columns}
    values, known = {}, {}
    for n in columns:
        whole = _whole(cells[n], decimals[n])
        known[n] = np.asarray(pc.is_valid(whole).to_numpy(zero_copy_only=False))
        values[n] = np.asarray(pc.fill_null(whole, 0).to_numpy(zero_copy_only=False))
    first = np.where(known[columns[0]], values[columns[0]].astype(float), np.nan)
    ranks = stats.rankdata(first, nan_policy="omit")
    told = {c: _eta(ranks, frame[c].fillna("").to_numpy()) for c in categories}
    best = max(told, key=lambda c: (told[c], c), default=None)
    groups = pd.factorize(frame[best].fillna(""))[0] if best else np.zeros(len(frame), dtype=np.int64)
    order = np.argsort(groups, kind="stable")
    members = tuple(np.split(order, np.cumsum(np.bincount(groups))[:-1]))
    grouped = {n: tuple(values[n][m][known[n][m]] for m in members) for n in columns}
    counted = {
        n: np.unique(_whole(all_cells[n], decimals[n]).drop_null().to_numpy(), return_counts=True) for n in columns
    }
    alone = {n: whole[times == 1] for n, (whole, times) in counted.items()}
    return Quantities(
        texts={n: frame[n].to_numpy(dtype=object) for n in columns},
        values=values,
        known=known,
        decimals=decimals,
        groups=groups,
        members=members,
        rising={n: tuple(np.unique(v) for v in grouped[n]) for n in columns},
        several={n: tuple(np.setdiff1d(v, alone[n]) for v in grouped[n]) for n in columns},
        every={n: whole for n, (whole, _) in counted.items()},
        alone=alone,
        shares={n: _shares(times) for n, (_, times) in counted.items()},
        category=best,
    )


def _decimals(cells: pa.Array) -> int:
    """The longest run of digits behind a point, as far as whole numbers of it can be held."""
    plain = cells.filter(pc.fill_null(pc.match_substring_regex(cells, _PLAIN), False))
    behind = pc.utf8_length(pc.replace_substring_regex(plain, r"^[^.]*\.?", ""))
    return min(_DIGITS - 1, int(pc.max(behind).as_py() or 0))


def _whole(cells: pa.Array, decimals: int) -> pa.Array:
    """Texts as whole numbers of 10 ** −decimals; null where a text is no number, or one of too many digits."""
    bare = pc.replace_substring(cells, ",", "")
    behind = pc.replace_substring_regex(bare, r"^[^.]*\.?", "")
    digits = pc.binary_join_element_wise(
        pc.replace_substring_regex(bare, r"\..*$", ""), pc.utf8_rpad(behind, decimals, "0"), ""
    )
    sound = pc.and_(
        pc.and_(pc.match_substring_regex(cells, _PLAIN), pc.less_equal(pc.utf8_length(behind), decimals)),
        pc.less_equal(pc.utf8_length(digits), _DIGITS),
    )
    return pc.if_else(pc.fill_null(sound, False), digits, None).cast(pa.int64())


def _shares(times: Whole) -> tuple[float, float]:
    """The parts of all rows whose value one row has, and two rows have, by how many rows have each."""
    rows = max(1, int(times.sum()))
    return int((times == 1).sum()) / rows, 2 * int((times == 2).sum()) / rows


def _eta(ranks: NDArray[np.float64], labels: NDArray[np.object_]) -> float:
    grouped = pd.Series(ranks).groupby(labels).agg(["mean", "size"])
    whole = np.nanvar(ranks) * len(ranks)
    return float((grouped["size"] * (grouped["mean"] - np.nanmean(ranks)) ** 2).sum() / whole) if whole else 0.0


def code_like(
    cells: pd.Series, template: NDArray[np.object_], taken: Collection[str], rng: np.random.Generator
) -> list[str | None]:
    """Give codes in the form of the templates: letters stay, each digit is that of another row at the same place.

    No code that is taken is given, and none twice where any is taken; what finds no free one is left empty.
    """
    known = cells.dropna().to_numpy(dtype=object)
    given: set[str] = set()
    made: list[str | None] = []
    for text in template:
        found = None
        for _ in range(_TRIES if text else 0):
            others = known[rng.integers(len(known), size=len(text))]
            drawn = "".join(
                o[i] if c.isdigit() and i < len(o) and o[i].isdigit() else c
                for i, (c, o) in enumerate(zip(text, others, strict=True))
            )
            if not taken or (drawn not in taken and drawn not in given):
                found = drawn
                break
        if found:
            given.add(found)
        made.append(found)
    return made
