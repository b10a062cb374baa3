"""Reading a log: Headwater's ingestion into its lake, and DuckDB's own read of the same file into a table."""

from __future__ import annotations

import duckdb

from bench.cost import Work
from bench.folders import with_file
from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import STAGE, ingest
from headwater.store.workspace import open_workspace

_LINES = "read_csv({}, columns = {{'line': 'VARCHAR'}}, auto_detect = false, header = false, delim = '\x1f', quote = '', escape = '')"
_CSV = "read_csv({}, all_varchar = true, header = false, delim = ',', quote = '\"', escape = '\"', null_padding = true)"
_JSON = "read_json({}, format = 'newline_delimited', ignore_errors = true)"


def how(format_name: str) -> str:
    """Which of DuckDB's readers is the fair ceiling of a format: lines, csv or json."""
    if format_name.startswith(("json", "windows_json", "ocsf")):
        return "json"
    return "csv" if format_name == "pg_csvlog" else "lines"


def ours(tables: str, log: str, space: str) -> Work:
    """A log that comes new into a case whose tables have been read: read, understood, tokenised and written."""
    folder, workspace = with_file(tables, space, log, "logs")

    def work() -> int:
        with open_workspace(workspace) as opened:
            ingest(open_case(folder), opened)
            (entry,) = opened.manifest.inputs(STAGE)
            if opened.manifest.not_read() or not entry.rows:
                raise ValueError(f"{log} was not read")
            return lines_of(log)

    return work


def ceiling(reader: str, logs: list[str]) -> Work:
    """The same files read by DuckDB alone, each into a table in memory."""
    source = {"lines": _LINES, "csv": _CSV, "json": _JSON}[reader]
    rows = sum(lines_of(log) for log in logs)
    engine = duckdb.connect()

    def work() -> int:
        for number, log in enumerate(logs):
            engine.execute(f"create table t{number} as select * from {source.format(repr(log))}")
        return rows

    return work


def lines_of(log: str) -> int:
    """The lines of a log, packed or not."""
    relation = duckdb.connect().execute(f"select count(*) from {_LINES.format(repr(log))}")
    return int((relation.fetchone() or (0,))[0])
