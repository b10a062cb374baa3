"""Texts, numbers and days of a worksheet's XML, written as who looks at the sheet reads them."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

from lxml import etree

from headwater.exhibits.markup import local

_ENTITY = re.compile(r"&(?:#(?P<decimal>[0-9]{1,7})|#x(?P<hex>[0-9A-Fa-f]{1,6})|(?P<name>amp|lt|gt|quot|apos));|&")
_CODED = re.compile("_x([0-9A-Fa-f]{4})_")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_DAY, _LEAP, _LAST = 86_400_000, 60, 2_958_466
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class NotPlainError(Exception):
    """Something is out of the ordinary: the workbook is for the reader of every workbook."""


def text_of(data: bytes) -> bytes:
    """A text with its entities read and its line ends as XML has them.

    >>> text_of(b"a&amp;b&#x4e2d;\\r\\n&lt;").decode()
    'a&b中\\n<'
    """
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    return _decoded(_ENTITY.sub(_character, text)).encode("utf-8", "surrogateescape")


def _decoded(text: str) -> str:
    """A text without the codes that workbooks have for characters which XML has not, as ``_x000D_``."""
    return _CODED.sub(lambda found: _coded(int(found[1], 16)) or found[0], text) if "_x" in text else text


def _coded(code: int) -> str:
    return chr(code) if code in (9, 10, 13) or (code >= 32 and not 0xD800 <= code < 0xE000) else ""


def _character(found: re.Match[str]) -> str:
    if found["name"]:
        return _NAMED[found["name"]]
    code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16) if found["hex"] else -1
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        raise NotPlainError
    return chr(code)


def texts_of(data: bytes) -> bytes:
    """A text in pieces of different looks, without how it is pronounced."""
    try:
        root = etree.fromstring(b"<si>" + data + b"</si>", etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotPlainError from error
    pieces = [each for part in root if local(part) in ("t", "r") for each in ([part] if local(part) == "t" else part)]
    return "".join(_piece(each) for each in pieces if local(each) == "t").encode()


def _piece(element: object) -> str:
    text = element.text or ""  # type: ignore[attr-defined]
    return _decoded(text if element.attrib else text.strip(" \t\r\n"))  # type: ignore[attr-defined]


def number_text(data: bytes) -> bytes:
    """A number with all its digits, of which a workbook keeps 15 to 17, and zeros after them.

    >>> [number_text(each) for each in (b"6.2220202001122304E+18", b"12.50", b"1E-7", b"007")]
    [b'6222020200112230000', b'12.5', b'0.0000001', b'7']
    """
    value = _float(data)
    digits, _, exponent = repr(value).partition("e")
    if not exponent:
        return digits.removesuffix(".0").encode()
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    if int(exponent) > 0:
        return f"{sign}{whole}{fraction.ljust(int(exponent), '0')}".encode()
    return f"{sign}0.{'0' * (-int(exponent) - 1)}{whole}{fraction}".encode()


def day_text(data: bytes) -> bytes:
    """The day and the time that a number stands for, or the time alone.

    >>> [day_text(each) for each in (b"45000", b"45000.5", b"0.25", b"45000.123456", b"59")]
    [b'2023-03-15', b'2023-03-15 12:00:00', b'06:00:00', b'2023-03-15 02:57:46.598', b'1900-02-28']
    """
    value = _float(data)
    if not 0 <= value < _LAST:
        raise NotPlainError
    days = value + 1 if value < _LEAP else value
    milliseconds = round(days * _DAY)
    if milliseconds >= _LAST * _DAY:  # half a millisecond before the year 10000
        raise NotPlainError
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    clock = f"{moment:%H:%M:%S}" + (f".{moment.microsecond // 1000:03d}" if moment.microsecond else "")
    if clock == "00:00:00":
        return f"{moment:%Y-%m-%d}".encode()
    return (clock if value < 1 and not moment.microsecond else f"{moment:%Y-%m-%d} {clock}").encode()


def _float(data: bytes) -> float:
    try:
        value = float(data)
    except ValueError as error:
        raise NotPlainError from error
    if not math.isfinite(value):
        raise NotPlainError
    return value
