"""The last step of a declared log: constants, types, masks and tokens, so that nothing raw goes on to the lake."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.identifiers.columns import compact_array, compact_own
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.text import mask_text
from headwater.ingestion.tables.days import parse_days
from headwater.ingestion.tables.layout import masked_names
from headwater.model.errors import SettingsError
from headwater.model.settings import LogMapping
from headwater.store.tokens import Tokeniser

_FREE = frozenset(
    {
        ("web", "path"),
        ("files", "path"),
        ("mail", "subject"),
        ("mail", "attachments"),
        ("tickets", "purpose"),
        ("complaints", "what"),
    }
)
_NAMES = frozenset({("people", "name")})
_SUBJECTS = frozenset({("access", "subject"), ("relations", "subject")})
_TOKENS = frozenset({("complaints", "token")})


def needs_tokens(mapping: LogMapping) -> bool:
    """Tell whether a declaration fills a column that holds tokens."""
    return any((mapping.table, target) in _SUBJECTS | _TOKENS for target in mapping.columns)


def finished(
    mapping: LogMapping, rows: pa.Table, schema: pa.Schema, source: str, tokeniser: Tokeniser | None
) -> pa.Table:
    """Give rows in their schema: columns that the declaration leaves out are null."""
    made = {name: _column(mapping, rows, schema.field(name), source) for name in schema.names}
    for name in schema.names:
        place = (mapping.table, name)
        if place in _SUBJECTS and tokeniser is not None and name in mapping.columns:
            made[name] = _subject_tokens(mapping, made["dataset"], made[name], tokeniser)
        elif place in _TOKENS and tokeniser is not None and name in mapping.columns:
            made[name] = _tokens(made["kind"], made[name], tokeniser)
        elif place in _FREE:
            made[name] = _masked(made[name])
        elif place in _NAMES:
            made[name] = masked_names(made[name])
    return pa.table([made[name] for name in schema.names], schema=schema)


def _column(mapping: LogMapping, rows: pa.Table, field: pa.Field, source: str) -> pa.Array:
    if field.name == "line":
        return _array(rows.column("line"))
    if field.name == "source":
        return pa.repeat(pa.scalar(source, pa.string()), rows.num_rows)
    if field.name in mapping.constants:
        return _constant(mapping, field, rows.num_rows)
    if f"v_{field.name}" not in rows.column_names:
        return pa.nulls(rows.num_rows, field.type)
    values = _array(rows.column(f"v_{field.name}"))
    if pa.types.is_date(field.type) and pa.types.is_string(values.type):
        return parse_days(values)
    return values.cast(field.type)


def _array(values: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)


def _constant(mapping: LogMapping, field: pa.Field, count: int) -> pa.Array:
    value = mapping.constants[field.name]
    try:
        listed = [value] if pa.types.is_list(field.type) else value
        return pa.repeat(pa.scalar(listed, field.type), count)
    except (pa.ArrowException, TypeError, ValueError) as error:
        place = f"{SETTINGS_FILE} [[logs]] {mapping.block}"
        raise SettingsError(f"constants.{field.name} must be of type {field.type}", place) from error


def _masked(values: pa.Array) -> pa.Array:
    if not pa.types.is_list(values.type):
        return mask_text(values)
    return pa.ListArray.from_arrays(values.offsets, mask_text(values.values), mask=pc.is_null(values))


def _subject_tokens(mapping: LogMapping, datasets: pa.Array, keys: pa.Array, tokeniser: Tokeniser) -> pa.Array:
    if pc.any(pc.and_(pc.is_valid(keys), pc.is_null(datasets)), min_count=0).as_py():
        place = f"{SETTINGS_FILE} [[logs]] {mapping.block}"
        raise SettingsError("subject needs the data set it is of: give dataset under columns or constants", place)
    return _by_group(datasets, keys, lambda name, group: tokeniser.tokens(f"subject:{name}", group))


def _tokens(kinds: pa.Array, values: pa.Array, tokeniser: Tokeniser) -> pa.Array:
    def tokens(kind: str, group: pa.Array) -> pa.Array:
        if kind in KINDS:
            return tokeniser.tokens(kind, compact_array(kind, group))
        return tokeniser.tokens(kind, compact_own(group))

    return _by_group(kinds, values, tokens)


def _by_group(groups: pa.Array, values: pa.Array, make: Callable[[str, pa.Array], pa.Array]) -> pa.Array:
    """Make tokens group by group; a row without a group has none."""
    result = pa.nulls(len(values), pa.string())
    for name in pc.unique(groups.drop_null()).to_pylist():
        chosen = pc.fill_null(pc.equal(groups, name), False)
        result = pc.replace_with_mask(result, chosen, make(name, values.filter(chosen)))
    return result
