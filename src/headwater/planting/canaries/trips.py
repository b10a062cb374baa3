"""Decoys in files: tokens of the registry among what a scan found, by line.

An identity number or an owned contact is the decoy's; so are two of its other values on one line: its name, its address,
numbers of the data set's own. A name alone is anybody's. A number of the data set's own alone may be a stranger's serial, and a
free key may since have been given to a client: where its shape is telling it is said, and weighs nothing.
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
_PLACE = ["source", "sheet", "line"]
_COLUMNS = [*_PLACE, "kind", "token"]


@dataclass(frozen=True, slots=True)
class Trip:
    """A decoy that was found: by which kinds of identifiers, and on which lines.

    ``slight`` says that only numbers of the data set's own were found: that names nobody.
    """

    decoy: str
    plan: str
    kinds: tuple[str, ...]
    lines: tuple[Citation, ...]
    slight: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of looking for decoys: trips, how many rows were looked at, and what could not be read."""

    trips: tuple[Trip, ...]
    rows: int
    not_read: tuple[NotRead, ...] = ()

    @property
    def found(self) -> dict[str, tuple[Citation, ...]]:
        """The lines of each decoy that was found by enough to be weighed."""
        return {t.decoy: t.lines for t in self.trips if not t.slight}


def check_files(files: Iterable[Path], book: Book, tokeniser: Tokeniser) -> Checked:
    """Scan files (archives too) and look for decoys of the registry in them."""
    not_read: list[NotRead] = []
    parts: list[pa.Table] = []
    rows = 0
    known = _known(book)
    for scanned in scan(_members(files, not_read), role="leak", holder=None, tokeniser=tokeniser, own=own_shapes(book)):
        parts.append(_ours(scanned.holdings, known))
        rows += sum(n or 0 for n in scanned.documents.column("rows").to_pylist())
        not_read += scanned.not_read
    trips = find(pa.concat_tables(parts), book, slight=True) if parts else ()
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


def find(holdings: pa.Table, book: Book, slight: bool = False) -> tuple[Trip, ...]:
    """Find decoys among holdings (columns source, line, kind, token, and sheet where there is one), as a scan or the lake gives them.

    ``slight`` asks for those as well of which only a number of the data set's own is there.
    """
    known = _known(book)
    met = _ours(holdings, known).to_pandas().merge(known, on=["kind", "token"])
    if met.empty:
        return ()
    met["sheet"] = met["sheet"].fillna("")
    weak = met["kind"].isin(_WEAK) | met["kind"].str.startswith("own:")
    beside = met[weak].groupby(["decoy", *_PLACE])["value"].transform("nunique") > 1
    sure = ~weak | beside.reindex(met.index, fill_value=False)
    told = list(_trips(met[sure], slight=False))
    if slight:
        telling = {shape.kind for shape in own_shapes(book) if shape.is_telling}
        alone = met["kind"].isin(telling) & ~met["decoy"].isin(met.loc[sure, "decoy"])
        told += _trips(met[alone], slight=True)
    return tuple(sorted(told, key=lambda t: (t.decoy, t.plan)))


def _ours(holdings: pa.Table, known: pd.DataFrame) -> pa.Table:
    """The holdings that bear a decoy's token."""
    tokens = pa.array(known["token"].unique(), pa.string())
    mine = holdings.filter(pc.is_in(holdings["token"], value_set=tokens))
    if "sheet" not in mine.column_names:
        mine = mine.append_column("sheet", pa.nulls(mine.num_rows, pa.string()))
    return mine.select(_COLUMNS)


def _trips(met: pd.DataFrame, slight: bool) -> Iterator[Trip]:
    for (decoy, plan), rows in met.groupby(["decoy", "plan"], sort=True):
        lines = {Citation(str(s), int(n)) for s, n in zip(rows["source"], rows["line"], strict=True)}
        yield Trip(str(decoy), str(plan), tuple(sorted(set(rows["kind"]))), tuple(sorted(lines)), slight)


def _known(book: Book) -> pd.DataFrame:
    """Every token of a decoy; ``value`` tells cells apart: the key is one, whether it is taken as a key or as a number of one's own."""
    rows: Sequence[Mapping[str, str]] = [
        {
            "decoy": d.id,
            "plan": p.id,
            "kind": kind,
            "token": token,
            "value": f"own:{p.key}" if kind == "subject" else kind,
        }
        for p in book.plans
        for d in p.decoys
        for kind, token in d.tokens.items()
    ]
    return pd.DataFrame(rows, columns=["decoy", "plan", "kind", "token", "value"])
