"""Runs of digits that are plainly a mobile, an identity number or a card in a text, told in one compiled pass with all that weighs on them.

What is told here is what the rows of ``recognisers.toml`` marked ``settles`` would tell, their filters, words of context and doubts
included; whatever needs a closer look stays with them. A test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from headwater.identifiers import filters, mobile, resident_id
from headwater.identifiers.compiled import compiled
from headwater.identifiers.literals import Literals, literals
from headwater.identifiers.spotting import ID, LUHN, MOBILE, PLAIN, Codes, Flags, Places, Spots

if TYPE_CHECKING:
    from headwater.identifiers.recognisers import Recogniser

KINDS = ("mobile", "resident_id", "bank_card")
"""The kinds that are settled here, in the order of their numbers."""
NOTHING, UNSURE = 16, -1
"""What the pass says of a run that wants a closer look, and adds to the kind of one in which the row of its kind finds nothing."""
_BEFORE, _BEHIND = 18, 9
_DOUBTS = 4
_SERIAL, _TEST = 1 << len(KINDS), 2 << len(KINDS)
_OUT = 5  # columns of what the pass tells: run, verdict, named, doubts, class of weight


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: for each its kind (a place in :data:`KINDS`), its run (a place in the spots), and its confidence.

    ``closed`` has for every run the kind whose row has nothing more to look for there, -1 for none.
    """

    kind: Places
    run: Places
    confidence: npt.NDArray[np.float64]
    closed: Places = field(repr=False)

    @staticmethod
    def number_of(kind: str) -> int:
        """The number of a kind."""
        return KINDS.index(kind)


@dataclass(frozen=True, slots=True)
class _Context:
    """Words that speak for a kind, of orders, and of tests: a tree of them, and the flags of each."""

    words: Literals
    flags: Places
    weights: npt.NDArray[np.float64]


def settle(codes: Codes, starts: Places, spots: Spots, rows: Sequence[Recogniser]) -> Settled:
    """Settle what can be among the runs of a text of code points (narrowed); ``starts`` is where its lines, or cells, begin."""
    told = np.empty((len(spots.start), _OUT), np.int64)
    context = _context(tuple(rows))
    words = context.words
    count = _settle(
        *(codes, starts, spots.start, spots.end, spots.flags),
        *(words.class_of, words.step, words.classes, words.first, words.ends, context.flags),
        *(_prefixes(), _areas(), told),
    )
    told = told[:count]
    closed = np.full(len(spots.start), -1, np.int64)
    closed[told[:, 0]] = told[:, 1] % NOTHING
    told = told[told[:, 1] < NOTHING]
    kind, run, named, doubts, weight = told[:, 1], told[:, 0], told[:, 2], told[:, 3], told[:, 4]
    return Settled(kind, run, context.weights[kind, named, weight, doubts], closed)


@cache
def _context(rows: tuple[Recogniser, ...]) -> _Context:
    flags: dict[str, int] = {}
    of = {row.kind.name: row for row in rows}
    words = [(word, 1 << number) for number, kind in enumerate(KINDS) for word in of[kind].words]
    words += [(word, _SERIAL) for word in filters.OF_ORDERS] + [(word, _TEST) for word in filters.OF_TESTS]
    for word, flag in words:
        flags[word] = flags.get(word, 0) | flag
    weights = np.zeros((len(KINDS), 2, 3, _DOUBTS))
    for number, kind in enumerate(KINDS):
        for named, sure in enumerate((of[kind].bare, of[kind].beside)):
            for place, weight in enumerate(_WEIGHTS[kind]):
                weights[number, named, place] = [round(sure * weight / 2**doubts, 3) for doubts in range(_DOUBTS)]
    return _Context(literals(list(flags)), np.array(list(flags.values()), np.int64), weights)


_WEIGHTS = {
    "mobile": (mobile.UNASSIGNED, 1.0, 1.0),
    "resident_id": tuple(
        sure / resident_id.KNOWN_AREA
        for sure in (resident_id.UNKNOWN, resident_id.KNOWN_PROVINCE, resident_id.KNOWN_AREA)
    ),
    "bank_card": (1.0, 1.0, 1.0),
}


@cache
def _prefixes() -> Flags:
    """Which prefixes of three digits are in use."""
    used = np.zeros(1000, np.bool_)
    used[[int(prefix) for prefix in mobile.prefixes()]] = True
    return used


@cache
def _areas() -> npt.NDArray[np.uint8]:
    """For each area code of six digits how well it is known: 2, 1 for its province alone, 0."""
    known = np.zeros(10**6, np.uint8)
    for province in resident_id.PROVINCES:
        known[int(province) * 10**4 : (int(province) + 1) * 10**4] = 1
    known[[int(area) for area in resident_id.areas()]] = 2
    known[9 * 10**5 :] = 2
    return known


@compiled
def _settle(
    codes: Codes,
    starts: Places,
    run_start: Places,
    run_end: Places,
    run_flags: Places,
    class_of: npt.NDArray[np.uint16],
    step: npt.NDArray[np.int32],
    classes: int,
    first: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    flags: Places,
    prefixes: Flags,
    areas: npt.NDArray[np.uint8],
    told: Places,
) -> int:
    """Fill ``told`` with what each run is that one of the kinds speaks of; give how many there are."""
    count, line = 0, 0
    for run in range(len(run_start)):
        start, end = run_start[run], run_end[run]
        if not run_flags[run] & PLAIN or not run_flags[run] & (MOBILE | ID | LUHN):
            continue
        while line + 1 < len(starts) and starts[line + 1] <= start:
            line += 1
        while starts[line] > start:
            line -= 1
        low = starts[line]
        high = starts[line + 1] - 1 if line + 1 < len(starts) else len(codes)
        verdict, weight = _verdict(codes, low, high, start, end, run_flags[run], prefixes, areas)
        named, doubts = 0, 0
        if 0 <= verdict < NOTHING:
            near = _words_in(codes, max(low, start - _BEFORE), start, class_of, step, classes, first, ends, flags)
            behind = _words_in(codes, end, min(high, end + _BEHIND), class_of, step, classes, first, ends, flags)
            named = 1 if (near | behind) & (1 << verdict) else 0
            if verdict != 1:
                orders = near | _words_in(codes, end, min(high, end + 12), class_of, step, classes, first, ends, flags)
                if orders & _SERIAL:
                    verdict = UNSURE
            around = _words_in(
                codes, max(low, start - 12), min(high, end + 12), class_of, step, classes, first, ends, flags
            )
            doubts = (1 if around & _TEST else 0) + _is_sequential(codes, start, end) + _is_repeated(codes, start, end)
        if verdict == UNSURE:
            continue
        told[count, 0], told[count, 1], told[count, 2] = run, verdict, named
        told[count, 3], told[count, 4] = doubts, weight
        count += 1
    return count


@compiled
def _verdict(
    codes: Codes, low: int, high: int, start: int, end: int, flags: int, prefixes: Flags, areas: npt.NDArray[np.uint8]
) -> tuple[int, int]:
    """Which kind a run is by itself and by what touches it, and the class of its weight."""
    length = end - start
    before = np.int64(codes[start - 1]) if start > low else np.int64(10)
    further = np.int64(codes[start - 2]) if start - 1 > low else np.int64(10)
    behind = np.int64(codes[end]) if end < high else np.int64(10)
    beyond = np.int64(codes[end + 1]) if end + 1 < high else np.int64(10)
    if (before == 45 or before == 46) and _is_digit(further):
        return UNSURE, 0
    if (behind == 45 or behind == 46) and _is_digit(beyond):
        return UNSURE, 0
    if flags & ID:
        year = 0
        for place in range(start + 6, start + 10):
            year = 10 * year + np.int64(codes[place]) - 48
        if codes[start] == 48 or not 1900 <= year <= 2099 or _is_leap_day(codes, start):
            return UNSURE, 0
        area = 0
        for place in range(start, start + 6):
            area = 10 * area + np.int64(codes[place]) - 48
        return 1, np.int64(areas[area])
    if flags & MOBILE and _is_alphanumeric(behind):
        return NOTHING, 0
    is_union = codes[start] == 54 and codes[start + 1] == 50 and (length == 16 or length == 17 or length == 19)
    if flags & LUHN and not is_union:
        return 2 + NOTHING, 0
    if _is_alphanumeric(before) or _is_alphanumeric(behind):
        return UNSURE, 0
    if (behind == 45 or behind == 46) and _is_alphanumeric(beyond):
        return UNSURE, 0
    if flags & MOBILE:
        if length != 11 or before == 41 or before == 43 or before == 45 or before == 47:
            return UNSURE, 0
        if before == 32 and (_is_digit(further) or further == 41):
            return UNSURE, 0
        if _is_listed(before, further) or _is_listed(behind, beyond):
            return UNSURE, 0
        prefix = 0
        for place in range(start, start + 3):
            prefix = 10 * prefix + np.int64(codes[place]) - 48
        return 0, np.int64(prefixes[prefix])
    if (before == 32 or before == 45) and _is_digit(further):
        return UNSURE, 0
    return 2, 0


@compiled
def _is_digit(code: int) -> bool:
    return bool(48 <= code <= 57)


@compiled
def _is_alphanumeric(code: int) -> bool:
    return bool(48 <= code <= 57 or 65 <= code <= 90 or 97 <= code <= 122)


@compiled
def _is_listed(near: int, next_to_it: int) -> bool:
    """Whether a number may go on as a list: a comma beside it, or a space and a comma."""
    return bool(_is_comma(near) or (not _is_alphanumeric(near) and _is_comma(next_to_it)))


@compiled
def _is_comma(code: int) -> bool:
    return bool(code == 44 or code == 59 or code == 0x3001 or code == 0xFF0C or code == 0xFF1B)


@compiled
def _is_leap_day(codes: Codes, start: int) -> bool:
    return bool(
        codes[start + 10] == 48 and codes[start + 11] == 50 and codes[start + 12] == 50 and codes[start + 13] == 57
    )


@compiled
def _is_sequential(codes: Codes, start: int, end: int) -> int:
    """Whether six figures in ten, one after the other, count up or down by one."""
    size = 0
    for place in range(start, end):
        size += _is_digit(codes[place])
    most = max(6, -(-6 * size // 10))
    for step in (1, -1):
        run = 1
        for place in range(start + 1, start + size):
            run = run + 1 if (np.int64(codes[place]) - np.int64(codes[place - 1]) - step) % 10 == 0 else 1
            if run >= most:
                return 1
    return 0


@compiled
def _is_repeated(codes: Codes, start: int, end: int) -> int:
    """Whether seven figures in ten are the same."""
    counts = np.zeros(10, np.int64)
    size = 0
    for place in range(start, end):
        if _is_digit(codes[place]):
            counts[codes[place] - 48] += 1
            size += 1
    return 1 if counts.max() >= 0.7 * size else 0


@compiled
def _words_in(
    codes: Codes,
    start: int,
    end: int,
    class_of: npt.NDArray[np.uint16],
    step: npt.NDArray[np.int32],
    classes: int,
    first: npt.NDArray[np.int32],
    ends: npt.NDArray[np.int32],
    flags: Places,
) -> int:
    """The flags of all words that lie in a stretch."""
    told = np.int64(0)
    for begin in range(start, end):
        state, place = np.int64(0), begin
        while place < end:
            c = codes[place]
            state = np.int64(step[state * classes + class_of[c]]) if c < 65536 else np.int64(0)
            if state == 0:
                break
            place += 1
            for word in range(first[state], first[state + 1]):
                told |= flags[ends[word]]
    return told
