"""Every distinct shape of a case read once, as columns that messages look up by number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.acts.content import Content, content
from headwater.network.acts.reading import fold, read
from headwater.network.acts.terms import Lexicon
from headwater.network.acts.whom import Subject

Ints = npt.NDArray[np.signedinteger[Any]]
Floats = npt.NDArray[np.floating[Any]]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """Lists of numbers of differing lengths, one after the other."""

    ends: Ints
    values: Ints

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]]) -> Lists:
        """Put lists one after the other."""
        ends = np.concatenate([[0], np.cumsum([len(x) for x in lists], dtype=np.int64)]).astype(np.int64)
        return cls(ends, np.array([v for x in lists for v in x], dtype=np.int64))

    def sizes(self, which: Ints) -> Ints:
        """How long the lists of these numbers are."""
        return self.ends[which + 1] - self.ends[which]

    def spread(self, which: Ints) -> tuple[Ints, Ints]:
        """Give for each value of the lists asked for the place in ``which`` and the value."""
        sizes = self.sizes(which)
        by = np.repeat(np.arange(len(which)), sizes)
        within = np.arange(len(by)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return by, self.values[self.ends[which][by] + within]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Requests or answers within shapes: which each shape has, and of each the identifiers' places and the categories."""

    of_shape: Lists
    keys: Lists
    told: Lists
    categories: Lists

    @classmethod
    def of(cls, told: Sequence[Sequence[Subject]], number: Callable[[str], int]) -> Rows:
        """Lay out the subjects of every shape."""
        flat = [s for subjects in told for s in subjects]
        starts = np.concatenate([[0], np.cumsum([len(s) for s in told])])
        return cls(
            Lists.of([range(a, b) for a, b in pairwise(starts.tolist())]),
            Lists.of([s.keys for s in flat]),
            Lists.of([s.told for s in flat]),
            Lists.of([[number(c) for c in s.categories] for s in flat]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """The folded shapes of a case and what they say."""

    folded: tuple[str, ...]
    of_raw: Ints
    """The folded shape of each category of the column ``shape``; the last entry is for messages without a text."""
    contents: tuple[Content, ...]

    @classmethod
    def of(cls, raw: Sequence[str], words: Lexicon) -> Shapes:
        """Fold and read shapes."""
        made = pd.Series([fold(s) for s in raw] + [""], dtype=object)
        codes, folded = pd.factorize(made)
        return cls(tuple(folded), codes.astype(np.int32), tuple(content(read(s, words), words.sounds) for s in folded))

    def again(self, words: Lexicon) -> Shapes:
        """Read the shapes again with other words."""
        return Shapes(self.folded, self.of_raw, tuple(content(read(s, words), words.sounds) for s in self.folded))

    def floats(self, of: Callable[[Content], float]) -> Floats:
        """One number of every shape."""
        return np.array([of(c) for c in self.contents], dtype=np.float32)

    def flags(self, of: Callable[[Content], bool]) -> Bools:
        """One yes or no of every shape."""
        return np.array([of(c) for c in self.contents], dtype=np.bool_)

    def said(self, what: str) -> Floats:
        """Bits of one class of words in every shape."""
        return self.floats(lambda c: c.said.get(what, 0.0))
