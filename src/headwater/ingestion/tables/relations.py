"""The tables under ``business/``: relations between staff and protected people that explain an access."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.ingestion.tables.clients import DatasetTables
from headwater.ingestion.tables.layout import Collected, Column, Layout, TablesRead, lay
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead
from headwater.store.tokens import Tokeniser

LAYOUT = Layout(
    "relations",
    (
        Column("employee_id", "employee", needed=True),
        Column("dataset", "dataset"),
        Column("subject_id", "subject", needed=True),
        Column("relation", "relation", needed=True),
        Column("from", "starts", "day"),
        Column("to", "ends", "day"),
    ),
)


def read_relations(case: CaseFolder, datasets: Sequence[DatasetTables], tokeniser: Tokeniser) -> TablesRead:
    """Read everything under ``business/``.

    Subjects become tokens of the data set that a column ``dataset`` names; without one, of the only data set, or of
    the one that knows most of them.
    """
    found = Collected()
    for exhibit in case.part("business"):
        for member in members(exhibit):
            if isinstance(member, NotRead):
                found.not_read.append(member)
                continue
            for sheet in sheets(member):
                _read(found, sheet, member.path, _Keys(datasets, tokeniser))
    return found.result(LAYOUT.table)


class _Keys:
    """The keys of all data sets, as tokens with their places."""

    def __init__(self, datasets: Sequence[DatasetTables], tokeniser: Tokeniser) -> None:
        self._tokeniser = tokeniser
        self._records = {tables.dataset.name: tables.records for tables in datasets}

    def dataset_of(self, subjects: pa.Array) -> str:
        """The only data set, or the one that knows most of these subjects."""
        if not self._records:
            raise UnreadableError("there is no data set that its subjects could belong to")
        if len(self._records) == 1:
            return next(iter(self._records))
        keys = pc.unique(subjects)
        known = {name: self._known(name, keys) for name in self._records}
        best = max(known, key=lambda name: known[name])
        if not known[best]:
            raise UnreadableError("no data set knows its subjects; add a column dataset")
        return best

    def _known(self, name: str, keys: pa.Array) -> int:
        tokens = self._tokeniser.tokens(f"subject:{name}", keys)
        return int(pc.sum(pc.is_in(tokens, value_set=_subjects(self._records[name]))).as_py() or 0)

    def tokens(self, name: str, keys: pa.Array) -> tuple[pa.Array, pa.Array]:
        """Tokens of keys of one data set, and the place of each record in it (null where there is none)."""
        tokens = self._tokeniser.tokens(f"subject:{name}", keys)
        records = self._records.get(name)
        if records is None:
            return tokens, pa.nulls(len(tokens), pa.int64())
        ordinals = records.column("ordinal").combine_chunks()
        return tokens, ordinals.take(pc.index_in(tokens, value_set=_subjects(records)))


def _subjects(records: pa.Table) -> pa.Array:
    return records.column("subject").combine_chunks()


def _read(found: Collected, sheet: Sheet | NotRead, path: str, keys: _Keys) -> None:
    if isinstance(sheet, NotRead):
        found.not_read.append(sheet)
        return
    try:
        rows, rejected = lay(sheet, LAYOUT, path)
        found.add(path, LAYOUT.table, LAYOUT.table, _tokenised(rows, keys), rejected)
    except UnreadableError as error:
        found.not_read.append(NotRead(f"{path}#{sheet.name}" if sheet.name else path, str(error)))


def _tokenised(rows: pa.Table, keys: _Keys) -> pa.Table:
    rows = rows.combine_chunks()
    unnamed = rows.filter(pc.is_null(rows.column("dataset")))
    if unnamed.num_rows:
        name = keys.dataset_of(unnamed.column("subject").combine_chunks())
        rows = _with(rows, "dataset", pc.fill_null(rows.column("dataset"), name))
    parts = [rows.schema.empty_table()]
    for name in pc.unique(rows.column("dataset")).to_pylist():
        part = rows.filter(pc.equal(rows.column("dataset"), name)).combine_chunks()
        tokens, ordinals = keys.tokens(name, part.column("subject").combine_chunks())
        parts.append(_with(_with(part, "subject", tokens), "ordinal", ordinals))
    return pa.concat_tables(parts)


def _with(table: pa.Table, name: str, values: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), values)
