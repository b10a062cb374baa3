"""The health of what was read: fields that are missing, days that are missing, clocks that differ, and what that hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

import ibis

from headwater.casework.clocks import offsets
from headwater.detection.scene import Scene
from headwater.model.words import Text

TOLD = 0.01
"""Shares of rows smaller than this are not told."""
WHOLE = 0.99
"""From this share on a detector is blind, not half-blind."""
LOGS = ("access", "logons", "web", "files")
MANY = 20
"""A log with fewer events on such a weekday may well have none on one of them."""
SHOWN = 8
"""So many missing days of a log are named."""

_NAMES: Mapping[str, Text] = {
    "access": Text("the log of reading", "访问日志"),
    "logons": Text("the log of log-ons", "登录日志"),
    "web": Text("the proxy log", "代理日志"),
    "files": Text("the endpoint log", "终端日志"),
}


@dataclass(frozen=True, slots=True)
class _Field:
    """Something that rows of a table should say, and who is blind without it."""

    table: str
    what: Text
    missing: Callable[[ibis.Table], ibis.Value]
    among: Callable[[ibis.Table], ibis.Value]
    blind: str


def _any(rows: ibis.Table) -> ibis.Value:
    return rows.line.notnull()


_FIELDS = (
    _Field(
        "access",
        Text("do not say at which device or address", "未记录设备或地址"),
        lambda t: t.device.isnull() & t.ip.isnull(),
        _any,
        "borrowed-account, two-places-at-once, on-leave",
    ),
    _Field(
        "access",
        Text("name no account", "未记录账号"),
        lambda t: t.account.isnull(),
        _any,
        "bulk-read, slow-reading, unexplained-access, beyond-entitlement, borrowed-account, canary",
    ),
    _Field(
        "access",
        Text(
            "of searches, exports and statements do not say how many rows they gave",
            "（查询、导出、语句）未记录返回行数",
        ),
        lambda t: t.rows.isnull() & t.returned.isnull() & t.subject.isnull(),
        lambda t: t.action.isin(["search", "export", "sql"]),
        "bulk-read, slow-reading, beyond-entitlement",
    ),
    _Field(
        "access",
        Text("of look-ups do not say whose record it was", "（单条查看）未记录查看对象"),
        lambda t: t.subject.isnull(),
        lambda t: t.action == "lookup",
        "bulk-read, unexplained-access, canary, software",
    ),
    _Field(
        "web",
        Text("do not say how much was sent", "未记录发送量"),
        lambda t: t.bytes_out.isnull(),
        _any,
        "outflow, forbidden-site",
    ),
    _Field(
        "web",
        Text("name neither account nor machine", "未记录账号与设备"),
        lambda t: t.account.isnull() & t.device.isnull() & t.ip.isnull(),
        _any,
        "outflow, forbidden-site",
    ),
    _Field(
        "logons",
        Text("do not say at which device", "未记录设备"),
        lambda t: t.device.isnull(),
        _any,
        "borrowed-account",
    ),
    _Field(
        "files",
        Text("name no account", "未记录账号"),
        lambda t: t.account.isnull(),
        _any,
        "staged-file",
    ),
)


def health(scene: Scene, counts: Mapping[str, int]) -> Iterator[Text]:
    """Everything that the input lacks, in a fixed order; ``counts`` are those of the ingestion."""
    for table in LOGS:
        if scene.has(table):
            yield from _fields(scene, table)
    for table in LOGS:
        if scene.has(table):
            yield from _days(scene, table)
    yield from _statements(counts)
    for table, minutes in offsets(scene):
        name = _NAMES[table]
        yield Text(
            f"The clock of {name.en} is about {abs(minutes)} minutes {'ahead of' if minutes > 0 else 'behind'} that of the "
            "log of reading: what follows what within hours is uncertain (outflow, staged-file, borrowed-account).",
            f"{name.zh}的时钟较访问日志约{'快' if minutes > 0 else '慢'} {abs(minutes)} 分钟：时间先后关系不确定"
            "（outflow、staged-file、borrowed-account）。",
        )


def _fields(scene: Scene, table: str) -> Iterator[Text]:
    """Shares of rows without a field: one pass over the table for all of them."""
    rows = scene.engine.table(table)
    wanted = [f for f in _FIELDS if f.table == table]
    sums = {f"n{i}": f.among(rows).ifelse(1, 0).sum() for i, f in enumerate(wanted)}
    sums |= {f"m{i}": (f.among(rows) & f.missing(rows)).ifelse(1, 0).sum() for i, f in enumerate(wanted)}
    told = scene.engine.arrow(rows.agg(**sums)).to_pylist()[0]
    for i, field in enumerate(wanted):
        among, missing = told[f"n{i}"] or 0, told[f"m{i}"] or 0
        if not among or missing < TOLD * among:
            continue
        blind = missing >= WHOLE * among
        name = _NAMES[table]
        yield Text(
            f"{missing:,} of {among:,} rows ({missing / among:.0%}) of {name.en} {field.what.en}: "
            f"{'blind' if blind else 'half-blind'} for it: {field.blind}.",
            f"{name.zh} {among:,} 行中有 {missing:,} 行（{missing / among:.0%}）{field.what.zh}："
            f"因此{'失效' if blind else '部分失效'}的检测器：{field.blind}。",
        )


def _days(scene: Scene, table: str) -> Iterator[Text]:
    """Days without any event in a log that has events before and after, on weekdays on which it has them usually."""
    rows = scene.engine.table(table)
    counted = scene.engine.arrow(rows.group_by("day").agg(n=rows.count())).to_pylist()
    missing = _gaps({row["day"]: row["n"] for row in counted})
    if not missing:
        return
    name, shown = _NAMES[table], ", ".join(str(d) for d in missing[:SHOWN])
    more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
    more_zh = f" 等另 {len(missing) - SHOWN} 天" if len(missing) > SHOWN else ""
    yield Text(
        f"{name.en[0].upper()}{name.en[1:]} has no event on {shown}{more}, though it has before and after: nobody was absent "
        "for that, and those days count for nothing.",
        f"{name.zh}在 {shown}{more_zh} 没有任何事件，而前后均有：不视为缺勤，也不计入任何基线。",
    )


def _gaps(counts: Mapping[date, int]) -> list[date]:
    """Days between the first and the last one that are not there, though such a weekday usually has many events."""
    if len(counts) < 2:
        return []
    first, last = min(counts), max(counts)
    span = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    usual = {w: median([counts.get(d, 0) for d in span if d.weekday() == w] or [0]) for w in range(7)}
    return [d for d in span if d not in counts and usual[d.weekday()] >= MANY]


def _statements(counts: Mapping[str, int]) -> Iterator[Text]:
    """The share of statements that were not understood."""
    bad, good = counts.get("statements not understood", 0), counts.get("statements understood", 0)
    if bad and bad >= TOLD * (bad + good):
        yield Text(
            f"{bad:,} of {bad + good:,} SQL statements ({bad / (bad + good):.0%}) were not understood: half-blind for it: "
            "bulk-read, slow-reading, beyond-entitlement, canary.",
            f"{bad + good:,} 条 SQL 语句中有 {bad:,} 条（{bad / (bad + good):.0%}）未能理解：因此部分失效的检测器："
            "bulk-read、slow-reading、beyond-entitlement、canary。",
        )
