"""The personal values of clients, made when they are asked for: any ordinals at once, always the same for the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.made_people import FLATS, VALUES, addressed, dialled, named, numbered, surnames
from headwater.simulation.scatter import below, bits, scattered, shares

_TWO_CHARACTERS = 0.75


@dataclass(frozen=True, slots=True)
class MadePersons:
    """People who do not exist, as ``headwater.simulation.made_people`` describes them, by ordinal.

    Nothing is kept: a value is worked out of the seed and the ordinal alone, so ten million people take no room.
    Phones and resident numbers are distinct, phones before and after a move too (up to 50 million people).
    """

    seed: int
    unassigned: float = 0.6

    def values(self, ordinals: Whole, field: str, before: bool) -> Column:
        """``name``, ``id_number``, ``phone`` or ``address``; ``before`` the move for phone and address."""
        ordinals = np.asarray(ordinals, dtype=np.int64)
        if field == "name":
            return self._names(ordinals)
        if field == "id_number":
            return self._id_numbers(ordinals)
        return {"phone": self._phones, "address": self._addresses}[field](2 * ordinals + before)

    def _names(self, ordinals: Whole) -> Column:
        one, other = bits(self.seed, "names", ordinals), bits(self.seed, "given names", ordinals)
        given = VALUES["given"]
        two = shares(one, 32) < _TWO_CHARACTERS
        return named(surnames(shares(one, 0)), below(other, 0, given), below(other, 32, given), two)

    def _id_numbers(self, ordinals: Whole) -> Column:
        births = VALUES["birth"]
        high, low = scattered(self.seed, "resident numbers", ordinals, VALUES["id_county"] * births, VALUES["serial"])
        return numbered(high // births, high % births, low + 1)

    def _phones(self, versions: Whole) -> Column:
        high, low = scattered(self.seed, "phones", versions, 10_000, 10_000)
        one, other = bits(self.seed, "prefixes", versions), bits(self.seed, "unassigned", versions)
        free, used = below(one, 0, VALUES["unassigned"]), below(one, 32, VALUES["ordinary"])
        return dialled(free, used, shares(other, 0) < self.unassigned, high * 10_000 + low)

    def _addresses(self, versions: Whole) -> Column:
        where, lane, flat = (bits(self.seed, f"addresses {n}", versions) for n in range(3))
        lanes, houses, floors, doors = FLATS
        numbers = [below(lane, 0, lanes - 1), below(lane, 32, houses - 1)]
        numbers += [below(flat, 0, floors - 1), below(flat, 32, doors - 1)]
        county, road = below(where, 0, VALUES["county"]), below(where, 32, VALUES["road"])
        return addressed(county, road, 1 + np.stack(numbers, axis=1))


def persons(seed: int, unassigned: float = 0.6) -> MadePersons:
    """The people of a world; ``unassigned`` is the share of phones with a prefix that nobody was given."""
    return MadePersons(seed, unassigned)
