"""Texts cut into cells without losing a byte: so that a marked cell is exchanged and all others stay as they were."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_QUOTE, _LINE, _RETURN = 0x22, 0x0A, 0x0D

Places = np.ndarray[tuple[int], np.dtype[np.int64]]
Grid = np.ndarray[tuple[int, int], np.dtype[np.int64]]
Bytes = np.ndarray[tuple[int], np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of UTF-8 text in stretches that cover it whole; those that are rows of the table are cut into cells.

    ``edges`` are where stretches begin, and the end of the last; ``rows`` says which stretches are rows;
    ``starts`` and ``ends`` (rows × columns) are the cells with their quotation marks; ``quote`` is what the marks are.
    """

    text: Bytes = field(repr=False)
    edges: Places = field(repr=False)
    rows: Places = field(repr=False)
    starts: Grid = field(repr=False)
    ends: Grid = field(repr=False)
    quote: str = '"'
    joint: str = ","

    @property
    def aside(self) -> int:
        """How many stretches are no rows though they say something."""
        others = np.ones(len(self.edges) - 1, bool)
        others[self.rows] = False
        return int((np.diff(self.edges)[others] > 2).sum())

    def cells(self, column: int) -> pa.Array:
        """The texts of a column as they mean, without quotation marks; empty cells are null."""
        raw = self.raw(column)
        quoted = self.quoted(raw)
        inner = pc.replace_substring(pc.utf8_slice_codeunits(raw, 1, -1), self.quote * 2, self.quote)
        bare = pc.if_else(pc.equal(raw, "NULL"), pa.scalar(None, pa.string()), raw) if self.quote == "'" else raw
        plain = pc.if_else(quoted, inner, bare)
        return pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)

    def raw(self, column: int) -> pa.Array:
        """The texts of a column as they stand."""
        return gathered(self.text, self.starts[:, column], self.ends[:, column])

    def quoted(self, raw: pa.Array) -> pa.Array:
        """Which raw cells stand in quotation marks."""
        return pc.and_(pc.starts_with(raw, self.quote), pc.greater(pc.binary_length(raw), 1))

    def exchanged(self, new: dict[int, pa.Array], order: Places | None = None) -> bytes:
        """The piece with other texts in some columns; null leaves a cell as it is.

        A cell that stands without quotation marks and would need them stays as it is. ``order`` names the rows to write
        (places in ``rows``) one after the other, where rows stood; those it does not name are left out.
        """
        if (
            order is not None and len(self.text) and self.text[-1] != _LINE
        ):  # the last line may not be the last any more
            ended = replace(
                self, text=np.append(self.text, np.uint8(_LINE)), edges=np.append(self.edges[:-1], self.edges[-1] + 1)
            )
            return ended.exchanged(new, order).removesuffix(b"\n").removesuffix(b"\r")
        columns = sorted(new)
        fresh = pa.concat_arrays([pa.array([], pa.string()), *(self._written(c, new[c]) for c in columns)])
        whole, offsets = _buffer(fresh)
        count = len(self.rows)
        head, tail = self.edges[:-1].copy(), self.edges[1:].copy()
        pieces = [(head, tail)]
        for place, column in enumerate(columns):
            begin, end = np.zeros_like(head), np.zeros_like(head)
            here = slice(place * count, (place + 1) * count)
            begin[self.rows] = offsets[:-1][here] + len(self.text)
            end[self.rows] = offsets[1:][here] + len(self.text)
            last = pieces[-1][1].copy()
            pieces[-1][1][self.rows] = self.starts[:, column]
            rest, last_end = np.zeros_like(head), np.zeros_like(head)
            rest[self.rows], last_end[self.rows] = self.ends[:, column], last[self.rows]
            pieces += [(begin, end), (rest, last_end)]
        starts, ends = (np.stack([piece[side] for piece in pieces], axis=1) for side in (0, 1))
        if order is not None:
            kept = np.ones(len(head), bool)
            kept[self.rows] = False
            kept[self.rows[: len(order)]] = True
            starts[self.rows[: len(order)]], ends[self.rows[: len(order)]] = (
                starts[self.rows[order]],
                ends[self.rows[order]],
            )
            starts, ends = starts[kept], ends[kept]
        return _joined(np.concatenate([self.text, whole]), starts.ravel(), ends.ravel()).tobytes()

    def _written(self, column: int, new: pa.Array) -> pa.Array:
        raw = self.raw(column)
        quoted = self.quoted(raw)
        marked = pc.binary_join_element_wise(
            self.quote, pc.replace_substring(new, self.quote, self.quote * 2), self.quote, ""
        )
        needs = pc.match_substring_regex(new, f"[{self.quote}\r\n{self.joint}]")
        plain = pc.if_else(needs, pa.scalar(None, pa.string()), new)
        made = pc.if_else(quoted, marked, plain)
        if self.quote == "'":  # a text with a backslash is written as its database understands it
            made = pc.if_else(pc.match_substring(raw, "\\"), pa.scalar(None, pa.string()), made)
        return pc.coalesce(made, raw)


def gathered(text: Bytes, starts: Places, ends: Places) -> pa.Array:
    """The stretches of a UTF-8 text as a string array."""
    offsets = np.concatenate([[0], np.cumsum(ends - starts)]).astype(np.int32)
    data = _joined(text, starts, ends)
    return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(data))


def _joined(text: Bytes, starts: Places, ends: Places) -> Bytes:
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.asarray(text[np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()))])


def _buffer(values: pa.Array) -> tuple[Bytes, Places]:
    _, offsets, data = values.buffers()
    places = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1].astype(np.int64)
    whole = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    return whole, places if len(places) else np.zeros(1, np.int64)


def delimited(text: bytes, joint: str, width: int) -> Cut:
    """Cut whole lines. A quotation mark that is never closed costs its own line only."""
    data = np.frombuffer(text, np.uint8)
    if not len(data):
        none = np.zeros((0, width), np.int64)
        return Cut(data, np.zeros(1, np.int64), np.zeros(0, np.int64), none, none, joint=joint)
    running = np.cumsum(data == _QUOTE)
    lines = np.flatnonzero(data == _LINE)
    since = np.concatenate([[0], running[lines]])
    by_line = running - np.repeat(since, np.diff(np.concatenate([[0], lines + 1, [len(data)]])))
    by_line[lines] = 0
    cuts = [_cut(data, (each & 1).astype(bool), joint, width) for each in (running, by_line)]
    return max(cuts, key=lambda cut: len(cut.rows))


def _cut(data: Bytes, inside: np.ndarray, joint: str, width: int) -> Cut:
    ends = np.flatnonzero((data == _LINE) & ~inside) + 1
    if not len(ends) or ends[-1] != len(data):
        ends = np.append(ends, len(data))
    edges = np.concatenate([[0], ends])
    joints = np.flatnonzero((data == ord(joint)) & ~inside)
    owner = np.searchsorted(ends, joints, side="right")
    bare = edges[1:] - (data[edges[1:] - 1] == _LINE)
    bare -= (bare > edges[:-1]) & (data[np.maximum(bare - 1, 0)] == _RETURN)
    rows = np.flatnonzero((np.bincount(owner, minlength=len(ends)) == width - 1) & (bare > edges[:-1]))
    mine = joints[np.isin(owner, rows)].reshape(len(rows), width - 1)
    starts = np.column_stack([edges[:-1][rows], mine + 1])
    stops = np.column_stack([mine, bare[rows]])
    good = _are_sound(data, edges, rows, starts, stops)
    return Cut(data, edges, rows[good], starts[good], stops[good], joint=joint)


def _are_sound(data: Bytes, edges: Places, rows: Places, starts: Grid, ends: Grid) -> np.ndarray:
    """Rows whose quotation marks stand around cells, and that hold no byte that the encoding could not read."""
    marks = np.concatenate([[0], np.cumsum(data == _QUOTE)])
    count = marks[ends] - marks[starts]
    first = data[np.minimum(starts, len(data) - 1)] == _QUOTE
    last = data[np.maximum(ends - 1, 0)] == _QUOTE
    cells = (count == 0) | (first & last & (count % 2 == 0) & (ends - starts > 1))
    torn = np.concatenate([[0], np.cumsum((data[:-1] == 0xED) & (data[1:] >= 0xA0)), [0]])
    torn[-1] = torn[-2]
    whole = torn[edges[1:]][rows] == torn[edges[:-1]][rows]
    return np.asarray(cells.all(axis=1) & whole)
