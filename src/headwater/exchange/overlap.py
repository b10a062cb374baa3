"""What two lists have in common, from their tokens: identifiers, people low and high, chance, and the own rows that matched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.exchange.parcel import Bytes
from headwater.exchange.reading import KINDS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SURE = ("resident_id", "passport")
"""Kinds of which one alone is enough for the low count; of the others it takes two kinds."""
_SURE = [KINDS.index(kind) for kind in SURE]
TOGETHER = "other"
"""What kinds are called that are told together, because there are too few of each."""


@dataclass(frozen=True, slots=True)
class KindOverlap:
    """How many identifiers of a kind a list holds, and how many of them the other list holds too."""

    kind: str
    ours: int
    both: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two lists have in common.

    ``ours`` and ``theirs`` count different identifiers. ``low`` and ``high`` count people: high by any identifier; low by an identity
    number or a passport, or by two kinds. ``false`` is how many identifiers match by chance: n1·n2/2^bits for tokens, what the
    structure promises for PSI. ``rows`` (``source``, ``line``) are rows of the own list, where the parties agreed to show them.
    """

    method: str
    reveal: str
    ours: int
    theirs: int
    both: int
    low: int
    high: int
    false: float
    kinds: tuple[KindOverlap, ...] = ()
    rows: pa.Table | None = field(default=None, repr=False)

    @property
    def is_contained(self) -> bool:
        """Whether rows are shown and all of the other list is in the own one: so would copied tokens look."""
        return self.rows is not None and 0 < self.theirs == self.both

    def as_json(self) -> dict[str, Any]:
        """The overlap as it is printed and kept; rows as file and line numbers, without any value."""
        told: dict[str, Any] = {
            "method": self.method,
            "reveal": self.reveal,
            "identifiers": {"ours": self.ours, "theirs": self.theirs, "both": self.both},
            "people": {"low": self.low, "high": self.high},
            "false_matches_expected": self.false,
            "kinds": [{"kind": k.kind, "ours": k.ours, "both": k.both} for k in self.kinds],
        }
        if self.rows is not None:
            told["rows"] = lines_of(self.rows)
            told["all_of_theirs"] = self.is_contained
        return told


def lines_of(rows: pa.Table) -> list[dict[str, Any]]:
    """Rows as JSON: for each file its line numbers in order."""
    grouped = rows.group_by("source", use_threads=False).aggregate([("line", "list")])
    return [{"source": r["source"], "lines": sorted(r["line_list"])} for r in grouped.to_pylist()]


@dataclass(frozen=True, slots=True)
class Mine:
    """The own list as tokens, in the order of the tokens: what stays at home and is never carried."""

    tokens: pa.Array = field(repr=False)
    kinds: Ints = field(repr=False)
    persons: Ints = field(repr=False)
    holds: tuple[Ints, Ints] = field(repr=False)
    rows: pa.Table = field(repr=False)


def as_tokens(items: Bytes) -> pa.Array:
    """An Arrow array of tokens from rows of bytes."""
    width = items.shape[1]
    data = pa.py_buffer(np.ascontiguousarray(items))
    return pa.Array.from_buffers(pa.binary(width), len(items), [None, data])


def expected_false(ours: int, theirs: int, bits: int) -> float:
    """How many pairs of different identifiers get the same token by chance: n1·n2/2^bits."""
    return ours * theirs / 2.0**bits


def by_rows(mine: Mine, theirs: pa.Array, method: str, bits: int) -> Overlap:
    """Compare the own list with the other's tokens."""
    met = np.asarray(pc.is_in(mine.tokens, value_set=theirs).to_numpy(zero_copy_only=False))
    return matched(mine, met, len(theirs), method, expected_false(len(met), len(theirs), bits))


def matched(mine: Mine, met: Flags, theirs: int, method: str, false: float) -> Overlap:
    """The overlap where it is known of each own identifier whether the other list has it."""
    low, high = people(mine.persons[met], mine.kinds[met])
    held, row = mine.holds
    places = np.unique(row[met[held]])
    return Overlap(
        method,
        "rows",
        len(met),
        theirs,
        int(met.sum()),
        low,
        high,
        false,
        _kinds(mine.kinds, mine.kinds[met]),
        mine.rows.take(pa.array(places)),
    )


def people(persons: Ints, kinds: Ints) -> tuple[int, int]:
    """Low and high count of the people behind matched identifiers."""
    pairs = np.unique(persons * len(KINDS) + kinds)
    whose, what = np.divmod(pairs, len(KINDS))
    people, times = np.unique(whose, return_counts=True)
    sure = np.unique(whose[np.isin(what, _SURE)])
    return len(np.union1d(sure, people[times > 1])), len(people)


def _kinds(ours: Ints, both: Ints) -> tuple[KindOverlap, ...]:
    counts = np.bincount(ours, minlength=len(KINDS)).tolist()
    common = np.bincount(both, minlength=len(KINDS)).tolist()
    return tuple(KindOverlap(k, n, b) for k, n, b in zip(KINDS, counts, common, strict=True) if n)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A list as whoever counts gets it: sealed tokens with their kinds and the person of each (numbered at random)."""

    tokens: pa.Array = field(repr=False)
    kinds: Ints = field(repr=False)
    persons: Ints = field(repr=False)


def told_apart(lists: Sequence[Ints], fewest: int) -> list[int]:
    """The kinds (places) of which numbers may be told where only sizes are shown; a number about a few identifiers is a look-up.

    Of the others, with as many more kinds as it takes, every list holds none or at least ``fewest`` together.

    :param lists: the kinds of the identifiers of each list
    """
    counts = np.stack([np.bincount(kinds, minlength=len(KINDS)) for kinds in lists])
    least = np.where(counts > 0, counts, np.iinfo(np.int64).max).min(axis=0)
    order = [kind for kind in np.argsort(least, kind="stable").tolist() if counts[:, kind].any()]
    merged = [kind for kind in order if least[kind] < fewest]
    while merged and len(merged) < len(order) and _are_few(counts[:, merged].sum(axis=1), fewest):
        merged.append(order[len(merged)])
    return sorted(set(order) - set(merged))


def _are_few(counts: Ints, fewest: int) -> bool:
    return bool(((counts > 0) & (counts < fewest)).any())


def by_size(first: Sealed, second: Sealed, method: str, bits: int, fewest: int) -> Overlap:
    """Count what two sealed lists have in common; people are those of both lists put together.

    Kinds of which a list holds fewer than ``fewest`` are told together, and do not make a person sure.
    """
    apart = told_apart((first.kinds, second.kinds), fewest)
    place = pc.index_in(first.tokens, value_set=second.tokens)
    met = np.asarray(place.is_valid().to_numpy(zero_copy_only=False))
    other = place.drop_null().to_numpy(zero_copy_only=False).astype(np.int64)
    met &= _same_kinds(first, second, met, other)
    other = place.filter(pa.array(met)).to_numpy(zero_copy_only=False).astype(np.int64)
    low, high = _pairs(first.persons[met], second.persons[other], first.kinds[met], apart)
    return Overlap(
        method,
        "size",
        len(first.tokens),
        len(second.tokens),
        int(met.sum()),
        low,
        high,
        expected_false(len(first.tokens), len(second.tokens), bits),
        _merged(_kinds(first.kinds, first.kinds[met]), apart),
    )


def _merged(kinds: Sequence[KindOverlap], apart: Sequence[int]) -> tuple[KindOverlap, ...]:
    alone = tuple(kind for kind in kinds if KINDS.index(kind.kind) in apart)
    rest = [kind for kind in kinds if kind not in alone]
    together = KindOverlap(TOGETHER, sum(kind.ours for kind in rest), sum(kind.both for kind in rest))
    return (*alone, together) if rest else alone


def _same_kinds(first: Sealed, second: Sealed, met: Flags, other: Ints) -> Flags:
    """Tokens of one value are of one kind; a side that says otherwise of a token does not get it counted."""
    same = np.zeros(len(met), bool)
    same[met] = first.kinds[met] == second.kinds[other]
    return same


def _pairs(ours: Ints, theirs: Ints, kinds: Ints, apart: Sequence[int]) -> tuple[int, int]:
    if not len(ours):
        return 0, 0
    a, b = (np.unique(side, return_inverse=True)[1] for side in (ours, theirs))
    _, first, number = np.unique(a * len(b) + b, return_index=True, return_inverse=True)
    kinds_of = np.unique(number * len(KINDS) + kinds)
    which, what = np.divmod(kinds_of, len(KINDS))
    told = np.isin(what, apart)
    sure = np.bincount(which[told], minlength=len(first)) > 1
    sure[which[told & np.isin(what, _SURE)]] = True
    return _joined(ours[first][sure], theirs[first][sure]), _joined(ours[first], theirs[first])


def _joined(ours: Ints, theirs: Ints) -> int:
    """How many groups people of two lists fall into who are the same by one identifier or another."""
    if not len(ours):
        return 0
    _, a = np.unique(ours, return_inverse=True)
    _, b = np.unique(theirs, return_inverse=True)
    size = int(a.max()) + int(b.max()) + 2
    graph = coo_array((np.ones(len(a), np.int8), (a, a.max() + 1 + b)), shape=(size, size))
    return int(connected_components(graph, directed=False, return_labels=False))


def from_json(told: Mapping[str, Any]) -> Overlap:
    """An overlap without rows from its JSON.

    :raises KeyError, TypeError, ValueError: when it is none
    """
    counts, found = told["identifiers"], told["people"]
    if unknown := {str(k["kind"]) for k in told["kinds"]} - {*KINDS, TOGETHER}:
        raise ValueError(unknown)
    return Overlap(
        str(told["method"]),
        str(told["reveal"]),
        int(counts["ours"]),
        int(counts["theirs"]),
        int(counts["both"]),
        int(found["low"]),
        int(found["high"]),
        float(told["false_matches_expected"]),
        tuple(KindOverlap(str(k["kind"]), int(k["ours"]), int(k["both"])) for k in told["kinds"]),
    )
