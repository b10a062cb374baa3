"""What a calibration is of: one house's histories of a data set, the method as it was, and its options."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from functools import cache
from pathlib import Path

from headwater.attribution.histories import Histories
from headwater.attribution.ordering import chunks
from headwater.attribution.search import Options


def fingerprint(h: Histories, options: Options) -> str:
    """A digest of who read what when, of the records' segments, books and ages, of the method, and of all options but the seed.

    Files that are no part of the histories (a leak that came in) do not change it. Costs one pass over the histories.
    """
    told = hashlib.blake2b(_method(), digest_size=20)
    chosen = {name: value for name, value in asdict(options).items() if name != "seed"}
    told.update(repr((sorted(chosen.items()), h.size, h.first, h.days, h.accounts, h.everything)).encode())
    drawn = h.exports
    lists = (drawn.bounds, drawn.record, drawn.account, drawn.number, drawn.first, drawn.last)
    for column in (h.bounds, h.day, h.record, h.segment, h.book, h.age, *lists):
        told.update(len(column).to_bytes(8, "little"))
        for part in chunks(len(column)):
            told.update(column[part].astype("<i8").tobytes())
    return told.hexdigest()


@cache
def _method() -> bytes:
    """A digest of the method's own source: a number of its version could be forgotten."""
    folder = Path(__file__).parents[1]
    told = hashlib.blake2b()
    for file in sorted(folder.rglob("*.py")):
        told.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return told.digest()
