"""Parquet files, read in batches: columnar, so that what is not asked for is not read; bounded, whatever the file claims."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError

MAGIC = b"PAR1"
"""How a Parquet file begins, and ends."""

_BATCH = 1 << 16
_COPY = 1 << 20
_DAMAGED = "the Parquet file is damaged, torn or encrypted"
_FAULTS = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)


def is_parquet(head: bytes) -> bool:
    """Tell a Parquet file by its first bytes."""
    return head.startswith(MAGIC)


@contextmanager
def open_parquet(member: Member) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file for :func:`batches`. A packed one is laid aside in an unnamed file first: its end comes first.

    :raises UnreadableError: if it is none, or a damaged one
    """
    with _seekable(member) as source:
        try:
            file = pq.ParquetFile(source)
            texts = [field.name for field in file.schema_arrow if pa.types.is_string(field.type)]
            # a text that occurs a million times is stored once: it must not be multiplied before it is counted
            kept = pq.ParquetFile(source, metadata=file.metadata, read_dictionary=texts)
        except _FAULTS as error:
            raise UnreadableError(_DAMAGED, member.path) from error
        yield kept


def batches(file: pq.ParquetFile, member: Member, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Give the rows of these columns, some at a time, in the order of the file; texts may be dictionaries.

    :raises UnreadableError: at a damaged place, and where the rows come to more than the exhibit's limits allow
    """
    read = file.iter_batches(_BATCH, columns=list(columns), use_threads=False)
    while True:
        try:
            batch = next(read, None)
            if batch is None:
                return
            batch.validate(full=True)  # the reader itself believes what a file says of its own texts and places
        except _FAULTS as error:
            raise UnreadableError(_DAMAGED, member.path) from error
        member.meter.budget.spend(batch.num_rows + sum(_weight(column) for column in batch.columns))
        yield pa.Table.from_batches([batch])


def _weight(column: pa.Array) -> int:
    """The bytes that a column comes to when every row is written out."""
    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.binary_length(column.dictionary).cast(pa.int64())
    return int(pc.sum(lengths.take(column.indices)).as_py() or 0)


@contextmanager
def _seekable(member: Member) -> Iterator[IO[bytes]]:
    """The file where it lies on the disk, or a copy of what was packed."""
    with member.open() as stream:
        if member.file is not None:
            yield stream
            return
        with tempfile.TemporaryFile() as aside:
            while chunk := stream.read(_COPY):
                aside.write(chunk)
            aside.seek(0)
            yield aside
