"""The text of drawings in office documents: shapes, tables, charts and diagrams of a slide or a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.contents import Passage
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.markup import Element, attribute, local
from headwater.exhibits.passages import passages
from headwater.exhibits.sheets import Sheet

_PARAGRAPHS = frozenset({"p", "text", "v", "tc"})
_SKIPPED = frozenset({"Fallback", "tbl"})


def drawing_contents(root: Element, name: str, *, hidden: bool = False) -> Iterator[Sheet | Passage]:
    """Give the texts of a part of drawing markup, its tables, and its alternative texts, which nobody sees."""
    yield from passages(name, _texts(root), hidden=hidden)
    for number, table in enumerate(root.iter("{*}tbl"), start=1):
        rows = [[*_cells(row)] for row in table.iter("{*}tr")]
        yield from table_contents(f"{name} table {number}", _filled_down(table, rows), hidden=hidden)
    described = (attribute(each, "descr") for each in root.iter("{*}cNvPr"))
    yield from passages(f"{name} descriptions", (text for text in described if text), hidden=True)


def _texts(element: Element) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name in _SKIPPED:
            continue
        if name in _PARAGRAPHS and not any(local(each) in _PARAGRAPHS for each in child):
            yield _line(child)
        else:
            yield from _texts(child)


def _line(element: Element) -> str:
    """One paragraph: its runs, line breaks and fields."""
    if not len(element):
        return element.text or ""
    pieces: list[str] = []
    for each in element.iter("{*}t", "{*}br", "{*}tab", "{*}text"):
        pieces.append({"br": "\n", "tab": "\t"}.get(local(each), each.text or ""))
    return "".join(pieces)


def _cells(row: Element) -> Iterator[str]:
    for cell in row.iter("{*}tc"):
        yield "\n".join(_line(each) for each in cell.iter("{*}p"))


def _filled_down(table: Element, rows: list[list[str]]) -> list[list[str]]:
    """Repeat what spans several rows in each of them; what spans several columns stands in the first."""
    for number, row in enumerate(table.iter("{*}tr")):
        for place, cell in enumerate(row.iter("{*}tc")):
            if number and attribute(cell, "vMerge") in ("1", "true") and place < len(rows[number - 1]):
                rows[number][place] = rows[number][place] or rows[number - 1][place]
    return rows
