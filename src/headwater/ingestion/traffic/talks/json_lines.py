"""JSON lines, one message a line, whatever its members are called."""
# {"time": "2018-01-08T08:00:26+08:00", "chat": "老王", "from": "wxid_ab12cd34", "to": "wxid_ef56gh78", "text": "在吗", "type": "text"}

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.text import Batch, lines
from headwater.ingestion.json_lines import loaded
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.told_rows import TableTalk, are_objects_of_messages
from headwater.model.exhibit import NotRead


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads messages as JSON objects, one a line."""

    name: str = "json-lines"
    ceiling: float = 0.9

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where the first lines are objects whose members are those of messages."""
        encoding = encoding_of(head)
        sample = [] if encoding is None else head.decode(encoding, "replace").lstrip("\ufeff").split("\n")[:50]
        sample = [line for line in sample if line.strip()]
        if not sample or not sample[0].lstrip().startswith("{") or sample[0].strip() == "{":
            return 0.0
        objects = [found for line in sample if (found := loaded(line))]
        enough = len(objects) * 2 >= len(sample) - 1
        return 0.9 if objects and enough and are_objects_of_messages(objects) else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages, then the facts of accounts."""
        with member.open() as stream:
            encoding = encoding_of(stream.read(1 << 16)) or "utf-8"
        talk: TableTalk | None = None
        with member.open() as stream:
            for batch in lines(stream, encoding):
                talk = talk or TableTalk(member.path, owner_told(member.path), zone)
                yield talk.objects(*_filled(batch), batch.rejected)
        if talk:
            yield talk.facts()


def owner_told(path: str) -> FileName:
    """What the name of a file of many conversations says: an account in it is the owner's."""
    named = file_name(path)
    return FileName("", None, named.own or named.peer)


def _filled(batch: Batch) -> tuple[pa.Array, pa.Array]:
    """The lines that are not empty, and their numbers."""
    text = pa.array(batch.text, pa.string())
    numbers = pa.array(np.arange(batch.first, batch.first + len(text), dtype=np.int64))
    filled = pc.not_equal(pc.utf8_trim_whitespace(text), "")
    return text.filter(filled), numbers.filter(filled)


READER = _Reader()
