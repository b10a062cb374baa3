"""Which seized and leaked files have persons in common, and which was made of which, from the lake.

The files of one holder count together for what holders have in common; a leaked file is its own holder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.scanning.persons import persons
from headwater.scanning.survey import kinship
from headwater.store.engine import Engine

ROLES = ("seized", "leak")


@dataclass(frozen=True, slots=True)
class Common:
    """So many persons stand with both."""

    a: str
    b: str
    persons: int


@dataclass(frozen=True, slots=True)
class Made:
    """A file was made of another one: ``how`` (part, sorted, reformatted, merged), ``shared`` persons, ``share`` of the file's.

    ``either``: next to all persons of each stand in the other, so that it may as well be the other way round.
    """

    file: str
    of: str
    how: str
    shared: int
    share: float
    either: bool = False


@dataclass(frozen=True, slots=True)
class Lineage:
    """What holders have in common, files with the same bytes, and which file was made of which."""

    holders: tuple[Common, ...] = ()
    files: tuple[Common, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()
    made: tuple[Made, ...] = field(default=())


def lineage(engine: Engine) -> Lineage:
    """Compare all files by the persons in them. Costs the table of holdings in memory, once."""
    held = engine.arrow(engine.table("holdings").filter(_.role.isin(list(ROLES))).order_by(["source", "sheet", "line"]))
    if not held.num_rows:
        return Lineage()
    rows = persons(held).rows.to_pandas()
    names = sorted(rows["source"].unique())
    place = rows["source"].map({name: n for n, name in enumerate(names)}).to_numpy(np.int64)
    person = rows["person"].to_numpy(np.int64)
    common = kinship.overlaps(place, person, len(names))
    documents = engine.arrow(engine.table("documents").filter(_.role.isin(list(ROLES)))).to_pandas()
    same = _same(documents, names)
    layouts = _layouts(engine, names)
    rolls = [kinship.Roll(_in_order(person[place == n]), layouts.get(name, ())) for n, name in enumerate(names)]
    return Lineage(
        _holders(rows, person),
        tuple(Common(names[c.a], names[c.b], c.persons) for c in common),
        tuple(tuple(names[n] for n in group) for group in same),
        tuple(_made(k, names, rolls) for k in kinship.kinship(rolls, common, same)),
    )


def _made(kin: kinship.Kin, names: Sequence[str], rolls: Sequence[kinship.Roll]) -> Made:
    either = min(kin.share, kin.shared / len(rolls[kin.of].persons)) >= kinship.MOST
    return Made(names[kin.file], names[kin.of], kin.how, kin.shared, round(kin.share, 4), either)


def _holders(rows: pd.DataFrame, person: npt.NDArray[np.int64]) -> tuple[Common, ...]:
    whose = rows["holder"].where(rows["holder"].notna(), rows["source"])
    names = sorted(whose.unique())
    place = whose.map({name: n for n, name in enumerate(names)}).to_numpy(np.int64)
    return tuple(Common(names[c.a], names[c.b], c.persons) for c in kinship.overlaps(place, person, len(names)))


def _same(documents: pd.DataFrame, names: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    place = {name: n for n, name in enumerate(names)}
    known = documents[documents["source"].isin(names) & documents["sha256"].notna() & (documents["rows"] > 0)]
    return kinship.alike({place[str(r.source)]: str(r.sha256) for r in known.itertuples(index=False)})


def _layouts(engine: Engine, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """What each file looks like: its ending, and the kinds of its columns."""
    columns = engine.arrow(engine.table("document_columns").order_by(["source", "sheet", "place"])).to_pandas()
    kinds: Any = columns.assign(kind=columns["kind"].fillna("")).groupby("source")["kind"].agg(tuple)
    return {name: (name.rpartition(".")[2].casefold(), *kinds.get(name, ())) for name in names}


def _in_order(person: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    values, first = np.unique(person, return_index=True)
    return np.asarray(values[np.argsort(first)], np.int64)
