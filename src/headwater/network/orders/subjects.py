"""Whose data a request or an answer is about: its identifiers as numbers, and how much two of them agree in bits.

Agreement is weighed family by family (a telephone, a resident id, a plate, a name ...): of the parts that agree the most
telling one counts, because parts of one number are not independent. What a part tells is measured in the case itself: how
often two different people share it. Two whole identifiers of a family of which no part agrees speak against.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.float64]

WHOLE = 16.0
"""Bits of a whole identifier that agrees: one in 65,536 of a broker's requests is about that person by chance."""
AGAINST: Mapping[str, float] = {"name": -3.0}
"""Bits of two that disagree; names are cut and misread more often than numbers."""
AGAINST_ELSE = -8.0
WORN = 2.0
"""What is taken off where a whole identifier has only parts in common: somebody mistyped it, or it is another's."""
FEWEST = 0.5
"""The count with which a share that nobody has is reckoned."""
MARKS = "<>#~^"
BLOCK = 200_000
"""So many pairs are weighed at once."""
LENT, BORROWED = "≈", 11.0
"""Behind a family: an identifier that is known to go with the one that was written; and its bits."""


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """The identifiers and parts of some items (requests or answers): ``item``, ``token`` (a number), ``family``, ``part``, ``whole``.

    ``families`` and ``parts`` are the names of these numbers.
    """

    rows: pd.DataFrame
    families: tuple[str, ...]
    parts: tuple[str, ...]

    def of(self, items: Ints, count: int) -> Named:
        """The same for items that are renumbered: ``items`` gives the new number of each old one, -1 for those left out."""
        new = items[self.rows["item"].to_numpy()]
        kept = np.flatnonzero(new >= 0)
        rows = self.rows.take(kept).assign(item=new[kept].astype(np.int32))
        return Named(rows, self.families, self.parts)


def named(keys: pd.DataFrame) -> Named:
    """Number the keys of acts (of :class:`~headwater.network.frames.Acts`); an item is an act.

    What an answer tells beside whom it is about (relatives, the owner's name) is left out. Where an item names somebody by
    one identifier, and the case tells which other one is that person's, the other stands beside it (``≈``).
    """
    kind, token = (_sorted_texts(keys[name]) for name in ("kind", "token"))
    of_kind = pd.Series(kind.categories, dtype=object).str.replace(f"[{MARKS}].*$", "", regex=True)
    family_of, family_names = pd.factorize(of_kind, sort=True)
    part_names = tuple(kind.categories)
    pair = kind.codes.astype(np.int64) * (len(token.categories) + 1) + token.codes
    rows = pd.DataFrame(
        {
            "item": keys["act"].to_numpy(np.int32),
            "token": pd.factorize(pair, sort=True)[0].astype(np.int32),
            "family": family_of.astype(np.int16)[kind.codes],
            "part": kind.codes.astype(np.int16),
            "whole": (of_kind == kind.categories).to_numpy(bool)[kind.codes],
        }
    ).drop_duplicates(["item", "token"])
    told = keys["told"].to_numpy(bool) if "told" in keys else np.zeros(len(keys), bool)
    own = rows[~told[rows.index.to_numpy()]]
    lent = _lent(own, rows, len(part_names))
    parts = (*part_names, *(f"{name}{LENT}" for name in family_names))
    return Named(pd.concat([own, lent], ignore_index=True), tuple(family_names), parts)


def _sorted_texts(column: pd.Series) -> pd.Categorical:
    """A column as categories in the order of texts, without those that no row has."""
    made = pd.Categorical(column.astype("category")).remove_unused_categories()
    return made.reorder_categories(sorted(made.categories))


def _lent(own: pd.DataFrame, rows: pd.DataFrame, parts: int) -> pd.DataFrame:
    """Rows of identifiers that are known to be the same person's as one that an item names, of families that it does not name.

    Known from items that name one of each; where a token goes with several, it tells nothing.
    """
    whole = rows[rows["whole"]]
    counts = whole.groupby(["item", "family"])["token"].transform("size")
    single = whole[counts == 1][["item", "family", "token"]]
    pairs = single.merge(single, on="item", suffixes=("", "_other"))
    pairs = pairs[pairs["family"] != pairs["family_other"]][["token", "family_other", "token_other"]].drop_duplicates()
    alone = pairs[~pairs.duplicated(["token", "family_other"], keep=False)]
    mine = own[own["whole"]]
    mine = mine[mine.groupby(["item", "family"])["token"].transform("size") == 1]
    lent = mine[["item", "token"]].merge(alone, on="token")
    there = pd.MultiIndex.from_frame(own[["item", "family"]])
    lent = lent[~pd.MultiIndex.from_frame(lent[["item", "family_other"]]).isin(there)]
    lent = lent.drop_duplicates(["item", "token_other"])
    made = pd.DataFrame(
        {"item": lent["item"], "token": lent["token_other"], "family": lent["family_other"].astype(np.int16)}
    )
    return made.assign(part=(lent["family_other"] + parts).astype(np.int16), whole=False)


@dataclass(frozen=True, slots=True)
class Telling:
    """Bits that agreement of each part tells, and disagreement of each family."""

    agree: Bits
    against: Bits


def telling(keys: Named) -> Telling:
    """Measure how often two different people of the case share each part.

    People are told apart by their whole identifiers; ``-log2`` of the chance that two of them agree, at most ``WHOLE``.
    """
    rows = keys.rows
    alone = rows[rows["whole"]].groupby(["item", "family"])["token"].agg(["first", "size"])
    alone = alone[alone["size"] == 1]["first"].rename("whose")
    joined = rows.merge(alone, left_on=["item", "family"], right_index=True)
    names = [n for n, f in enumerate(keys.families) if f == "name"]
    agree = np.full(len(keys.parts), 8.0)
    for part, name in enumerate(keys.parts):
        if name.endswith(LENT):
            agree[part] = BORROWED
            continue
        mine = joined[joined["part"] == part]
        if len(mine) and mine["family"].iloc[0] not in names and not bool(mine["whole"].iloc[0]):
            agree[part] = _chance_bits(mine["whose"].to_numpy(), mine["token"].to_numpy())
        elif len(mine) and mine["family"].iloc[0] in names:
            agree[part] = _names_bits(rows, part, names[0])
        elif len(mine):
            agree[part] = WHOLE
    against = np.array([AGAINST.get(f, AGAINST_ELSE) for f in keys.families])
    return Telling(np.minimum(agree, WHOLE), against)


def _names_bits(rows: pd.DataFrame, part: int, family: int) -> float:
    """Names are shared by different people, whom their numbers tell apart."""
    numbers = rows[rows["whole"] & (rows["family"] != family)][["item", "token"]].rename(columns={"token": "whose"})
    mine = rows[rows["part"] == part][["item", "token"]].merge(numbers, on="item")
    return _chance_bits(mine["whose"].to_numpy(), mine["token"].to_numpy()) if len(mine) else 8.0


def _chance_bits(whose: Ints, token: Ints) -> float:
    """-log2 of the chance that two different ones of ``whose`` have the same token."""
    pairs = np.unique(np.stack([whose, token]), axis=1)
    _values, counts = np.unique(pairs[1], return_counts=True)
    people = len(pairs[0])
    same = float((counts * (counts - 1)).sum()) / 2
    chance = (same + FEWEST) / (people * (people - 1) / 2 + 2 * FEWEST)
    return float(-np.log2(min(chance, 0.5)))


def agreement(pairs: pd.DataFrame, left: Named, right: Named, told: Telling) -> Bits:
    """Bits for each pair (``left``, ``right``: items) that both are about the same person."""
    size = 1 + max(int(keys.rows["token"].max()) if len(keys.rows) else 0 for keys in (left, right))
    one, two = _Tokens.of(left, size), _Tokens.of(right, size)
    items = [pairs[side].to_numpy(np.int64) for side in ("left", "right")]
    have = [_families(keys, len(told.against), of) for keys, of in zip((left, right), items, strict=True)]
    bits = np.zeros(len(pairs))
    for begin in range(0, len(pairs), BLOCK):
        block = slice(begin, begin + BLOCK)
        mine, theirs = (of[block] for of in items)
        best = _agreed(mine, theirs, one, two, told)
        for family in range(best.shape[1]):
            bits[block] += np.maximum(best[:, family], 0.0)
        apart = have[0][mine] & have[1][theirs] & np.isneginf(best)  # both have it whole, and nothing of it agrees
        bits[block] += apart @ told.against
    return bits


@dataclass(frozen=True, slots=True, eq=False)
class _Tokens:
    """Identifiers and parts sorted by item and token; ``key`` is both as one number."""

    size: int
    key: Ints
    family: Ints
    part: Ints
    whole: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, keys: Named, size: int) -> _Tokens:
        """Sort the rows; tokens are less than ``size``."""
        rows = keys.rows
        key = rows["item"].to_numpy(np.int64) * size + rows["token"].to_numpy(np.int64)
        order = np.argsort(key, kind="stable")
        family, part, whole = (rows[name].to_numpy()[order] for name in ("family", "part", "whole"))
        return cls(size, key[order], family, part, whole.astype(bool))


def _agreed(left: Ints, right: Ints, one: _Tokens, two: _Tokens, told: Telling) -> Bits:
    """Bits of the most telling thing of each family that agrees (pairs by families); ``-inf`` where nothing does."""
    first = np.searchsorted(one.key, left * one.size)
    pair, at = _spread(first, np.searchsorted(one.key, (left + 1) * one.size))
    wanted = right[pair] * two.size + one.key[at] % one.size
    low = np.searchsorted(two.key, wanted)
    found, other = _spread(low, np.searchsorted(two.key, wanted, "right"))
    pair, at = pair[found], at[found]
    bits = np.minimum(told.agree[one.part[at]], told.agree[two.part[other]])
    count = len(told.against)
    place = pair * count + one.family[at]
    best, whole = np.full(len(left) * count, -np.inf), np.zeros(len(left) * count, bool)
    np.maximum.at(best, place, bits)
    whole[place[one.whole[at]]] = True
    seen = ~np.isneginf(best)
    best[seen] = np.maximum(best - np.where(whole, 0.0, WORN), 0.0)[seen]
    return cast(Bits, best.reshape(len(left), count))


def _spread(starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """The numbers from each start to its end, and whose they are."""
    counts = ends - starts
    by = np.repeat(np.arange(len(counts)), counts)
    return by, np.arange(len(by)) + np.repeat(starts - (np.cumsum(counts) - counts), counts)


def _families(keys: Named, count: int, items: Ints) -> npt.NDArray[np.bool_]:
    """Which families each item has whole (items by families)."""
    rows = keys.rows[keys.rows["whole"]]
    size = int(items.max(initial=0)) + 1
    rows = rows[rows["item"] < size]
    made = np.zeros((size, count), bool)
    made[rows["item"].to_numpy(), rows["family"].to_numpy()] = True
    return made
