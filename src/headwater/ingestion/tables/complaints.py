"""What people reported: each complaint with the tokens of those who made it."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.identifiers.columns import compact_array
from headwater.ingestion.tables.layout import Collected, Column, Layout, TablesRead, lay, texts
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

LAYOUT = Layout(
    "complaints",
    (
        Column("complaint", "complaint", needed=True),
        Column("received", "received", "day", needed=True),
        Column("what", "what", "free"),
    ),
)

_IDENTIFIERS = {"name": ("name",), "phone": ("mobile", "landline"), "id_number": ("resident_id", "passport")}
"""Column of the file, and the kinds it may hold, the likelier first."""


def read_complaints(case: CaseFolder, tokeniser: Tokeniser) -> TablesRead:
    """Read ``complaints.csv`` (or the same as a workbook): one row for each identifier of the person complaining.

    A complaint without any valid identifier has one row without a token.
    """
    found = Collected()
    for exhibit in case.exhibits:
        if exhibit.part.split(".")[0] != "complaints":
            continue
        for member in members(exhibit):
            if isinstance(member, NotRead):
                found.not_read.append(member)
                continue
            for sheet in sheets(member):
                _read(found, sheet, member.path, tokeniser)
    return found.result(LAYOUT.table)


def _read(found: Collected, sheet: Sheet | NotRead, path: str, tokeniser: Tokeniser) -> None:
    if isinstance(sheet, NotRead):
        found.not_read.append(sheet)
        return
    try:
        rows, rejected = lay(sheet, LAYOUT, path)
    except UnreadableError as error:
        found.not_read.append(NotRead(f"{path}#{sheet.name}" if sheet.name else path, str(error)))
        return
    named = _named(sheet, rows, tokeniser)
    found.add(path, LAYOUT.table, LAYOUT.table, named, rejected)


def _named(sheet: Sheet, rows: pa.Table, tokeniser: Tokeniser) -> pa.Table:
    sound = pc.is_in(sheet.lines, value_set=rows.column("line").combine_chunks())
    parts = [SCHEMAS["complaints"].empty_table()]
    nameless = pa.array([True] * rows.num_rows, pa.bool_())
    for header, kinds in _IDENTIFIERS.items():
        cells = texts(sheet, header)
        if cells is None:
            continue
        left = cells.filter(sound)
        for kind in kinds:
            compact = compact_array(kind, left)
            valid = pc.is_valid(compact)
            nameless = pc.and_not(nameless, valid)
            parts.append(_with_tokens(rows.filter(valid), kind, tokeniser.tokens(kind, compact.filter(valid))))
            left = pc.if_else(valid, pa.scalar(None, pa.string()), left)
    parts.append(rows.filter(nameless))
    return pa.concat_tables(parts).sort_by([("line", "ascending"), ("kind", "ascending")])


def _with_tokens(rows: pa.Table, kind: str, tokens: pa.Array) -> pa.Table:
    schema = rows.schema
    rows = rows.set_column(schema.get_field_index("token"), schema.field("token"), tokens)
    kinds = pa.array([kind] * rows.num_rows, pa.string())
    return rows.set_column(schema.get_field_index("kind"), schema.field("kind"), kinds)
