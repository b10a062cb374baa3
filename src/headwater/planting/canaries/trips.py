"""Decoys in files: tokens of the registry among what a scan found, by line.

An identity number, an owned contact or a number of the data set's own is the decoy's; so is its name beside its
address. A name alone is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.model.evidence import Citation
from headwater.model.exhibit import Exhibit, NotRead
from headwater.planting.canaries.registry import Book
from headwater.scanning.own import OwnShape
from headwater.scanning.scan import scan
from headwater.store.tokens import Tokeniser

_WEAK = ("name", "address", "subject")


@dataclass(frozen=True, slots=True)
class Trip:
    """A decoy that was found: by which kinds of identifiers, and on which lines."""

    decoy: str
    plan: str
    kinds: tuple[str, ...]
    lines: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of looking for decoys: trips, how many rows were looked at, and what could not be read."""

    trips: tuple[Trip, ...]
    rows: int
    not_read: tuple[NotRead, ...] = ()

    @property
    def found(self) -> dict[str, tuple[Citation, ...]]:
        """The lines of each decoy that was found."""
        return {t.decoy: t.lines for t in self.trips}


def check_files(files: Iterable[Path], book: Book, tokeniser: Tokeniser) -> Checked:
    """Scan files (archives too) and look for decoys of the registry in them."""
    not_read: list[NotRead] = []
    parts: list[pa.Table] = []
    rows = 0
    for scanned in scan(_members(files, not_read), role="leak", holder=None, tokeniser=tokeniser, own=own_shapes(book)):
        parts.append(scanned.holdings.select(["source", "line", "kind", "token"]))
        rows += sum(n or 0 for n in scanned.documents.column("rows").to_pylist())
        not_read += scanned.not_read
    trips = find(pa.concat_tables(parts), book) if parts else ()
    return Checked(trips, rows, tuple(not_read))


def _members(files: Iterable[Path], not_read: list[NotRead]) -> Iterator[Member]:
    for file in files:
        if not file.is_file():
            not_read.append(NotRead(str(file), "is no file"))
            continue
        for found in members(Exhibit(str(file), file, "leaks", None, file.stat().st_size)):
            if isinstance(found, NotRead):
                not_read.append(found)
            else:
                yield found


def own_shapes(book: Book) -> tuple[OwnShape, ...]:
    """The forms of the protected tables' own numbers, as the plans keep them."""
    shapes = {(p.dataset, column): shape for p in book.plans for column, shape in p.shapes.items()}
    return tuple(OwnShape(d, column, f"own:{column}", shape) for (d, column), shape in sorted(shapes.items()))


def find(holdings: pa.Table, book: Book) -> tuple[Trip, ...]:
    """Find decoys among holdings (columns source, line, kind, token), as a scan or the lake gives them."""
    known = _known(book)
    tokens = pa.array(known["token"].unique(), pa.string())
    mine = holdings.filter(pc.is_in(holdings["token"], value_set=tokens)).select(["source", "line", "kind", "token"])
    met = mine.to_pandas().merge(known, on=["kind", "token"])
    if met.empty:
        return ()
    weak = met["kind"].isin(_WEAK)
    both = met[weak].groupby(["decoy", "source", "line"])["kind"].transform("nunique") > 1
    met = met[~weak | both.reindex(met.index, fill_value=False)]
    return tuple(_trips(met))


def _trips(met: pd.DataFrame) -> Iterator[Trip]:
    for (decoy, plan), rows in met.groupby(["decoy", "plan"], sort=True):
        lines = {Citation(str(s), int(n)) for s, n in zip(rows["source"], rows["line"], strict=True)}
        yield Trip(str(decoy), str(plan), tuple(sorted(set(rows["kind"]))), tuple(sorted(lines)))


def _known(book: Book) -> pd.DataFrame:
    rows: Sequence[Mapping[str, str]] = [
        {"decoy": d.id, "plan": p.id, "kind": kind, "token": token}
        for p in book.plans
        for d in p.decoys
        for kind, token in d.tokens.items()
    ]
    return pd.DataFrame(rows, columns=["decoy", "plan", "kind", "token"])
