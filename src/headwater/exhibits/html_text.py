"""Pages of markup (HTML) as text and tables, read as a stream: nothing of them is run, and no depth or length fills the memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from headwater.exhibits.contents import Enclosed, Passage
from headwater.exhibits.data_address import from_data_address
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.passages import Lines
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f\u200b]+")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|mso-hide\s*:\s*all", re.I)
_JSON = re.compile(r"""^\s*[{\[]\s*["{\[\d\]}]|[=(]\s*[{\[]\s*["'{\[]""")
_BLOCK_NAMES = """
address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset
figcaption figure footer form frame h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol optgroup
option p pre section select summary table tbody td textarea tfoot th thead title tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SILENT = frozenset({"style", "script", "template", "noframes"})
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "iso-8859-1": "cp1252", "us-ascii": "cp1252"}
_MOST_SPAN, _MOST_ROWS, _MOST_CELL = 1000, 200_000, 1 << 20
_BLOCK = 1 << 18
Found = Sheet | Passage | Enclosed


def html_contents(data: Iterable[bytes], encoding: str, part: str = "") -> Iterator[Found]:
    """Give a page from its bytes in blocks: tables, text, and what a reader of the page does not see.

    :raises UnreadableError: if the parser gives up
    """
    page = _Page(part)
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=True)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    try:
        for block in data:
            text = decoder.decode(block)
            if text:
                parser.feed(text.replace("\0", "").encode("utf-8", "replace"))
            yield from page.taken()
        parser.feed(decoder.decode(b"", final=True).encode("utf-8", "replace") + b" ")
        parser.close()
    except etree.LxmlError as error:
        yield from page.finished()
        raise UnreadableError("its marks cannot be read to the end") from error
    yield from page.finished()


def html_bytes(data: bytes, charset: str | None = None, part: str = "") -> Iterator[Found]:
    """The same for a page that is in memory; ``charset`` is what its envelope says."""
    blocks = (data[place : place + _BLOCK] for place in range(0, len(data), _BLOCK))
    yield from html_contents(blocks, html_encoding(data[:65536], charset), part)


def html_encoding(head: bytes, charset: str | None = None) -> str:
    """The encoding of a page: its mark, what is said of it where its bytes can be read so, else what the bytes look like."""
    guess = encoding_of(head)
    if guess and (guess.startswith("utf-16") or guess.startswith("utf-32")):
        return guess
    found = _CHARSET.search(head[:8192])
    for name in (charset, found[1].decode("ascii") if found else None):
        known = _known(name)
        if known and _reads(head, known):
            return known
    return guess or _known(charset) or "utf-8"


def _known(name: str | None) -> str | None:
    lowered = _WIDER.get((name or "").lower(), (name or "").lower())
    try:
        info = codecs.lookup(lowered) if lowered else None
    except (LookupError, ValueError):
        return None
    return info.name if info is not None and getattr(info, "_is_text_encoding", True) else None


def _reads(head: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except (UnicodeError, LookupError, ValueError):
        return False
    return True


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    cell: list[str] | None = None
    size: int = 0
    span: tuple[int, int] = (1, 1)
    below: dict[int, tuple[int, str]] = field(default_factory=dict)  # column: rows still to fill, and with what


@dataclass(slots=True)
class _Page:
    """Takes what the parser meets, and keeps what is ready to be given."""

    part: str
    _ready: list[Found] = field(default_factory=list)
    _lines: dict[str, Lines] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)
    _open: list[tuple[str, bool]] = field(default_factory=list)
    _hidden: int = 0
    _silent: int = 0
    _script: list[str] | None = None
    _exact: int = 0
    _tables: list[_Table] = field(default_factory=list)
    _count: int = 0
    _pictures: int = 0

    # ---- what the parser calls

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        hides = "hidden" in attributes or bool(_UNSEEN.search(attributes.get("style") or ""))
        self._open.append((tag, hides))
        if tag in _BLOCKS:
            self._break(tag)
        self._hidden += hides
        self._silent += tag in _SILENT
        self._exact += tag in ("pre", "textarea")
        if tag == "script":
            self._script = []
        self._table_starts(tag, attributes)
        self._attributes(tag, attributes)

    def end(self, tag: str) -> None:
        name, hides = self._open.pop() if self._open else (tag, False)
        if name in _BLOCKS:
            self._break(name)
        self._hidden -= hides
        self._silent -= name in _SILENT
        self._exact -= name in ("pre", "textarea")
        if name == "script":
            self._script_ends()
        self._table_ends(name)

    def data(self, text: str) -> None:
        if self._script is not None:
            self._script.append(text)
        elif not self._silent:
            self._text.append(text)
            if len(self._text) > 50_000:
                self._flush("")

    def comment(self, text: str) -> None:
        if not text.lstrip().startswith(("[if", "StartFragment", "EndFragment")) or len(text) > 200:
            self._add("comments", text)

    def close(self) -> None:
        return None

    # ---- what is given

    def taken(self) -> list[Found]:
        ready, self._ready = self._ready, []
        return ready

    def finished(self) -> list[Found]:
        self._script_ends()
        self._flush("")
        while self._tables:
            self._close_table()
        for lines in self._lines.values():
            self._ready += lines.end()
        return self.taken()

    def _add(self, name: str, text: str) -> None:
        if text.strip():
            if name not in self._lines:
                self._lines[name] = Lines(f"{self.part} {name}".strip(), hidden=bool(name))
            self._ready += self._lines[name].add(text)

    def _script_ends(self) -> None:
        text, self._script = "".join(self._script or ()), None
        if _JSON.search(text):
            self._add("script data", text)

    def _break(self, tag: str) -> None:
        """A block begins or ends: what stands before it is a line of its own."""
        self._flush("\n" if tag == "br" else "")

    def _flush(self, ending: str) -> None:
        text, self._text = "".join(self._text), []
        if not self._exact:
            text = _SPACE.sub(" ", text)
        text = text.replace("\xa0", " ")
        if self._hidden:
            self._add("hidden text", text.strip())
        elif self._tables and self._tables[-1].cell is not None:
            table = self._tables[-1]
            table.size += len(text)
            if text.strip() and table.size < _MOST_CELL:
                self._cell(table).append(text.strip())
            elif text.strip():
                self._add("", text)
        elif text.strip():
            self._add("", text.strip() if not self._exact else text)

    def _cell(self, table: _Table) -> list[str]:
        assert table.cell is not None
        return table.cell

    # ---- tables

    def _table_starts(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._tables.append(_Table())
        elif not self._tables:
            return
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
            table = self._tables[-1]
            table.cell, table.size = [], 0
            table.span = (_span(attributes.get("colspan")), _span(attributes.get("rowspan")))

    def _table_ends(self, tag: str) -> None:
        if not self._tables:
            return
        if tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table":
            self._close_table()

    def _end_cell(self) -> None:
        table = self._tables[-1]
        if table.cell is None:
            return
        text, (wide, high) = "\n".join(table.cell), table.span
        table.cell = None
        _fill(table)
        for place in range(wide):
            if high > 1 and len(table.below) < _MOST_SPAN:
                table.below[len(table.row)] = (high - 1, "" if place else text)
            table.row.append("" if place else text)

    def _end_row(self) -> None:
        table = self._tables[-1]
        self._end_cell()
        if table.row:
            _fill(table)
            table.below = {place: (left, text) for place, (left, text) in table.below.items() if left > 0}
            table.rows.append(table.row)
            table.row = []
            if len(table.rows) >= _MOST_ROWS:
                self._close_table()
                self._tables.append(_Table())

    def _close_table(self) -> None:
        self._end_row()
        table = self._tables.pop()
        self._count += 1
        self._ready += table_contents(f"{self.part} table {self._count}".strip(), table.rows, hidden=self._hidden > 0)

    # ---- attributes

    def _attributes(self, tag: str, attributes: dict[str, str]) -> None:
        value = attributes.get("value") or ""
        if tag == "input" and value:
            name = attributes.get("name") or attributes.get("id") or ""
            if (attributes.get("type") or "").lower() == "hidden":
                self._add("hidden inputs", f"{name}: {value}")
            else:
                self._text.append(f" {value} ")
        for name in ("href", "src"):
            address = attributes.get(name) or ""
            if address.startswith("data:"):
                self._picture(address)
            elif address.lower().startswith(("mailto:", "tel:", "sms:")) or (name == "href" and "?" in address):
                self._add("links", address)
        for name, said in attributes.items():
            if name in ("alt", "title") or (name.startswith("data-") and len(said or "") > 5):
                self._add("attributes", said or "")

    def _picture(self, address: str) -> None:
        data = from_data_address(address)
        if data:
            self._pictures += 1
            self._ready.append(Enclosed(f"{self.part} picture {self._pictures}".strip(), data))


def _fill(table: _Table) -> None:
    """Repeat what spans rows in this one, up to the next cell that is the row's own."""
    while (place := len(table.row)) in table.below and table.below[place][0] > 0:
        left, text = table.below[place]
        table.below[place] = (left - 1, text)
        table.row.append(text)


def _span(value: str | None) -> int:
    return min(max(int(value), 1), _MOST_SPAN) if value and value.isdecimal() and len(value) < 6 else 1
