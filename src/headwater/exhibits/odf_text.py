"""The text of OpenDocument markup: paragraphs, tables, notes, comments, slides, and what was deleted or is hidden."""

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

_TAGS = ("{*}p", "{*}h", "{*}table", "{*}table-row", "{*}page", "{*}user-defined", "{*}creator", "{*}initial-creator")
_SKIPPED = frozenset({"binary-data", "table", "tracked-changes", "deletion"})
_APART = {"annotation": "comments", "note": "notes", "hidden-text": "hidden text", "hidden-paragraph": "hidden text",
          "desc": "descriptions", "title": "descriptions"}  # fmt: skip
_HIDDEN = frozenset({"hidden text", "descriptions", "deleted text", "properties"})
_DELETED = frozenset({"deletion", "tracked-changes"})
_MOST_ROWS = 200_000
_MOST_REPEATS = 100


@dataclass(slots=True)
class OdfText:
    """Reads one stream of an OpenDocument file; ``part`` names it in what is given, empty for the content."""

    part: str
    _tables: list[list[list[str]]] = field(default_factory=list)
    _slides: int = 0
    _count: int = 0
    _inside: int = 0
    _lines: dict[str, Lines] = field(default_factory=dict)

    def read(self, stream: BinaryIO) -> Iterator[Sheet | Passage]:
        """Give everything in its order; notes, comments and what is not shown come after the text of a slide or document.

        :raises UnreadableError: after what could be read, if the markup is damaged
        """
        fault: UnreadableError | None = None
        try:
            for event, element in steps(stream, _TAGS):
                yield from self._step(event, local(element), element)
        except UnreadableError as error:
            fault = error
        while self._tables:
            yield from self._close_table()
        yield from self._end()
        if fault:
            raise fault

    def _step(self, event: str, name: str, element: Element) -> Iterator[Sheet | Passage]:
        if name in ("p", "h"):
            self._inside += 1 if event == "start" else -1
        if event == "start":
            if name == "table":
                self._tables.append([])
            elif name == "page":
                yield from self._end()
                self._slides += 1
        elif name == "table" and self._tables:
            yield from self._close_table()
            element.clear(keep_tail=True)
        elif name == "table-row" and self._tables:
            yield from self._row(element)
        elif name in ("p", "h") and not self._tables and not self._inside:
            yield from self._paragraph(element)
        elif name in ("user-defined", "creator", "initial-creator"):
            yield from self._add("properties", element.text or "")

    def _named(self, name: str) -> str:
        slide = f"slide {self._slides}" if self._slides else ""
        return " ".join(filter(None, (self.part, slide, name)))

    def _add(self, name: str, text: str) -> Iterator[Passage]:
        if name not in self._lines:
            self._lines[name] = Lines(self._named(name), hidden=name in _HIDDEN)
        yield from self._lines[name].add(text)

    def _end(self) -> Iterator[Passage]:
        for lines in self._lines.values():
            yield from lines.end()
        self._lines = {}

    def _paragraph(self, element: Element) -> Iterator[Passage]:
        above = {local(parent) for parent in element.iterancestors()}
        place = "deleted text" if above & _DELETED else "notes" if "notes" in above else ""
        place = place or next((_APART[name] for name in _APART if name in above), "")
        apart: list[tuple[str, str]] = []
        yield from self._add(place, _text(element, apart))
        for name, text in apart:
            yield from self._add(name, text)
        element.clear(keep_tail=True)

    def _row(self, element: Element) -> Iterator[Sheet | Passage]:
        table, row = self._tables[-1], list[str]()
        for cell in element:
            apart: list[tuple[str, str]] = []
            text = "\n".join(_text(each, apart) for each in cell.iter("{*}p", "{*}h") if _is_own(each, cell))
            for name, said in apart:
                yield from self._add(name, said)
            if local(cell) == "covered-table-cell" and not text and table and len(row) < len(table[-1]):
                text = table[-1][len(row)] if not row or not row[-1] or table[-1][len(row)] != row[-1] else ""
            row += [text] * _repeats(cell)
        table.append(row)
        released(element)
        if len(table) >= _MOST_ROWS:
            yield from self._close_table()
            self._tables.append([])

    def _close_table(self) -> Iterator[Sheet | Passage]:
        self._count += 1
        yield from table_contents(self._named(f"table {self._count}"), self._tables.pop())


def _is_own(paragraph: Element, cell: Element) -> bool:
    """Whether a paragraph stands in the cell itself, not in a comment or a note there: those are told apart."""
    for parent in paragraph.iterancestors():
        if parent is cell:
            return True
        if local(parent) in _APART or local(parent) in ("p", "h"):
            return False
    return True


def _repeats(cell: Element) -> int:
    number = attribute(cell, "number-columns-repeated")
    return min(int(number), _MOST_REPEATS) if number.isdecimal() and 0 < len(number) < 6 else 1


def _text(element: Element, apart: list[tuple[str, str]]) -> str:
    pieces: list[str] = [element.text or ""]
    for child in element:
        name = local(child)
        if name == "s":
            count = attribute(child, "c")
            pieces.append(" " * (min(int(count), 1000) if count.isdecimal() and len(count) < 5 else 1))
        elif name in ("tab", "line-break"):
            pieces.append("\t" if name == "tab" else "\n")
        elif name in _APART:
            hidden = attribute(child, "string-value")
            apart.append((_APART[name], "\n".join([hidden, *_paragraphs(child, apart)]).strip()))
        elif name == "a" and attribute(child, "href").lower().startswith(("mailto:", "tel:")):
            pieces.append(_text(child, apart))
            apart.append(("hidden text", attribute(child, "href")))
        elif name and name not in _SKIPPED:
            pieces.append(_text(child, apart))
            pieces.append("\n" if name in ("p", "h") else "")
        elif not name:
            pieces.append(child.text or "")
        pieces.append(child.tail or "")
    return "".join(pieces)


def _paragraphs(element: Element, apart: list[tuple[str, str]]) -> Iterator[str]:
    found = list(element.iter("{*}p", "{*}h", "{*}creator"))
    if not found:
        yield _text(element, apart)
    for each in found:
        yield _text(each, apart)
