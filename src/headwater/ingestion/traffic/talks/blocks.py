"""Plain texts whose messages each begin with a header line and go on until the next: cut into blocks, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.text import lines

_LEAST_SHARE = 0.7
_RULE = r"^\s*(?:[-=*_—]{5,}.*|日期[:：].*)$"
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Blocks:
    """Header lines with what stands below each; ``before`` are the lines above the first header of the file."""

    heads: pa.Array = field(repr=False)
    bodies: pa.Array = field(repr=False)
    lines: pa.Array = field(repr=False)
    before: tuple[tuple[int, str], ...] = field(default=(), repr=False)
    rejected: tuple[tuple[int, str], ...] = ()


def blocks(stream: BinaryIO, encoding: str, header: str, *, spaced: bool | None = False) -> Iterator[Blocks]:
    """Give the blocks of a text; ``header`` is an expression of RE2.

    With ``spaced``, a header counts behind an empty line only: a chat that was pasted into a message begins none. ``None`` lets the
    text itself say whether it keeps its messages apart so.
    """
    cutter = _Cutter(header, spaced)
    held = Blocks(*_nothing())
    for batch in lines(stream, encoding):
        for part in cutter.feed(batch.text, batch.rejected):
            if len(held.heads):
                yield held
                held = part
            else:
                held = _joined(held, part)
    yield _joined(held, cutter.finish())  # a short text in one piece: who is who is told from all of it


@dataclass(slots=True)
class _Cutter:
    """Cuts lines into blocks; the last block waits until the next header is seen."""

    header: str
    spaced: bool | None
    _parts: list[pa.Array] = field(default_factory=list)
    _found: list[Mask] = field(default_factory=list)
    _first: int = 1

    def feed(self, text: list[str], rejected: tuple[tuple[int, str], ...]) -> Iterator[Blocks]:
        """Take lines, give the blocks that are whole."""
        lines = pa.array(text, pa.string())
        found = headers_in(lines, self.header)
        held = len(self._parts) > 0
        self._parts.append(lines)
        self._found.append(found)
        if held and not found.any():
            if rejected:
                yield Blocks(*_nothing(), rejected=rejected)
            return
        whole, heads = self._heads()
        if len(heads):
            last = int(heads[-1])
            yield self._blocks(whole.slice(0, last), heads[:-1], rejected)
            self._parts, self._found = [whole.slice(last)], [np.concatenate(self._found)[last:]]
            self._first += last
        elif rejected:
            yield Blocks(*_nothing(), rejected=rejected)

    def finish(self) -> Blocks:
        """Give the last block."""
        whole, heads = self._heads()
        return self._blocks(whole, heads, ())

    def _heads(self) -> tuple[pa.Array, Whole]:
        """All lines at hand, and which of them are headers."""
        text = pa.concat_arrays([pa.array([], pa.string()), *self._parts])
        found = np.concatenate([np.zeros(0, np.bool_), *self._found])
        if self.spaced is False or not len(text):
            return text, np.flatnonzero(found)
        apart = _mask(pc.equal(pc.utf8_trim_whitespace(text), "")) | _rules(text)
        behind = np.concatenate(([True], apart[:-1]))
        if self.spaced is None and found.sum() > 1:
            self.spaced = bool((behind & found).sum() >= _LEAST_SHARE * found.sum())
        return text, np.flatnonzero(found & behind if self.spaced else found)

    def _blocks(self, text: pa.Array, heads: Whole, rejected: tuple[tuple[int, str], ...]) -> Blocks:
        end = int(heads[0]) if len(heads) else len(text)
        before = tuple((self._first + n, line) for n, line in enumerate(text.slice(0, end).to_pylist()))
        numbers = pa.array(heads + self._first, pa.int64())
        return Blocks(text.take(pa.array(heads)), _bodies(text, heads), numbers, before, rejected)


def _bodies(text: pa.Array, heads: Whole) -> pa.Array:
    """The lines below each header as one text, without the empty ones at its end."""
    if not len(heads):
        return pa.array([], pa.string())
    below = np.ones(len(text), dtype=np.bool_)
    below[: heads[0]] = False
    below[heads] = False
    below &= ~_rules(text)
    ends = np.append(heads[1:], len(text))
    counted = np.concatenate(([0], np.cumsum(below)))
    offsets = np.concatenate(([0], counted[ends] - counted[heads[0]])).astype(np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), text.filter(pa.array(below)))
    return pc.utf8_rtrim_whitespace(pc.binary_join(lists, "\n"))


def _joined(first: Blocks, second: Blocks) -> Blocks:
    """Two pieces as one."""
    return Blocks(
        pa.concat_arrays([first.heads, second.heads]),
        pa.concat_arrays([first.bodies, second.bodies]),
        pa.concat_arrays([first.lines, second.lines]),
        first.before + second.before,
        first.rejected + second.rejected,
    )


def headers_in(text: pa.Array, header: str) -> Mask:
    """Which lines are headers; only one with a clock can be, and to look for its colon is cheap."""
    clocked = (
        pc.or_(pc.match_substring(text, ":"), pc.match_substring(text, "."))
        if "[:.]" in header
        else pc.match_substring(text, ":")
    )
    found = _mask(clocked).copy()
    found[found] = _mask(pc.match_substring_regex(text.filter(clocked), header))
    return found


def _rules(text: pa.Array) -> Mask:
    """Lines of signs, or of a day, that exports draw between messages."""
    first = pc.is_in(pc.utf8_slice_codeunits(text, 0, 1), pa.array(list("-=*_—日 ")))
    found = _mask(first).copy()
    found[found] = _mask(pc.match_substring_regex(text.filter(first), _RULE))
    return found


def _mask(column: pa.Array) -> Mask:
    mask: Mask = column.to_numpy(zero_copy_only=False)
    return mask


def _nothing() -> tuple[pa.Array, pa.Array, pa.Array]:
    return pa.array([], pa.string()), pa.array([], pa.string()), pa.array([], pa.int64())
