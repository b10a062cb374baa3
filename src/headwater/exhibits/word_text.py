"""The text of word processing markup (Office Open XML and its forerunner of 2003): paragraphs, tables, and what is not shown."""

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

_TAGS = ("{*}p", "{*}tc", "{*}tr", "{*}tbl", "{*}instrText", "{*}binData")
_SKIPPED = frozenset({"Fallback", "rPr", "pPr", "tblPr", "sectPr", "binData", "rsids"})
_GONE = frozenset({"del", "moveFrom"})
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_OFF = frozenset({"0", "false", "off"})
_MOST_ROWS = 200_000


@dataclass(slots=True)
class _Seen:
    """What one paragraph shows, and what it holds without showing it."""

    shown: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)


@dataclass(slots=True)
class WordText:
    """Reads one part of a document while it is unpacked; ``part`` names it in what is given, empty for the body."""

    part: str
    whole_hidden: bool = False
    _tables: list[_Table] = field(default_factory=list)
    _inside: int = 0
    _count: int = 0
    _shown: Lines = field(init=False)
    _hidden: Lines = field(init=False)
    _deleted: Lines = field(init=False)

    def __post_init__(self) -> None:
        self._shown = Lines(self.part, self.whole_hidden)
        self._hidden = Lines(self._named("hidden text"), hidden=True)
        self._deleted = Lines(self._named("deleted text"), hidden=True)

    def _named(self, name: str) -> str:
        return f"{self.part} {name}".strip()

    def read(self, stream: BinaryIO) -> Iterator[Sheet | Passage]:
        """Give everything in their order; what is not shown comes at the end.

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
        for lines in (self._shown, self._hidden, self._deleted):
            yield from lines.end()
        if fault:
            raise fault

    def _step(self, event: str, name: str, element: Element) -> Iterator[Sheet | Passage]:
        if event == "start":
            self._inside += name == "p"
            if name == "tbl":
                self._tables.append(_Table())
            return
        if name == "p":
            self._inside -= 1
            if not self._inside and not self._tables:
                yield from self._paragraph(element)
                released(element)
        elif name == "tc" and self._tables:
            yield from self._cell(element)
        elif name == "tr" and self._tables:
            yield from self._row(element)
        elif name == "tbl" and self._tables:
            yield from self._close_table()
            element.clear(keep_tail=True)

    def _paragraph(self, element: Element) -> Iterator[Passage]:
        seen = _Seen()
        _gather(element, seen, seen.shown)
        yield from self._shown.add("".join(seen.shown))
        yield from self._unseen(seen)

    def _unseen(self, seen: _Seen) -> Iterator[Passage]:
        for texts, lines in ((seen.hidden, self._hidden), (seen.deleted, self._deleted)):
            text = "".join(texts)
            if text.strip():
                yield from lines.add(text)

    def _cell(self, element: Element) -> Iterator[Passage]:
        seen, table = _Seen(), self._tables[-1]
        _gather(element, seen, seen.shown)
        yield from self._unseen(seen)
        text = "".join(seen.shown).strip("\n")
        merged = element.find("{*}tcPr/{*}vMerge")
        place = len(table.cells)
        if merged is not None and attribute(merged, "val") in ("", "continue") and not text and table.rows:
            text = table.rows[-1][place] if place < len(table.rows[-1]) else ""
        table.cells.append(text)
        span = element.find("{*}tcPr/{*}gridSpan")
        width = attribute(span, "val") if span is not None else ""
        table.cells += [""] * (min(int(width), 100) - 1 if width.isdecimal() and len(width) < 4 else 0)
        element.clear(keep_tail=True)

    def _row(self, element: Element) -> Iterator[Sheet | Passage]:
        table = self._tables[-1]
        table.rows.append(table.cells)
        table.cells = []
        released(element)
        if len(table.rows) >= _MOST_ROWS:
            yield from self._close_table()
            self._tables.append(_Table())

    def _close_table(self) -> Iterator[Sheet | Passage]:
        table = self._tables.pop()
        self._count += 1
        rows = [*table.rows, table.cells] if table.cells else table.rows
        yield from table_contents(self._named(f"table {self._count}"), rows, hidden=self.whole_hidden)


def _gather(element: Element, seen: _Seen, into: list[str]) -> None:
    """Take the texts below an element; the depth is bounded by the parser."""
    for child in element:
        name = local(child)
        if name == "t":
            into.append(child.text or "" if not len(child) else "".join(child.itertext()))
        elif name in ("delText", "delInstrText"):
            seen.deleted.append(child.text or "")
        elif name == "instrText":
            seen.hidden.append(f"{child.text or ''}\n")
        elif name in _BREAKS:
            into.append(_BREAKS[name])
        elif name == "docPr":
            seen.hidden.append(f"{attribute(child, 'descr')}\n")
        elif name in _GONE:
            _gather(child, seen, seen.deleted)
        elif name == "r":
            _gather(child, seen, seen.hidden if into is seen.shown and _vanishes(child) else into)
        elif name not in _SKIPPED:
            _gather(child, seen, into)
            if name == "p":
                into.append("\n")


def _vanishes(run: Element) -> bool:
    mark = run.find("{*}rPr/{*}vanish")
    if mark is None:
        mark = run.find("{*}rPr/{*}webHidden")
    return mark is not None and attribute(mark, "val") not in _OFF
