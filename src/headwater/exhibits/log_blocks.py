"""Checks one ``[[logs]]`` block: a log whose layout is declared instead of coded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo

from headwater.exhibits.blocks import Block, as_block
from headwater.model.declared import DECLARED
from headwater.model.settings import LogMapping
from headwater.model.tables import EVENT_TABLES, SCHEMAS

RAW_KINDS = ("requests", "queries")
"""What a web or SQL log is before it is known which of its rows touch protected data."""

DERIVED = frozenset(
    {
        "returned",
        "statements",
        "statement_columns",
        "records",
        "subjects",
        "subject_parts",
        "staff_traits",
        "shared_traits",
        "columns",
        "holdings",
        "holding_parts",
        "documents",
        "document_columns",
        "bill_doubts",
    }
)
"""Tables that Headwater makes itself: no log can fill them."""

LOG_TABLES = (*sorted(set(SCHEMAS) - DERIVED), *RAW_KINDS)
"""The tables that a declared log may fill."""

MADE_COLUMNS = frozenset({"time", "day", "hour", "source", "line"})
"""Columns that come with every row: they are not declared under ``columns``."""

MADE_IN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "access": frozenset({"ordinal", "returned", "exact", "statement"}),
        "relations": frozenset({"ordinal"}),
    }
)
"""Columns that Headwater reckons itself, by table."""

FORMATS = ("csv", "tsv", "jsonl", "parquet")
_KEYS = ("files", "format", "table", "time", "columns", "constants", "where")
_TIME_KEYS = ("column", "clock", "format", "zone")
_COLUMN_KEYS = ("column", "map", "default", "pattern", "lower", "scale", "optional")


def log_mapping(number: int, block: Block) -> LogMapping:
    """Read one ``[[logs]]`` block; ``number`` is its 1-based place in the file."""
    block.only(*_KEYS)
    table = _table(block)
    declared = block.block("columns", block.name).values
    columns = {target: _column(block, target, value) for target, value in declared.items()}
    constants = _constants(block)
    _check_targets(block, table, columns, constants)
    return LogMapping(
        block=number,
        files=block.needed_text("files"),
        table=table,
        time=_time(block, table),
        format=_format(block),
        columns=columns,
        constants=constants,
        where=block.maybe_text("where"),
    )


def _table(block: Block) -> str:
    table = block.needed_text("table")
    if table in DERIVED:
        raise block.wrong(f"table: {table!r} is made by Headwater itself; a log can fill {', '.join(LOG_TABLES)}")
    if table not in LOG_TABLES:
        raise block.wrong(f"table: there is no table {table!r}; a log can fill {', '.join(LOG_TABLES)}")
    return table


def _format(block: Block) -> str | None:
    name = block.maybe_text("format")
    if name is not None and name not in FORMATS:
        raise block.wrong(f"format: {name!r} is none of {', '.join(FORMATS)}")
    return name


def _time(block: Block, table: str) -> Mapping[str, str]:
    value = block.values.get("time")
    if value is None:
        if table in EVENT_TABLES or table in RAW_KINDS:
            raise block.wrong(f"time is missing: rows of {table!r} need one")
        return {}
    if isinstance(value, str):
        return {"column": value}
    time = as_block(value, block.name, "time")
    time.only(*_TIME_KEYS)
    time.needed_text("column")
    _check_zone(time)
    return {key: time.text(key) for key in time.values}


def _check_zone(time: Block) -> None:
    zone = time.maybe_text("zone")
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise time.wrong(f"time: there is no time zone {zone!r}") from error


def _column(block: Block, target: str, value: object) -> Mapping[str, object]:
    if isinstance(value, str):
        return {"column": value}
    column = as_block(value, block.name, f"columns.{target}")
    column.only(*_COLUMN_KEYS)
    column.needed_text("column")
    _check_transforms(column, target)
    return dict(column.values)


def _check_transforms(column: Block, target: str) -> None:
    values = column.block("map", column.name).values
    if not all(isinstance(item, str | int | float) for item in values.values()):
        raise column.wrong(f"columns.{target}: map must give texts or numbers")
    for key in ("lower", "optional"):
        if not isinstance(column.values.get(key, False), bool):
            raise column.wrong(f"columns.{target}: {key} must be true or false")
    if not _is_number(column.values.get("scale", 1)):
        raise column.wrong(f"columns.{target}: scale must be a number")
    pattern = column.text("pattern")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise column.wrong(f"columns.{target}: {pattern!r} is no regular expression: {error}") from error
    if pattern and compiled.groups != 1:
        raise column.wrong(f"columns.{target}: {pattern!r} must have exactly one group: the part to keep")


def _constants(block: Block) -> Mapping[str, object]:
    constants = block.block("constants", block.name).values
    for target, value in constants.items():
        if not isinstance(value, str | bool) and not _is_number(value):
            raise block.wrong(f"constants.{target} must be a text, a number or true or false")
    return dict(constants)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _check_targets(block: Block, table: str, columns: Mapping[str, object], constants: Mapping[str, object]) -> None:
    twice = sorted(set(columns) & set(constants))
    if twice:
        raise block.wrong(f"{twice[0]!r} is given both under columns and under constants")
    if table in RAW_KINDS:  # their columns are known to whoever reads the log
        return
    made = MADE_COLUMNS | MADE_IN.get(table, frozenset())
    known = [name for name in DECLARED.get(table, SCHEMAS[table]).names if name not in made]
    for target in (*columns, *constants):
        if target not in known:
            raise block.wrong(f"table {table!r} has no column {target!r}; it has {', '.join(known)}")
