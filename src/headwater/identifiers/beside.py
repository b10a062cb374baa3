"""What stands beside a number in a text, for compiled code: the filters and doubts of :mod:`headwater.identifiers.filters`, one by one.

Every function here is told a text of code points (narrowed), the line (from ``low`` to ``high``) and the number (from ``start`` to
``end``) in it. A test holds what they tell, all in all, against the filters themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled
from headwater.identifiers.literals import Literals

Codes = npt.NDArray[np.uint32]
Tree = tuple[Any, ...]
"""Words as compiled code takes them: classes of characters, steps, how many classes, the words of each state, and the flags of each."""
_LETTERS_IN_LABEL = 12
_SERIAL_REACH, _LISTED_REACH = 16, 28
_LEAST, _MOST = 5, 24  # digits of a number in a list
_GAPS = 4
_NEAR = 12
_TELLING = 7  # digits below which nothing is said of their order


def tree(words: Literals, flags: npt.NDArray[np.int64]) -> Tree:
    """Lay words out for compiled code."""
    return words.class_of, words.step, words.classes, words.first, words.ends, flags


def spelt(words: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Give words of small letters as sorted numbers."""
    return np.array(sorted({_spelt(word) for word in words}), np.int64)


def _spelt(word: str) -> int:
    number = 0
    for letter in word:
        number = 27 * number + ord(letter) - 96
    return number


@compiled
def words_in(codes: Codes, start: int, end: int, words: Tree) -> int:
    """The flags of all words that lie in a stretch."""
    class_of, step, classes, first, ends, flags = words
    told = 0
    for begin in range(start, end):
        state, place = 0, begin
        while place < end and codes[place] < 65536:
            state = int(step[state * classes + class_of[codes[place]]])
            if state == 0:
                break
            place += 1
            for word in range(first[state], first[state + 1]):
                told |= flags[ends[word]]
    return told


@compiled
def is_digit(code: int) -> bool:
    """Whether a character is a digit."""
    return bool(48 <= code <= 57)


@compiled
def is_letter(code: int) -> bool:
    """Whether a character is a Latin letter."""
    return bool(65 <= code <= 90 or 97 <= code <= 122)


@compiled
def is_alphanumeric(code: int) -> bool:
    """Whether a character is a digit or a Latin letter."""
    return is_digit(code) or is_letter(code)


@compiled
def at(codes: Codes, low: int, high: int, place: int) -> int:
    """The character at a place of a line, or a line feed beyond its ends."""
    return int(codes[place]) if low <= place < high else 10


@compiled
def is_continued(codes: Codes, low: int, high: int, start: int, end: int) -> bool:
    """Whether digits go on over a point or a hyphen."""
    before, behind = at(codes, low, high, start - 1), at(codes, low, high, end)
    return bool(
        ((before == 45 or before == 46) and is_digit(at(codes, low, high, start - 2)))
        or ((behind == 45 or behind == 46) and is_digit(at(codes, low, high, end + 1)))
    )


@compiled
def is_in_a_code(codes: Codes, low: int, high: int, start: int, end: int, labels: npt.NDArray[np.int64]) -> bool:
    """Whether letters stand directly beside that are no label."""
    behind = at(codes, low, high, end)
    if is_letter(behind) or ((behind == 45 or behind == 46) and is_alphanumeric(at(codes, low, high, end + 1))):
        return True
    first = start
    while first > low and start - first < _LETTERS_IN_LABEL and is_letter(codes[first - 1]):
        first -= 1
    if first == start:
        return False
    number = 0
    for place in range(first, start):
        number = 27 * number + (int(codes[place]) | 32) - 96
    found = np.searchsorted(labels, number)
    return bool(found == len(labels) or labels[found] != number)


@compiled
def _is_gap(code: int) -> bool:
    return not is_alphanumeric(code) and not 0x4E00 <= code <= 0x9FFF


@compiled
def is_serial(codes: Codes, low: int, start: int, words: Tree, order: int, suffix: int) -> bool:
    """Whether a word before says that the number counts orders; ``order`` and ``suffix`` are the flags of such words, and of 号 or id."""
    class_of, step, classes, first, ends, flags = words
    low = max(low, start - _SERIAL_REACH)
    for begin in range(low, start):
        state, place = 0, begin
        while place < start and codes[place] < 65536:
            state = int(step[state * classes + class_of[codes[place]]])
            if state == 0:
                break
            place += 1
            for word in range(first[state], first[state + 1]):
                if flags[ends[word]] & order and _leads_to(codes, place, start, words, suffix):
                    return True
    return False


@compiled
def _leads_to(codes: Codes, place: int, start: int, words: Tree, suffix: int) -> bool:
    """Whether only gaps, and one word such as 号 between them, stand between a word of orders and the number."""
    class_of, step, classes, first, ends, flags = words
    gaps = 0
    while place + gaps < start and gaps <= 2 * _GAPS and _is_gap(codes[place + gaps]):
        gaps += 1
    if place + gaps == start:
        return bool(gaps <= 2 * _GAPS)
    if gaps > _GAPS:
        return False
    state, after = 0, place + gaps
    while after < start and codes[after] < 65536:
        state = int(step[state * classes + class_of[codes[after]]])
        if state == 0:
            return False
        after += 1
        for word in range(first[state], first[state + 1]):
            if flags[ends[word]] & suffix:
                rest = after
                while rest < start and rest - after <= _GAPS and _is_gap(codes[rest]):
                    rest += 1
                if rest == start and rest - after <= _GAPS:
                    return True
    return False


@compiled
def _is_comma(code: int) -> bool:
    return bool(code == 44 or code == 59 or code == 0x3001 or code == 0xFF0C or code == 0xFF1B)


@compiled
def _is_space(code: int) -> bool:
    return bool(
        9 <= code <= 13
        or 28 <= code <= 32
        or code == 0x85
        or code == 0xA0
        or code == 0x1680
        or 0x2000 <= code <= 0x200A
        or code == 0x2028
        or code == 0x2029
        or code == 0x202F
        or code == 0x205F
        or code == 0x3000
    )


@compiled
def listed(codes: Codes, low: int, high: int, start: int, end: int) -> int:
    """Whether the number stands in a list: 0 no, 1 beside one that is plainly nobody's, 2 beside one that may be somebody's."""
    before, behind = at(codes, low, high, start - 1), at(codes, low, high, end)
    if not (start == low or _is_comma(before) or before == 32 or end == high or _is_comma(behind)):
        return 0
    first = _listed_before(codes, max(low, start - _LISTED_REACH), start)
    second = _listed_behind(codes, min(high, end + _LISTED_REACH), end)
    return 1 if first == 1 or second == 1 else max(first, second)


@compiled
def _listed_before(codes: Codes, low: int, start: int) -> int:
    last = start
    if last > low and _is_space(codes[last - 1]):
        last -= 1
    if last == low or not _is_comma(codes[last - 1]):
        return 0
    last -= 1
    first = last
    while first > low and is_digit(codes[first - 1]):
        first -= 1
    if not _LEAST <= last - first <= _MOST:
        return 0
    if first > low:
        code = int(codes[first - 1])
        if not (_is_comma(code) or _is_space(code) or code == 91 or code == 40 or code == 123):
            return 0
    return _whose(codes, first, last)


@compiled
def _listed_behind(codes: Codes, high: int, end: int) -> int:
    first = end
    if first < high and _is_space(codes[first]):
        first += 1
    if first == high or not _is_comma(codes[first]):
        return 0
    first += 1
    if first < high and _is_space(codes[first]):
        first += 1
    last = first
    while last < high and last - first <= _MOST and is_digit(codes[last]):
        last += 1
    return _whose(codes, first, last) if _LEAST <= last - first <= _MOST else 0


@compiled
def _whose(codes: Codes, first: int, last: int) -> int:
    """1 for a number that is nobody's by its length and its first digits, else 2."""
    length, lead = last - first, int(codes[first])
    if length < 10 or length == 14 or length > 19:
        return 1
    if length == 11:
        return 2 if (lead == 49 and codes[first + 1] >= 51) or lead == 48 else 1
    if length == 10 or length == 12:
        return 2 if lead == 48 else 1
    return 2


@compiled
def is_sequential(codes: Codes, start: int, end: int) -> int:
    """Whether six figures in ten, one after the other, count up or down by one."""
    size = 0
    for place in range(start, end):
        size += is_digit(codes[place])
    if size < _TELLING:
        return 0
    most = max(6, -(-6 * size // 10))
    for by in (1, -1):
        run, last = 0, -1
        for place in range(start, end):
            if is_digit(codes[place]):
                digit = int(codes[place]) - 48
                run = run + 1 if last >= 0 and (digit - last - by) % 10 == 0 else 1
                last = digit
                if run >= most:
                    return 1
    return 0


@compiled
def is_repeated(codes: Codes, start: int, end: int) -> int:
    """Whether seven figures in ten are the same."""
    counts = np.zeros(10, np.int64)
    size = 0
    for place in range(start, end):
        if is_digit(codes[place]):
            counts[codes[place] - 48] += 1
            size += 1
    return 1 if size >= _TELLING and counts.max() >= 0.7 * size else 0


@compiled
def all_doubts(
    codes: Codes,
    starts: npt.NDArray[np.int64],
    start: npt.NDArray[np.int64],
    end: npt.NDArray[np.int64],
    words: Tree,
    told: npt.NDArray[np.int64],
) -> None:
    """Count what speaks for made values; ``starts`` is where lines begin and the last ends, ``words`` are of tests.

    ``told`` holds what speaks for a test already, and takes the counts.
    """
    for each in range(len(start)):
        line = np.searchsorted(starts, start[each], side="right") - 1
        low, high = max(starts[line], start[each] - _NEAR), min(starts[line + 1] - 1, end[each] + _NEAR)
        if words_in(codes, low, high, words):
            told[each] = 1
        told[each] += is_sequential(codes, start[each], end[each]) + is_repeated(codes, start[each], end[each])
