"""Mends the outline of a PDF: Chromium says a heading twice where it was moved to the next page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TITLE = re.compile(rb"/Title ?(?:<FEFF((?:[0-9A-Fa-f]{4})+)>|\(((?:[^()\\]|\\.)*)\))")
_LEVELS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def mended(data: bytes, page: str) -> bytes:
    """The PDF with each doubled title said once; what is left over becomes blanks, so that nothing moves.

    Only what is a heading of the page when it is halved, and none as it stands, is taken for doubled.
    """
    known = headings(page)

    def once(found: re.Match[bytes]) -> bytes:
        units, width = (found[1], 4) if found[1] is not None else (found[2], 1)
        half = len(units) // 2
        if len(units) % (2 * width) or units[:half] != units[half:]:
            return found[0]
        if _told(units, width) in known or _told(units[:half], width) not in known:
            return found[0]
        short = found[0].replace(units, units[:half], 1)
        return short + b" " * (len(found[0]) - len(short))

    return _TITLE.sub(once, data)


def headings(page: str) -> frozenset[str]:
    """Every heading of a page, without blanks and in small letters."""
    reader = _Headings()
    reader.feed(page)
    reader.close()
    return frozenset(_plain(text) for text in reader.found)


class _Headings(HTMLParser):
    """Collects the texts of headings."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LEVELS:
            self.found.append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in _LEVELS

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def _told(units: bytes, width: int) -> str:
    text = (
        bytes.fromhex(units.decode("ascii")).decode("utf-16-be", "replace") if width == 4 else units.decode("latin-1")
    )
    return _plain(text)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
