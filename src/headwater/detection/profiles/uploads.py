"""How much each person sends to sites outside the house in a day, against the own past and the house."""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.profiles.hosts import goes_out
from headwater.detection.profiles.rarity import calibrated
from headwater.detection.profiles.seats import Seats
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

READING_METHODS = ("GET", "HEAD", "OPTIONS")
"""Requests that ask for something; what they send is headers."""
SHRINK_DAYS = 5
"""The house weighs as much as so many days of the person's own."""
LARGE, LEAST = (0.9, 0.98), 4_000
"""Posts from these quantiles of the house on, and of so many bytes at least, are large, and very large."""


@dataclass(frozen=True, slots=True)
class Uploads:
    """``by_site``: person, day, host, seat, account, bytes, posts, first, last. ``by_day``: person, day, bytes, usual, p.

    ``large``: the largest single posts of the house (time, day, host, bytes, person, seat, source,
    line; ``size`` is 1 or 2).
    """

    by_site: pd.DataFrame
    by_day: pd.DataFrame
    large: pd.DataFrame


def uploads(engine: Engine, org: Organisation, seats: Seats) -> Uploads:
    """Measure uploads. Costs one group-by over ``web``; names without a dot and inner addresses are the house."""
    sent = _sent(engine)
    grouped = sent.group_by(["account", "device", "ip", "host", "day"]).agg(
        bytes=_.bytes_out.sum(), largest=_.bytes_out.max(), posts=_.count(), first=_.time.min(), last=_.time.max()
    )
    frame = engine.arrow(grouped).to_pandas()
    frame = frame.sort_values(["day", "first", "host", "account", "ip"], ignore_index=True)
    seated = seats.seated(frame, org)
    person = seated["owner"].where(seated["owner"].notna(), seated["resident"])
    by_site = seated.assign(person=person)
    by_site = by_site[by_site["person"].notna()]
    return Uploads(by_site, _by_day(by_site), _large(engine, org, seats, sent))


def posts_above(engine: Engine, org: Organisation, seats: Seats, size: float) -> pd.DataFrame:
    """Every single post to the outside of more bytes than that, with the person: the columns of ``Uploads.large`` but its ``size``."""
    return _single(engine, org, seats, _sent(engine).filter(_.bytes_out > size))


def _sent(engine: Engine) -> ibis.Table:
    return engine.table("web").filter(
        _.bytes_out.notnull()
        & (_.bytes_out > 0)
        & goes_out(_.host)
        & (_.method.isnull() | ~_.method.upper().isin(READING_METHODS))
    )


def _single(engine: Engine, org: Organisation, seats: Seats, posts: ibis.Table) -> pd.DataFrame:
    columns = ["time", "day", "account", "device", "ip", "host", "bytes_out", "source", "line"]
    rows = engine.arrow(posts.select(columns)).to_pandas()
    seated = seats.seated(rows.sort_values(["time", "source", "line"], ignore_index=True), org)
    return seated.assign(person=seated["owner"].where(seated["owner"].notna(), seated["resident"]))


def _large(engine: Engine, org: Organisation, seats: Seats, sent: ibis.Table) -> pd.DataFrame:
    """Single posts above the lowest of the house's quantiles of LARGE, and how many quantiles each exceeds."""
    bounds = [engine.arrow(sent.agg(q=sent.bytes_out.quantile(q)))["q"][0].as_py() or 0 for q in LARGE]
    single = _single(engine, org, seats, sent.filter(_.bytes_out >= max(bounds[0], LEAST)))
    return single.assign(size=sum((single["bytes_out"] >= max(b, LEAST)).astype(int) for b in bounds))


def _by_day(by_site: pd.DataFrame) -> pd.DataFrame:
    """Per person and day: the bytes, the person's usual day, and the calibrated p-value of the difference."""
    daily = by_site.groupby(["person", "day"], as_index=False).agg(bytes=("bytes", "sum"), posts=("posts", "sum"))
    if daily.empty:
        return daily.assign(usual=[], p=[])
    daily["size"] = np.log2(daily["bytes"].astype(float))
    house = float(daily["size"].median())
    people = daily.groupby("person")["size"]
    # the lower quartile, not the middle: whoever sends a theft every other day must not make that his usual day
    quartile, days = people.transform(lambda s: s.quantile(0.25)), people.transform("count")
    width = _deviation(daily["size"] - people.transform("median"))
    own = quartile + 0.674 * width
    level = (own * days + house * SHRINK_DAYS) / (days + SHRINK_DAYS)
    daily["usual"] = 2.0**level
    daily["z"] = (daily["size"] - level) / width
    return daily.assign(p=_calibrated(daily))


def _deviation(residuals: pd.Series) -> float:
    """The house's usual day-to-day deviation, in doublings."""
    return max(0.25, 1.4826 * float(residuals.abs().median()))


def _calibrated(daily: pd.DataFrame) -> np.ndarray:
    """p-values among all person-days; those who stand out on several days leave the reference in a second round."""
    table = daily.pivot(index="person", columns="day", values="z")
    scores = table.to_numpy(float)
    first = calibrated(scores)
    aside = np.sum(np.nan_to_num(first, nan=1.0) < 0.002, axis=1) >= 3
    p = np.fmin(first, calibrated(scores, aside))
    row = {name: i for i, name in enumerate(table.index)}
    column = {day: j for j, day in enumerate(table.columns)}
    return np.array([p[row[a], column[d]] for a, d in zip(daily["person"], daily["day"], strict=True)])
