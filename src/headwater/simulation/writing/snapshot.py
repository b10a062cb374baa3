"""The snapshot of the data set, written in parts: every version of every record, with its days."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.simulation.events import Column, Whole
from headwater.simulation.files import separated, write_table
from headwater.simulation.house.house import House
from headwater.simulation.writing.formats import Formats

_PART = 100_000
_FIELDS = ("name", "id_number", "phone", "address")
_SHEET = 50_000  # more clients than this go into no spreadsheet


def write_snapshot(case: Path, house: House, formats: Formats, until: int) -> str:
    """Write the data set as it was on a day, with its history; gives its path below the case folder."""
    base = case / "clients" / house.trade.dataset
    base.parent.mkdir(parents=True, exist_ok=True)
    count = int(np.searchsorted(house.clients.joined, until, side="right"))
    if formats.logs == "parquet":
        path = base.with_suffix(".parquet")
        _write_parquet(path, house, until, count)
    elif formats.tables == "xlsx" and count <= _SHEET:
        rows = [header(house), *(row for part in _parts(house, until, count) for row in zip(*part, strict=True))]
        path = write_table(base.with_suffix(".csv"), rows, "xlsx")
    else:
        path = base.with_suffix(".csv")
        _write_text(path, house, until, count, "utf-8" if formats.tables == "xlsx" else formats.tables)
    return path.relative_to(case).as_posix()


def header(house: House) -> list[str]:
    """The names of the columns."""
    trade = house.trade
    return [trade.key, *trade.headers, *(extra.header for extra in trade.extras), "branch", "valid_from", "valid_to"]


def _write_parquet(path: Path, house: House, until: int, count: int) -> None:
    schema = pa.schema([(name, pa.string()) for name in header(house)])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for part in _parts(house, until, count):
            writer.write_table(pa.table([pa.array(column, pa.string()) for column in part], schema=schema))


def _write_text(path: Path, house: House, until: int, count: int, encoding: str) -> None:
    with path.open("wb") as stream:
        stream.write(separated([header(house)]).encode(encoding))
        for part in _parts(house, until, count):
            stream.write(separated(zip(*part, strict=True)).encode("utf-8" if encoding == "utf-8-sig" else encoding))


def _parts(house: House, until: int, count: int) -> Iterator[list[Column]]:
    for number, first in enumerate(range(0, count, _PART)):
        yield _versions(house, np.arange(first, min(first + _PART, count)), number, until)


def _versions(house: House, who: Whole, part: int, until: int) -> list[Column]:
    """The columns of some clients: one row for each, two for who has moved."""
    clients, trade = house.clients, house.trade
    moved = (clients.moved[who] > clients.joined[who]) & (clients.moved[who] <= until)
    row = np.repeat(np.arange(len(who)), 1 + moved)
    later = np.concatenate([[False], row[1:] == row[:-1]])
    earlier = moved[row] & ~later
    since = np.where(later, clients.moved[who[row]], clients.joined[who[row]])
    extras = [extra.draw(house.dice(f"extra {extra.header}", part), len(who))[row] for extra in trade.extras]
    return [
        clients.keys(who[row]),
        *(clients.values(who[row], since, field) for field in _FIELDS),
        *extras,
        np.array(trade.branches, dtype=object)[clients.branch[who[row]]],
        _dates(house, since),
        np.where(earlier, _dates(house, clients.moved[who[row]]), "").astype(object),
    ]


def _dates(house: House, days: Whole) -> Column:
    known, place = np.unique(days, return_inverse=True)
    texts = [house.calendar.date(max(day, -30_000)).isoformat() for day in known.tolist()]
    return np.array(texts, dtype=object)[place]
