"""The lines behind a story of unusual conduct: which rows of the logs each counter counted, where, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

import ibis
from ibis import _

from headwater.detection.profiles.conduct import Conduct
from headwater.detection.profiles.counters import (
    CONNECTED,
    LOGGED_ON,
    NO_FILE_EVENTS,
    PROGRAMS,
    SHEETS,
    WRITTEN,
    drives,
    on_stick,
)
from headwater.detection.profiles.hosts import goes_out
from headwater.detection.profiles.staff import keyed
from headwater.detection.profiles.stories import EPOCH, Story
from headwater.detection.profiles.surfing import ASKING, DOMAIN, visited
from headwater.model.evidence import Citation
from headwater.store.engine import Engine

LINES = 40
"""So many lines of one counter are cited, the earliest of its worst day."""
HOSTS = 5
LANES: Mapping[str, str] = MappingProxyType(
    {"logons": "logons", "files": "files", "web": "sending", "mail": "sending", "access": "reading"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a log that a counter counted."""

    time: datetime
    counter: str
    cited: Citation


@dataclass(frozen=True, slots=True)
class Point:
    """What a counter came to on a day, at the moment of its first row."""

    time: datetime
    lane: str
    counter: str
    count: int


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything that a story rests on, in order of time."""

    lines: tuple[Line, ...]
    moments: tuple[Point, ...]
    accounts: tuple[str, ...]
    devices: tuple[str, ...]
    hosts: tuple[str, ...]  # sites that were new on these days
    elsewhere: bool  # some of it happened at a machine that is hardly ever used by this person

    def cited(self, counter: str | None = None) -> tuple[Citation, ...]:
        """The cited lines, of one counter or of all."""
        return tuple(sorted({line.cited for line in self.lines if counter in (None, line.counter)}))


def traces(engine: Engine, conduct: Conduct, story: Story) -> Traces:
    """Look up the rows of each speaking counter. Costs a filtered pass over its table."""
    keys = conduct.staff.keys.to_pandas()
    mine = tuple(keys.loc[keys["person"] == story.person, "key"])
    hosts = _hosts(engine, mine, story) if {"new_hosts", "rare_visits"} & set(story.speaks) else ()
    lines: list[Line] = []
    moments: list[Point] = []
    for name in story.speaks:
        table = conduct.source[name]
        rows = keyed(engine, table).filter(_.key.isin(mine) & (_.day == story.worst[name]))
        rows = _KEEP.get(name, _all)(_told(rows, name, conduct, story), engine, hosts)
        frame = engine.arrow(rows.order_by([_.time, _.source, _.line]).select("time", "source", "line").limit(LINES))
        found = [Line(r["time"], name, Citation(r["source"], r["line"])) for r in frame.to_pylist()]
        lines += found
        at = (story.worst[name] - EPOCH).days - conduct.first
        count = int(conduct.judged[name].counts[story.person, at])
        if found and count:
            moments.append(Point(found[0].time, LANES[table], name, count))
    used, usual = _devices(conduct, story)
    return Traces(
        lines=tuple(sorted(lines, key=lambda line: (line.time, line.cited, line.counter))),
        moments=tuple(sorted(moments, key=lambda m: (m.time, m.counter))),
        accounts=tuple(k for k in mine if not k.startswith("@")),
        devices=used,
        hosts=hosts,
        elsewhere=bool(set(used) - usual),
    )


def _told(rows: ibis.Table, name: str, conduct: Conduct, story: Story) -> ibis.Table:
    """The rows of a counter that looks at hours or at machines: those out of hours, those at such machines."""
    day = (story.worst[name] - EPOCH).days
    if name.startswith("odd_"):
        return rows.filter(_.hour.isin(conduct.odd_hours(story.person, day)))
    if name not in _MACHINES:
        return rows
    used = conduct.used[(conduct.used["person"] == story.person) & (conduct.used["day"] == day)]
    if name != "devices":
        used = used[used["new" if name == "new_devices" else "other"]]
    there = rows.filter(_.device.isin(sorted(set(used["device"]))))
    return _logged_on(there, None, ()) if conduct.source[name] == "logons" else there


_MACHINES = ("devices", "new_devices", "others_devices")


def _devices(conduct: Conduct, story: Story) -> tuple[tuple[str, ...], set[str]]:
    """The devices of these days, and those that the person uses on one day in five at least."""
    mine = conduct.used[conduct.used["person"] == story.person]
    days = {(d - EPOCH).days for d in story.dates}
    often = mine.groupby("device")["day"].nunique()
    used = sorted(set(mine.loc[mine["day"].isin(days), "device"]))
    return tuple(used), set(often.index[often >= 0.2 * max(1, mine["day"].nunique())])


def _hosts(engine: Engine, keys: tuple[str, ...], story: Story) -> tuple[str, ...]:
    """Sites first visited in these days or the month before, those with most requests first."""
    own = visited(engine).filter(_.key.isin(keys) & (_.day <= story.last))
    firsts = own.group_by("host").agg(first=_.day.min(), n=(_.day >= story.first).ifelse(_.requests, 0).sum())
    new = firsts.filter((_.first >= _month_before(story.first)) & (_.n > 0))
    found = engine.arrow(new.order_by([ibis.desc("n"), "host"]).limit(HOSTS)).to_pydict()["host"]
    return tuple(str(h) for h in found)


def _month_before(day: date) -> date:
    return day - timedelta(days=28)


Keep = Callable[[ibis.Table, Engine, tuple[str, ...]], ibis.Table]


def _all(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
    return rows


def _files(rows: ibis.Table) -> ibis.Table:
    return rows.mutate(did=_.action.fill_null("").lower(), name=_.path.fill_null("").lower())


def _sticks(connected: tuple[str, ...]) -> Keep:
    def keep(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
        files = _files(rows)
        wrote = files.did.isin(WRITTEN) | (files.did == "")
        return files.filter(files.did.isin(connected) | (wrote & on_stick(files, drives(engine))))

    return keep


def _named(pattern: str) -> Keep:
    def keep(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
        return _files(rows).filter((_.did.isin(WRITTEN) | (_.did == "")) & _.name.re_search(pattern))

    return keep


def _acted(*words: str) -> Keep:
    def keep(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
        return rows.filter(_.action.lower().isin(words))

    return keep


def _events(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
    return _files(rows).filter(~_.did.isin(NO_FILE_EVENTS))


def _logged_on(rows: ibis.Table, engine: Engine | None, hosts: tuple[str, ...]) -> ibis.Table:
    return rows.filter(_.action.fill_null("logon").lower().isin(LOGGED_ON))


def _sites(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
    return rows.filter(_.host.lower().re_extract(DOMAIN, 1).isin(hosts)) if hosts else rows


def _posted(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
    asks = rows.method.isnull() | rows.method.upper().isin(ASKING)
    return _largest(rows.filter(~asks & goes_out(rows.host)))


def _sent(rows: ibis.Table, engine: Engine, hosts: tuple[str, ...]) -> ibis.Table:
    method = rows.method.upper()
    sends = method.isnull() | ~method.isin(ASKING) | (method == "CONNECT")
    return _largest(rows.filter(sends & goes_out(rows.host) & (rows.bytes_out > 0)))


def _largest(rows: ibis.Table) -> ibis.Table:
    top = rows.order_by([ibis.desc(ibis.coalesce(_.bytes_out, 0)), _.time, _.source, _.line])
    return top.limit(LINES)


_KEEP: Mapping[str, Keep] = MappingProxyType(
    {
        "failures": lambda rows, engine, hosts: rows.filter(_.action.lower().contains("fail")),
        "mounts": _acted(*CONNECTED),
        "to_stick": _sticks(()),
        "odd_sticks": _sticks(CONNECTED),
        "sheets": _named(SHEETS),
        "programs": _named(PROGRAMS),
        "deletes": _acted("delete"),
        "prints": _acted("print"),
        "file_events": _events,
        "logons": _logged_on,
        "odd_logons": _logged_on,
        "new_hosts": _sites,
        "rare_visits": _sites,
        "posts": _posted,
        "kilobytes": _sent,
    }
)
