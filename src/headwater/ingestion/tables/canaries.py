"""Canaries: records that nobody has business with, put among the others so that whoever reads one has said so.

Their keys stand in the settings or in a file that the settings name, and become tokens here: the lake does not hold
them in the clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.folder import CaseFolder
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.ingestion.tables.clients import DatasetTables
from headwater.ingestion.tables.layout import texts
from headwater.model.exhibit import NotRead
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser


@dataclass(frozen=True, slots=True)
class Canaries:
    """The canaries of a data set as a table of the lake, the files that were read, and what could not be."""

    rows: pa.Table = field(repr=False)
    files: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()


def read_canaries(case: CaseFolder, dataset: DatasetTables, tokeniser: Tokeniser) -> Canaries:
    """Turn the canaries of a data set into tokens; one that the snapshot does not know has no ordinal."""
    declared = dataset.dataset
    parts = [_declared(case, declared.canaries)] if declared.canaries else []
    not_read: list[NotRead] = []
    if declared.canary_file:
        for found in _sheets(case, declared.canary_file):
            if isinstance(found, NotRead):
                not_read.append(found)
            else:
                parts.append(_of_sheet(found[0], found[1], dataset.key))
    if not parts:
        return Canaries(SCHEMAS["canaries"].empty_table(), (), tuple(not_read))
    keys, sources, lines = (pa.concat_arrays([part[i] for part in parts]) for i in range(3))
    subject = tokeniser.tokens(f"subject:{declared.name}", keys)
    records = dataset.records
    at = pc.index_in(subject, value_set=pc.fill_null(records.column("subject").combine_chunks(), ""))
    rows = pa.table(
        [
            pa.repeat(pa.scalar(declared.name), len(keys)),
            subject,
            records.column("ordinal").combine_chunks().take(at),
            sources,
            lines,
        ],
        schema=SCHEMAS["canaries"],
    )
    files = {declared.canary_file} if declared.canary_file and not not_read else set()
    return Canaries(rows.filter(pc.is_valid(subject)), tuple(sorted(files)), tuple(not_read))


def _declared(case: CaseFolder, keys: tuple[str, ...]) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Keys of the settings, each with the line on which it stands."""
    file = case.root / SETTINGS_FILE
    written = file.read_text("utf-8-sig").splitlines() if file.exists() else []
    lines = [_line(written, key) for key in keys]
    trimmed = pa.array([key.strip() or None for key in keys], pa.string())
    return trimmed, pa.array([SETTINGS_FILE] * len(keys), pa.string()), pa.array(lines, pa.int64())


def _line(written: list[str], key: str) -> int:
    """Where a key stands in quotes, after the word of the list if there is one; a longer key that holds it is another."""
    quoted = [n for n, line in enumerate(written, 1) if f'"{key}"' in line or f"'{key}'" in line]
    begins = next((n for n, line in enumerate(written, 1) if line.lstrip().startswith("canaries")), 1)
    return next((n for n in quoted if n >= begins), quoted[0] if quoted else 1)


def _sheets(case: CaseFolder, path: str) -> Iterator[tuple[str, Sheet] | NotRead]:
    exhibit = next((found for found in case.exhibits if found.path == path), None)
    if exhibit is None:
        yield NotRead(path, "is named as a list of canaries, but there is no such file")
        return
    for member in members(exhibit):
        if isinstance(member, NotRead):
            yield member
            continue
        for sheet in sheets(member):
            yield sheet if isinstance(sheet, NotRead) else (member.path, sheet)


def _of_sheet(path: str, sheet: Sheet, key: str) -> tuple[pa.Array, pa.Array, pa.Array]:
    """The column named like the data set's key, else the first one. A list without a header is a list of keys."""
    cells = texts(sheet, key) if key else None
    if cells is None:
        cells = pc.utf8_trim_whitespace(sheet.rows.column(0).combine_chunks())
    return cells, pa.array([path] * len(cells), pa.string()), sheet.lines
