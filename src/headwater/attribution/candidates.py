"""Which rows of files could be which records of ours, and on what they agree.

A row meets a record by a strong identifier. Rows that meet nothing so are looked at once more: by a part that few records
share (first and last digits of a number, a surname beside the last four digits), or by two things that name nobody alone
(name and address, name and last four digits, address and last four digits). Never by the last four digits alone, nor by
what a crowd of records shares (:mod:`headwater.attribution.crowds`): so every join stays nearly linear in rows and records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import ibis
import pandas as pd
from ibis import _

from headwater.attribution.agreeing import agreeing, parted
from headwater.attribution.crowds import MOST, NUMBER, ROW, apart, crowds, meeting, smallest
from headwater.attribution.numbering import Numbered, every_token, numbered
from headwater.attribution.telling import SINGLE, WEAK
from headwater.store.engine import Engine

PAIR = (*ROW, "dataset", "ordinal")
_TWO = ("first", "other", "second")
BESIDE = MappingProxyType(
    {
        "name": ("address", "address~local", "mobile~4", "resident_id~4"),
        "address~local": ("mobile~4", "resident_id~4"),
    }
)
"""Two things that name nobody alone and lead to candidates together."""
SAMPLED = 4_000_000
"""From so many tokens on, how often values are shared is counted on a part of them, chosen by their hash."""
SEEN = 6
"""Values that so many records share are counted apart; beyond, as often as they are seen is as often as they are."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of a row and a record, and what is known of the values.

    ``pairs``: row (``place``, ``line``; ``source``, ``sheet``, ``holder``, ``role``), record (``dataset``, ``ordinal``),
    ``valid_from`` and ``valid_to`` (when the agreeing values were all current, in days since 1970), and for every kind
    ``has …`` (the row shows one) and ``shared …`` (how many records have the value on which both agree; 0: agree, not
    counted; null: do not agree); ``sure``, and ``stands`` (for so many rows). ``sure`` pairs are but examples of
    ``certain``: rows that meet one record by a number of its own and contradict it in nothing (row, record, validity,
    ``numbers``: by how many). ``sizes``: ``dataset``, ``kind``, ``values`` (how many records have the kind).
    ``spectrum``: ``dataset``, ``kind``, ``shared``, ``n``: how many values so many records share, for small numbers.
    ``crowded``: rows that meet no record by a number of its own but show what a crowd shares: row, ``dataset``,
    ``ordinal`` (of the crowd's first), ``shared``.
    """

    pairs: pd.DataFrame
    certain: pd.DataFrame
    sizes: pd.DataFrame
    spectrum: pd.DataFrame
    crowded: pd.DataFrame


@dataclass(frozen=True, slots=True)
class _Two:
    """Two things side by side, in rows and in records: ``first``, ``other`` and ``second``; and what crowds share of that."""

    rows: ibis.Table
    records: ibis.Table
    crowds: ibis.Table


def candidates(engine: Engine) -> Candidates:
    """Find the pairs. Costs one hash join of files with data sets; three more for rows without a strong identifier."""
    sizes = _sizes(engine)
    known = numbered(engine, sizes["dataset"].unique())
    found, ours = known.found, known.ours
    numbers = engine.keep("numbers_met", lambda _e: _numbers(found, ours))
    shared = engine.keep("numbers_of_crowds", lambda _e: crowds(numbers, NUMBER))
    strong = engine.keep("strong_pairs", lambda _e: _strong(found, apart(numbers, shared, NUMBER)))
    left = engine.keep("rows_left", lambda _e: _left(found, strong))
    crowded = [meeting(engine, found.anti_join(strong, list(ROW)), shared, NUMBER)]
    pairs, spectrum = strong, _no_spectrum()
    if _any(engine, left):
        met = engine.keep("records_met", lambda _e: _met(left, ours))
        often = engine.keep("values_shared", lambda _e: _shared(met))
        twos = [_two(engine, left, met, first) for first in BESIDE]
        pairs = engine.keep("candidate_pairs", lambda _e: strong.union(_weak(left, met, often, twos), distinct=True))
        crowded += [meeting(engine, two.rows, two.crowds, _TWO) for two in twos]
        shared, spectrum = _more(often, shared), _spectrum(engine, known)
    told = engine.keep("pairs_told", lambda _e: agreeing(engine, pairs, known, shared, sizes))
    return Candidates(*parted(engine, told, known), sizes, spectrum, known.frame(smallest(crowded)))


def _numbers(found: ibis.Table, ours: ibis.Table) -> ibis.Table:
    """Our records' own numbers that files hold."""
    held = ours.filter(~_.as_kind.isin(WEAK)).semi_join(found.filter(~_.kind.isin(WEAK)), list(NUMBER))
    return held.select("dataset", "ordinal", *NUMBER).distinct()


def _strong(found: ibis.Table, numbers: ibis.Table) -> ibis.Table:
    shown = found.filter(~_.kind.isin(WEAK)).select(*ROW, *NUMBER)
    return shown.join(numbers, list(NUMBER)).select(*PAIR).distinct()


def _left(found: ibis.Table, strong: ibis.Table) -> ibis.Table:
    """What rows hold that meet nothing by a strong identifier."""
    weak = found.filter(_.kind.isin(WEAK))
    return weak.anti_join(strong.select(*ROW).distinct(), list(ROW)).select(*ROW, "kind", "as_kind", "token").distinct()


def _any(engine: Engine, rows: ibis.Table) -> bool:
    """Whether a row holds anything that can lead to candidates."""
    per_row = rows.group_by(list(ROW)).agg(kinds=_.kind.nunique(), single=_is(_.kind, SINGLE).max())
    return bool(engine.arrow(per_row.filter((_.kinds > 1) | (_.single == 1)).limit(1)).num_rows)


def _met(left: ibis.Table, ours: ibis.Table) -> ibis.Table:
    """What of our records is met by rows that are left."""
    wanted = left.select("as_kind", "token").distinct()
    return ours.semi_join(wanted, ["as_kind", "token"]).select("dataset", "ordinal", "as_kind", "token").distinct()


def _shared(met: ibis.Table) -> ibis.Table:
    return met.group_by(["dataset", "as_kind", "token"]).agg(shared=_.count())


def _more(often: ibis.Table, shared: ibis.Table) -> ibis.Table:
    """How many records share a value, of parts and of the numbers of crowds."""
    columns = ["dataset", *NUMBER, "shared"]
    both = often.select(*columns).union(shared.select(*columns))
    return both.group_by(["dataset", *NUMBER]).agg(shared=_.shared.max())


def _weak(left: ibis.Table, met: ibis.Table, often: ibis.Table, twos: Sequence[_Two]) -> ibis.Table:
    rare = met.semi_join(often.filter(_.shared <= MOST), ["dataset", *NUMBER])
    pairs = left.filter(_.kind.isin(SINGLE)).join(rare, list(NUMBER)).select(*PAIR)
    for two in twos:
        pairs = pairs.union(two.rows.join(apart(two.records, two.crowds, _TWO), list(_TWO)).select(*PAIR))
    return pairs.distinct()


def _two(engine: Engine, left: ibis.Table, met: ibis.Table, first: str) -> _Two:
    """What agrees on one kind and on one of several others."""
    records = engine.keep(
        f"records_beside_{first[:4]}", lambda _e: _beside(met, ["dataset", "ordinal"], "as_kind", first)
    )
    rows = engine.keep(f"rows_beside_{first[:4]}", lambda _e: _beside(left, list(ROW), "kind", first))
    return _Two(rows, records, engine.keep(f"crowds_beside_{first[:4]}", lambda _e: crowds(records, _TWO)))


def _beside(table: ibis.Table, key: list[str], kind: str, first: str) -> ibis.Table:
    one = table.filter(table[kind] == first).select(*key, first=_.token)
    two = table.filter(table[kind].isin(BESIDE[first])).select(*key, other=table[kind], second=_.token)
    return one.join(two, key).select(*key, *_TWO)


def _is(kind: Any, kinds: tuple[str, ...]) -> Any:
    return kind.isin(kinds).ifelse(1, 0)


def _sizes(engine: Engine) -> pd.DataFrame:
    """How many records have each kind; one with several versions may count more than once."""
    every = every_token(engine).group_by(["dataset", "as_kind"]).agg(values=_.count())
    records = engine.arrow(engine.table("records").group_by("dataset").agg(records=_.ordinal.max() + 1)).to_pandas()
    frame = engine.arrow(every).to_pandas().merge(records, "outer", on="dataset")
    frame = frame.sort_values(["dataset", "as_kind"], ignore_index=True)
    frame["records"] = frame["records"].fillna(frame["values"]).clip(lower=1)
    frame["values"] = frame[["values", "records"]].min(axis=1)
    return frame.rename(columns={"as_kind": "kind"})


def _spectrum(engine: Engine, known: Numbered) -> pd.DataFrame:
    """How many values are shared by one, two, … records, among all or among a part of the values chosen by hash."""
    weak = known.ours.filter(_.as_kind.isin(WEAK))
    if engine.arrow(weak.agg(n=_.count()))["n"][0].as_py() > SAMPLED:
        weak = weak.filter(_.token.substr(0, 1) == "0")
    each = weak.group_by(["dataset", "as_kind", "token"]).agg(shared=_.ordinal.nunique())
    few = each.filter(_.shared <= SEEN).group_by(["dataset", "as_kind", "shared"]).agg(n=_.count())
    told = engine.arrow(few).to_pandas().rename(columns={"as_kind": "kind"})
    return told.assign(dataset=[known.datasets[d] for d in told["dataset"]])


def _no_spectrum() -> pd.DataFrame:
    return pd.DataFrame({"dataset": [], "kind": [], "shared": [], "n": []})
