"""Whose session it is, for logs whose lines do not say: the log-on line of the session does.

``log_line_prefix`` is by default ``%m [%p] ``, without user or address. With ``log_connections`` the first lines of a
session tell both, and the process id ties the later lines to them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.records import Counts, Flags, flags

_SAID = {
    "account": r"^connection authorized: user=(?P<said>\S+)",
    "database": r"^connection authorized: .*? database=(?P<said>\S+)",
    "application": r"^connection authorized: .*? application_name=(?P<said>.+?)(?: SSL enabled.*)?$",
    "peer": r"^connection received: host=(?P<said>\S+)",
}


class Sessions:
    """Fills in what the lines leave out, from the last log-on of the same session; keeps it from batch to batch."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, str | None]] = {}

    def filled(self, entries: pa.Table) -> pa.Table:
        """The entries with account, database, application and peer of their session where they have none."""
        told = pc.match_substring_regex(entries["message"], r"^connection (?:received|authorized): ")
        if not self._known and not pc.any(told).as_py():
            return entries
        sessions = entries["session"].combine_chunks()
        known = pc.index_in(sessions, value_set=pa.array(self._known, pa.string()))
        for name, pattern in _SAID.items():
            said = pc.struct_field(pc.extract_regex(entries["message"], pattern), 0).combine_chunks()
            place = last_of_same(flags(pc.is_valid(said)), sessions)
            now = said.take(pa.array(place, mask=place < 0))
            before = pa.array([told[name] for told in self._known.values()], pa.string()).take(known)
            column = pc.coalesce(entries[name], now, before)
            entries = entries.set_column(entries.schema.get_field_index(name), name, column)
        self._remember(entries, told)
        return entries

    def _remember(self, entries: pa.Table, told: pa.ChunkedArray) -> None:
        """Keep what sessions said that have not ended; a loop over log-on lines only."""
        ends = pc.starts_with(entries["message"], "disconnection: ")
        kept = entries.filter(pc.or_(told, ends)).select(["session", "message", *_SAID])
        for row in kept.to_pylist():
            if row["message"].startswith("disconnection: "):
                self._known.pop(row["session"], None)
            elif row["session"] is not None:
                self._known[row["session"]] = {name: row[name] for name in _SAID}


def last_of_same(mark: Flags, keys: pa.Array) -> Counts:
    """For each row, the place of the last row up to it that is marked and has the same key; -1 where there is none."""
    places = pd.Series(np.where(mark, np.arange(len(mark)), np.nan))
    codes = keys.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(places.groupby(codes).ffill().fillna(-1), dtype=np.int64)
