"""What a reader of chats, bills or address books gives: raw rows, in memory only.

A reader knows one layout and nothing of the case. It says what the file says; who that is, tokens and masks come later
(:mod:`headwater.ingestion.traffic.masking`). Text, names, numbers and file names are raw here and never reach the lake so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from headwater.exhibits.member import Member
from headwater.model.exhibit import NotRead, Rejected
from headwater.model.tables import COUNT, TEXT, TIME

RAW_MESSAGES = pa.schema(
    [
        ("line", COUNT),  # 1-based, where the message begins
        ("time", TIME),
        ("chat", TEXT),  # the other side's account, or the group's id; null where only a name is known
        ("chat_name", TEXT),  # what the export calls the conversation
        ("group", pa.bool_()),
        ("sender", TEXT),  # account of who wrote; null where only a name is known
        ("sender_name", TEXT),
        ("receiver", TEXT),  # account; null in groups and where not known
        ("outgoing", pa.bool_()),  # written by the owner of the device; null where not known
        ("remark", TEXT),  # the owner's own name for the other side
        ("kind", TEXT),  # as in the lake's table ``messages``
        ("text", TEXT),
        ("quoted", TEXT),  # text of the message that is answered
        ("amount", pa.float64()),
        ("currency", TEXT),  # CNY where a sum is told and nothing else said
        ("file", TEXT),  # name or path of an attachment, as the export writes it
        ("reference", TEXT),  # number of a transfer
    ]
)
RAW_PAYMENTS = pa.schema(
    [
        ("line", COUNT),
        ("time", TIME),
        ("channel", TEXT),
        ("account", TEXT),  # whose bill it is: wxid, login, card number, as printed; null where it is not printed
        ("account_name", TEXT),  # the real name or nickname that the bill prints for its owner
        ("direction", TEXT),  # in, out, neutral
        ("other", TEXT),  # the other side's account or card as printed, masked or whole
        ("other_name", TEXT),
        ("other_kind", TEXT),  # nickname, name, masked_name, merchant, firm
        ("amount", pa.float64()),  # positive
        ("currency", TEXT),
        ("fee", pa.float64()),
        ("balance", pa.float64()),
        ("kind", TEXT),
        ("status", TEXT),
        ("refunded", pa.float64()),
        ("reference", TEXT),
        ("other_reference", TEXT),
        ("method", TEXT),  # means of payment, as printed
        ("text", TEXT),  # product, note
    ]
)
RAW_FACTS = pa.schema(
    [
        ("line", COUNT),
        ("account", TEXT),  # null where only a telephone number is known
        ("kind", TEXT),  # nickname, remark, name, phone, card, wallet, self, member, call
        ("value", TEXT),
    ]
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What does not add up in a bill: a sum that it states against what its rows give (a balance, a total, a count)."""

    line: int
    what: str  # balance, income, outgo, rows, refund
    stated: float
    found: float


@dataclass(frozen=True, slots=True)
class RawRows:
    """A batch of one reader: a table of ``messages``, ``payments`` or ``facts`` in its raw schema, and what was set aside."""

    table: str
    rows: pa.Table = field(repr=False)
    rejected: tuple[Rejected, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class TrafficReader(Protocol):
    """A reader of one layout: a module-level ``READER`` in a module of its own."""

    name: str

    def fits(self, member: Member, head: bytes) -> float:
        """How sure it is, from 0 to 1, that the file (of which ``head`` is the beginning) is of its layout."""
        ...

    def read(self, member: Member, zone: ZoneInfo) -> Iterator[RawRows | NotRead]:
        """Read a file; lines that cannot be read are set aside, never dropped. Times without a zone are in ``zone``."""
        ...


def raw_table(schema: pa.Schema, columns: dict[str, Sequence[object] | pa.Array], count: int) -> pa.Table:
    """Put columns into a raw schema; those that are left out are null."""
    made = [_column(columns.get(name), schema.field(name).type, count) for name in schema.names]
    return pa.table(made, schema=schema)


def _column(values: Sequence[object] | pa.Array | None, kind: pa.DataType, count: int) -> pa.Array:
    if values is None:
        return pa.nulls(count, kind)
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values.cast(kind)
    return pa.array(values, kind)
