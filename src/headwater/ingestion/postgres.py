"""What PostgreSQL log entries mean, however they were laid out: statements that ran, and log-ons.

An entry (:data:`ENTRIES`) is one message with the fields of its session. Several entries can tell of one statement:
pgaudit writes one line per relation, one more for an OBJECT audit, and others for a COPY or a function around the same
text; ``log_statement`` repeats it. They become one query, with the rows of whichever line has them.
"""

from __future__ import annotations

from datetime import timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion import pgaudit
from headwater.ingestion.kept import kept
from headwater.ingestion.parsing import RAW, BadLine, Parsed
from headwater.model.tables import COUNT, TEXT, TIME

ENTRIES = pa.schema(
    [
        ("line", COUNT),
        ("lines", COUNT),  # how many lines the entry takes
        ("time", TIME),
        ("account", TEXT),
        ("database", TEXT),
        ("peer", TEXT),  # host:port, host(port), host or [local]
        ("session", TEXT),
        ("application", TEXT),
        ("severity", TEXT),
        ("code", TEXT),  # SQLSTATE
        ("message", TEXT),
        ("detail", TEXT),
        ("statement", TEXT),  # the statement that an error came from
    ]
)
_STATEMENT = r"^(?:duration: [0-9.]+ ms  )?(?:statement|execute [^ :]+|语句|执行 [^ :]+): "
_KINDS = rf"""
select *, case
    when message like 'AUDIT: %' then 'audit'
    when code = '42501' or (code is null and statement is not null
        and regexp_matches(message, '^(permission denied for |.*权限不够)')) then 'denied'
    when code like '28%' or regexp_matches(message,
        '(authentication failed for user|no pg_hba.conf entry|^role ".*" (does not exist|is not permitted to log in))')
        and severity in ('FATAL', '致命错误') then 'failure'
    when message like 'connection authorized: %' then 'logon'
    when message like 'disconnection: %' then 'logoff'
    when regexp_matches(message, '{_STATEMENT}') then 'plain'
    end as kind
from entries
"""
_LOGONS = """
select time, line, coalesce(account, nullif(regexp_extract(message, 'user[= ]"?([^" ]+)', 1), '')) as account,
    case when ip is null then device end as device, ip, kind as action, 'postgresql' as kind
from entries order by line
"""
_MERGE = """
with apart as (  -- process ids come round again, and with them statement ids
    select *, coalesce(time - lag(time) over (partition by session, statement_id order by line)
        > interval 10 minute, false)::int as far
    from statements where kind = 'audit'
), runs as (
    select *, sum(far) over (partition by session, statement_id order by line) as run,
        class = 'FUNCTION' or command in ('COPY', 'DECLARE CURSOR', 'EXPLAIN', 'CREATE TABLE AS') as around
    from apart
), single as (
    select session, statement_id, run, substatement, min(line) as line, min(time) as time,
        first(account order by line) as account, first(database order by line) as database,
        first(ip order by line) as ip, first(device order by line) as device,
        first(application order by line) as application, first(command order by line) as command,
        bool_and(around) as around, bool_and(class = 'FUNCTION') as function,
        list(object) as objects, max(rows) as rows,
        first(raw order by raw is null, line) as raw, first(statement order by raw is null, line) as statement
    from runs group by session, statement_id, run, substatement
), placed as (
    select *, case when around then 1 else row_number()
        over (partition by session, statement_id, run, raw, around order by substatement) end as place
    from single
), audit as (
    select min(line) as line, min(time) as time,
        first(account order by line) as account, first(device order by line) as device,
        first(ip order by line) as ip, first(application order by line) as application,
        first(database order by line) as database,
        coalesce(min(command) filter (where around and not function), min(command) filter (where not around),
            min(command)) as command,
        list_sort(list_distinct(flatten(list(objects)))) as objects,
        first(raw order by line) as raw, first(statement order by around, line) as statement,
        max(rows) as rows, 'success' as outcome, session
    from placed group by session, statement_id, run, raw, place
), answers as (
    select line, time, account, device, ip, application, database, command,
        nullif(array_to_string(objects, ' '), '') as object, raw, statement,
        case when rows = 0 and command in ('COPY', 'DECLARE CURSOR') then null else rows end as rows, outcome, session
    from audit
    union all by name
    select line, time, account, device, ip, application, database, command, object, raw, statement,
        null::bigint as rows, 'denied' as outcome, session from statements where kind = 'denied'
), numbered as (
    select *, row_number() over (partition by session, raw order by line) as n from answers
), plain as (
    select *, row_number() over (partition by session, raw order by line) as n from statements where kind = 'plain'
), joined as (
    select coalesce(a.time, p.time) as time, coalesce(a.line, p.line) as line,
        coalesce(a.account, p.account) as account, coalesce(a.device, p.device) as device, coalesce(a.ip, p.ip) as ip,
        coalesce(a.application, p.application) as application, coalesce(a.database, p.database) as database,
        coalesce(a.command, p.command) as command, a.object,
        case when a.statement is null or contains(a.statement, '$') then coalesce(p.statement, a.statement)
            else a.statement end as statement,
        a.rows, coalesce(a.outcome, 'success') as outcome
    from numbered a full join plain p on a.session = p.session and a.raw = p.raw and a.n = p.n
)
select * from joined order by line
"""
_ROWS = {_MERGE: "queries", _LOGONS: "logons"}
_HELD_ROWS = 200_000
_RECENT, _YOUNG = timedelta(seconds=2), timedelta(minutes=1)


@kept
def _engine() -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect()
    engine.execute("set timezone = 'UTC'")
    return engine


class Activity:
    """Turns entries into queries and log-ons; keeps back the last two seconds, whose statements may have more lines."""

    def __init__(self) -> None:
        self._engine = _engine()
        self._held: pa.Table | None = None

    def take(self, entries: pa.Table, lines: int, bad: list[BadLine], *, final: bool = False) -> Parsed:
        """Read the next entries (of schema :data:`ENTRIES`); ``final`` keeps nothing back.

        ``lines`` is how many lines the entries and the ``bad`` lines take. Every line is a row, rejected or passed: a
        line that only adds to the row of another one is passed.
        """
        lines += self._held_lines()
        sorted_out = self._run(_KINDS, entries=_with_place(entries))
        logons = sorted_out.filter(pc.is_in(sorted_out["kind"], pa.array(["logon", "logoff", "failure"])))
        bad = list(bad)
        found = [self._held] if self._held is not None else []
        found += [_audits(sorted_out, bad), _plain(sorted_out)]
        statements = pa.concat_tables(found)
        ready, self._held = (statements, None) if final else self._parted(statements)
        rows = {
            "queries": _cast(self._run(_MERGE, statements=ready), "queries"),
            "logons": _cast(self._run(_LOGONS, entries=logons), "logons"),
        }
        made = sum(len(table) for table in rows.values()) + len(bad)
        return Parsed(rows, sorted(bad, key=lambda b: b.line), lines - self._held_lines() - made)

    def _held_lines(self) -> int:
        return (pc.sum(self._held["lines"]).as_py() or 0) if self._held is not None else 0

    def _parted(self, statements: pa.Table) -> tuple[pa.Table, pa.Table | None]:
        """What is settled, and what must wait for the next entries."""
        if not len(statements):
            return statements, None
        statements = statements.sort_by("line")
        waiting = _waiting(statements)
        if (pc.sum(waiting).as_py() or 0) > _HELD_ROWS:
            return statements, None
        return statements.filter(pc.invert(waiting)), statements.filter(waiting)

    def _run(self, query: str, **tables: pa.Table) -> pa.Table:
        if not any(len(table) for table in tables.values()):  # planning costs as much as some hundred rows
            none = RAW[_ROWS[query]] if query in _ROWS else next(iter(tables.values())).schema.append(_KIND)
            return none.empty_table()
        for name, table in tables.items():
            self._engine.register(name, table)
        found = self._engine.execute(query).to_arrow_table()
        for name in tables:
            self._engine.unregister(name)
        return found


def _waiting(statements: pa.Table) -> pa.ChunkedArray:
    """Those of the last two seconds, and what of the last minute belongs to the same statement as one of them."""
    last = pc.max(statements["time"]).as_py()
    recent, young = (pc.greater(statements["time"], pa.scalar(last - span, TIME)) for span in (_RECENT, _YOUNG))
    number = statements["statement_id"].cast(TEXT)
    statement = pc.binary_join_element_wise(statements["session"], number, "\n")
    going_on = pc.is_in(statement, pc.drop_null(statement.filter(recent)).combine_chunks())
    return pc.or_(recent, pc.and_(young, going_on))


_KIND = pa.field("kind", TEXT)
_KEPT = ["line", "lines", "time", "account", "database", "ip", "device", "session", "application", "kind"]


def _with_place(entries: pa.Table) -> pa.Table:
    """The peer's address or, with ``log_hostname``, its name; a session for every entry."""
    host = pc.replace_substring_regex(entries["peer"], r"(?::\d+|\(\d+\))\z", "")
    is_ip = pc.match_substring_regex(host, r"\A(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*)(?:%\w+)?\z")
    local = pc.or_(pc.starts_with(host, "["), pc.equal(host, ""))
    session = pc.coalesce(
        entries["session"],
        pc.binary_join_element_wise(entries["account"], host, "@", null_handling="replace"),
    )
    entries = entries.set_column(entries.schema.get_field_index("session"), "session", session)
    entries = entries.append_column("ip", pc.if_else(is_ip, host, None))
    return entries.append_column("device", pc.if_else(pc.or_(is_ip, local), None, host)).drop(["peer"])


def _audits(entries: pa.Table, bad: list[BadLine]) -> pa.Table:
    audits = entries.filter(pc.equal(entries["kind"], "audit"))
    payload, record = pgaudit.fields(audits["message"].combine_chunks())
    read = np.zeros(len(audits), dtype=np.bool_)
    read[record.to_numpy()] = True
    bad += (BadLine(line, "a pgaudit payload that is cut off or malformed") for line in
            audits["line"].filter(pa.array(~read)).to_pylist())  # fmt: skip
    audits = audits.take(record).select(_KEPT)
    for name in ("statement_id", "substatement", "class", "command", "object", "raw", "statement", "rows"):
        audits = audits.append_column(name, payload[name])
    return audits.set_column(audits.schema.get_field_index("raw"), "raw", pc.utf8_trim(payload["raw"], " \t\r\n;"))


def _plain(entries: pa.Table) -> pa.Table:
    """What ``log_statement`` and refused statements say: no rows, no relation."""
    found = entries.filter(pc.is_in(entries["kind"], pa.array(["plain", "denied"])))
    refused = pc.equal(found["kind"], "denied")
    said = pc.replace_substring_regex(found["message"], _STATEMENT, "", max_replacements=1)
    raw = pc.if_else(refused, found["statement"], said).combine_chunks()
    raw, statement = _bound(raw, found["detail"].combine_chunks())
    first_word = pc.utf8_upper(pc.struct_field(pc.extract_regex(statement, r"\A\s*(?P<word>[A-Za-z]+)"), 0))
    relation = pc.struct_field(
        pc.extract_regex(found["message"], r"^permission denied for (?:table|relation|view) (?P<name>\S+)"), 0
    )
    columns = {
        "statement_id": pa.nulls(len(found), COUNT),
        "substatement": pa.nulls(len(found), COUNT),
        "class": pa.nulls(len(found), TEXT),
        "command": first_word,
        "object": pc.if_else(refused, relation, None),
        "raw": pc.utf8_trim(raw, " \t\r\n;"),
        "statement": statement,
        "rows": pa.nulls(len(found), COUNT),
    }
    found = found.select(_KEPT)
    for name, column in columns.items():
        found = found.append_column(name, column)
    return found


def _bound(raw: pa.Array, detail: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Raw texts, and the same with the parameters of their details: a loop, but only over rows that have some."""
    pairs = list(zip(raw.to_pylist(), detail.to_pylist(), strict=True)) if detail.null_count < len(detail) else []
    if not pairs:
        return raw, raw
    both = [_with_detail(text, said) for text, said in pairs]
    return pa.array([r for r, _ in both], pa.string()), pa.array([s for _, s in both], pa.string())


def _with_detail(raw: str | None, detail: str | None) -> tuple[str | None, str | None]:
    if raw is None or detail is None:
        return raw, raw
    if detail.startswith("prepare: "):
        return pgaudit.bound_by_execute(raw, detail.removeprefix("prepare: "))
    if detail[:11].lower() == "parameters:":
        return raw, pgaudit.bound_by_detail(raw, detail)
    return raw, raw


def _cast(table: pa.Table, kind: str) -> pa.Table:
    return table.select(RAW[kind].names).cast(RAW[kind])
