"""Words of a mail's head as they were meant: in encoded words, raw bytes of any charset, or parameters cut in parts."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from headwater.exhibits.data_address import from_base64
from headwater.exhibits.encodings import encoding_of

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(?==\?)")
_FOLD = re.compile(r"\r?\n[ \t]+|[\r\n]+")
_PARAMETER = re.compile(r""";\s*([\w!#$&+^`|~.-]+)(\*\d+)?(\*)?\s*=\s*("(?:[^"\\]|\\.)*"?|[^;\s]*)""")
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "hz-gb-2312": "hz", "us-ascii": "utf-8",
          "unknown-8bit": "utf-8", "ascii": "utf-8", "iso-8859-1": "cp1252", "utf8": "utf-8"}  # fmt: skip
_MOST = 1 << 20


def decoded(data: bytes, charset: str | None = None) -> str:
    """Turn bytes into text by the charset that is said of them where they can be read so, else by their looks."""
    name = (charset or "").strip("\"' ").lower()
    tried = [_WIDER.get(name, name)] if name else []
    for encoding in [*tried, encoding_of(data[:65536]) or "", "utf-8", "gb18030"]:
        if not encoding:
            continue
        try:
            return data.decode(encoding).lstrip("\ufeff")
        except (UnicodeError, LookupError, ValueError):
            continue
    return data.decode(encoding_of(data[:65536]) or "utf-8", "replace")


def raw_text(value: object) -> str:
    """The value of a field of the head, whose raw bytes the mail library keeps as lone surrogates."""
    text = _FOLD.sub(" ", str(value)[:_MOST])
    return decoded(text.encode("utf-8", "surrogateescape")) if not text.isascii() else text


def head_text(value: object) -> str:
    """The same with encoded words read.

    >>> head_text("=?gb2312?B?1cXI/Q==?= <a@example.com>")
    '张三 <a@example.com>'
    """
    text = _BETWEEN.sub(r"\1", raw_text(value))
    pieces: list[str] = []
    place, held, charset = 0, b"", ""
    for found in _WORD.finditer(text):
        between = text[place : found.start()]
        if between or found[1].lower() != charset:  # a character may be cut in two where words of one charset meet
            pieces += [decoded(held, charset) if held else "", between]
            held = b""
        charset, place = found[1].lower(), found.end()
        held += _word(found[2], found[3])
    pieces += [decoded(held, charset) if held else "", text[place:]]
    return "".join(pieces).strip()


def _word(kind: str, text: str) -> bytes:
    if kind in "bB":
        return from_base64(text)
    try:
        return quopri.decodestring(text.replace("_", " ").encode("utf-8", "surrogatepass"), header=False)
    except (ValueError, binascii.Error):
        return text.encode("utf-8", "replace")


def parameter(value: object, name: str) -> str | None:
    """A parameter of a field, put together from its parts and decoded (RFC 2231, RFC 2047, raw bytes).

    >>> parameter("attachment; filename*0*=gb18030''%BF%CD; filename*1*=%BB%A7.csv", "filename")
    '客户.csv'
    """
    plain: str | None = None
    parts: list[tuple[int, bool, str]] = []
    for found in _PARAMETER.finditer(raw_text(value)):
        if found[1].lower() != name:
            continue
        text = found[4]
        if text.startswith('"'):
            text = re.sub(r"\\(.)", r"\1", text[1:].removesuffix('"'))
        if found[2] or found[3]:
            parts.append((int(found[2][1:6]) if found[2] else 0, bool(found[3]), text))
        else:
            plain = plain or text
    return _joined(sorted(parts)) if parts else head_text(plain) if plain is not None else None


def _joined(parts: Iterable[tuple[int, bool, str]]) -> str:
    charset, data = "", b""
    for place, (_, encoded, text) in enumerate(parts):
        if encoded and place == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decoded(data, charset or None)
