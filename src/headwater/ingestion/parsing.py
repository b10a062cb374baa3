"""What a log parser is: lines in, raw rows and rejected lines out.

A parser knows one format and nothing of the case: which path is a protected record, which statement reads which rows
and whose device an address is are told later (:mod:`headwater.ingestion.meaning`). It emits *raw kinds*:

``requests``  an HTTP request, as a server or a proxy saw it
``queries``   a statement that a database ran
``logons``, ``flows``, ``files``, ``mail``   as the tables of the lake

Each raw kind is an Arrow schema below; a parser may leave out columns that its format does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.model.tables import COUNT, SCHEMAS, TEXT, TIME

_RAW_EVENT = [("time", TIME), ("line", COUNT)]


def _raw(table: str) -> pa.Schema:
    schema = SCHEMAS[table]
    left_out = {"day", "hour", "source"}
    return pa.schema([schema.field(n) for n in schema.names if n not in left_out])


RAW: Mapping[str, pa.Schema] = MappingProxyType(
    {
        "requests": pa.schema(
            [
                *_RAW_EVENT,
                ("account", TEXT),
                ("device", TEXT),
                ("ip", TEXT),  # the client
                ("host", TEXT),  # the site asked for; null in a log that a web server keeps of itself
                ("application", TEXT),
                ("method", TEXT),
                ("path", TEXT),  # with its query string
                ("status", pa.int32()),
                ("bytes_out", COUNT),  # client to server
                ("bytes_in", COUNT),  # server to client
                ("rows", COUNT),  # when the log says how many records the answer held
            ]
        ),
        "queries": pa.schema(
            [
                *_RAW_EVENT,
                ("account", TEXT),
                ("device", TEXT),
                ("ip", TEXT),
                ("application", TEXT),
                ("database", TEXT),
                ("command", TEXT),  # SELECT, COPY, …, as the log names it
                ("object", TEXT),  # schema.table, when the log names it
                ("statement", TEXT),  # raw SQL: stays in memory, never reaches the lake
                ("rows", COUNT),
                ("outcome", TEXT),  # success, denied
            ]
        ),
        "logons": _raw("logons"),
        "flows": _raw("flows"),
        "files": _raw("files"),
        "mail": _raw("mail"),
    }
)


@dataclass(frozen=True, slots=True)
class Lines:
    """Consecutive lines of a text without their line ends; ``first`` is the 1-based number of the first."""

    first: int
    text: Sequence[str]


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that the parser could not read: its number and the reason, without its text."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of some lines: raw rows by kind, lines set aside, and lines that carry no event (comments, headers)."""

    rows: Mapping[str, pa.Table] = field(default_factory=dict)
    rejected: Sequence[BadLine] = ()
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may know of the case: the zone of times that carry none (or carry an ambiguous name like CST)."""

    zone: ZoneInfo


class Parser(Protocol):
    """A reader of one text format. Instances keep what spans lines (a header, an unfinished record).

    A class may have a ``ceiling``: the surest that its ``sniff`` ever is (1 if it says nothing). It is not asked about
    a text of which another parser is surer than that.
    """

    name: ClassVar[str]

    def __init__(self, context: Context) -> None: ...

    @classmethod
    def sniff(cls, head: Sequence[str]) -> float:
        """How sure the parser is, from 0 to 1, that a text beginning with these lines is of its format."""
        ...

    def feed(self, lines: Lines) -> Parsed:
        """Parse the next lines. An unfinished record at the end may be kept until the next call."""
        ...

    def finish(self) -> Parsed:
        """Give what was kept: an unfinished record is a rejected line."""
        ...

    def resume(self, state: str) -> None:
        """Take up a state that :meth:`state` gave, to read on in a log that has grown."""
        ...

    def state(self) -> str:
        """What must be known to read on from here, as text (a header line, or empty)."""
        ...
