"""Rows of a delimited text that have more or fewer cells than others: put together again from their lines."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

_LONGEST = 2000  # lines of one cell: beyond that a quotation mark was not closed


def mended(torn: Sequence[tuple[int, str]], delimiter: str, least: int) -> Iterator[tuple[int, list[str] | None]]:
    """Give each record of lines that were set aside: where it begins and its cells, ``None`` where there are fewer than ``least``.

    A cell in quotation marks goes on over line ends; lines that are missing in between were empty. A mark that is never
    closed costs its own line only.
    """
    place = 0
    while place < len(torn):
        end = _closed(torn, place)
        text = _joined(torn[place:end])
        cells = _cells(text, delimiter)
        yield torn[place][0], cells if cells is not None and len(cells) >= least else None
        place = end


def _closed(torn: Sequence[tuple[int, str]], place: int) -> int:
    """Behind the last line of the record that begins at a place."""
    quotes = 0
    for end in range(place, min(len(torn), place + _LONGEST)):
        quotes += torn[end][1].count('"')
        if quotes % 2 == 0:
            return end + 1
    return place + 1


def _joined(lines: Sequence[tuple[int, str]]) -> str:
    made, number = [], lines[0][0]
    for line, text in lines:
        made += [""] * min(line - number, _LONGEST)
        made.append(text)
        number = line + 1
    return "\n".join(made)


def _cells(text: str, delimiter: str) -> list[str] | None:
    if text.count('"') % 2:
        return None
    try:
        return next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), None)
    except csv.Error:
        return None
