"""Whether complaints come from one place: a keeper's clients, a site, a segment. That accuses nobody who works there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ibis import _

from headwater.attribution.complaining.risk import POPULAR
from headwater.attribution.complaining.series import Series
from headwater.attribution.histories import Histories, readers
from headwater.attribution.likelihood import log_mean
from headwater.model.words import Text
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
RATIOS = np.array([3.0, 9.0, 27.0, 81.0, 243.0])
"""People of a place complain so many times as often: all are tried, and count the same."""
USUAL = np.array([1.0, 1.5, 2.0])
"""So much places differ without any reason."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its people, the complaints from there, those that its size lets expect, and its log e-value (nats)."""

    name: Text
    people: int
    complaints: int
    expected: float
    score: float


def standing_out(engine: Engine, h: Histories, series: Series, alpha: float) -> Place | None:
    """The place whose people complain most beyond what places differ by; ``None`` where none does beyond doubt.

    An e-value as of an account, over places instead of readings: it holds however often it is asked.
    """
    weights = [(1 + readers(h, h.size)) ** power for power in POPULAR]
    chance = np.array([np.log(w[series.record] / w.sum()).sum() for w in weights])
    found = [_place(name, inside, series, weights, chance) for name, inside in _places(engine, h, series)]
    best = max(found, key=lambda p: p.score, default=None)
    return best if best is not None and best.score >= np.log(len(found) / alpha) else None


def _place(name: Text, inside: npt.NDArray[np.bool_], series: Series, weights: list[Floats], chance: Floats) -> Place:
    hits, people = int(inside[series.record].sum()), len(series.record)
    share = np.array([w[inside].sum() / w.sum() for w in weights])

    def told(times: Floats) -> Floats:
        more = times[:, None]
        return np.asarray(chance + hits * np.log(more) - people * np.log1p((more - 1) * share))

    score = float(log_mean(told(RATIOS).ravel()) - told(USUAL).max())
    return Place(name, int(inside.sum()), hits, float(people * share[int(np.argmax(chance))]), score)


def _places(engine: Engine, h: Histories, series: Series) -> Iterator[tuple[Text, npt.NDArray[np.bool_]]]:
    """Every place that has complaints: the clients of a keeper, of a site, of a segment."""
    names = _keepers(engine, h)
    for book in np.unique(h.book[series.record]).tolist() if len(names) else ():
        if book:
            who = names[book - 1]
            yield Text(f"the clients of {who}", f"{who} 的客户"), h.book == book
    sites = np.array([name.split("/", 1)[0] for name in h.segments], object)
    for site in sorted({str(s) for s in sites[h.segment[series.record]] if s}):
        yield Text(f"the clients of site {site}", f"网点 {site} 的客户"), (sites == site)[h.segment]
    for segment in np.unique(h.segment[series.record]).tolist():
        size = int((h.segment == segment).sum())
        yield (
            Text(f"one segment of {h.dataset} ({size:,} people)", f"{h.dataset} 的一个分段（{size:,} 人）"),
            h.segment == segment,
        )


def _keepers(engine: Engine, h: Histories) -> list[str]:
    """Whose books the numbers of :attr:`Histories.book` are, in their order."""
    lasting = engine.table("relations").filter((_.dataset == h.dataset) & _.ordinal.notnull() & _.ends.isnull())
    rows = engine.arrow(lasting.group_by("ordinal").agg(who=_.employee.min())).to_pandas()
    return sorted(rows.loc[rows["ordinal"] < h.size, "who"].unique()) if len(h.book) else []
