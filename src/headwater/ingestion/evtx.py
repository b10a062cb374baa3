"""Windows event logs in their binary form (EVTX); the number of a record stands where other logs have a line."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from evtx import PyEvtxParser, PyRecordsIterator

from headwater.ingestion.parsing import BadLine, Parsed
from headwater.ingestion.windows import WindowsEvents
from headwater.model.errors import UnreadableError

MAGIC = b"ElfFile\0"
_HEADER = 4096
_CHUNK = 65536
_CHUNK_MAGIC = b"ElfChnk\0"
_MOST_RECORDS = _CHUNK // 28  # in one chunk: more is a damaged header
_BATCH = 5000
_MOST_ERRORS = 100_000  # an iterator that raises for ever must end
_NUMBER = re.compile(r"record number (\d+)")
_UTC = ZoneInfo("UTC")  # the only zone of an EVTX


def is_evtx(head: bytes) -> bool:
    """Whether a file that begins with these bytes is an EVTX."""
    return head.startswith(MAGIC)


def read(source: Path | BinaryIO) -> Iterator[Parsed]:
    """Give the rows of an EVTX, some thousand records at a time, then the records that could not be read.

    A file object must be able to seek. Records that the headers of the chunks promise and that nothing came of are
    rejected one by one, by number; where a chunk is damaged or cut off, one more after the last says so. Raises
    :class:`UnreadableError` where there is no usable file header.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            yield from read(file)
        return
    promised, whole = _promised(source)
    source.seek(0)
    try:
        parser = PyEvtxParser(source, number_of_threads=1)
    except (RuntimeError, OSError, ValueError) as error:
        raise UnreadableError("not a readable EVTX: its file header is damaged") from error
    events = WindowsEvents(_UTC)
    seen: set[int] = set()
    bad: dict[int, str] = {}
    for numbers, texts in _batches(parser, bad):
        seen.update(numbers)
        yield events.take(pa.array(texts, pa.string()), np.array(numbers, dtype=np.int64))
    bad = {number: reason for number, reason in bad.items() if number not in seen}
    bad |= dict.fromkeys(promised - seen - bad.keys(), "the record could not be reached")
    if not whole:
        bad.setdefault(max(seen | bad.keys(), default=0) + 1, "a chunk is damaged or cut off")
    yield Parsed({}, [BadLine(number, reason) for number, reason in sorted(bad.items())], 0)


def _batches(parser: PyEvtxParser, bad: dict[int, str]) -> Iterator[tuple[list[int], list[str]]]:
    numbers: list[int] = []
    texts: list[str] = []
    for number, text in _records(parser.records_json(), bad):
        numbers.append(number)
        texts.append(text)
        if len(numbers) == _BATCH:
            yield numbers, texts
            numbers, texts = [], []
    if numbers:
        yield numbers, texts


def _records(records: PyRecordsIterator, bad: dict[int, str]) -> Iterator[tuple[int, str]]:
    """The records that can be read; the number of one that cannot goes into ``bad``. The iterator outlives errors."""
    iterator = iter(records)
    errors = 0
    while errors < _MOST_ERRORS:
        try:
            record = next(iterator)
        except StopIteration:
            return
        except RuntimeError as error:
            errors += 1
            found = _NUMBER.search(str(error))
            if found:
                bad[int(found.group(1))] = "the record is damaged"
            continue
        if record is not None:
            yield int(record["event_record_id"]), str(record["data"])


def _promised(file: BinaryIO) -> tuple[set[int], bool]:
    """The numbers of the records that the chunks' headers speak of, and whether every chunk is whole."""
    numbers: set[int] = set()
    file.seek(0, 2)
    size = file.tell()
    whole = size >= _HEADER and (size - _HEADER) % _CHUNK == 0
    for place in range(_HEADER, size, _CHUNK):
        file.seek(place)
        head = file.read(40)
        if not head.startswith(_CHUNK_MAGIC) or len(head) < 40:
            whole = whole and not any(head)  # room that was laid out and never used
            continue
        first, last = struct.unpack_from("<QQ", head, 24)
        if first <= last < first + _MOST_RECORDS:
            numbers |= set(range(first, last + 1))
    return numbers, whole
