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
from headwater.exhibits.text import lines
from headwater.ingestion.traffic.raw import RawRows
from headwater.ingestion.traffic.talks.file_names import FileName, file_name
from headwater.ingestion.traffic.talks.messages import Fact, facts, messages, pairs
from headwater.ingestion.traffic.talks.named_sides import NamedSides, named_sides, of_whom
from headwater.ingestion.traffic.talks.text_headers import HEADER, Preamble, is_preamble, preamble, split_headers
from headwater.model.exhibit import NotRead

_STRAY = "stands before the first message and belongs to none"
_LEAST_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads chats whose messages each begin with a line of time and name."""

    name: str = "text-blocks"

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
            for batch in lines(stream, encoding):
                yield from talk.feed(batch.text, batch.first, batch.rejected)
        yield from talk.finish()


@dataclass(slots=True)
class _Talk:
    """The blocks of one file; what follows the last header waits for the next lines."""

    source: str
    named: FileName
    zone: ZoneInfo
    _held: list[str] = field(default_factory=list)
    _first: int = 1
    _spaced: bool | None = None
    _preamble: Preamble = field(default_factory=Preamble)
    _sides: NamedSides | None = None
    _facts: dict[tuple[str | None, str, str], Fact] = field(default_factory=dict)

    def feed(self, text: list[str], first: int, rejected: tuple[tuple[int, str], ...]) -> Iterator[RawRows]:
        """Take lines, give the messages that are whole."""
        if not self._held:
            self._first = first
        joined = pa.array([*self._held, *text], pa.string())
        heads = self._heads(joined)
        if not len(heads):
            self._held = joined.to_pylist()
            return
        yield self._messages(joined.slice(0, int(heads[-1])), heads[:-1], rejected)
        self._held = joined.slice(int(heads[-1])).to_pylist()
        self._first += int(heads[-1])

    def finish(self) -> Iterator[RawRows]:
        """Give the last message and the facts."""
        joined = pa.array(self._held, pa.string())
        yield self._messages(joined, self._heads(joined), ())
        yield facts(self._facts.values())

    def _heads(self, text: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Where messages begin: lines of a time and a name; where the file keeps messages apart by empty lines, behind one."""
        found = pc.match_substring_regex(text, HEADER).to_numpy(zero_copy_only=False)
        empty = pc.equal(pc.utf8_trim_whitespace(text), "").to_numpy(zero_copy_only=False)
        behind = np.concatenate(([True], empty[:-1] | _rules(text)[:-1]))
        if self._spaced is None and found.sum() > 1:
            self._spaced = bool((behind & found).sum() >= _LEAST_SHARE * found.sum())
        return np.flatnonzero(found & behind if self._spaced else found)

    def _messages(
        self, text: pa.Array, heads: np.ndarray[tuple[int], np.dtype[np.int64]], rejected: tuple[tuple[int, str], ...]
    ) -> RawRows:
        bad = [*rejected, *self._before(text, int(heads[0]) if len(heads) else len(text))]
        starts, name = split_headers(text.take(pa.array(heads)))
        body = _bodies(text, heads)
        called, account = of_whom(name)
        if self._sides is None and len(heads):
            self._sides = named_sides(called, account, body, self.named, self._preamble)
        sides = self._sides or NamedSides()
        made = sides.columns(called, account, body, name)
        made |= {"line": pa.array(heads + self._first), "time": sides.times(starts, self.zone)}
        for line, (who, shown) in pairs(made["line"], made["sender"], made["sender_name"]):
            if who is not None and shown:
                self._facts.setdefault((who, "nickname", shown), (line, who, "nickname", shown))
        return messages(self.source, made, bad)

    def _before(self, text: pa.Array, end: int) -> Iterator[tuple[int, str]]:
        """What stands before the first message: what exports put there is taken, the rest set aside."""
        for place, line in enumerate(text.slice(0, end).to_pylist()):
            if is_preamble(line):
                self._preamble = preamble(self._preamble, line)
            elif line.strip():
                yield self._first + place, _STRAY


def _rules(text: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Lines of signs only, as exports draw between days."""
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = pc.match_substring_regex(
        text, r"^\s*(?:[-=*_—]{5,}.*|日期[:：].*)$"
    ).to_numpy(zero_copy_only=False)
    return found


def _bodies(text: pa.Array, heads: np.ndarray[tuple[int], np.dtype[np.int64]]) -> pa.Array:
    """The lines below each header as one text, without the empty ones at its end."""
    if not len(heads):
        return pa.array([], pa.string())
    below = np.ones(len(text), dtype=np.bool_)
    below[: heads[0]] = False
    below[heads] = False
    below &= ~_rules(text)
    ends = np.append(heads[1:], len(text))
    counted = np.concatenate(([0], np.cumsum(below)))
    offsets = np.concatenate(([0], counted[ends] - counted[heads[0]])).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), text.filter(pa.array(below)))
    return pc.utf8_rtrim_whitespace(pc.binary_join(lists, "\n"))


READER = _Reader()
