"""Chats as plain text: a line with time and name, then the message until the next such line. WeChat, QQ and others."""
# 2018-01-23 11:04:59 老王
# 在吗
#
# 2018-01-23 下午 3:04:59 老王(12345)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.blocks import Blocks, blocks
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.messages import Fact, facts, messages
from headwater.ingestion.traffic.talks.named_sides import NamedSides, facts_of_names, named_sides, of_whom
from headwater.ingestion.traffic.talks.text_headers import HEADER, Preamble, is_preamble, preamble, split_headers
from headwater.ingestion.traffic.talks.times import moments
from headwater.model.exhibit import NotRead

STRAY = "stands before the first message and belongs to none"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads chats whose messages each begin with a line of time and name."""

    name: str = "text-blocks"
    ceiling: float = 0.85

    def fits(self, member: Member, head: bytes) -> float:
        """Sure where several lines are a time and a name, and few of them follow each other without a text."""
        encoding = encoding_of(head)
        if encoding is None:
            return 0.0
        text = head.decode(encoding, "replace").lstrip("\ufeff")
        sample = pa.array([line.rstrip("\r") for line in text.split("\n")[:2000]], pa.string())
        found = pc.match_substring_regex(sample, HEADER).to_numpy(zero_copy_only=False)
        count = int(found.sum())
        if not count or np.flatnonzero(found)[0] > 40:
            return 0.0
        bodies = np.append(~found[1:], False)[found]
        return 0.85 if float(bodies.mean()) > 0.4 else 0.0

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read the messages, then what the names tell of accounts."""
        with member.open() as stream:
            encoding = encoding_of(stream.read(1 << 16)) or "utf-8"
        talk = _Talk(member.path, file_name(member.path), zone)
        with member.open() as stream:
            for part in blocks(stream, encoding, HEADER, spaced=None):
                yield talk.messages(part)
        yield facts(talk.facts.values())


@dataclass(slots=True)
class _Talk:
    """The conversation of one file: who is who is told from its first messages."""

    source: str
    named: FileName
    zone: ZoneInfo
    facts: dict[tuple[str | None, str, str], Fact] = field(default_factory=dict)
    _preamble: Preamble = field(default_factory=Preamble)
    _sides: NamedSides | None = None

    def messages(self, part: Blocks) -> RawRows:
        """The messages of some blocks."""
        bad = [*part.rejected, *self._before(part)]
        times, whole = split_headers(part.heads)
        name, account = of_whom(whole)
        if self._sides is None and len(name):
            self._sides = named_sides(name, account, part.bodies, self.named, self._preamble)
        self._sides = (self._sides or NamedSides()).grown(name, part.bodies)
        made = self._sides.columns(name, account, part.bodies, whole)
        made |= {"line": part.lines, "time": moments(times, self.zone)}
        for fact in facts_of_names(made):
            self.facts.setdefault(fact[1:], fact)
        return messages(self.source, made, bad)

    def _before(self, part: Blocks) -> Iterator[tuple[int, str]]:
        """What stands before the first message: what exports put there is taken, the rest set aside."""
        for line, text in part.before:
            if is_preamble(text):
                self._preamble = preamble(self._preamble, text)
            elif text.strip():
                yield line, STRAY


READER = _Reader()
