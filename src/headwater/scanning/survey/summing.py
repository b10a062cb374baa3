"""Counts over all files: identifiers found and distinct, persons by file and holder, and the legal count of rows.

A row traded as one is one item, in the group of its gravest part: rows are counted by the set of what stands in them together. High counts
raw rows. Low counts persons who have a name or an identity, each once, by the richest of their rows; a bare number is no item in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from headwater.scanning.categories import Category, category_of
from headwater.scanning.linking import Linked
from headwater.scanning.numbering import distinct
from headwater.scanning.survey.holdings import Everything, Ints

_GRAVITY = ("n3", "n4", "n5")
_WIDEST = 63
_Set = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class KindCount:
    """How often a kind was found in some files, and how many different values there are; cells without a form count as found only."""

    kind: str
    found: int
    distinct: int


@dataclass(frozen=True, slots=True)
class LawCount:
    """Rows that hold the same set of things, named as the rule sets of the law name them, and the gravest group among them."""

    laws: tuple[str, ...]
    group: str
    low: int
    high: int


def kinds_of(all_of_it: Everything, chosen: npt.NDArray[np.bool_] | slice) -> tuple[KindCount, ...]:
    """Count the finds that are ``chosen`` by kind, in the order of the kinds' names."""
    kind, mark = all_of_it.kind[chosen], all_of_it.mark[chosen]
    made = []
    for number, name in enumerate(all_of_it.kinds):
        marks = mark[kind == number]
        if len(marks):
            count = len(marks)
            marks = marks[marks != 0]
            marks.sort()
            made.append(KindCount(name, count, int((marks[1:] != marks[:-1]).sum()) + (len(marks) > 0)))
    return tuple(made)


def laws_of(
    all_of_it: Everything,
    told: Linked,
    own: npt.NDArray[np.bool_] | slice,
    declared: Mapping[str, Category] = MappingProxyType({}),
) -> tuple[LawCount, ...]:
    """Count rows by the set of things in them; ``own`` says of each find whether its file counts, ``declared`` what settings declare."""
    things = [_thing(kind, declared) for kind in all_of_it.kinds]
    names = sorted({thing for thing in things if thing[0]})[:_WIDEST]
    bit = np.array(
        [np.uint64(1) << np.uint64(names.index(thing)) if thing in names else np.uint64(0) for thing in things]
        or [np.uint64(0)],
        np.uint64,
    )
    row, mask = _masks(all_of_it.row[own], bit[all_of_it.kind[own]])
    high, low = Counter[_Set](), Counter[_Set]()
    for counts, masks in ((high, mask[mask != 0]), (low, _richest(row, mask, told))):
        for each, count in _counted(masks).items():
            counts[_set([name for place, name in enumerate(names) if each >> place & 1])] += count
    return tuple(LawCount(*each, low[each], high[each]) for each in sorted({*high, *low}))


def _thing(kind: str, declared: Mapping[str, Category]) -> tuple[str, str]:
    """The name of a kind in the rule sets of the law, and its group: a declared number may count in another than its name usually does."""
    category = category_of(kind, declared)
    return category.law, category.group


def _set(things: Sequence[tuple[str, str]]) -> _Set:
    """The names of a set of things, and the gravest group among them; empty where none has one."""
    groups = {group for _law, group in things}
    return tuple(dict.fromkeys(law for law, _group in things)), next((g for g in _GRAVITY if g in groups), "")


def _masks(row: Ints, bits: npt.NDArray[np.uint64]) -> tuple[Ints, npt.NDArray[np.uint64]]:
    if not len(row):
        return row, bits
    first = np.flatnonzero(np.concatenate(([True], row[1:] != row[:-1])))
    return row[first], np.bitwise_or.reduceat(bits, first)


def _richest(row: Ints, mask: npt.NDArray[np.uint64], told: Linked) -> npt.NDArray[np.uint64]:
    """Of each named person the set of things in the row that holds most."""
    named = told.named[told.person] if len(told.person) else np.zeros(0, np.bool_)
    where, who = told.row[named], told.person[named]
    place = np.searchsorted(row, where)
    there = (
        (place < len(row)) & (row[np.minimum(place, max(len(row) - 1, 0))] == where)
        if len(row)
        else np.zeros(len(where), np.bool_)
    )
    sets, who = mask[place[there]], who[there]
    order = np.lexsort((sets, -np.bitwise_count(sets).astype(np.int64), who))
    first = np.concatenate(([True], who[order][1:] != who[order][:-1])) if len(order) else np.zeros(0, np.bool_)
    chosen: npt.NDArray[np.uint64] = sets[order][first]
    return np.asarray(chosen[chosen != 0], np.uint64)


def _counted(masks: npt.NDArray[np.uint64]) -> dict[int, int]:
    values, counts = np.unique(masks, return_counts=True)
    return {int(value): int(count) for value, count in zip(values, counts, strict=True)}


def persons_by(told: Linked, group: Ints, groups: int) -> tuple[Ints, Ints]:
    """Count the distinct persons of each group of rows (``group`` of each place in ``told``; -1: of none), all and named."""
    inside = group >= 0
    pairs = distinct(group[inside] * max(told.count, 1) + told.person[inside])
    of, who = pairs // max(told.count, 1), pairs % max(told.count, 1)
    named = told.named[who] if len(who) else np.zeros(0, np.bool_)
    return np.bincount(of, minlength=groups).astype(np.int64), np.bincount(of[named], minlength=groups).astype(np.int64)
