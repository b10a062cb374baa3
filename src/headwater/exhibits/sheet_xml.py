"""Workbooks of Excel 2003 written as XML: sheets, merged cells, comments, hidden sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from headwater.exhibits.contents import Passage
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.markup import Element, attribute, local, released, steps
from headwater.exhibits.passages import Lines
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError

_MOST_ROWS = 200_000
_MOST_GAP = 16_384


@dataclass(slots=True)
class SheetXml:
    """Reads one workbook while it comes in."""

    _name: str = ""
    _rows: list[list[str]] = field(default_factory=list)
    _comments: Lines | None = None
    _hidden: bool = False

    def read(self, stream: BinaryIO) -> Iterator[Sheet | Passage]:
        """Give each sheet, and its comments after it.

        :raises UnreadableError: after what could be read, if the markup is damaged
        """
        fault: UnreadableError | None = None
        try:
            for event, element in steps(stream, ("{*}Worksheet", "{*}Row", "{*}Visible")):
                yield from self._step(event, local(element), element)
        except UnreadableError as error:
            fault = error
        yield from self._end()
        if fault:
            raise fault

    def _step(self, event: str, name: str, element: Element) -> Iterator[Sheet | Passage]:
        if name == "Worksheet" and event == "start":
            yield from self._end()
            self._name = attribute(element, "Name")
            self._comments = Lines(f"comments of {self._name}")
        elif name == "Worksheet":
            yield from self._end()
        elif event == "end" and name == "Visible":
            self._hidden = (element.text or "").strip() in ("SheetHidden", "SheetVeryHidden")
        elif event == "end":
            yield from self._row(element)

    def _row(self, element: Element) -> Iterator[Sheet | Passage]:
        place = _number(attribute(element, "Index"))
        self._rows += [[] for _ in range(min(place - 1 - len(self._rows), _MOST_GAP))]
        row: list[str] = []
        for cell in element.iter("{*}Cell"):
            row += [""] * min(_number(attribute(cell, "Index")) - 1 - len(row), _MOST_GAP)
            data = cell.find("{*}Data")
            row.append("".join(data.itertext()) if data is not None else "")
            row += [""] * min(_number(attribute(cell, "MergeAcross")), _MOST_GAP)
            comment = cell.find("{*}Comment")
            if comment is not None and self._comments is not None:
                yield from self._comments.add("".join(comment.itertext()).strip())
        self._rows.append(row)
        released(element)
        if len(self._rows) >= _MOST_ROWS:
            yield from self._table()

    def _table(self) -> Iterator[Sheet | Passage]:
        rows, self._rows = self._rows, []
        yield from table_contents(self._name, rows, hidden=self._hidden)

    def _end(self) -> Iterator[Sheet | Passage]:
        yield from self._table()
        if self._comments is not None:
            yield from self._comments.end()
        self._comments, self._hidden = None, False


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0
