"""PostgreSQL's log with pgaudit's session lines: as csvlog (version 15, 26 columns) or on stderr."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.simulation.clock import local_text, utc_text
from headwater.simulation.events import Events
from headwater.simulation.files import separated

_DATABASE = "corecrm"


def csvlog(
    log: Events, table: str, with_rows: bool = True, *, start: int = 1, utc: bool = False, database: str = _DATABASE
) -> Iterator[str]:
    """The columns of ``log_destination = csvlog``; a statement of several lines makes a record of several lines.

    ``start`` is the number of the first record, so that a log can be written in several goes.
    """
    zone = "UTC" if utc else "CST"
    for number, (when, account, ip, program, command, statement, rows) in enumerate(_fields(log, utc), start):
        stamp, session = f"{when[:10]} {when[11:]} {zone}", f"60{number:06x}.{number % 30000 + 900:x}"
        message = _audit(number, command, table, statement, rows if with_rows else None)
        client = f"{ip}:{40_000 + number % 20_000}"
        row = [stamp, account, database, str(number % 30_000 + 900), client, session, "1", command, stamp]
        row += [f"4/{number}", "0", "LOG", "00000", message, *[""] * 8, program, "client backend", "", "0"]
        yield separated([row])[:-1]


def stderr(
    log: Events, table: str, with_rows: bool = True, *, start: int = 1, utc: bool = False, database: str = _DATABASE
) -> Iterator[str]:
    """``log_line_prefix = '%m [%p] user=%u,db=%d,app=%a,client=%h '``; a statement's further lines begin with a tab."""
    zone = "UTC" if utc else "CST"
    for number, (when, account, ip, program, command, statement, rows) in enumerate(_fields(log, utc), start):
        message = _audit(number, command, table, statement, rows if with_rows else None).replace("\n", "\n\t")
        who = f"user={account},db={database},app={program},client={ip}"
        yield f"{when[:10]} {when[11:]} {zone} [{number % 30_000 + 900}] {who} LOG:  {message}"


def _audit(number: int, command: str, table: str, statement: str, rows: int | None) -> str:
    kind = "READ" if command in ("SELECT", "COPY") else "WRITE"
    fields = ["SESSION", str(number), "1", kind, command, "TABLE", table, statement, "<not logged>"]
    if rows is not None:
        fields.append(str(rows))
    return f"AUDIT: {separated([fields])[:-1]}"


def _fields(log: Events, utc: bool) -> Iterator[tuple[str, str, str, str, str, str, int]]:
    names = ("account", "ip", "program", "command", "statement", "rows")
    times = utc_text(log["time"]) if utc else local_text(log["time"])
    return zip(times, *(log[name].tolist() for name in names), strict=True)
