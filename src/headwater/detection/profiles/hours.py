"""Usual hours: on what share of the days somebody is at work at about that hour, by own habit and that of the job."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

SHRINK = 5.0
"""The job's habit weighs as much as so many days of the own."""
SELDOM = 0.05
"""An hour is out of hours when fewer of the days than this see the person at work within an hour of it."""

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


def at_work(logons: Floats, logoffs: Floats, seen: Bools) -> Bools:
    """Hours at work (people, days, 24): those with an event, and those between a log-on and its log-off.

    A log-off that the log lost is the last event of the day.
    """
    last = 23 - np.argmax(seen[:, :, ::-1], axis=2)
    open_session = np.cumsum(logons - logoffs, axis=2) > 0
    return np.asarray(seen | (open_session & (np.arange(24) <= last[:, :, None])))


def out_of_hours(active: Bools, groups: npt.NDArray[np.int64]) -> Bools:
    """Which hours (people, days, 24) lie outside the habit of the days before, whether somebody was there or not.

    ``active``: at work in that hour of that day. Two hours that touch are one: clocks and meetings shift.
    """
    near = active | np.roll(active, 1, axis=2) | np.roll(active, -1, axis=2)
    there = np.asarray(active.any(axis=2))
    seen, days = np.zeros(near.shape[::2]), np.zeros(len(near))
    number = int(groups.max()) + 1 if len(groups) else 0
    odd = np.zeros(active.shape, bool)
    for t in range(active.shape[1]):
        of_group, group_days = np.zeros((number, 24)), np.zeros(number)
        np.add.at(of_group, groups, seen)
        np.add.at(group_days, groups, days)
        usual = (of_group + 1.0) / (group_days + 24.0)[:, None]
        share = (seen + SHRINK * usual[groups]) / (days + SHRINK)[:, None]
        odd[:, t] = share < SELDOM
        seen += near[:, t]
        days += there[:, t]
    return odd
