"""Finding out what statements returned: look-ups by their key, all others by replay, each once per version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.sql.acts import Acts, Asked
from headwater.ingestion.sql.outcomes import UNKNOWN, Found, Outcome
from headwater.ingestion.sql.replay import Replay, Replayer
from headwater.ingestion.sql.sandbox import Sandbox, Whole
from headwater.ingestion.sql.sets import Sets

NO_DAY = -1_000_000_000
_AT_ALL_TIMES = -2_000_000_000
_EPOCH = date(1970, 1, 1)
_REMEMBERED = 200_000  # statements
_Key = tuple[str, str, int]
_Unit = tuple[Asked, int, int]  # a question, its version of the data, a day on which that held


class Finder:
    """Finds out what acts returned, and remembers it for the next batch."""

    def __init__(self, sandbox: Sandbox, replayer: Replayer, keys: Mapping[str, pa.Array], sets: Sets) -> None:
        self._sandbox = sandbox
        self._replayer = replayer
        self._keys = keys
        self._sets = sets
        self._known: dict[_Key, Outcome] = {}
        self._boundaries: dict[tuple[tuple[str, ...], tuple[str, ...]], Whole] = {}

    def find(self, acts: Acts, days: Whole, logged: Whole) -> Found:
        """What each act returned.

        ``days`` are the local days of the acts (since 1970, ``NO_DAY`` for none), ``logged`` the rows that the log
        gives.
        """
        modes = acts.modes()
        ordinal, held = self._look_up(acts, days, np.flatnonzero(modes == "lookup"))
        outcome = np.full(len(days), UNKNOWN, np.int64)
        chosen = np.flatnonzero(np.isin(modes, ("replay", "keys", "match")))
        outcomes, outcome[chosen] = self._replay(acts, days, chosen)
        self._retry_at_all_times(acts, outcomes, outcome, logged)
        return Found(outcomes, outcome, ordinal, held)

    def forget(self) -> None:
        """Forget what was found of sets that cannot be given out any more, and everything if it has become too much."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        self._known = {k: o for k, o in self._known.items() if not o.size or self._sets.knows(o.set_id)}

    def _look_up(self, acts: Acts, days: Whole, chosen: Whole) -> tuple[Whole, Whole]:
        ordinal, held = (np.full(len(days), UNKNOWN, np.int64) for _ in range(2))
        of_question = self._ordinals(acts.questions)
        ordinal[chosen] = of_question[acts.asked[chosen]]
        datasets = np.array([q.touch.dataset for q in acts.questions] or [""])[acts.asked]
        held[chosen] = 0
        for dataset in self._keys:
            known = chosen[(datasets[chosen] == dataset) & (ordinal[chosen] >= 0)]
            if len(known):
                asked, which = np.unique(np.stack([ordinal[known], days[known]]), axis=1, return_inverse=True)
                n, _ = self._sandbox.versions(dataset, "ordinal", pa.array(asked[0]), _as_days(asked[1]))
                held[known] = np.bincount(n, minlength=asked.shape[1])[which.reshape(-1)]
        return ordinal, held

    def _ordinals(self, asked: Sequence[Asked]) -> Whole:
        found = np.full(len(asked) + 1, UNKNOWN, np.int64)
        for dataset, keys in self._keys.items():
            places = [i for i, q in enumerate(asked) if q.touch.mode == "lookup" and q.touch.dataset == dataset]
            if places:
                literals = pa.array([asked[i].touch.keys[0] for i in places], pa.string())
                found[places] = pc.index_in(literals, value_set=keys).fill_null(UNKNOWN).to_numpy()
        return found

    def _replay(self, acts: Acts, days: Whole, chosen: Whole) -> tuple[list[Outcome], Whole]:
        epochs = np.zeros(len(chosen), np.int64)
        asked = acts.asked[chosen]
        order = np.argsort(asked, kind="stable")
        bounds = np.flatnonzero(np.diff(asked[order], prepend=UNKNOWN, append=UNKNOWN))
        for start, end in pairwise(bounds.tolist()):
            rows = order[start:end]
            epochs[rows] = self._epochs(acts.questions[asked[rows[0]]], days[chosen[rows]])
        units, first, unit_of = np.unique(
            np.stack([asked, epochs], axis=1), axis=0, return_index=True, return_inverse=True
        )
        found = [
            (acts.questions[unit[0]], int(unit[1]), int(days[chosen[place]]))
            for unit, place in zip(units.tolist(), first.tolist(), strict=True)
        ]
        self._match(found)
        return [self._outcome(*unit) for unit in found], unit_of.reshape(-1)

    def _match(self, units: list[_Unit]) -> None:
        """Find the records with a value in a column for all such questions at once."""
        groups: dict[tuple[str, str], list[_Unit]] = {}
        for unit in units:
            touch = unit[0].touch
            known = (unit[0].statement, touch.dataset, unit[1]) in self._known
            if touch.mode == "match" and not known:
                groups.setdefault((touch.dataset, touch.column), []).append(unit)
        for (dataset, name), asked in groups.items():
            column = self._sandbox.loaded[dataset].columns.get(name)
            if column is None or column.type != "text" or column.raw is None:
                continue
            values = pa.array([a.touch.keys[0] for a, _, _ in asked], pa.string())
            days = _as_days(np.array([day for _, _, day in asked], np.int64))
            n, ordinals = self._sandbox.versions(dataset, column.raw, values, days)
            ends = np.cumsum(np.bincount(n, minlength=len(asked)))
            for (question, epoch, _), part in zip(asked, np.split(ordinals, ends[:-1]), strict=True):
                replay = Replay(np.unique(part), exact=True, count=len(part))
                self._known[question.statement, dataset, epoch] = self._kept(dataset, replay)

    def _retry_at_all_times(self, acts: Acts, outcomes: list[Outcome], outcome: Whole, logged: Whole) -> None:
        """Ask again of the versions of all times where the log says that more rows came back than held that day.

        A history may tell from when a contract runs, not from when its row lay in the database. The very number of rows
        that the log gives is the proof.
        """
        counts = np.array([*(o.count for o in outcomes), UNKNOWN])
        short = np.flatnonzero((outcome >= 0) & (counts[outcome] != UNKNOWN) & (logged > counts[outcome]))
        for question in np.unique(acts.asked[short]).tolist():
            acts_of = short[acts.asked[short] == question]
            again = self._outcome(acts.questions[question], _AT_ALL_TIMES, NO_DAY)
            agreeing = acts_of[logged[acts_of] == again.size]
            if len(agreeing) and again.replayed:
                outcome[agreeing] = len(outcomes)
                outcomes.append(replace(again, count=again.size, exact=True))

    def _epochs(self, asked: Asked, days: Whole) -> Whole:
        """Numbers that are equal for days on which a question has the same answer."""
        shape = asked.understood.shape
        if shape is None or shape.volatile:
            return days
        key = (shape.datasets, shape.deciding)
        if key not in self._boundaries:
            each = [self._sandbox.boundaries(d, frozenset(shape.deciding)) for d in shape.datasets]
            self._boundaries[key] = np.unique(np.concatenate(each))
        boundaries = self._boundaries[key]
        found = np.searchsorted(boundaries, days, side="right")
        return np.where(days == NO_DAY, NO_DAY, found)

    def _outcome(self, asked: Asked, epoch: int, day: int) -> Outcome:
        dataset = asked.touch.dataset
        key = (asked.statement, dataset, epoch)
        if key not in self._known:
            when = None if day == NO_DAY else _EPOCH + timedelta(days=day)
            if asked.touch.mode == "keys":
                replays: Mapping[str, Replay] = {
                    dataset: self._replayer.replay_keys(dataset, list(asked.touch.keys), when)
                }
            else:
                replays = self._replayer.replay(asked.statement, when)
            for name, replay in replays.items():
                self._known[asked.statement, name, epoch] = self._kept(name, replay)
            self._known.setdefault(key, _NOTHING)
        return self._known[key]

    def _kept(self, dataset: str, replay: Replay) -> Outcome:
        size = len(replay.ordinals)
        return Outcome(
            self._sets.add(dataset, replay.ordinals) if size else "",
            size,
            UNKNOWN if replay.count is None else replay.count,
            replay.exact,
            replay.bounded,
            replay.replayed,
            replay.reason,
            int(replay.ordinals[0]) if size == 1 else UNKNOWN,
            replay.merged,
        )


def _as_days(days: Whole) -> pa.Array:
    return pa.array(days.astype(np.int32), mask=days == NO_DAY).cast(pa.date32())


_NOTHING = Outcome("", 0, UNKNOWN, False, True, False, "read in a way that is not replayed")
