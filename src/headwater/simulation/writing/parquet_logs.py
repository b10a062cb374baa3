"""Logs as Parquet: one file for each kind and day, and the declarations by which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.writing.columns import attached, names_by_index, seen_from
from headwater.simulation.writing.noise import Written

_TEXTS = {
    "access": (),
    "queries": ("program", "command", "statement"),
    "web": ("method", "host", "path"),
    "logons": ("action",),
    "files": ("path", "action"),
    "mail": ("sender", "recipient", "subject"),
}
_NUMBERS = {
    "access": ("status", "bytes", "rows"),
    "queries": ("rows",),
    "web": ("status", "bytes_out", "bytes_in", "took"),
    "logons": ("kind",),
    "files": ("bytes",),
    "mail": ("bytes",),
}
_OVER_NETWORK = (3, 8)  # Windows' types of log-ons to shares and services


class ParquetLogs:
    """The logs of a house below ``folder``. Nothing is torn here: a file is written whole or not at all."""

    def __init__(self, folder: Path, house: House, hostile: bool = False) -> None:
        self._folder, self._house = folder, house
        self._names = tuple(_Names.of(names) for names in names_by_index(house, hostile))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing is left open."""

    def tears(self, kind: str) -> bool:
        """Whether a log of this kind can hold torn lines."""
        return False

    def write(self, kind: str, day: int, lines: Written) -> None:
        """Write the file of one day."""
        if not len(lines.events):
            return
        log = lines.events.take(np.repeat(np.arange(len(lines.events)), 1 + lines.doubled))
        path = self._folder / kind / f"{self._house.calendar.date(day).isoformat()}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(self.table(kind, log), path, compression="zstd", row_group_size=1 << 20)

    def table(self, kind: str, log: Events) -> pa.Table:
        """Events of one kind as a table."""
        accounts, devices, ips = self._names
        made: dict[str, pa.Array] = {
            "time": pa.array(log["time"]).cast(pa.timestamp("ms", "UTC")),
            "account": accounts.coded(log["account"]),
            "ip": ips.coded(seen_from(kind, log)),
        }
        if kind in ("logons", "files"):  # other logs know an address only
            made["device"] = devices.coded(_machines(kind, log))
        for name in _TEXTS[kind]:
            made[name] = pa.array(log[name], pa.string())
        for name in _NUMBERS[kind]:
            made[name] = pa.array(log[name])
        if kind == "access":
            made["method"] = pa.array(np.where(log["action"] == "edit", "POST", "GET").astype(object), pa.string())
            made["path"] = self._paths(log)
        elif kind == "mail":
            names = [each or None for each in attached(log["subject"], log["attachments"])]
            made["attachments"] = pa.array(names, pa.list_(pa.string()))
        return pa.table(made)

    def _paths(self, log: Events) -> pa.Array:
        trade, clients = self._house.trade, self._house.clients
        said, action = pa.array(log["path"], pa.string()), log["action"]
        before, _, after = trade.record_path.partition("{subject}")
        number = pa.array(clients.number[log["client"]], mask=log["client"] < 0).cast(pa.string())
        record = pc.binary_join_element_wise(f"{before}{clients.prefix}", number, after, "")
        other = np.where(action == "export", trade.export_path, f"{trade.search_path}?page=1").astype(object)
        usual = pc.coalesce(record, pa.array(other, pa.string()))
        return pc.if_else(pc.equal(said, ""), usual, said)


def _machines(kind: str, log: Events) -> Whole:
    """The machines at which people are: a log-on over the network is kept at the other end, which does not know."""
    place: Whole = log["place"]
    return np.where(np.isin(log["kind"], _OVER_NETWORK), -1, place) if kind == "logons" else place


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by index, each distinct one once: the writer takes a dictionary as it comes, doubled words and all."""

    words: pa.Array
    place: Whole

    @staticmethod
    def of(names: Column) -> _Names:
        """The last name is that of the index -1."""
        words, place = np.unique(names.astype(str), return_inverse=True)
        return _Names(pa.array(words.astype(object), pa.string()), place.astype(np.int32))

    def coded(self, index: Whole) -> pa.DictionaryArray:
        """The names of these indices."""
        return pa.DictionaryArray.from_arrays(pa.array(self.place[index]), self.words)
