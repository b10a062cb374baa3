"""Which records are one person's: several policies, accounts or parcels of one client, or people who share a telephone.

A complaint says who complains, not of which record; whoever read any of them may be the source. So readings are counted by
person, of everybody alike: counting them so for those alone who complain would make complainers look read.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from ibis import _
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.attribution.histories import Histories
from headwater.attribution.ordering import chunks, ordered
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
WEAK = ("name", "address")
"""Identifiers that many people share: a complaint is not laid to one of them by these."""
SHARED = 20
"""What more records share than this (a hotline, a dummy number) makes nobody one person."""


def persons(engine: Engine, h: Histories) -> Ints:
    """The person of each record: the lowest of the records that share a strong identifier with it, whatever way round."""
    ours = engine.table("subjects").filter((_.dataset == h.dataset) & (_.ordinal < h.size) & ~_.kind.isin(WEAK))
    held = ours.filter(_.token.notnull()).select("kind", "token", "ordinal").distinct()
    several = held.group_by(["kind", "token"]).agg(first=_.ordinal.min(), n=_.ordinal.count())
    several = several.filter((_.n > 1) & (_.n <= SHARED))
    told = engine.arrow(held.join(several, ["kind", "token"]).select("first", "ordinal"))
    a, b = (told[name].to_numpy().astype(np.int64) for name in ("first", "ordinal"))
    if len(a) == 0:
        return np.arange(h.size)
    graph = coo_array((np.ones(len(a), bool), (a, b)), shape=(h.size, h.size))
    number = connected_components(graph, directed=False)[1]
    return np.asarray(np.unique(number, return_index=True)[1][number])


def by_person(h: Histories, person: Ints) -> Histories:
    """The same histories with each person's readings laid to his lowest record."""
    if (person == np.arange(h.size)).all():
        return h
    keys = np.empty(len(h.record), np.int64)
    for part in chunks(len(keys)):
        account = np.searchsorted(h.bounds, np.arange(part.start, part.stop), side="right") - 1
        keys[part] = (account * h.size + person[h.record[part]]) * h.days + h.day[part]
    return h.with_readings(ordered(keys, h.size, h.days, len(h.accounts)))
