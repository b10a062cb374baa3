"""The statements of a dump that matter, told from its lines as they come: rows inserted, rows copied, tables created.

Memory holds one row at a time. What is begun and never ends is given back as the text that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from headwater.exhibits.sql_values import Cells, row_at

_NAME = r'(?:`[^`]{1,256}`|"[^"]{1,256}"|\[[^\]]{1,256}\]|[\w$#@]{1,256})'
_TABLE = rf"(?P<table>{_NAME}(?:\s*\.\s*{_NAME}){{0,3}})"
_INSERT = re.compile(
    rf"\s*(?:(?:INSERT|REPLACE)\s+(?:LOW_PRIORITY\s+|DELAYED\s+|HIGH_PRIORITY\s+|IGNORE\s+|OR\s+\w+\s+)?(?:INTO\s+)?|INTO\s+){_TABLE}"
    r"\s*(?P<columns>\([^()]{0,65536}\))?\s*(?:OVERRIDING\s+\w+\s+VALUE\s*)?VALUES\s*(?=\()",
    re.I,
)
_BEGINS = re.compile(r"\s*(?:INSERT|REPLACE|INTO)\s", re.I)
_COPY = re.compile(rf"\s*COPY\s+{_TABLE}\s*(?P<columns>\([^()]{{0,65536}}\))?\s+FROM\s+stdin\s*;\s*$", re.I)
_CREATE = re.compile(
    rf"\s*CREATE\s+(?:(?:GLOBAL|LOCAL|TEMPORARY|UNLOGGED|FOREIGN)\s+)*TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?{_TABLE}\s*\(?",
    re.I,
)
_PART = re.compile(_NAME)
_NO_COLUMN = re.compile(
    r"(?:PRIMARY|KEY|UNIQUE|CONSTRAINT|INDEX|FOREIGN|CHECK|FULLTEXT|SPATIAL|EXCLUDE|PERIOD|LIKE)\b", re.I
)
_ENDS = re.compile(r"\s*;\s*$|^\s*GO\s*$", re.I | re.M)
_HEAD_LINES, _CREATE_LINES, _ROW_LINES = 60, 4000, 1000
_COPY_ESCAPE = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.S)
_COPY_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Created:
    """A table was created with these columns."""

    table: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inserted:
    """A row was inserted; ``columns`` is empty where the statement does not name them."""

    table: str
    columns: tuple[str, ...]
    line: int
    cells: Cells = field(repr=False)


class CopyRow(Inserted):
    """A row of a ``COPY … FROM stdin`` block."""


@dataclass(frozen=True, slots=True)
class Other:
    """A line that is no row."""

    line: int
    text: str = field(repr=False)


Piece = Created | Inserted | CopyRow | Other
Line = tuple[int, str]


def pieces(lines: Iterator[Line], *, backslash: bool) -> Iterator[Piece]:
    """Give the pieces of a dump in their order. ``backslash`` says that a backslash in quotes escapes, as in MySQL."""
    source = _Source(lines)
    while (line := source.next()) is not None:
        if found := _COPY.match(line[1]):
            yield from _copied(source, found)
        elif _CREATE.match(line[1]):
            yield from _created(source, line)
        elif _BEGINS.match(line[1]):
            yield from _inserted(source, line, backslash=backslash)
        else:
            yield Other(*line)


class _Source:
    """Lines, of which some can be given back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._back: list[Line] = []

    def next(self) -> Line | None:
        return self._back.pop() if self._back else next(self._lines, None)

    def give_back(self, line: Line) -> None:
        self._back.append(line)


def _copied(source: _Source, found: re.Match[str]) -> Iterator[Piece]:
    table, columns = name_of(found["table"]), names_in(found["columns"])
    while (line := source.next()) is not None and line[1] != "\\.":
        yield CopyRow(table, columns, line[0], [_copy_cell(cell) for cell in line[1].split("\t")])


def _copy_cell(cell: str) -> str | None:
    if "\\" not in cell:
        return cell
    return None if cell == "\\N" else _COPY_ESCAPE.sub(_copy_escape, cell)


def _copy_escape(found: re.Match[str]) -> str:
    if found[1] or found[2]:
        return chr(int(found[1], 8) if found[1] else int(found[2], 16))
    return _COPY_LETTERS.get(found[3], found[3])


def _created(source: _Source, line: Line) -> Iterator[Piece]:
    """The columns of a table; its lines are given as text as well, for they hold comments."""
    held = [line]
    while not _ENDS.search(held[-1][1]) and len(held) < _CREATE_LINES and (more := source.next()) is not None:
        if _BEGINS.match(more[1]) or _COPY.match(more[1]):
            source.give_back(more)
            break
        held.append(more)
    text = "\n".join(part for _, part in held)
    found = _CREATE.match(text)
    yield from (Other(*each) for each in held)
    if found and found[0].endswith("(") and (columns := _columns(text, found.end())):
        yield Created(name_of(found["table"]), columns)


def _columns(text: str, place: int) -> tuple[str, ...]:
    names, depth, fresh = [], 0, True
    for found in re.finditer(
        r"'(?:[^'\\]|''|\\.)*+'|`[^`]*+`|\"[^\"]*+\"|\[[^\]]*+\]|--[^\n]*+|[(),]|[\w$#@]++", text[place:], re.S
    ):
        token = found[0]
        if token == "(":
            depth += 1
        elif token == ")":
            depth -= 1
            if depth < 0:
                break
        elif token == "," and depth == 0:
            fresh = True
        elif fresh and depth == 0 and not token.startswith("--"):
            fresh = False
            if not _NO_COLUMN.fullmatch(token):
                names.append(_bare(token))
    return tuple(names)


def _inserted(source: _Source, line: Line, *, backslash: bool) -> Iterator[Piece]:
    held = [line]
    text = line[1]
    while (found := _INSERT.match(text)) is None:
        more = source.next() if len(held) < _HEAD_LINES and ";" not in held[-1][1] else None
        if more is None:
            yield Other(*held[0])
            for each in reversed(held[1:]):
                source.give_back(each)
            return
        held.append(more)
        text = f"{text}\n{more[1]}"
    table, columns = name_of(found["table"]), names_in(found["columns"])
    here = line[0] + text.count("\n", 0, found.end())
    backslash = backslash or found["table"].startswith("`")
    yield from _rows(source, _Rest(text[found.end() :], here), table, columns, backslash=backslash)


@dataclass(slots=True)
class _Rest:
    """What is left of a statement: its text, and the line where it begins."""

    text: str
    line: int

    def drop(self, count: int) -> None:
        self.line += self.text.count("\n", 0, count)
        self.text = self.text[count:]


def _rows(source: _Source, rest: _Rest, table: str, columns: tuple[str, ...], *, backslash: bool) -> Iterator[Piece]:
    """The rows of a statement, however many; they end where neither a comma nor a bracket follows."""
    place = counted = 0
    line = rest.line
    while True:
        place = _blank(rest.text, place)
        if rest.text[place : place + 1] == "(":
            found = row_at(rest.text, place, backslash=backslash)
            if found is None:
                rest.drop(place)
                if not _lengthened(source, rest):
                    yield from (Other(rest.line + n, part) for n, part in enumerate(rest.text.split("\n")))
                    return
                place, counted, line = 0, 0, rest.line
                continue
            line += rest.text.count("\n", counted, place)
            yield Inserted(table, columns, line, found[1])
            counted, place = place, found[0]
        elif place >= len(rest.text):
            more = source.next()
            if more is None or more[1].lstrip()[:1] not in (",", "(", ";", ""):
                if more is not None:
                    source.give_back(more)
                return
            rest = _Rest(more[1], more[0])
            place, counted, line = 0, 0, rest.line
        else:
            if rest.text[place] == ";":
                place += 1
            rest.drop(place)
            if rest.text.strip():
                source.give_back((rest.line, rest.text))
            return


def _blank(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n,":
        place += 1
    return place


def _lengthened(source: _Source, rest: _Rest) -> bool:
    """Add the lines up to one that may end the row; false if there are none, or too many."""
    parts = [rest.text]
    before = rest.text.count("\n")
    while before + len(parts) < _ROW_LINES and (more := source.next()) is not None:
        parts.append(more[1])
        if ")" in more[1]:
            rest.text = "\n".join(parts)
            return True
    rest.text = "\n".join(parts)
    return False


def name_of(written: str) -> str:
    """The name of a table without quotes, with its schema."""
    return ".".join(_bare(part) for part in _PART.findall(written))


def names_in(written: str | None) -> tuple[str, ...]:
    """Names of columns between brackets, without quotes."""
    return tuple(_bare(part) for part in _PART.findall(written)) if written else ()


def _bare(name: str) -> str:
    return name[1:-1] if name[:1] in '`"[' else name
