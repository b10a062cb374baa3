"""Rows that come one after another as sheets of bounded size, numbered as they stand in their table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

from headwater.exhibits.encodings import plausible_chinese
from headwater.exhibits.sheets import Sheet

ROWS = 1 << 16
"""A sheet has at most this many rows."""
CHARACTERS = 1 << 25
"""A sheet has hardly more characters than this."""

Row = Sequence[str | None]


def sheets_of(
    name: str, columns: Sequence[str], rows: Iterable[tuple[int, Row]], *, header: bool = True, hidden: bool = False
) -> Iterator[Sheet]:
    """Give rows, each with its number, as sheets of one table; one empty sheet where there is no row.

    A row that is shorter than the table is filled with nulls; what goes beyond its columns gets columns of its own.
    """
    held: list[Row] = []
    numbers: list[int] = []
    size, given = 0, False
    for number, row in rows:
        held.append(row)
        numbers.append(number)
        size += sum(map(len, filter(None, row)))
        if len(held) >= ROWS or size >= CHARACTERS:
            yield _sheet(name, columns, held, numbers, header=header, hidden=hidden)
            held, numbers, size, given = [], [], 0, True
    if held or not given:
        yield _sheet(name, columns, held, numbers, header=header, hidden=hidden)


def _sheet(
    name: str, columns: Sequence[str], rows: Sequence[Row], numbers: Sequence[int], *, header: bool, hidden: bool
) -> Sheet:
    width = max([len(columns), *{len(row) for row in rows}])
    names = unlike([*columns, *(str(place + 1) for place in range(len(columns), width))])
    cells = [[row[place] or None if place < len(row) else None for row in rows] for place in range(width)]
    table = pa.table([pa.array(column, pa.string()) for column in cells], names=names)
    first = numbers[0] if numbers else 1
    return Sheet(name, tuple(names), table, first, header, pa.array(numbers, pa.int64()), hidden=hidden)


def unlike(names: Iterable[str]) -> list[str]:
    """Names of columns, those that come again told apart by a number."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return out


def text_of(data: bytes) -> str | None:
    """The text that bytes of a cell are, in UTF-8, GB18030 or UTF-16, or ``None`` if they are none.

    >>> text_of("张三".encode("gbk")), text_of("张三,李四".encode("utf-16-le")), text_of(bytes([0, 1, 2, 255]))
    ('张三', '张三,李四', None)
    """
    if b"\0" in data or (len(data) % 2 == 0 and data[1::2].count(0) * 2 > len(data)):
        return _wide(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            return None
        if not plausible_chinese(data):
            return None
    return None if any(c < " " and c not in "\t\r\n" for c in text[:256]) else text


def _wide(data: bytes) -> str | None:
    try:
        text = data.decode("utf-16-le").lstrip("\ufeff")
    except UnicodeDecodeError:
        return None
    good = sum(c.isprintable() and (c < "\u0100" or "\u3000" <= c <= "\u9fff" or c >= "\uff00") for c in text)
    return text if text and good == len(text) else None
