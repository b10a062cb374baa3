"""Gathers the lines of a document into passages of bounded size, however long the document or one of its lines is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from headwater.exhibits.contents import Passage

LINE = 1 << 18
"""Characters of the longest line that is given whole; a longer one is cut where no word or number is cut."""

_PASSAGE = 1 << 22
_REACH = 512
_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_JOINT = re.compile(r"[^\w@.+-](?=[^\W_]*$)")
_UNSEEN = str.maketrans(dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0x7F, 0xAD, 0xFFFC]))


@dataclass(slots=True)
class Lines:
    """Takes the lines of one part of a document in their order and gives passages of a few megabytes."""

    name: str
    hidden: bool = False
    _kept: list[str] = field(default_factory=list, repr=False)
    _size: int = 0
    _next: int = 1

    def add(self, text: str) -> Iterator[Passage]:
        """Take a text of any number of lines; blank lines count but are not kept at the ends."""
        for line in _BREAK.split(text.translate(_UNSEEN)):
            for piece in _pieces(line):
                self._kept.append(piece)
                self._size += len(piece) + 1
                if self._size >= _PASSAGE:
                    yield from self.end()

    def end(self) -> Iterator[Passage]:
        """Give what is gathered, if there is any text in it."""
        first, kept = self._next, self._kept
        self._next, self._kept, self._size = first + len(kept), [], 0
        filled = [place for place, line in enumerate(kept) if line.strip()]
        if filled:
            lines = tuple(kept[filled[0] : filled[-1] + 1])
            yield Passage(self.name, lines, first + filled[0], self.hidden)


def passages(name: str, texts: Iterable[str], *, hidden: bool = False) -> Iterator[Passage]:
    """Give texts, one after another, as the passages of one part of a document."""
    lines = Lines(name, hidden)
    for text in texts:
        yield from lines.add(text)
    yield from lines.end()


def _pieces(line: str) -> Iterator[str]:
    while len(line) > LINE:
        joint = _JOINT.search(line, LINE - _REACH, LINE)
        end = joint.end() if joint else LINE
        yield line[:end]
        line = line[end:]
    yield line
