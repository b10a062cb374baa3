"""Names put together from the table's own characters: surnames and given names as frequent as there, by sex where it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import name as person_name
from headwater.identifiers import normal
from headwater.identifiers.surname import surname_array

_SMOOTH = 1.0
_FEWEST = 20
_CHAIN = 3
"""A chain from one character needs so many others that follow it."""
_CHINESE = "^[\u3400-\u9fff]{2,4}$"


@dataclass(frozen=True, slots=True)
class Draws:
    """Values with how often each stands in the table."""

    values: tuple[str, ...] = field(repr=False)
    ends: np.ndarray = field(repr=False)

    def draw(self, rng: np.random.Generator) -> str:
        """Give one value, as often as the table does."""
        return self.values[int(np.searchsorted(self.ends, rng.random() * self.ends[-1], side="right"))]


def draws(counts: Mapping[str, float]) -> Draws:
    """Make draws from counts."""
    names = sorted(counts)
    return Draws(tuple(names), np.cumsum([counts[n] for n in names]))


@dataclass(frozen=True, slots=True)
class Names:
    """What names of a table are made of: surnames; lengths of given names; their characters by place, length and sex.

    A second character follows the first as often as it does in the table (a chain), with some weight on the place's
    own frequencies, so that no given name is bound to be a real person's.
    """

    surnames: Draws
    lengths: Mapping[bool | None, Draws]
    firsts: Mapping[tuple[bool | None, int], Draws]
    nexts: Mapping[tuple[bool | None, int], Draws]
    follow: Mapping[str, Draws]
    sexed: bool

    def draw(self, odd: bool | None, rng: np.random.Generator) -> str:
        """Give a name; ``odd`` is the mark of men, where it is known."""
        sex = odd if self.sexed else None
        length = int(self.lengths[sex].draw(rng))
        given = [self.firsts[sex, length].draw(rng)]
        for place in range(1, length):
            chain = self.follow.get(given[-1])
            given.append(chain.draw(rng) if chain and rng.random() < 0.5 else self.nexts[sex, place].draw(rng))
        return self.surnames.draw(rng) + "".join(given)


def names(values: pd.Series, odd: pd.Series) -> Names | None:
    """Learn from names (nulls do not count) and the sex beside them (may be all unknown).

    Gives nothing where the table has fewer than 20 Chinese names: names of other traditions are not made up.
    """
    compact = person_name.compact_array(pa.array(values, pa.string()))
    chinese = normal.keep(compact, normal.matching(compact, _CHINESE))
    family = surname_array(chinese)
    rest = (
        pc.utf8_slice_codeunits(chinese, 2)
        .to_pandas()
        .where(
            pc.equal(pc.utf8_length(family), 2).to_pandas() == True,  # noqa: E712
            pc.utf8_slice_codeunits(chinese, 1).to_pandas(),
        )
    )
    given = rest.set_axis(values.index)[family.is_valid().to_numpy(zero_copy_only=False)]
    given = given[given.str.len() > 0]
    if len(given) < _FEWEST:
        return None
    sex = odd.reindex(given.index)
    told = bool(sex.notna().any())
    sexes: Sequence[bool | None] = (True, False) if told else (None,)
    lengths = {
        s: draws(_smoothed(_of(given, sex, s).str.len().astype(str), given.str.len().astype(str))) for s in sexes
    }
    firsts, nexts = {}, {}
    for s in sexes:
        for length in range(1, 4):
            same = given[given.str.len() == length]
            firsts[s, length] = draws(_smoothed(_of(same, sex, s).str[0], given.str[0]))
            if length < 3:
                beyond = given.str[length].dropna()
                nexts[s, length] = draws(
                    _smoothed(_of(given, sex, s).str[length].dropna(), beyond if len(beyond) else given.str[0])
                )
    pairs = given[given.str.len() > 1]
    counted = pairs.str[1].groupby(pairs.str[0]).value_counts()
    follow = {
        str(first): draws(_plain(counts.droplevel(0)))
        for first, counts in counted.groupby(level=0)
        if len(counts) >= _CHAIN
    }
    families = draws(_plain(family.drop_null().to_pandas().value_counts()))
    return Names(families, lengths, firsts, nexts, follow, told)


def _of(values: pd.Series, sex: pd.Series, wanted: bool | None) -> pd.Series:
    return values if wanted is None else values[sex.reindex(values.index) == wanted]


def _plain(counts: pd.Series) -> dict[str, float]:
    return {str(value): float(count) for value, count in counts.items()}


def _smoothed(own: pd.Series, every: pd.Series) -> dict[str, float]:
    """Counts of the sex's own values, with a little of everybody's, so that none is impossible."""
    shares = every.value_counts(normalize=True)
    counts = own.value_counts()
    return {str(value): float(counts.get(value, 0)) + _SMOOTH * float(share) for value, share in shares.items()}
