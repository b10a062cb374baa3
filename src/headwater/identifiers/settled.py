"""Numbers in a text that are told in one compiled pass with all that weighs on them: mobiles, identity numbers, cards.

What is told here is what the rows of ``recognisers.toml`` marked ``settles`` would tell, their filters, words of context and doubts
included; what wants a closer look stays with them. A test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers import beside, filters, mobile, resident_id
from headwater.identifiers.beside import (
    Codes,
    Tree,
    at,
    is_alphanumeric,
    is_continued,
    is_digit,
    is_in_a_code,
    is_repeated,
    is_sequential,
    is_serial,
    listed,
    words_in,
)
from headwater.identifiers.compiled import compiled
from headwater.identifiers.literals import literals
from headwater.identifiers.spotting import GROUPED, ID, LUHN, MOBILE, Places, Spots

if TYPE_CHECKING:
    from headwater.identifiers.recognisers import Recogniser

FORMS = ("mobile", "mobile_groups", "id", "id_groups", "union_card", "card")
"""What ``settles`` names, in the order of their numbers."""
_KINDS = ("mobile", "mobile", "resident_id", "resident_id", "bank_card", "bank_card")
_FILTERS = ("is_continued_number", "is_in_a_code", "is_serial", "is_one_of_numbers")
_MOBILE, _MOBILE_GROUPS, _ID, _ID_GROUPS, _UNION, _CARD = range(len(FORMS))
_ORDER, _SUFFIX, _BEHIND, _TEST = (1 << len(FORMS) + n for n in range(4))
_NAMED_BEFORE, _NAMED_BEHIND, _NEAR = 18, 9, 12
_DOUBTS, _WEIGHTS = 4, 3
_UNSURE, _NOTHING, _LET_GO = -1, -2, -3  # and less: by which filter
_CARD_BY_ITS_WORDS = 1 << 8
_RUN, _FORM, _START, _NAMED, _DOUBT, _WEIGHT, _COLUMNS = range(7)
_LABELS = beside.spelt(filters.LABELS)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled: for each its form (a place in :data:`FORMS`), where it begins and ends, and its confidence.

    ``closed`` has for every run of the spots the forms (as flags) that have nothing more to look for there, ``let_go`` how many
    candidates each filter let go.
    """

    form: Places
    start: Places
    end: Places
    confidence: npt.NDArray[np.float64]
    closed: Places = field(repr=False)
    let_go: Mapping[str, int]

    @property
    def kinds(self) -> list[str]:
        """The kind of each."""
        return [_KINDS[form] for form in self.form.tolist()]

    def open_runs(self, runs: Places, form: str) -> Places:
        """Leave out the runs in which a form has nothing more to look for."""
        is_open: npt.NDArray[np.bool_] = self.closed[runs] & (1 << FORMS.index(form)) == 0
        return runs[is_open]


@dataclass(frozen=True, slots=True)
class _Context:
    """Words that speak for a form, of orders and of tests, with their flags, and the confidence of each form by what speaks for it."""

    words: Tree
    confidence: npt.NDArray[np.float64]


def settle(codes: Codes, starts: Places, spots: Spots, rows: Sequence[Recogniser]) -> Settled:
    """Settle what can be among the runs of a text of code points (narrowed); ``starts`` is where its lines, or cells, begin."""
    context = _context(tuple(rows))
    told = np.empty((2 * len(spots.start), _COLUMNS), np.int64)
    closed = np.zeros(len(spots.start), np.int64)
    let_go = np.zeros(len(_FILTERS), np.int64)
    runs = spots.start, spots.end, spots.flags
    count = _settle(codes, starts, *runs, context.words, _LABELS, _prefixes(), _areas(), told, closed, let_go)
    told = told[:count]
    form, named, doubts, weight = (told[:, column] for column in (_FORM, _NAMED, _DOUBT, _WEIGHT))
    sure = context.confidence[form, named & 1, weight, doubts]
    by_words = context.confidence[_CARD, 1, weight, doubts]
    sure = np.where(named & _CARD_BY_ITS_WORDS, np.maximum(sure, by_words), sure)
    counts = {name: int(n) for name, n in zip(_FILTERS, let_go, strict=True) if n}
    return Settled(form, told[:, _START], spots.end[told[:, _RUN]], sure, closed, counts)


@cache
def _context(rows: tuple[Recogniser, ...]) -> _Context:
    of = {row.settles: row for row in rows}
    words = [(word, 1 << number) for number, form in enumerate(FORMS) for word in of[form].words]
    for further, flag in (
        (filters.OF_ORDERS, _ORDER),
        (filters.BEHIND_ORDERS, _SUFFIX),
        (filters.ORDERS_BEHIND, _BEHIND),
        (filters.OF_TESTS, _TEST),
    ):
        words += [(word, flag) for word in further]
    flags: dict[str, int] = {}
    for word, flag in words:
        flags[word] = flags.get(word, 0) | flag
    confidence = np.zeros((len(FORMS), 2, _WEIGHTS, _DOUBTS))
    for number, form in enumerate(FORMS):
        for named, sure in enumerate((of[form].bare, of[form].beside)):
            for place, weight in enumerate(_weights(_KINDS[number])):
                confidence[number, named, place] = [round(sure * weight / 2**doubts, 3) for doubts in range(_DOUBTS)]
    return _Context(beside.tree(literals(list(flags)), np.array(list(flags.values()), np.int64)), confidence)


def _weights(kind: str) -> tuple[float, ...]:
    """What the first digits weigh: unknown, half known, known."""
    if kind == "mobile":
        return mobile.UNASSIGNED, 1.0, 1.0
    known = resident_id.UNKNOWN, resident_id.KNOWN_PROVINCE, resident_id.KNOWN_AREA
    return tuple(sure / resident_id.KNOWN_AREA for sure in known) if kind == "resident_id" else (1.0, 1.0, 1.0)


@cache
def _prefixes() -> npt.NDArray[np.bool_]:
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
    words: Tree,
    labels: Places,
    prefixes: Any,
    areas: Any,
    told: Places,
    closed: Places,
    let_go: Places,
) -> int:
    """Fill ``told`` with what was settled, ``closed`` and ``let_go``; give how many there are."""
    count, line = 0, 0
    for run in range(len(run_start)):
        start, end, flags = run_start[run], run_end[run], run_flags[run]
        if not flags & (MOBILE | ID | LUHN):
            continue
        while line + 1 < len(starts) and starts[line + 1] <= start:
            line += 1
        while starts[line] > start:
            line -= 1
        low = starts[line]
        high = starts[line + 1] - 1 if line + 1 < len(starts) else len(codes)
        for kind in (MOBILE, ID, LUHN):
            if not flags & kind:
                continue
            if kind == MOBILE:
                form, first, weight = _mobile(codes, low, high, start, end, flags, words, labels, prefixes)
            elif kind == ID:
                form, first, weight = _id(codes, low, high, start, end, flags, areas)
            else:
                form, first, weight = _card(codes, low, high, start, end, words)
            if form == _UNSURE:
                continue
            forms = 1 << _MOBILE | 1 << _MOBILE_GROUPS if kind == MOBILE else 1 << _ID | 1 << _ID_GROUPS
            closed[run] |= 1 << _UNION | 1 << _CARD if kind == LUHN else forms
            if form <= _LET_GO:
                let_go[_LET_GO - form] += 1
            if form < 0:
                continue
            near = words_in(codes, max(low, first - _NAMED_BEFORE), first, words)
            near |= words_in(codes, end, min(high, end + _NAMED_BEHIND), words)
            named = 1 if near & (1 << form) else 0
            if form == _CARD and not named:
                continue
            by_words = form == _UNION and near & (1 << _CARD)
            around = words_in(codes, max(low, first - _NEAR), min(high, end + _NEAR), words)
            doubts = is_sequential(codes, first, end) + is_repeated(codes, first, end)
            told[count, _RUN], told[count, _FORM], told[count, _START] = run, form, first
            told[count, _NAMED] = named | (_CARD_BY_ITS_WORDS if by_words else 0)
            told[count, _DOUBT], told[count, _WEIGHT] = doubts + (1 if around & _TEST else 0), weight
            count += 1
    return count


@compiled
def _mobile(
    codes: Codes,
    low: int,
    high: int,
    start: int,
    end: int,
    flags: int,
    words: Tree,
    labels: Places,
    prefixes: Any,
) -> tuple[int, int, int]:
    """The form of a run that can be a mobile, where its number begins, and how well its first digits are known."""
    grouped = flags & GROUPED != 0
    first = end - 13 if grouped else end - 11
    if is_alphanumeric(at(codes, low, high, end)):
        return _NOTHING, 0, 0
    if grouped:
        further = at(codes, low, high, end)
        if first < start or codes[first + 3] != codes[first + 8] or is_digit(codes[first + 3]):
            return _UNSURE, 0, 0
        if (further == 32 or further == 45) and is_digit(at(codes, low, high, end + 1)):
            return _NOTHING, 0, 0
        if first > start:
            return _UNSURE, 0, 0
    outer = _with_country(codes, low, first)
    if outer > low and codes[outer - 1] == 10:
        return _UNSURE, 0, 0
    if grouped:
        before = at(codes, low, high, outer - 1)
        if (before == 32 or before == 45) and is_digit(at(codes, low, high, outer - 2)):
            return _UNSURE, 0, 0
    elif is_continued(codes, low, high, outer, end):
        return _LET_GO, 0, 0
    if is_in_a_code(codes, low, high, outer, end, labels):
        return _LET_GO - 1, 0, 0
    if is_serial(codes, low, outer, words, _ORDER, _SUFFIX):
        return _LET_GO - 2, 0, 0
    if words_in(codes, end, min(high, end + _NEAR), words) & _BEHIND:
        return _UNSURE, 0, 0
    list_of = listed(codes, low, high, outer, end)
    if list_of:
        return _LET_GO - 3 if list_of == 1 else _UNSURE, 0, 0
    if at(codes, low, high, outer - 1) == 47:
        return _UNSURE, 0, 0
    prefix = 0
    for place in range(first, first + 3):
        prefix = 10 * prefix + int(codes[place]) - 48
    return _MOBILE_GROUPS if grouped else _MOBILE, first, 1 if prefixes[prefix] else 0


@compiled
def _with_country(codes: Codes, low: int, first: int) -> int:
    """Where the code of the country begins that stands before a number: ``(+0086) `` and its parts; the number itself without one."""
    place = first
    if place > low and (codes[place - 1] == 32 or codes[place - 1] == 45):
        place -= 1
    if place > low and codes[place - 1] == 41:
        place -= 1
    if place - 2 < low or codes[place - 1] != 54 or codes[place - 2] != 56:
        return first
    place -= 2
    best = place if not (place > low and is_digit(codes[place - 1])) else first
    if place - 2 >= low and codes[place - 1] == 48 and codes[place - 2] == 48:
        if not (place - 2 > low and is_digit(codes[place - 3])):
            best = place - 2
        place = place - 2
    for mark in (43, 40):
        if place > low and codes[place - 1] == mark:
            place -= 1
            if not (place > low and is_digit(codes[place - 1])):
                best = place
    return best


@compiled
def _id(codes: Codes, low: int, high: int, start: int, end: int, flags: int, areas: Any) -> tuple[int, int, int]:
    """The form of a run that is an identity number by its check, where it begins, and how well its area is known."""
    if is_digit(at(codes, low, high, end)) or codes[start] == 48:
        return _UNSURE, 0, 0
    form = _ID
    if flags & GROUPED:
        before, behind = at(codes, low, high, start - 1), at(codes, low, high, end)
        if (before == 32 or before == 45) and is_digit(at(codes, low, high, start - 2)):
            return _UNSURE, 0, 0
        if (behind == 32 or behind == 45) and is_digit(at(codes, low, high, end + 1)):
            return _UNSURE, 0, 0
        form = _id_form(codes, start, end)
        if form < 0:
            return form, 0, 0
    if is_continued(codes, low, high, start, end):
        return _UNSURE, 0, 0
    number, size = 0, 0
    for place in range(start, end):
        if is_digit(codes[place]) and size < 14:
            number = 10 * number + int(codes[place]) - 48
            size += 1
    year, day = number // 10000 % 10000, number % 10000
    if not 1900 <= year <= 2099 or day == 229:
        return _UNSURE, 0, 0
    return form, start, int(areas[number // 10**8])


@compiled
def _id_form(codes: Codes, start: int, end: int) -> int:
    """Whether the gaps of an identity number stand where one writes them: after its parts, or after every four digits."""
    digits, parts, fours, gaps = 0, True, True, 0
    for place in range(start, end):
        code = int(codes[place])
        if is_alphanumeric(code):
            digits += 1
        else:
            gaps += 1
            parts = parts and (digits == 3 or digits == 6 or digits == 10 or digits == 12 or digits == 14)
            fours = fours and digits % 4 == 0
    if parts:
        return _ID
    return _ID_GROUPS if fours and gaps == 4 else _UNSURE


@compiled
def _card(codes: Codes, low: int, high: int, start: int, end: int, words: Tree) -> tuple[int, int, int]:
    """The form of a run that is a card by its check, and where it begins."""
    before, behind = at(codes, low, high, start - 1), at(codes, low, high, end)
    if is_alphanumeric(before) or is_alphanumeric(behind) or (start > low and before == 10):
        return _UNSURE, 0, 0
    if (before == 32 or before == 45) and is_digit(at(codes, low, high, start - 2)):
        return _UNSURE, 0, 0
    if (behind == 32 or behind == 45) and is_digit(at(codes, low, high, end + 1)):
        return _UNSURE, 0, 0
    digits, gap = 0, 0
    for place in range(start, end):
        code = int(codes[place])
        if is_digit(code):
            digits += 1
        elif digits % 4 or (gap and gap != code) or digits > 16 or digits == 0:
            return _UNSURE, 0, 0
        else:
            gap = code
    gaps = end - start - digits
    if codes[start] < 51 or (gaps and gaps != (digits - 1) // 4):
        return _UNSURE, 0, 0
    fits = digits == 16 or digits == 19 or (digits == 17 and not gaps)
    is_union = fits and codes[start] == 54 and codes[start + 1] == 50
    if is_continued(codes, low, high, start, end):
        return _LET_GO if is_union else _NOTHING, 0, 0
    if is_serial(codes, low, start, words, _ORDER, _SUFFIX):
        return _LET_GO - 2 if is_union else _NOTHING, 0, 0
    if words_in(codes, end, min(high, end + _NEAR), words) & _BEHIND:
        return _UNSURE, 0, 0
    return _UNION if is_union else _CARD, start, 0
