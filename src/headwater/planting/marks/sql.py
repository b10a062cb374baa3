"""Rows of a SQL dump: the tuples behind VALUES, cut out of the text of whole statements without losing a byte."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np

from headwater.planting.marks.cutting import Bytes, Cut

_MARK, _SLASH, _OPEN, _CLOSE, _COMMA, _END = b"'\\(),;"
_INTO = re.compile(rb"\bINSERT\s+(?:IGNORE\s+)?INTO\s+([^\s(]+)\s*(?:\(([^()]*)\))?\s*VALUES", re.I)
_MYSQL = re.compile(rb"MySQL dump|MariaDB dump|ENGINE=|`", re.I)

_COMMENT = re.compile(rb"(?m:^)--|--(?=\s)|/\*")

LIKELY = re.compile(rb"^\s*INSERT\s+(?:IGNORE\s+)?INTO\b", re.I | re.M)
"""What a dump shows near its beginning."""


def escapes(head: bytes) -> bool:
    """Tell whether the dump writes a quotation mark inside a text with a backslash, as MySQL does."""
    return bool(_MYSQL.search(head))


def quiet(text: bytes, slashes: bool) -> tuple[Bytes, Bytes]:
    """The text as bytes, and the same with what stands in quotation marks or comments turned into spaces.

    The text begins outside of both. What is not closed is blank to the end.
    """
    data = np.frombuffer(text, np.uint8)
    marks, comments = _marks(text, slashes)
    blank = data.copy()
    blank[(np.cumsum(marks) & 1).astype(bool) | marks | comments] = 0x20
    return data, blank


def is_open(text: bytes, slashes: bool) -> bool:
    """Tell whether a text ends within quotation marks, or within a row: behind more opened brackets than closed ones."""
    _, blank = quiet(text, slashes)
    return bool(_marks(text, slashes)[0].sum() % 2) or int((blank == _OPEN).sum()) > int((blank == _CLOSE).sum())


def _marks(text: bytes, slashes: bool) -> tuple[np.ndarray, np.ndarray]:
    """Which bytes are quotation marks, and which stand in comments."""
    data = np.frombuffer(text, np.uint8)
    marks = data == _MARK
    if slashes:
        marks &= ~_escaped(data)
    comments = _comments(text, np.flatnonzero(marks))
    return marks & ~comments, comments


def _escaped(data: Bytes) -> np.ndarray:
    """Bytes that stand behind an odd number of backslashes."""
    slash = data == _SLASH
    places = np.arange(len(data))
    last = np.maximum.accumulate(np.where(~slash, places, -1))
    run = places - last
    before = np.concatenate([[0], np.where(slash, run, 0)[:-1]])
    return np.asarray(before % 2 == 1)


def _comments(text: bytes, marks: np.ndarray) -> np.ndarray:
    """Comments: two hyphens to the end of the line, or a slash and a star to the same backwards; none begins within quotation marks.

    ``marks`` are the places of quotation marks. Those within a comment are no marks, so that comments are told from left to right.
    """
    found = np.zeros(len(text), bool)
    end = passed = 0  # of the last comment; marks before its end that count
    for begin in _COMMENT.finditer(text):
        start = begin.start()
        if start < end:
            continue
        before, behind = np.searchsorted(marks, (end, start))
        if (passed + behind - before) % 2:
            continue  # stands in quotation marks
        passed += behind - before
        closing = b"*/" if begin[0] == b"/*" else b"\n"
        close = text.find(closing, start + 2)
        end = len(text) if close < 0 else close + len(closing)
        found[start:end] = True
    return found


def last_end(blank: Bytes) -> int:
    """Where the last whole statement ends; 0 if none does."""
    ends = np.flatnonzero(blank == _END)
    return int(ends[-1]) + 1 if len(ends) else 0


def table_of(text: bytes, slashes: bool) -> tuple[bytes, tuple[str, ...]] | None:
    """The table that most statements of a piece fill, and its columns (numbers where no statement names them)."""
    data, blank = quiet(text, slashes)
    found = list(_INTO.finditer(blank.tobytes()))
    if not found:
        return None
    name = Counter(each[1] for each in found).most_common(1)[0][0]
    for each in found:
        if each[1] == name and each[2] is not None:
            listed = text[each.start(2) : each.end(2)].decode("utf-8", "replace")
            return name, tuple(part.strip().strip('`"[]') for part in listed.split(","))
    tuples = _tuples(data, blank, name)
    return name, tuple(str(n + 1) for n in range(tuples[1].shape[1])) if tuples else ()


def tuples(text: bytes, table: bytes, width: int, slashes: bool) -> Cut:
    """Cut whole statements; tuples of other tables or of another width stay as they are."""
    data, blank = quiet(text, slashes)
    found = _tuples(data, blank, table, width)
    if found is None:
        none = np.zeros((0, width), np.int64)
        return Cut(data, np.array([0, len(data)]), np.zeros(0, np.int64), none, none, "'")
    opens, starts, ends = found
    edges = np.concatenate([[0], opens, [len(data)]])
    return Cut(data, edges, np.arange(1, len(opens) + 1), starts, ends, "'")


def _tuples(data: Bytes, blank: Bytes, table: bytes, width: int | None = None) -> tuple[np.ndarray, ...] | None:
    """Where the tuples of a table open, and their cells (tuples × columns, trimmed); ``None`` where there are none.

    A tuple that is not closed before the next one opens is none.
    """
    wanted = np.array([m.end() for m in _INTO.finditer(blank.tobytes()) if m[1] == table], np.int64)
    if not len(wanted):
        return None
    depth = np.cumsum((blank == _OPEN).astype(np.int32) - (blank == _CLOSE).astype(np.int32))
    ends_at = np.flatnonzero((blank == _END) & (depth == 0))
    until = np.append(ends_at, len(data))[np.searchsorted(ends_at, wanted)]
    change = np.zeros(len(data) + 1, np.int32)
    np.add.at(change, wanted, 1)
    np.add.at(change, until, -1)
    within = np.cumsum(change)[:-1] > 0
    opens = np.flatnonzero(within & (blank == _OPEN) & (depth == 1))
    closes = np.flatnonzero(within & (blank == _CLOSE) & (depth == 0))
    closing = np.append(closes, len(data))[np.searchsorted(closes, opens)]
    whole = closing < np.append(opens[1:], len(data))
    opens, closes = opens[whole], closing[whole]
    if not len(opens):
        return None
    commas = np.flatnonzero(within & (blank == _COMMA) & (depth == 1))
    owner = np.searchsorted(opens, commas, side="right") - 1
    inside = (owner >= 0) & (commas < closes[owner])
    commas, owner = commas[inside], owner[inside]
    counts = np.bincount(owner, minlength=len(opens)) + 1
    width = int(np.bincount(counts).argmax()) if width is None else width
    rows = np.flatnonzero(counts == width)
    mine = commas[np.isin(owner, rows)].reshape(len(rows), width - 1)
    starts = np.column_stack([opens[rows] + 1, mine + 1])
    ends = np.column_stack([mine, closes[rows]])
    for _ in range(8):  # spaces around a cell belong to nobody
        starts = starts + ((data[starts] == 0x20) & (starts < ends))
        ends = ends - ((data[ends - 1] == 0x20) & (starts < ends))
    return opens[rows], starts, ends
