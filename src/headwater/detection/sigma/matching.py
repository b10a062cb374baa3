"""Runs the rules of a plan over the lake: how often each matched, whose accounts, on which days and lines.

One pass over a table answers for forty rules how many events of how many accounts match on each day; only rules that
matched are looked at closer, and only where they did not match half the house.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import ibis
import pandas as pd
from ibis import _

from headwater.detection.sigma.conditions import Events
from headwater.detection.sigma.events import events
from headwater.detection.sigma.found import LINES, Matched
from headwater.detection.sigma.rules import Rule
from headwater.detection.sigma.taxonomy import LogSource
from headwater.detection.sigma.usable import Usable
from headwater.store.engine import Engine

BATCH = 40
LINES_A_DAY = 5
"""Lines kept of an account at a place on a day."""
PLACE = ["account", "device", "ip", "day"]
STANDARD = ["time", *PLACE, "source", "line"]


def standard(of: Events) -> ibis.Table:
    """The events of a source with the columns that every finding needs; missing ones are empty."""
    table = of.table
    missing = {c: ibis.null("string") for c in ("account", "device", "ip") if c not in table.columns}
    if "src" in table.columns:
        missing["ip"] = table.src
    return table.mutate(**missing)


def matched(engine: Engine, rules: Sequence[Usable], flood: int) -> Iterator[Matched]:
    """Every rule that matched something, table by table; a rule with several tables is told once for each."""
    by_table: dict[tuple[str, bool], list[tuple[Rule, LogSource]]] = defaultdict(list)
    for usable in rules:
        for source in usable.sources:
            by_table[source.table, source.statements].append((usable.rule, source))
    for _key, asked in sorted(by_table.items()):
        for start in range(0, len(asked), BATCH):
            yield from _batch(engine, asked[start : start + BATCH], flood)


def _batch(engine: Engine, asked: Sequence[tuple[Rule, LogSource]], flood: int) -> Iterator[Matched]:
    base = events(engine, asked[0][1])
    table = standard(base)
    flags = {f"r{i}": Events(s, table, base.matches).holds(r.conditions) for i, (r, s) in enumerate(asked)}
    flagged = table.mutate(**flags)
    who = ibis.coalesce(flagged.account, flagged.device, flagged.ip, ibis.literal("?"))
    counts: dict[str, Any] = {}
    for name in flags:
        counts[f"n_{name}"] = flagged[name].ifelse(1, 0).sum()
        counts[f"a_{name}"] = flagged[name].ifelse(who, ibis.null("string")).nunique()
    by_day = engine.arrow(flagged.group_by("day").agg(**counts)).to_pandas()
    for i, (rule, source) in enumerate(asked):
        total, busiest = int(by_day[f"n_r{i}"].sum()), int(by_day[f"a_r{i}"].max() if len(by_day) else 0)
        if total:
            hits = flagged.filter(flagged[f"r{i}"]).select(*STANDARD)
            yield _closer(engine, hits, rule, source.table, total, busiest, flood)


def _closer(engine: Engine, hits: ibis.Table, rule: Rule, table: str, total: int, busiest: int, flood: int) -> Matched:
    if busiest > flood:
        first = engine.arrow(hits.order_by(["time", "source", "line"]).limit(LINES)).to_pandas()
        return Matched(rule, table, total, busiest, busiest, pd.DataFrame(), first)
    days = hits.group_by(PLACE).agg(n=_.count(), first=_.time.min(), last=_.time.max())
    order = ibis.window(group_by=PLACE, order_by=[hits.time, hits.source, hits.line])
    numbered = hits.mutate(place=ibis.row_number().over(order))
    lines = numbered.filter(numbered.place < LINES_A_DAY).drop("place")
    told = engine.arrow(days).to_pandas().sort_values(["day", "first", *PLACE[:3]], ignore_index=True)
    kept = engine.arrow(lines).to_pandas().sort_values(["time", "source", "line"], ignore_index=True)
    who = told["account"].fillna(told["device"]).fillna(told["ip"]).nunique(dropna=False)
    return Matched(rule, table, total, int(who), busiest, told, kept)
