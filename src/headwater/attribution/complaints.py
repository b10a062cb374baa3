"""The common point of compromise: which account read the complainants' records before they complained.

Each complaint gives a record and the day it was received; only earlier readings count. Chance is drawn: random records
of the same strata get the complaints' dates, and the largest score of any account is the null.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.attribution.histories import Histories
from headwater.attribution.scan import excess
from headwater.detection.people import acted
from headwater.detection.scene import Scene
from headwater.model.attribution import Complaints, Suspect

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
NOTHING = Complaints()
SHOWN = 10
ALPHA = 0.01
"""Accounts with a larger p-value are not listed."""
DRAWS = 499


def common(scene: Scene, past: Mapping[str, Histories], draws: int, seed: int) -> Complaints:
    """What the complaints of our people have in common."""
    received, frame = _victims(scene)
    ours = int(frame["complaint"].nunique())
    suspects: list[Suspect] = []
    for dataset, h in sorted(past.items()):
        rows = frame[(frame["dataset"] == dataset) & (frame["ordinal"] < h.size)]
        if len(rows) and len(h.day):
            suspects += _suspects(scene, h, rows, draws, seed)
    suspects.sort(key=lambda s: (s.p_value, -s.complaints, s.account))
    return Complaints(received, ours, tuple(suspects[:SHOWN]))


def _victims(scene: Scene) -> tuple[int, pd.DataFrame]:
    """Complaints received, and one row per complaint of ours: data set, record, day received."""
    engine = scene.engine
    table = engine.table("complaints")
    received = int(engine.arrow(table.agg(n=_.complaint.nunique()))["n"][0].as_py())
    strong = table.filter(_.token.notnull() & (_.kind != "name") & (_.kind != "address"))
    ours = engine.table("subjects").select(t_kind=_.kind, t_token=_.token, dataset=_.dataset, ordinal=_.ordinal)
    joined = strong.join(ours, [strong.kind == ours.t_kind, strong.token == ours.t_token])
    one = joined.group_by(["complaint", "dataset"]).agg(ordinal=_.ordinal.min(), received=_.received.min())
    frame = engine.arrow(one).to_pandas().sort_values(["dataset", "complaint"], ignore_index=True)
    return received, frame.drop_duplicates("complaint")


def _suspects(scene: Scene, h: Histories, rows: pd.DataFrame, draws: int, seed: int) -> list[Suspect]:
    deadline = (pd.to_datetime(rows["received"]) - pd.Timestamp(0)).dt.days.to_numpy(float) - h.first
    deadline = np.where(np.isnan(deadline), np.inf, deadline)
    victims = rows["ordinal"].to_numpy(np.int64)
    first = h.before < 0  # the earliest reading of each record by each account
    readings = _Readings(h.account[first], h.record[first], h.day[first], h.size, len(h.accounts))
    rng = np.random.default_rng(seed)
    draws = max(draws, DRAWS)
    background = h.background(victims)
    members = np.argsort(background.kinds, kind="stable")
    bounds = np.searchsorted(background.kinds[members], np.arange(int(background.kinds.max()) + 2))
    reached = np.concatenate([[0.0], np.cumsum(background.weight[members])])
    low, high = reached[bounds[background.kinds[victims]]], reached[bounds[background.kinds[victims] + 1]]
    hits = readings.before(victims, deadline)
    drawn = np.stack(
        [
            readings.before(members[_at(reached, low + rng.random(len(victims)) * (high - low))], deadline)
            for _i in range(draws)
        ]
    )
    expected = drawn.mean(axis=0)
    n = np.full(len(hits), float(len(victims)))
    expected_at_least = np.maximum(expected, 0.5 / draws)
    real = excess(hits, expected_at_least, n)
    null = np.array([excess(d, expected_at_least, n).max() for d in drawn])
    made = []
    for a in np.flatnonzero(real > 0):
        p = (1 + int(np.count_nonzero(null >= real[a]))) / (draws + 1)
        if p <= ALPHA:
            account = h.accounts[a]
            people = acted(scene, _readings_of(scene, h, account, victims))
            made.append(Suspect(account, int(hits[a]), float(expected[a]), p, people))
    return made


def _at(reached: Floats, drawn: Floats) -> Ints:
    """The places at which running weights reach what was drawn."""
    return np.minimum(np.searchsorted(reached, drawn, side="right") - 1, len(reached) - 2)


def _readings_of(scene: Scene, h: Histories, account: str, victims: Ints) -> pd.DataFrame:
    a = h.accounts.index(account)
    inside = (h.account == a) & np.isin(h.record, victims)
    days = {(pd.Timestamp(0) + pd.Timedelta(days=int(d) + h.first)).date() for d in np.unique(h.day[inside])}
    return scene.sittings[(scene.sittings["account"] == account) & scene.sittings["day"].isin(days)]


class _Readings:
    """The first readings of each record, by record."""

    def __init__(self, account: Ints, record: Ints, day: Ints, size: int, accounts: int) -> None:
        order = np.argsort(record, kind="stable")
        self._account, self._day = account[order], day[order]
        self._starts = np.searchsorted(record[order], np.arange(size + 1))
        self._accounts = accounts

    def before(self, records: Ints, deadline: Floats) -> Floats:
        """How many of these records each account read before their deadlines."""
        lengths = self._starts[records + 1] - self._starts[records]
        which = np.repeat(np.arange(len(records)), lengths)
        offset = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        at = self._starts[records][which] + offset
        early = self._day[at] < deadline[which]
        return np.bincount(self._account[at][early], minlength=self._accounts).astype(float)
