"""What may lie where it lies: the ``[[allow]]`` blocks of the settings, each with its reason and its last day.

A value is compared by the normal form of the kind that was found, a pattern by RE2 over that form, a path as a glob.
What is allowed is taken out and counted by its reason; an entry whose day has passed counts nothing and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.globs import glob
from headwater.identifiers import linear, normal
from headwater.identifiers.kinds import KINDS
from headwater.model.settings import Allowed
from headwater.scanning.finds import Find


@dataclass(frozen=True, slots=True)
class AllowList:
    """The entries that count on a day, and those that have expired."""

    entries: tuple[Allowed, ...] = ()
    expired: tuple[Allowed, ...] = ()

    @classmethod
    def on(cls, entries: Iterable[Allowed], day: date | None) -> AllowList:
        """Take the entries as of a day; the last day itself still counts. Where nobody knows the day, what has a last one is past."""
        told = tuple(entries)
        past = tuple(e for e in told if _is_past(e, day))
        return cls(tuple(e for e in told if e not in past), past)

    def path(self, path: str) -> Allowed | None:
        """Give the entry that allows everything in a file, if one does."""
        return next((e for e in self.entries if e.path is not None and glob(e.path).match(path)), None)

    def over(self, find: Find) -> tuple[Find | None, dict[int, int]]:
        """Take what is allowed out of a find: what is left (``None`` where nothing is), and how often by block."""
        if find.compact is None or not self.entries:
            return find, {}
        left = np.ones(len(find.compact), dtype=bool)
        counts: dict[int, int] = {}
        for entry in self.entries:
            let = left & _lets(entry, find.kind, find.compact)
            if let.any():
                counts[entry.block] = int(let.sum())
                left &= ~let
        if left.all():
            return find, {}
        return (find.only(left) if left.any() else None), counts


def _is_past(entry: Allowed, day: date | None) -> bool:
    return entry.expires is not None and (day is None or entry.expires < day)


def _lets(entry: Allowed, kind: str, compact: pa.Array) -> np.ndarray:
    nothing = np.zeros(len(compact), dtype=bool)
    if entry.value is not None:
        form = KINDS[kind].identifier.compact(entry.value) if kind in KINDS else normal.squeeze(entry.value)
        same = pc.fill_null(pc.equal(compact, form), False)
        return np.asarray(same.to_numpy(zero_copy_only=False), dtype=bool)
    if entry.pattern is not None:
        pattern = linear.compiled(entry.pattern)
        encoded = compact.dictionary_encode()
        fits = pa.array(
            [text is not None and pattern.fullmatch(text) is not None for text in encoded.dictionary.to_pylist()]
        )
        taken = pc.fill_null(fits.cast(pa.bool_()).take(encoded.indices), False)
        return np.asarray(taken.to_numpy(zero_copy_only=False), dtype=bool)
    return nothing


def told(entries: Sequence[Allowed], counts: Mapping[int, int], day: date | None) -> list[dict[str, object]]:
    """Give a row for each entry: reason, how often it was used, its last day, and whether that has passed."""
    return [
        {
            "reason": entry.reason,
            "count": counts.get(entry.block, 0),
            "expires": entry.expires.isoformat() if entry.expires else None,
            "expired": _is_past(entry, day),
        }
        for entry in entries
    ]
