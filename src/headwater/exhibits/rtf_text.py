"""Rich text (RTF): text in its code pages, tables, notes, what is hidden or deleted, pictures and objects in hexadecimal."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from headwater.exhibits.contents import Enclosed, Passage
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.ole import MAGIC
from headwater.exhibits.ole_objects import unpackaged
from headwater.exhibits.passages import Lines
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError

MAGICS = (b"{\\rtf", b"{\\urtf")
_TOKEN = re.compile(rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\(.)|([{}])|([^\\{}\r\n]+)", re.DOTALL)
_DEEPEST = 4000
_SKIP, _HEX = "-", "hex"
_TARGETS = {
    **dict.fromkeys(("colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata",
                     "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "listtext", "pntext", "nonshppict",
                     "nonesttables", "htmltag", "filetbl", "revtbl", "panose", "falt", "private", "wgrffmtfilter"), _SKIP),
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    "footnote": "footnotes", "annotation": "comments", "atnauthor": "comments", "fldinst": "hidden text",
    "info": "properties", "userprops": "properties", "fonttbl": "fonts", "pict": _HEX, "objdata": _HEX,
    "bkmkstart": _SKIP, "bkmkend": _SKIP, "atnid": _SKIP, "atnref": _SKIP, "atndate": _SKIP, "blipuid": _SKIP,
    "shpinst": "", "shppict": "", "shptxt": "", "nesttableprops": "", "sn": _SKIP, "ud": _SKIP, "object": "", "result": "",
}  # fmt: skip
_HIDDEN = frozenset({"hidden text", "deleted text", "properties"})
_BREAKS = {"par", "line", "sect", "page", "column", "softline"}
_SIGNS = {"tab": "\t", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“",
          "rdblquote": "”", "emspace": " ", "enspace": " "}  # fmt: skip
_CHARSETS = {128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
             163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip
_PAGES = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac-roman", 10008: "gb18030"}


@dataclass(slots=True)
class _Group:
    """What holds inside one pair of braces."""

    target: str = ""
    hidden: bool = False
    deleted: bool = False
    outside: bool = False  # \htmlrtf: for readers that show rich text; the page has the same in its own marks
    skip: int = 1
    font: int = -1
    star: bool = False


@dataclass(slots=True)
class RtfText:
    """Reads a rich text; ``part`` is put before the names of what is given."""

    part: str = ""
    _group: _Group = field(default_factory=_Group)
    _stack: list[_Group] = field(default_factory=list)
    _page: str = "cp1252"
    _fonts: dict[int, str] = field(default_factory=dict)
    _bytes: bytearray = field(default_factory=bytearray)
    _texts: dict[str, list[str]] = field(default_factory=dict)
    _lines: dict[str, Lines] = field(default_factory=dict)
    _rows: list[list[str]] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _in_table: bool = False
    _tables: int = 0
    _hex: list[bytes] = field(default_factory=list)
    _objects: int = 0
    _drop: int = 0

    def read(self, data: bytes) -> Iterator[Sheet | Passage | Enclosed]:
        """Give everything in its order; notes and what is not shown come at the end.

        :raises UnreadableError: if braces are nested beyond all measure
        """
        place = 0
        while found := _TOKEN.search(data, place):
            place = found.end()
            high, word, number, sign, brace, text = found.groups()
            if text is not None:
                self._text(text)
            elif brace is not None:
                yield from self._brace(brace)
            elif high is not None:
                self._code(int(high, 16))
            elif word is not None:
                value = int(number) if number else None
                if word == b"bin" and value:
                    place = self._binary(data, place, value)
                else:
                    yield from self._word(word.decode(), value)
            else:
                self._sign(sign)
        yield from self._finish()

    def _finish(self) -> Iterator[Sheet | Passage | Enclosed]:
        yield from self._hex_ends()
        for name in list(self._texts):
            yield from self._line(name)
        yield from self._close_table()
        for lines in self._lines.values():
            yield from lines.end()

    # ---- groups

    def _brace(self, brace: bytes) -> Iterator[Sheet | Passage | Enclosed]:
        self._flush()
        if brace == b"{":
            if len(self._stack) >= _DEEPEST:
                raise UnreadableError("its groups are nested beyond all measure")
            self._stack.append(self._group)
            self._group = replace(self._group, star=False)
            return
        before = self._group
        if self._stack:
            self._group = self._stack.pop()
        if before.target != self._group.target:
            if before.target == _HEX:
                yield from self._hex_ends()
            elif before.target not in (_SKIP, "", "fonts"):
                yield from self._line(before.target)

    def _word(self, word: str, value: int | None) -> Iterator[Sheet | Passage | Enclosed]:
        self._flush()
        group, on = self._group, value != 0
        if group.star or word in _TARGETS:
            star, group.star = group.star, False
            if group.target not in (_SKIP,) and (word in _TARGETS or star):
                group.target = self._target(word)
        elif word == "u" and value is not None:
            self._put(chr(value % 0x10000))
            self._drop = group.skip
        elif word == "uc":
            group.skip = min(max(value or 0, 0), 100)
        elif word in ("v", "deleted", "htmlrtf"):
            setattr(group, {"v": "hidden", "htmlrtf": "outside"}.get(word, word), on)
        elif word == "plain":
            group.hidden = group.deleted = False
        elif word == "f" and value is not None:
            group.font = value
        elif word == "fcharset" and group.target == "fonts":
            self._fonts[group.font] = _CHARSETS.get(value or 0, "")
        elif word == "ansicpg" and value:
            self._page = _PAGES.get(value, f"cp{value}")
        elif word in _SIGNS:
            self._put(_SIGNS[word])
        elif group.target not in (_SKIP, _HEX, "fonts") and not group.outside:
            yield from self._layout(word)

    def _target(self, word: str) -> str:
        """Where the text of a destination goes; an unknown one that may be passed over is."""
        wanted = _TARGETS.get(word, _SKIP)
        return self._group.target if wanted == "" else wanted

    def _layout(self, word: str) -> Iterator[Sheet | Passage]:
        target = self._group.target
        if word in _BREAKS:
            if target == "" and self._in_table:
                self._put("\n")
            else:
                if target == "":
                    yield from self._close_table()
                yield from self._line(target)
        elif word == "pard" and target == "":
            self._in_table = False
        elif word == "intbl":
            self._in_table = True
        elif word in ("cell", "nestcell"):
            self._cells.append("".join(self._texts.pop("", [])))
        elif word in ("row", "nestrow") and self._cells:
            self._rows.append(self._cells)
            self._cells = []

    # ---- text

    def _text(self, text: bytes) -> None:
        if self._group.target == _HEX:
            self._hex.append(text)
            return
        if self._drop:
            dropped = min(self._drop, len(text))
            self._drop -= dropped
            text = text[dropped:]
        if self._shows():
            self._bytes += text

    def _code(self, code: int) -> None:
        if self._drop:
            self._drop -= 1
        elif self._shows():
            self._bytes.append(code)

    def _shows(self) -> bool:
        return self._group.target not in (_SKIP, "fonts") and not self._group.outside

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._group.star = True
        elif sign in (b"\n", b"\r"):
            self._put("\n")
        elif sign in (b"~", b"_"):
            self._put(" " if sign == b"~" else "-")
        elif sign in (b"\\", b"{", b"}"):
            self._text(sign)

    def _binary(self, data: bytes, place: int, size: int) -> int:
        if self._group.target == _HEX and size > 0:
            self._hex.append(binascii.hexlify(data[place : place + size]))
        return place + max(size, 0)

    def _flush(self) -> None:
        """Turn the bytes since the last word into characters, by the code page of their font."""
        if self._bytes:
            page = self._fonts.get(self._group.font) or self._page
            try:
                text = self._bytes.decode(page, "replace")
            except LookupError:
                text = self._bytes.decode("cp1252", "replace")
            self._bytes.clear()
            self._put(text)

    def _put(self, text: str) -> None:
        self._flush()
        group = self._group
        if self._shows() and group.target != _HEX:
            name = "deleted text" if group.deleted else "hidden text" if group.hidden else group.target
            self._texts.setdefault(name, []).append(text)

    def _line(self, name: str) -> Iterator[Passage]:
        text = "".join(self._texts.pop(name, []))
        if name == "":
            for other in ("hidden text", "deleted text"):
                if other in self._texts:
                    yield from self._line(other)
        if name not in self._lines:
            self._lines[name] = Lines(f"{self.part} {name}".strip(), hidden=name in _HIDDEN)
        paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        yield from self._lines[name].add(paired)

    def _close_table(self) -> Iterator[Sheet | Passage]:
        rows = [*self._rows, self._cells] if self._cells else self._rows
        self._rows, self._cells = [], []
        if rows:
            self._tables += 1
            yield from table_contents(f"{self.part} table {self._tables}".strip(), rows)

    def _hex_ends(self) -> Iterator[Enclosed]:
        digits = b"".join(b"".join(self._hex).split())
        self._hex = []
        try:
            data = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        except binascii.Error:
            return  # it is no hexadecimal text: a picture that a reader of rich text would not show either
        if len(data) > 8:
            self._objects += 1
            yield _enclosed(data, f"{self.part} object {self._objects}".strip())


def _enclosed(data: bytes, name: str) -> Enclosed:
    """An object has a head of OLE 1 before the compound file or the package; a picture has none."""
    if data[:2] == b"\x01\x05":
        place = data.find(MAGIC)
        if place >= 0:
            return Enclosed(name, data[place:])
        place = data.find(b"\x02\x00", 8)
        if place >= 4:
            label, body = unpackaged(data[place - 4 :])
            return Enclosed(f"{name}/{label}" if label else name, body)
    return Enclosed(name, data)
