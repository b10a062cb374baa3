"""Files of columns: Parquet, ORC and Avro, in batches, so that memory holds a part and not the whole."""

from __future__ import annotations

import json
import lzma
import struct
import tempfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import zstandard

from headwater.exhibits import parquet
from headwater.exhibits.batches import sheets_of, text_of, unlike
from headwater.exhibits.contents import Content, Given
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_ORC, _AVRO = b"ORC", b"Obj\x01"
_COPY = 1 << 20
_LARGEST_STRIPE = 1 << 30
_FAULTS = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError, KeyError, IndexError, TypeError)
_AVRO_FAULTS = (
    *_FAULTS, EOFError, AttributeError, RecursionError, AssertionError, ZeroDivisionError, SyntaxError,
    zlib.error, lzma.LZMAError, struct.error, zstandard.ZstdError,
)  # fmt: skip


class _Columnar:
    """Reads Parquet, ORC and Avro."""

    name = "columnar"

    def fits(self, head: bytes, member: Member) -> bool:
        """Each begins with a mark of its own."""
        return (
            parquet.is_parquet(head) or head.startswith(_AVRO) or (head.startswith(_ORC) and not head[3:64].isascii())
        )

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the rows in batches, numbered from 1."""
        with member.open() as stream:
            head = stream.read(4)
        if head.startswith(_AVRO):
            yield from _avro(member)
        elif head.startswith(_ORC):
            yield from _numbered(_orc(member))
        else:
            with parquet.open_parquet(member) as file:
                yield from _numbered(parquet.batches(file, member, file.schema_arrow.names))


READER = _Columnar()


def _numbered(tables: Iterator[pa.Table]) -> Iterator[Sheet]:
    first = 1
    for table in tables:
        names = unlike(table.column_names)
        rows = pa.table([_texts(column) for column in table.columns], names=names)
        numbers = pa.array(range(first, first + rows.num_rows), pa.int64())
        yield Sheet("", tuple(names), rows, first, True, numbers)
        first += rows.num_rows


def _texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kind = column.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        return pa.chunked_array([pa.array([_text(value) for value in column.to_pylist()], pa.string())])
    try:
        texts = column.cast(pa.string())
    except pa.ArrowException:
        texts = pa.chunked_array([pa.array([_text(value) for value in column.to_pylist()], pa.string())])
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return text_of(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _orc(member: Member) -> Iterator[pa.Table]:
    """Stripe by stripe; a stripe is what a writer held in memory."""
    from pyarrow import orc

    with member.open() as stream, tempfile.TemporaryFile() as copy:
        source: Any = stream if member.file is not None else _laid(stream, copy)
        try:
            file = orc.ORCFile(source)
            stripes = range(file.nstripes)
        except _FAULTS as error:
            raise UnreadableError("the ORC file is damaged or torn off", member.path) from error
        for number in stripes:
            try:
                batch = file.read_stripe(number)
                batch.validate(full=True)
            except _FAULTS as error:
                raise UnreadableError("the ORC file is damaged", member.path) from error
            member.meter.budget.spend(batch.nbytes)
            for start in range(0, batch.num_rows, 1 << 16):
                yield pa.Table.from_batches([batch.slice(start, 1 << 16)])


def _laid(stream: BinaryIO, copy: Any) -> Any:
    while chunk := stream.read(_COPY):
        copy.write(chunk)
    copy.seek(0)
    return copy


def _avro(member: Member) -> Iterator[Content]:
    import fastavro

    fault: list[str] = []

    def rows(reader: Any) -> Iterator[tuple[int, list[str | None]]]:
        number = 0
        try:
            for number, record in enumerate(reader, start=1):
                yield number, [_plain(record.get(name)) for name in names]
        except _AVRO_FAULTS:
            fault.append(f"the Avro file is damaged, or packed by a method that is not there, behind row {number:,}")

    with member.open() as stream:
        try:
            reader = fastavro.reader(stream)
            names = [field["name"] for field in reader.writer_schema["fields"]]
        except Exception as error:  # a schema is a small language of its own, and can be wrong in many ways
            raise UnreadableError("the Avro file is damaged, or its schema is no record", member.path) from error
        yield from sheets_of("", names, rows(reader))
    if fault:
        yield NotRead(member.path, fault[0])


def _plain(value: Any) -> str | None:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(value) or None
