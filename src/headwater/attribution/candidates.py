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

from headwater.attribution.crowds import MOST, NUMBER, ROW, apart, crowds, meeting, smallest
from headwater.store.engine import Engine

PAIR = (*ROW, "dataset", "ordinal")
_TWO = ("first", "other", "second")
MENDED = "resident_id~mended"
"""What one change makes of a wrong resident id; it is compared with resident ids."""
SINGLE = (
    "mobile~3-4",
    "resident_id~4-4",
    "name~1+mobile~4",
    "name~1+resident_id~4",
    MENDED,
)
"""Weak kinds that few records share: each leads to candidates by itself."""
BESIDE = MappingProxyType(
    {
        "name": ("address", "address~local", "mobile~4", "resident_id~4"),
        "address~local": ("mobile~4", "resident_id~4"),
    }
)
"""Two things that name nobody alone and lead to candidates together."""
WEAK = ("name", "address", "address~local", "mobile~4", "resident_id~4", *SINGLE)
"""Kinds that do not name a person alone."""
TOLD_APART = (*WEAK, "mobile", "resident_id")
"""Kinds with a weight of their own; all other numbers count as one."""
OTHER = "number"
SAMPLED = 4_000_000
"""From so many tokens on, how often values are shared is counted on a part of them, chosen by their hash."""
SEEN = 6
"""Values that so many records share are counted apart; beyond, as often as they are seen is as often as they are."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of a row and a record, and what is known of the values.

    ``pairs``: row (``source``, ``sheet``, ``line``, ``holder``, ``role``), record (``dataset``, ``ordinal``),
    ``starts`` and ``ends`` (when the agreeing values were all current), and for every kind ``has …`` (the row shows
    one) and ``shared …`` (how many records have the value on which both agree; 0: agree, not counted; null: do not agree).
    ``sizes``: ``dataset``, ``kind``, ``values`` (how many records have the kind). ``spectrum``: ``dataset``, ``kind``,
    ``shared``, ``n``: how many values so many records share, for small numbers. ``crowded``: rows that meet no record by a
    number that is its own but show what a crowd shares: row, ``dataset``, ``ordinal`` (of the crowd's first), ``shared``.
    """

    pairs: pd.DataFrame
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
    found, ours = _found(engine), _ours(engine)
    numbers = engine.keep("numbers_met", lambda _e: _numbers(found, ours))
    shared = engine.keep("numbers_of_crowds", lambda _e: crowds(numbers, NUMBER))
    strong = engine.keep("strong_pairs", lambda _e: _strong(found, apart(numbers, shared, NUMBER)))
    left = engine.keep("rows_left", lambda _e: _left(found, strong))
    kinds = tuple(sorted(engine.arrow(found.select("kind").distinct())["kind"].to_pylist()))
    crowded = [meeting(engine, found.anti_join(strong, list(ROW)), shared, NUMBER)]
    pairs, spectrum = strong, _no_spectrum()
    if _any(engine, left):
        met = engine.keep("records_met", lambda _e: _met(left, ours))
        often = engine.keep("values_shared", lambda _e: _shared(met))
        twos = [_two(engine, left, met, first) for first in BESIDE]
        pairs = engine.keep("candidate_pairs", lambda _e: strong.union(_weak(left, met, often, twos), distinct=True))
        crowded += [meeting(engine, two.rows, two.crowds, _TWO) for two in twos]
        shared, spectrum = _more(often, shared), _spectrum(engine, ours)
    agreed = _agreed(pairs, found, ours, shared, kinds)
    flagged = _with_flags(engine, agreed, found, kinds)
    return Candidates(flagged, _sizes(engine, ours), spectrum, smallest(crowded))


def _found(engine: Engine) -> ibis.Table:
    """Identifiers and parts in files: ``kind`` as it was found, ``as_kind`` as what it is compared with."""
    columns = [*ROW, "holder", "role", "kind", "token"]
    told = [engine.table(name).select(*columns) for name in ("holdings", "holding_parts")]
    both = told[0].filter(_.token.notnull()).union(told[1])
    kept = both.mutate(sheet=_.sheet.fill_null(""), line=_.line.fill_null(-1))
    return kept.mutate(as_kind=(_.kind == MENDED).ifelse("resident_id", _.kind))


def _ours(engine: Engine) -> ibis.Table:
    columns = ["dataset", "ordinal", "kind", "token", "valid_from", "valid_to"]
    told = [engine.table(name).select(*columns) for name in ("subjects", "subject_parts")]
    both = told[0].union(told[1])
    return both.rename(as_kind="kind")


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


def _agreed(
    pairs: ibis.Table, found: ibis.Table, ours: ibis.Table, shared: ibis.Table, kinds: tuple[str, ...]
) -> ibis.Table:
    """For every pair, on which kinds it agrees, how many records share the value, and when all were current."""
    tokens = pairs.join(found.select(*ROW, "kind", "as_kind", "token").distinct(), list(ROW))
    held = tokens.join(ours, ["dataset", "ordinal", "as_kind", "token"])
    known = shared.select("dataset", *NUMBER, "shared")
    held = held.left_join(known, ["dataset", *NUMBER]).select(*held.columns, "shared")
    held = held.mutate(shared=_.shared.fill_null(0))
    spans = held.group_by([*PAIR, "kind", "token"]).agg(
        shared=_.shared.min(),
        starts=_.valid_from.min(),
        forever=_.valid_from.isnull().any(),
        ends=_.valid_to.max(),
        current=_.valid_to.isnull().any(),
    )
    return spans.group_by(list(PAIR)).agg(
        starts=_.forever.ifelse(ibis.null("date"), _.starts).max(),
        ends=_.current.ifelse(ibis.null("date"), _.ends).min(),
        **{f"shared {k}": _.shared.min(where=_.kind == k).cast("float32") for k in TOLD_APART if k in kinds},
        **{f"shared {OTHER}": _.shared.min(where=~_.kind.isin(TOLD_APART)).cast("float32")},
    )


def _with_flags(engine: Engine, agreed: ibis.Table, found: ibis.Table, kinds: tuple[str, ...]) -> pd.DataFrame:
    """The pairs with what their rows show; ``kinds`` are all that the files hold."""
    rows = found.group_by(list(ROW)).agg(
        holder=_.holder.max(),
        role=_.role.max(),
        **{f"has {k}": _is(_.kind, (k,)).max().cast("int8") for k in TOLD_APART if k in kinds},
        **{f"has {OTHER}": (1 - _is(_.kind, TOLD_APART)).max().cast("int8")},
    )
    frame = engine.arrow(agreed.join(rows, list(ROW))).to_pandas()
    for absent in (k for k in TOLD_APART if k not in kinds):
        frame[f"has {absent}"], frame[f"shared {absent}"] = 0, float("nan")
    return frame.sort_values([*ROW, "dataset", "ordinal"], ignore_index=True)


def _is(kind: Any, kinds: tuple[str, ...]) -> Any:
    return kind.isin(kinds).ifelse(1, 0)


def _sizes(engine: Engine, ours: ibis.Table) -> pd.DataFrame:
    """How many records have each kind; one with several versions may count more than once."""
    counted = engine.arrow(ours.group_by(["dataset", "as_kind"]).agg(values=_.count())).to_pandas()
    records = engine.arrow(engine.table("records").group_by("dataset").agg(records=_.ordinal.max() + 1)).to_pandas()
    frame = counted.merge(records, "outer", on="dataset").sort_values(["dataset", "as_kind"], ignore_index=True)
    frame["records"] = frame["records"].fillna(frame["values"]).clip(lower=1)
    frame["values"] = frame[["values", "records"]].min(axis=1)
    return frame.rename(columns={"as_kind": "kind"})


def _spectrum(engine: Engine, ours: ibis.Table) -> pd.DataFrame:
    """How many values are shared by one, two, … records, among all or among a part of the values chosen by hash."""
    weak = ours.filter(_.as_kind.isin(WEAK))
    if engine.arrow(weak.agg(n=_.count()))["n"][0].as_py() > SAMPLED:
        weak = weak.filter(_.token.substr(0, 1) == "0")
    each = weak.group_by(["dataset", "as_kind", "token"]).agg(shared=_.ordinal.nunique())
    few = each.filter(_.shared <= SEEN).group_by(["dataset", "as_kind", "shared"]).agg(n=_.count())
    return engine.arrow(few).to_pandas().rename(columns={"as_kind": "kind"})


def _no_spectrum() -> pd.DataFrame:
    return pd.DataFrame({"dataset": [], "kind": [], "shared": [], "n": []})
