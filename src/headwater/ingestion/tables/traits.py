"""What staff and protected people may have in common: surname, full name, address, mobile, identity number, as tokens.

Of records only what some member of staff has too is kept, by the place of the record in its data set; a surname that many
bear and an address that is no household are left out: they say nothing of two people, and would tell who holds the lake
much of all the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers.columns import compact_array
from headwater.identifiers.surname import surname_array
from headwater.ingestion.tables.clients import DatasetTables
from headwater.ingestion.tables.layout import texts
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

SURNAME = "surname"
COMMON = 0.02
"""A surname that a larger share of a data set's records bear is left out."""
HOUSEHOLD = 10
"""An address or a mobile number that more records have is no household's: a dormitory, an office, a hotline."""
ROSTER: Mapping[str, str] = MappingProxyType(
    {"name": "name", "address": "address", "mobile": "mobile", "resident_id": "resident_id"}
)
"""Columns of the roster that are compared, and the kind of identifier that each holds."""


def of_staff(sheet: Sheet, source: str, tokeniser: Tokeniser) -> pa.Table:
    """The tokens of a roster's people, one row each; rows without an employee number give none."""
    employee = texts(sheet, "employee_id")
    parts = [SCHEMAS["staff_traits"].empty_table()]
    for header, kind in ROSTER.items():
        cells = texts(sheet, header)
        if cells is None or employee is None:
            continue
        compact = compact_array(kind, cells)
        parts.append(_staff(employee, kind, tokeniser.tokens(kind, compact), source, sheet.lines))
        if kind == "name":
            borne = tokeniser.tokens(SURNAME, surname_array(compact))
            parts.append(_staff(employee, SURNAME, borne, source, sheet.lines))
    return pa.concat_tables(parts)


def _staff(employee: pa.Array, kind: str, tokens: pa.Array, source: str, lines: pa.Array) -> pa.Table:
    texts_of = pa.repeat(pa.scalar(kind), len(employee)), pa.repeat(pa.scalar(source), len(employee))
    rows = pa.table([employee, texts_of[0], tokens, texts_of[1], lines], schema=SCHEMAS["staff_traits"])
    return rows.filter(pc.and_(pc.is_valid(tokens), pc.is_valid(employee)))


def shared(dataset: DatasetTables, staff: pa.Table, tokeniser: Tokeniser) -> pa.Table:
    """Which records of a data set have a trait of some member of staff: one narrow row for each, sorted by trait."""
    empty = SCHEMAS["shared_traits"].empty_table()
    if not dataset.key or not staff.num_rows:
        return empty
    known = pc.unique(staff.column("token"))
    ours = dataset.subjects.select(["ordinal", "kind", "token"])
    wanted = pc.and_(
        pc.is_in(ours.column("token"), value_set=known), pc.is_in(ours.column("kind"), value_set=pa.array([*ROSTER]))
    )
    records = int(pc.count_distinct(dataset.records.column("ordinal")).as_py())
    found = pa.concat_tables([ours.filter(wanted), *_surnames(dataset, known, tokeniser)])
    found = found.group_by(["kind", "token", "ordinal"], use_threads=False).aggregate([])
    sizes = found.group_by(["kind", "token"], use_threads=False).aggregate([("ordinal", "count")])
    found = found.join(sizes.filter(_telling(sizes, records)), ["kind", "token"], join_type="inner")
    found = found.sort_by([("kind", "ascending"), ("token", "ascending"), ("ordinal", "ascending")])
    name = pa.repeat(pa.scalar(dataset.dataset.name), found.num_rows)
    return pa.table([name, *(found.column(c) for c in ("ordinal", "kind", "token"))], schema=empty.schema)


def _telling(sizes: pa.Table, records: int) -> pa.Array:
    """Which tokens are borne by few enough to say something; names are kept, since they are only used with a second trait."""
    kind, size = sizes.column("kind"), sizes.column("ordinal_count")
    borne = pc.and_(pc.equal(kind, SURNAME), pc.greater(size, max(HOUSEHOLD, COMMON * records)))
    housed = pc.and_(pc.is_in(kind, value_set=pa.array(["address", "mobile"])), pc.greater(size, HOUSEHOLD))
    return pc.invert(pc.or_(borne, housed))


def _surnames(dataset: DatasetTables, known: pa.Array, tokeniser: Tokeniser) -> list[pa.Table]:
    ordinals = dataset.records.column("ordinal").combine_chunks()
    parts = []
    for row in dataset.columns.to_pylist():
        if row["kind"] != "name":
            continue
        compact = compact_array("name", dataset.snapshot.column(row["column"]))
        tokens = tokeniser.tokens(SURNAME, surname_array(compact))
        kinds = pa.repeat(pa.scalar(SURNAME), len(tokens))
        rows = pa.table({"ordinal": ordinals, "kind": kinds, "token": tokens})
        parts.append(rows.filter(pc.is_in(tokens, value_set=known)))
    return parts
