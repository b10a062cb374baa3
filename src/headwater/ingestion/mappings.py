"""Declared logs: any CSV, TSV, JSON lines, Parquet or workbook becomes a table of the lake by what ``[[logs]]`` says, without any code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.globs import glob
from headwater.exhibits.member import Member
from headwater.exhibits.parquet import MAGIC, is_parquet
from headwater.ingestion.mapped_parquet import parquet_rows
from headwater.ingestion.mapped_rows import RawRows, Wanted, Wrong, raw_rows
from headwater.ingestion.mapped_sheets import is_workbook, sheet_rows
from headwater.ingestion.mapped_sql import time_sql, value_sql
from headwater.ingestion.mapped_values import finished, needs_tokens
from headwater.ingestion.parsing import RAW
from headwater.ingestion.sandbox import (
    ConditionError,
    column_names,
    literal,
    parse_condition,
    sandbox,
    with_columns,
)
from headwater.model.declared import DECLARED
from headwater.model.errors import SettingsError
from headwater.model.exhibit import Rejected
from headwater.model.settings import LogMapping, Settings
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

RAW_TABLES = ("requests", "queries")
"""Targets that are no tables of the lake: raw rows whose meaning is found later, as those of a parser."""


def mappings_for(settings: Settings, member: Member) -> tuple[LogMapping, ...]:
    """The declarations whose glob matches a file; a file inside an archive matches by either path."""
    paths = {member.exhibit.path, member.path.replace("!", "/")}
    return tuple(mapping for mapping in settings.logs if any(glob(mapping.files).match(path) for path in paths))


def schema_of(mapping: LogMapping) -> pa.Schema:
    """The schema that a declaration's rows have: that of the lake's table, or of the raw kind."""
    if mapping.table in RAW_TABLES:
        return RAW[mapping.table]
    return DECLARED.get(mapping.table, SCHEMAS[mapping.table])


def read_mapped(
    mapping: LogMapping, member: Member, zone: ZoneInfo, tokeniser: Tokeniser | None = None
) -> Iterator[tuple[pa.Table, list[Rejected]]]:
    """Read a log as it was declared: batches of rows and of lines that were set aside.

    Rows have the schema of :func:`schema_of`: for a table of the lake with time in UTC, local day and hour, source and
    line, free text masked; for ``requests`` and ``queries`` as a parser would give them; for ``messages``, ``payments`` and
    ``contacts`` as a reader would. ``tokeniser`` is needed where
    the log names protected people (``subject``, ``token``).

    :raises SettingsError: naming block, file and line, if the declaration does not fit the file
    :raises UnreadableError: if the file is no table and no JSON lines
    """
    wrong = _wrong(mapping)
    if needs_tokens(mapping) and tokeniser is None:
        raise ValueError(f"table {mapping.table!r} names people: reading it needs a tokeniser")
    plan = _plan(mapping, zone, wrong)
    connection = sandbox(plan.zone)
    if plan not in _SOUND:
        plan.check(connection, member.path, wrong)
        _SOUND.add(plan)
    untimed = True
    for rows in _rows(mapping, member, plan.wanted, connection, wrong):
        table, rejected = _batch(plan, rows, member, connection, wrong)
        if untimed and table.num_rows + len(rejected) > 0:
            _check_times(mapping, member.path, rejected, wrong, any_good=table.num_rows > 0)
            untimed = table.num_rows == 0
        bad = sorted([*rows.rejected, *rejected], key=lambda item: item.line)
        yield finished(mapping, table, schema_of(mapping), member.path, tokeniser), bad


def _rows(
    mapping: LogMapping,
    member: Member,
    wanted: tuple[Wanted, ...],
    connection: duckdb.DuckDBPyConnection,
    wrong: Wrong,
) -> Iterator[RawRows]:
    with member.open() as stream:
        head = stream.read(max(len(MAGIC), 8))
    if mapping.format == "parquet" or (mapping.format is None and is_parquet(head)):
        return parquet_rows(member, wanted, connection, wrong)
    if is_workbook(head):
        return sheet_rows(member, wanted, wrong)
    return raw_rows(member, mapping.format, wanted, connection, wrong)


_TIMELESS = "has no time that can be read"


def _check_times(mapping: LogMapping, path: str, rejected: list[Rejected], wrong: Wrong, *, any_good: bool) -> None:
    """A log none of whose first lines has a readable time was declared wrongly."""
    bad = [item.line for item in rejected if item.reason == _TIMELESS]
    if bad and not any_good:
        form = mapping.time.get("format")
        how = f"does not follow {form!r}" if form else "is of no known form"
        raise wrong(f"{path}:{bad[0]}: time: the column {mapping.time['column']!r} {how}")


def _wrong(mapping: LogMapping) -> Wrong:
    return lambda message: SettingsError(message, f"{SETTINGS_FILE} [[logs]] {mapping.block}")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A declaration worked out: the raw columns it needs, and the query that makes rows of them."""

    wanted: tuple[Wanted, ...]
    selected: str
    moment: str  # the time, worked out from texts
    where: str
    zone: str
    faults: tuple[tuple[str, str], ...]  # column that flags a fault, and its reason

    def check(self, connection: duckdb.DuckDBPyConnection, path: str, wrong: Wrong) -> None:
        """Try the query on no rows: a wrong pattern, time format or condition shows itself."""
        names = [*(f"c{place}" for place in range(len(self.wanted))), "line"]
        types = [*([pa.string()] * len(self.wanted)), pa.int64()]
        self.run(pa.table([pa.array([], kind) for kind in types], names=names), connection, path, wrong)

    def run(self, table: pa.Table, connection: duckdb.DuckDBPyConnection, path: str, wrong: Wrong) -> pa.Table:
        """Make rows of raw texts."""
        connection.register("raw_rows", table)
        try:
            return connection.sql(self._query(table.schema)).to_arrow_table()
        except duckdb.Error as error:
            if table.num_rows == 0:
                raise wrong(f"{path}:1: where, time format or pattern: {str(error).splitlines()[0]}") from error
            line = table.column("line")[0].as_py()  # the database's own message may quote a value
            raise wrong(f"{path}:{line}: where does not fit the values of its columns") from None
        finally:
            connection.unregister("raw_rows")

    def _query(self, schema: pa.Schema) -> str:
        """The query: a time that is stored as a timestamp, with or without a zone, is taken as it is."""
        typed = [f"c{place}" for place, column in enumerate(self.wanted) if column.moment]
        typed = [name for name in typed if pa.types.is_timestamp(schema.field(name).type)]
        moment = self.moment
        if typed:
            zoned = schema.field(typed[0]).type.tz is not None
            moment = typed[0] if zoned else f"timezone({literal(self.zone)}, {typed[0]})"
        timed = f"(SELECT *, {moment} AS moment FROM raw_rows{self.where})"
        return f"SELECT {self.selected} FROM {timed} ORDER BY line"


_SOUND: set[_Plan] = set()
"""Declarations that have been tried: the next file need not try them again."""


def _plan(mapping: LogMapping, zone: ZoneInfo, wrong: Wrong) -> _Plan:
    schema = schema_of(mapping)
    own_zone = mapping.time.get("zone", zone.key)
    places = _Places()
    moment = _moment(mapping, places, own_zone)
    selected, faults = _time_columns(zone.key) if mapping.time else ([], [])
    for target, column in mapping.columns.items():
        if target not in schema.names:
            raise wrong(f"table {mapping.table!r} has no column {target!r}; it has {', '.join(schema.names)}")
        text = places.place(str(column["column"]), optional=bool(column.get("optional")))
        value, fault = value_sql(text, column, schema.field(target).type)
        selected.append(f"{value} AS v_{target}")
        if fault != "false":
            selected.append(f"{fault} AS f_{target}")
            faults.append((f"f_{target}", f"{target}: the column {column['column']!r} holds no such value"))
    where = _where(mapping, places, wrong)
    return _Plan(places.wanted, ", ".join(["line", *selected]), moment, where, own_zone, tuple(faults))


class _Places:
    """The raw columns that are needed, each once, and their places."""

    def __init__(self) -> None:
        self._wanted: dict[tuple[str, bool], Wanted] = {}

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The columns, in the order of their places."""
        return tuple(self._wanted.values())

    def place(self, name: str, *, optional: bool = False, moment: bool = False) -> str:
        """The name under which the query sees a raw column."""
        key = (name, moment)
        before = self._wanted.get(key)
        self._wanted[key] = Wanted(name, optional and (before is None or before.optional), moment)
        return f"c{list(self._wanted).index(key)}"


def _moment(mapping: LogMapping, places: _Places, zone: str) -> str:
    if not mapping.time:
        return "NULL"
    if "clock" not in mapping.time:
        return time_sql(places.place(mapping.time["column"], moment=True), mapping.time.get("format"), zone)
    both = [places.place(mapping.time[part]) for part in ("column", "clock")]
    return time_sql(f"concat_ws(' ', {', '.join(both)})", mapping.time.get("format"), zone)


def _time_columns(zone: str) -> tuple[list[str], list[tuple[str, str]]]:
    local = f"timezone({literal(zone)}, moment)"
    columns = ["epoch_us(moment) AS v_time", f"CAST({local} AS DATE) AS v_day", f"hour({local}) AS v_hour"]
    return [*columns, "moment IS NULL AS f_time"], [("f_time", _TIMELESS)]


def _where(mapping: LogMapping, places: _Places, wrong: Wrong) -> str:
    if not mapping.where:
        return ""
    try:
        condition = parse_condition(mapping.where)
    except ConditionError as error:
        raise wrong(f"where: {error}") from error
    names = {name: places.place(name) for name in column_names(condition)}
    return f" WHERE ({with_columns(condition, names)})"


def _batch(
    plan: _Plan,
    rows: RawRows,
    member: Member,
    connection: duckdb.DuckDBPyConnection,
    wrong: Wrong,
) -> tuple[pa.Table, list[Rejected]]:
    table = plan.run(rows.table, connection, member.path, wrong)
    reasons: dict[int, str] = {}
    sound = pa.chunked_array([[True] * table.num_rows], pa.bool_())
    for flag, reason in plan.faults:
        bad = table.column(flag)
        for line in table.column("line").filter(bad).to_pylist():
            reasons.setdefault(line, reason)
        sound = pc.and_not(sound, bad)
    return table.filter(sound), [Rejected(member.path, line, reason) for line, reason in sorted(reasons.items())]
