"""What pgaudit writes: the payload after ``AUDIT:``, itself CSV, and bind parameters put back into their statement.

The payload's fields are: type (SESSION, OBJECT), statement id, substatement id, class (READ, FUNCTION …), command,
object type, object name, statement, parameters and, from 1.6 on with ``log_rows``, the number of rows.

What pgaudit does not know (seen with 1.7): a ``COPY table TO`` and a ``DECLARE CURSOR`` say 0 rows whatever they gave;
an ``EXECUTE`` shows the text of its ``PREPARE``; a function's inner statements come as substatements of their own.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.csv_records import split

PREFIX = "AUDIT: "
FIELDS = (
    "type",
    "statement_id",
    "substatement",
    "class",
    "command",
    "object_type",
    "object",
    "raw",
    "parameters",
    "rows",
)
_UNSAID = ("<not logged>", "<previously logged>", "<none>")
_PREPARED = r"(?is)\A\s*prepare\s+[^\s(]+\s*(?:\([^)]*\))?\s+as\s+"
_PLACES = re.compile(
    r"""[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z) | '(?:[^']|'')*(?:'|\Z) | "(?:[^"]|"")*(?:"|\Z)
      | --[^\n]* | /\*.*?(?:\*/|\Z) | \$(?P<tag>[A-Za-z_]\w*|)\$.*?(?:\$(?P=tag)\$|\Z)
      | (?P<count>\b(?:limit|offset|first|next)\s+)?\$(?P<place>\d{1,5})""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_GIVEN = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')")
_ARGUMENT = re.compile(r"\s*('(?:[^']|'')*'|[^',()]+)\s*(?:::\s*\w+)?\s*(?:,|\Z)")
_EXECUTE = re.compile(r"(?is)\s*execute\s+[^\s(;]+\s*(?:\((.*)\))?\s*;?\s*\Z")


def fields(messages: pa.StringArray) -> tuple[pa.Table, pa.Int64Array]:
    """The fields of messages that begin with ``AUDIT:``, and which message each row came from.

    A message that is no such payload is in no row. ``rows`` is null where pgaudit cannot know it. ``statement`` is the
    text to read; ``raw`` is the same before its parameters were put in.
    """
    payloads = pc.utf8_slice_codeunits(messages, len(PREFIX))
    table, record = split(payloads, (len(FIELDS) - 1, len(FIELDS)))
    table = table.rename_columns(list(FIELDS))
    right = pc.and_(
        pc.is_in(table["type"], pa.array(["SESSION", "OBJECT"])),
        pc.and_kleene(
            pc.match_substring_regex(table["statement_id"], r"\A\d{1,18}\z"),
            pc.and_kleene(
                pc.match_substring_regex(table["substatement"], r"\A\d{1,18}\z"),
                pc.match_substring_regex(pc.fill_null(table["rows"], "0"), r"\A\d{1,18}\z"),
            ),
        ),
    )
    right = pc.fill_null(right, False)
    table, record = table.filter(right), record.filter(right.combine_chunks())
    for name in ("statement_id", "substatement", "rows"):
        table = _with(table, name, pc.cast(table[name], pa.int64()))
    for name in ("raw", "parameters"):
        table = _with(table, name, _said(table[name]))
    unwrapped = pc.replace_substring_regex(table["raw"], _PREPARED, "", max_replacements=1)
    raw = pc.if_else(pc.equal(table["command"], "PREPARE"), table["raw"], unwrapped)
    table = _with(table, "raw", raw)
    return table.append_column("statement", _filled(table["raw"], table["parameters"])), record


def bound(statement: str, values: Sequence[str | None]) -> str:
    """The statement with ``$1`` … replaced by the values, as literals; ``None`` is NULL.

    Text that only looks like a parameter (in a literal, a quoted name, a comment) stays. A value becomes a quoted
    literal, which SQL takes for a number too where one is wanted, but after LIMIT and its like a bare number.

    >>> bound("select * from t where a = $1 and b = '$1' limit $2", ["O'Brien", "5"])
    "select * from t where a = 'O''Brien' and b = '$1' limit 5"
    """
    pieces, places = _template(statement)
    if not places or max(place for place, _ in places) > len(values):
        return statement
    parts = [pieces[0]]
    for piece, (place, bare) in zip(pieces[1:], places, strict=True):
        parts += (_literal(values[place - 1], bare), piece)
    return "".join(parts)


def bound_by_detail(statement: str, detail: str) -> str:
    """The same from what the server itself logs as detail: ``parameters: $1 = 'x', $2 = NULL``."""
    given = {int(place): _unquoted(value) for place, value in _GIVEN.findall(detail)}
    values = [given.get(i) for i in range(1, max(given, default=0) + 1)]
    return bound(statement, values)


def bound_by_execute(call: str, prepared: str) -> tuple[str, str]:
    """What ``EXECUTE name('x')`` runs, from the detail ``prepare: PREPARE name(text) AS …``: raw, and bound."""
    raw = re.sub(_PREPARED, "", prepared, count=1)
    found = _EXECUTE.match(call)
    inside = found.group(1) if found else None
    if not inside:
        return raw, raw
    return raw, bound(raw, [_unquoted(value.strip()) for value in _ARGUMENT.findall(inside)])


@lru_cache(maxsize=4096)
def _template(statement: str) -> tuple[list[str], list[tuple[int, bool]]]:
    """The text between the parameters, and for each parameter its number and whether a bare number is wanted."""
    pieces: list[str] = []
    places: list[tuple[int, bool]] = []
    end = 0
    for found in _PLACES.finditer(statement):
        place = found.group("place")
        if place is None or place == "0":
            continue
        pieces.append(statement[end : found.start("place") - 1])
        places.append((int(place), found.group("count") is not None))
        end = found.end()
    return [*pieces, statement[end:]], places


def _literal(value: str | None, bare: bool) -> str:
    if value is None:
        return "NULL"
    if bare and value.isascii() and value.isdigit():
        return value
    return "'" + value.replace("'", "''") + "'"


def _unquoted(value: str) -> str | None:
    if value.startswith("'"):
        return value[1:-1].replace("''", "'")
    return None if value.upper() == "NULL" else value


def _filled(raw: pa.ChunkedArray, parameters: pa.ChunkedArray) -> pa.Array:
    """Statements with their parameters put in: a loop, but only over the rows that have both."""
    wanted = pc.and_(pc.is_valid(parameters), pc.fill_null(pc.match_substring(raw, "$"), False))
    if not pc.any(wanted).as_py():
        return raw.combine_chunks()
    filled = [
        _from_csv(statement, values)
        for statement, values in zip(raw.filter(wanted).to_pylist(), parameters.filter(wanted).to_pylist(), strict=True)
    ]
    return pc.replace_with_mask(raw, wanted.combine_chunks(), pa.array(filled, pa.string())).combine_chunks()


def _from_csv(statement: str, parameters: str) -> str:
    try:
        values = next(csv.reader([parameters], strict=True), [])
    except csv.Error:
        return statement
    return bound(statement, [value or None for value in values])


def _said(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_in(column, pa.array(_UNSAID)), None, column)


def _with(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)
