"""Which layout each kind of log has in a house, and how it is written in several goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from headwater.simulation.clock import OFFSET, local_text
from headwater.simulation.events import Events
from headwater.simulation.files import separated
from headwater.simulation.formats import access_logs, database_logs, endpoint_logs, logon_logs, proxy_logs
from headwater.simulation.house.house import House
from headwater.simulation.writing.columns import attached
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise

MAIL_HEADER = ("time", "account", "sender", "recipient", "subject", "attachments", "bytes")

_ACCESS = {"combined": access_logs.combined, "nginx-json": access_logs.nginx_json}
_DATABASE = {"csvlog": database_logs.csvlog, "stderr": database_logs.stderr}
_PROXY = {"squid": proxy_logs.squid, "squid-sizes": proxy_logs.squid_sizes, "ocsf": proxy_logs.ocsf}
_LOGONS = {"ecs": logon_logs.ecs, "flat": logon_logs.flat, "ocsf": logon_logs.ocsf}
_ENDPOINT = {"ocsf": endpoint_logs.ocsf, "windows-4663": endpoint_logs.windows_4663}


@dataclass(frozen=True, slots=True)
class Layout:
    """One log of a house: the folder and name of its files, the lines that every file begins with on a day, and the
    lines of events (with columns of text) on a day, of which so many have been written before. ``tear``: how much of
    a torn line is left; 0 where a reader could not tell it from the line before."""

    stem: str
    suffix: str
    head: Callable[[int], list[str]]
    lines: Callable[[Events, int, int], Iterable[str]]
    tear: int = 40


def layouts(house: House, formats: Formats, noise: Noise) -> dict[str, Layout]:
    """The layouts of all kinds of logs."""
    made = {
        "access": _access(formats, noise),
        "queries": _database(house, formats, noise),
        "web": _proxy(house, formats, noise),
        "logons": Layout("ad/security", ".json", _no_head, _plain(_LOGONS[formats.logons])),
        "files": Layout("endpoint/files", ".json", _no_head, _plain(_ENDPOINT[formats.endpoint])),
        "mail": Layout("mail/gateway", ".csv", lambda day: [",".join(MAIL_HEADER)], _plain(_mail)),
    }
    return {kind: _earlier(layout) if _unsaid(kind, formats, noise) else layout for kind, layout in made.items()}


def _access(formats: Formats, noise: Noise) -> Layout:
    layout, utc = _ACCESS[formats.access], noise.utc == "access"
    return Layout("web01/access", ".log", _no_head, lambda log, day, before: layout(log, utc))


def _database(house: House, formats: Formats, noise: Noise) -> Layout:
    trade, utc = house.trade, noise.utc == "queries"
    layout, name = _DATABASE[formats.database], f"{trade.name}db"

    def lines(log: Events, day: int, before: int) -> Iterable[str]:
        return layout(log, trade.table, formats.database_rows, start=before + 1, utc=utc, database=name)

    csv = formats.database == "csvlog"
    return Layout("db01/postgresql", ".csv" if csv else ".log", _no_head, lines, tear=40 if csv else 0)


def _proxy(house: House, formats: Formats, noise: Noise) -> Layout:
    if formats.proxy != "elff":
        return Layout("proxy/access", ".log", _no_head, _plain(_PROXY[formats.proxy]))
    days = house.calendar.days
    change = days if noise.new_column is None else int(noise.new_column * days)

    def lines(log: Events, day: int, before: int) -> Iterable[str]:
        if day == change:  # the gateway was restarted with another configuration
            yield proxy_logs.elff_fields(True)
        yield from proxy_logs.elff_lines(log, day >= change)

    return Layout("proxy/access", ".log", lambda day: proxy_logs.elff_head(day > change), lines)


def _mail(log: Events) -> Iterable[str]:
    names = ["; ".join(each) for each in attached(log["subject"], log["attachments"])]
    columns = [log[name].tolist() for name in ("account", "sender", "recipient", "subject")]
    for row in zip(local_text(log["time"]), *columns, names, log["bytes"].tolist(), strict=True):
        yield separated([(f"{row[0][:10]} {row[0][11:19]}", *row[1:])])[:-1]


def _plain(layout: Callable[[Events], Iterable[str]]) -> Callable[[Events, int, int], Iterable[str]]:
    return lambda log, day, before: layout(log)


def _no_head(day: int) -> list[str]:
    return []


def _unsaid(kind: str, formats: Formats, noise: Noise) -> bool:
    """Whether a log is in UTC and its layout has no place to say so."""
    local = {"logons": formats.logons == "flat", "files": formats.endpoint == "windows-4663", "mail": True}
    return noise.utc == kind and local.get(kind, False)


def _earlier(layout: Layout) -> Layout:
    def lines(log: Events, day: int, before: int) -> Iterable[str]:
        return layout.lines(Events({**log.columns, "time": log["time"] - OFFSET}), day, before)

    return Layout(layout.stem, layout.suffix, layout.head, lines, layout.tear)
