"""XML of any kind: elements that repeat with the same simple parts are rows of a table; all other text is lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import pyarrow as pa

from headwater.exhibits.contents import Passage
from headwater.exhibits.headers import column_names
from headwater.exhibits.markup import Element, local, steps
from headwater.exhibits.passages import Lines
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError

_BATCH = 200_000
_WIDEST = 400
_MOST_TWINS = 20
_TOLD = "headwater-told"
Record = tuple[int, dict[str, str]]


@dataclass(slots=True)
class XmlRecords:
    """Reads one XML text while it comes in."""

    _records: dict[str, list[Record]] = field(default_factory=dict)
    _lines: Lines = field(default_factory=lambda: Lines(""))
    _comments: Lines = field(default_factory=lambda: Lines("comments", hidden=True))
    _depth: int = 0

    def read(self, stream: BinaryIO) -> Iterator[Sheet | Passage]:
        """Give the tables, then the other text.

        :raises UnreadableError: after what could be read, if the markup is damaged
        """
        fault: UnreadableError | None = None
        try:
            for event, element in steps(stream, ("*",)):
                self._depth += 1 if event == "start" else -1
                if event == "end":
                    yield from self._end(element)
        except UnreadableError as error:
            fault = error
        for name in list(self._records):
            yield from self._table(name)
        yield from self._lines.end()
        yield from self._comments.end()
        if fault:
            raise fault

    def _end(self, element: Element) -> Iterator[Sheet | Passage]:
        for child in element:
            if not isinstance(child.tag, str) and child.text:
                yield from self._comments.add(str(child.text))
        parts = [child for child in element if isinstance(child.tag, str)]
        if not parts:
            if not element.attrib or not self._depth or _own(element):
                return  # a simple part is told with the element around it
            yield from self._record(element, parts)
        elif _is_row(element, parts):
            yield from self._record(element, parts)
        else:
            yield from self._mixed(element, parts)
        if self._depth:
            element.clear(keep_tail=True)
            element.set(_TOLD, "1")
            before = element.getprevious()
            if before is not None and _is_told(before):
                if before.tail and before.tail.strip():
                    yield from self._lines.add(before.tail.strip())
                element.getparent().remove(before)

    def _mixed(self, element: Element, parts: list[Element]) -> Iterator[Passage]:
        yield from self._lines.add((element.text or "").strip())
        for part in parts:
            if not _is_told(part):
                yield from self._lines.add("\t".join(f"{name}: {value}" for name, value in _fields(part) if value))
            yield from self._lines.add((part.tail or "").strip())
        yield from self._lines.add("\t".join(f"{name}: {value}" for name, value in _attributes(element) if value))

    def _record(self, element: Element, parts: list[Element]) -> Iterator[Sheet | Passage]:
        row: dict[str, str] = {}
        for name, value in [*_attributes(element), *(f for part in parts for f in _fields(part))]:
            if value:
                row[name] = f"{row[name]}\n{value}" if name in row else value
        name = local(element)
        rows = self._records.setdefault(name, [])
        if row:
            rows.append((element.sourceline or 0, row))
        if len(rows) >= _BATCH:
            yield from self._table(name)

    def _table(self, name: str) -> Iterator[Sheet | Passage]:
        rows = self._records.pop(name)
        names = list(dict.fromkeys(column for _, row in rows for column in row))
        if len(rows) < 2 or len(names) > _WIDEST:
            for _, row in rows:
                yield from self._lines.add("\t".join(f"{column}: {value}" for column, value in row.items()))
            return
        columns = [pa.array([row.get(column) for _, row in rows], pa.string()) for column in names]
        header = column_names(names, len(names))
        lines = pa.array([line for line, _ in rows], pa.int64())
        yield Sheet(name, header, pa.table(columns, names=list(header)), rows[0][0], True, lines)


def _is_row(element: Element, parts: list[Element]) -> bool:
    """Whether an element holds nothing but simple parts, no name too often, and no text between them."""
    if any(_is_told(part) or len(part) for part in parts) or len(parts) > _WIDEST:
        return False
    text = "".join([element.text or "", *(part.tail or "" for part in parts)])
    return not text.strip() and max(Counter(part.tag for part in parts).values()) <= _MOST_TWINS


def _is_told(element: Element) -> bool:
    return element.get(_TOLD) is not None


def _own(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        yield str(name).rpartition("}")[2], str(value).strip()


def _fields(element: Element) -> Iterator[tuple[str, str]]:
    name = local(element)
    if not name:
        return
    yield name, _own(element)
    for attribute, value in _attributes(element):
        yield f"{name}.{attribute}", value
