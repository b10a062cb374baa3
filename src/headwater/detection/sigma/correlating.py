"""Runs the correlations of a plan over the lake.

The engine takes out the events that could matter: those of groups that did enough within two adjacent spans of time.
Every window of one span lies within two such, so that none is lost. What is left is reckoned exactly, window by window.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

import ibis
import numpy as np
import pandas as pd
from ibis import _
from sigma.correlations import (
    CorrelationConditionAND,
    CorrelationConditionNOT,
    SigmaRuleReference,
)

from headwater.detection.sigma.conditions import Events
from headwater.detection.sigma.events import events
from headwater.detection.sigma.found import LINES, Matched
from headwater.detection.sigma.matching import LINES_A_DAY, PLACE, STANDARD, standard
from headwater.detection.sigma.planning import field_of
from headwater.detection.sigma.rules import Correlation
from headwater.detection.sigma.usable import UsableCorrelation
from headwater.detection.sigma.windows import Flags, Ints, Windows, windows
from headwater.store.engine import Engine

MOST = 2_000_000
"""Events that are correlated one by one; a rule for which more could matter is too broad to say anything of anybody."""
_APART = "\x1f"


def correlated(engine: Engine, asked: Sequence[UsableCorrelation], flood: int) -> Iterator[Matched]:
    """Every correlation that was met."""
    for usable in asked:
        made = _one(engine, usable, flood)
        if made is not None:
            yield made


def _one(engine: Engine, usable: UsableCorrelation, flood: int) -> Matched | None:
    rule = usable.rule
    groups = [f"g{i}" for i in range(len(rule.group_by))]
    hits = reduce(lambda a, b: a.union(b), list(_hits(engine, usable, groups)))
    chosen = _could_matter(hits, rule, groups)
    count = int(engine.arrow(chosen.agg(n=_.count()))["n"][0].as_py())
    table = usable.parts[0].sources[0].table
    if count > MOST:
        order = ["time", "source", "line", "part"]
        first = engine.arrow(chosen.order_by(order).limit(LINES)).to_pandas()
        return Matched(rule, table, count, 0, 0, pd.DataFrame(), first[STANDARD])
    frame = engine.arrow(chosen).to_pandas()
    return _told(rule, frame, groups, table, flood) if len(frame) else None


def _hits(engine: Engine, usable: UsableCorrelation, groups: list[str]) -> Iterator[ibis.Table]:
    rule = usable.rule
    for number, part in enumerate(usable.parts):
        for source in part.sources:
            base = events(engine, source)
            every = Events(source, standard(base), base.matches)
            of = Events(source, every.table.filter(every.holds(part.rule.conditions)), base.matches)
            keys = [of.value(field_of(rule, part.rule, name)).cast("string") for name in rule.group_by]
            values = [of.value(field_of(rule, part.rule, name)) for name in rule.values]
            rows = of.table.select(
                *STANDARD,
                **dict(zip(groups, keys, strict=True)),
                part=ibis.literal(number, "int64"),
                value=_value(values),
                bucket=(of.table.time.truncate("s").epoch_seconds() // rule.seconds).cast("int64"),
            )
            yield rows.filter(*[rows[g].notnull() for g in groups]) if groups else rows


def _value(fields: list[Any]) -> Any:
    """What is counted: the values of the fields, joined; nothing where one of them is empty."""
    if not fields:
        return ibis.null("string")
    return reduce(lambda a, b: a + ibis.literal(_APART) + b, [f.cast("string") for f in fields])


def _could_matter(hits: ibis.Table, rule: Correlation, groups: list[str]) -> ibis.Table:
    """The events of groups and spans of time in which the rule may be met."""
    pairs = hits.mutate(pair=hits.bucket).union(hits.mutate(pair=hits.bucket + 1))
    counted = {
        "event_count": pairs.count(),
        "value_count": pairs.value.nunique(),
        "temporal": pairs.part.nunique(),
        "temporal_ordered": pairs.part.nunique(),
    }[rule.kind]
    enough = pairs.group_by([*groups, "pair"]).agg(n=counted).filter(_.n >= rule.needed)
    keys = [*groups, "bucket"]
    spans = enough.select(s_bucket=enough.pair, **{f"s_{g}": enough[g] for g in groups})
    both = spans.union(spans.mutate(s_bucket=spans.s_bucket - 1)).distinct()
    return hits.inner_join(both, [hits[k] == both[f"s_{k}"] for k in keys]).select(*hits.columns)


def _told(rule: Correlation, frame: pd.DataFrame, groups: list[str], table: str, flood: int) -> Matched | None:
    frame = frame.assign(group=frame.groupby(groups, sort=True).ngroup() if groups else 0)
    frame = frame.sort_values(
        ["group", "time", "part", "source", "line"], ascending=[True, True, False, True, True], ignore_index=True
    )
    seen = windows(
        frame["group"].to_numpy(np.int64),
        frame["time"].astype("int64").to_numpy(np.int64),
        rule.seconds * _unit(frame["time"]),
    )
    counts, met = _met(rule, seen, frame)
    if not met.any():
        return None
    frame = frame.assign(peak=np.where(met, counts, 0))[seen.covered(met)]
    event = ["source", "line", "time"]
    frame = frame.assign(peak=frame.groupby(event)["peak"].transform("max"))  # one event may be in several groups
    return _matched(rule, frame.drop_duplicates(event), table, flood)


def _unit(times: pd.Series) -> int:
    """How many of a column's units a second has."""
    return {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[str(times.dt.unit)]


def _met(rule: Correlation, seen: Windows, frame: pd.DataFrame) -> tuple[Ints, Flags]:
    """What is counted in each window, and whether that is enough."""
    parts = frame["part"].to_numpy(np.int64)
    present = {reference: seen.holds(parts, part) for part, reference in enumerate(rule.rules)}
    if rule.kind == "event_count":
        counts = seen.counts
    elif rule.kind == "value_count":
        counts = seen.different(pd.factorize(frame["value"])[0].astype(np.int64))
    else:
        counts = np.sum(list(present.values()), axis=0, dtype=np.int64)
    if rule.tree is not None:
        return counts, _holds(rule.tree, present)
    if rule.kind == "temporal_ordered":
        return counts, seen.in_order(parts, len(rule.rules))
    return counts, counts == rule.needed if rule.exact else counts >= rule.needed


def _holds(tree: Any, present: dict[str, Flags]) -> Flags:
    """A condition over rules, for every window."""
    if isinstance(tree, SigmaRuleReference):
        return present[tree.reference]
    parts = [_holds(arg, present) for arg in tree.args]
    if isinstance(tree, CorrelationConditionNOT):
        return ~parts[0]
    both = isinstance(tree, CorrelationConditionAND)
    return np.asarray(reduce(np.logical_and if both else np.logical_or, parts))


def _matched(rule: Correlation, frame: pd.DataFrame, table: str, flood: int) -> Matched:
    keys = frame.groupby(PLACE, dropna=False, sort=False)
    days = keys.agg(n=("line", "size"), first=("time", "min"), last=("time", "max"), peak=("peak", "max"))
    told = days.reset_index().sort_values(["day", "first", *PLACE[:3]], ignore_index=True)
    told = told.assign(**{c: told[c].astype(object).where(told[c].notna(), None) for c in PLACE[:3]})
    who = told["account"].fillna(told["device"]).fillna(told["ip"]).fillna("?")
    busiest = int(who.groupby(told["day"]).nunique().max())
    ordered = frame.sort_values(["time", "source", "line"])[STANDARD]
    if busiest > flood:
        return Matched(rule, table, len(frame), who.nunique(), busiest, pd.DataFrame(), ordered.head(LINES))
    lines = ordered.groupby(PLACE, dropna=False, sort=False).head(LINES_A_DAY)
    return Matched(rule, table, len(frame), int(who.nunique()), busiest, told, lines.reset_index(drop=True))
