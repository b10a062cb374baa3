"""A few samples of each kind in a file, masked, so that a reader sees what was taken for what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyarrow as pa

from headwater.identifiers import name
from headwater.identifiers.headers import named_kinds
from headwater.identifiers.naming.cells import score_array
from headwater.identifiers.text import find, mask_line
from headwater.scanning.categories import sensitive_named
from headwater.scanning.finds import Find

_LONGEST = 60
_WORDS, _LONG_WORDS = -5.0, -9.0  # log-odds below which names that people have were not found


@dataclass(frozen=True, slots=True)
class Sample:
    """One find as it may be shown; ``column`` is the header of its column, if it has one."""

    part: str
    line: int
    column: str | None
    kind: str
    mask: str
    confidence: float


@lru_cache(maxsize=1024)
def shown_header(header: str) -> str | None:
    """A header as it may be shown: none that holds an identifier, or could be somebody's name (a table whose first row was taken for it).

    >>> shown_header("客户手机号"), shown_header("15400000001"), shown_header("张三"), shown_header("John Smith")
    ('客户手机号', None, None, None)
    >>> shown_header("单价"), shown_header("平均值"), shown_header("Unit Price")
    ('单价', '平均值', 'Unit Price')
    """
    if named_kinds(header) or sensitive_named(header):
        return mask_line(header)[:_LONGEST]
    if len(header) > _LONGEST or find(header) or (name.is_valid(header) and _may_be_a_name(header)):
        return None
    return mask_line(header)


def _may_be_a_name(header: str) -> bool:
    """Whether a text with the shape of a name is not plainly a word; a longer one is one less often."""
    odds = float(score_array(pa.array([header]))[0])
    return odds > (_WORDS if len(header) < 3 or header.isascii() else _LONG_WORDS)


@dataclass(slots=True)
class Samples:
    """Keeps the first few finds of each kind."""

    most: int
    _kept: dict[str, list[Sample]] = field(default_factory=dict)

    def take(self, part: str, headers: Sequence[str], find: Find, mask: Callable[[str], str] | None) -> None:
        """Take samples from one batch, as long as there are too few of its kind; without a ``mask`` none is shown."""
        kept = self._kept.setdefault(find.kind, [])
        room = self.most - len(kept)
        if room <= 0 or find.compact is None or mask is None:
            return
        header = shown_header(headers[find.column - 1]) if 0 < find.column <= len(headers) else None
        lines, values = find.lines.slice(0, room).to_pylist(), find.compact.slice(0, room).to_pylist()
        shown_part = mask_line(part)
        weights = find.confidence.slice(0, room).to_pylist() if isinstance(find.confidence, pa.Array) else None
        for place, (line, value) in enumerate(zip(lines, values, strict=True)):
            weight = weights[place] if weights else float(find.confidence)
            kept.append(Sample(shown_part, line, header, find.kind, mask(value), weight))

    def chosen(self) -> list[Sample]:
        """All that were kept, by kind."""
        return [sample for kind in sorted(self._kept) for sample in self._kept[kind]]
