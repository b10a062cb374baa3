"""A Parquet file as an export: columns of text may be exchanged, all others keep type and values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.exhibits.member import Member
from headwater.exhibits.parquet import batches, open_parquet
from headwater.model.errors import UnreadableError
from headwater.planting.marks.sources import Edit, as_table


@dataclass(frozen=True, slots=True)
class Columnar:
    """A Parquet file; its schema with all metadata is kept."""

    member: Member
    movable: bool = True
    encoding: str = "utf-8"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        with open_parquet(self.member) as file:
            return tuple(file.schema_arrow.names)

    @property
    def fixed(self) -> frozenset[int]:
        """Columns that are no texts: numbers, days and times keep their type."""
        with open_parquet(self.member) as file:
            schema = file.metadata.schema.to_arrow_schema()
        return frozenset(place for place, field in enumerate(schema) if not _is_text(field.type))

    def batches(self) -> Iterator[pa.Table]:
        """The rows, some at a time; cells that have no text form are null."""
        for table in self._tables():
            yield as_table([_text(column) for column in table.columns])

    def write(self, out: Path, edit: Edit) -> int:
        """Write the file with its changes; gives the number of rows written."""
        first = written = 0
        with open_parquet(self.member) as file:
            schema = file.metadata.schema.to_arrow_schema()
            packing = file.metadata.row_group(0).column(0).compression if file.metadata.num_row_groups else "SNAPPY"
        packed = packing.lower() if packing != "UNCOMPRESSED" else "none"
        with pq.ParquetWriter(out, schema, compression=packed) as writer:
            for table in self._tables():
                plain = table.cast(schema)
                change = edit(first, as_table([_text(column) for column in table.columns]))
                first += table.num_rows
                for place, texts in change.texts.items():
                    new = pc.coalesce(texts, plain.column(place).combine_chunks().cast(pa.string()))
                    plain = plain.set_column(place, schema.field(place), new.cast(schema.field(place).type))
                plain = plain if change.order is None else plain.take(pa.array(change.order))
                written += plain.num_rows
                writer.write_table(plain)
        return written

    def _tables(self) -> Iterator[pa.Table]:
        with open_parquet(self.member) as file:
            names = file.schema_arrow.names
            if len(set(names)) != len(names):
                raise UnreadableError("has two columns of one name", self.member.path)
            yield from batches(file, self.member, names)


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _text(column: pa.ChunkedArray) -> pa.Array:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    try:
        texts = pa.concat_arrays([pa.array([], pa.string()), *(c.cast(kind).cast(pa.string()) for c in column.chunks)])
    except pa.ArrowException:
        return pa.nulls(len(column), pa.string())
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
