"""One pass over a text that tells where identifiers can stand: words of context, runs of digits, and codes of letters and digits.

Nearly everything that is no identifier is let go here, compiled and in linear time: eighteen digits whose check digit fails, sixteen that
fail Luhn, groups of digits that nobody writes a number in. What is left is looked at by the recognisers, in a window around it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled
from headwater.identifiers.literals import Literals

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

CODE, PLAIN, GROUPED = 1, 2, 4
"""What a run is: letters and digits, digits alone (an X may end them), digits in groups with a space or a hyphen between them."""
ID, LUHN, MOBILE, LANDLINE = 16, 32, 64, 128
"""What a run of digits can be by its checks and its form."""
LONGEST = 64
_GROUPS = 8
_SHORTEST = 11  # digits of the shortest number that has a form of its own; a landline in groups has one less
_ROOM = 12

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], np.int64)
_CHECKS = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2], np.int64)
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], np.int64)


@dataclass(frozen=True, slots=True)
class Spots:
    """Where something can stand: words (their end, and the state of the automaton there) and runs (start, end, length, flags)."""

    word_end: Places
    word_state: Places
    start: Places
    end: Places
    length: Places
    flags: Places


def spots(codes: Codes, words: Literals, plain: Flags, code: Flags) -> Spots:
    """Look through a text of code points (narrowed).

    ``plain`` and ``code`` say for each length up to :data:`LONGEST` whether runs of digits, and of letters and digits, are wanted
    whatever their checks say. Cost: some nanoseconds a character.
    """
    hits, runs = len(codes) // _ROOM + 1024, len(codes) // _ROOM + 1024
    while True:
        hit, run = np.empty((hits, 2), np.int64), np.empty((runs, 4), np.int64)
        ran = _spot(codes, plain, code, run)
        found = _words(codes, words.class_of, words.step, words.classes, words.first, words.pairs, hit)
        if found <= hits and ran <= runs:
            hit, run = hit[:found], run[:ran]
            return Spots(hit[:, 0], hit[:, 1], run[:, 0], run[:, 1], run[:, 2], run[:, 3])
        hits, runs = max(hits, found), max(runs, ran)


@compiled
def _words(
    codes: Codes,
    class_of: npt.NDArray[np.uint16],
    step: npt.NDArray[np.int32],
    classes: int,
    first: npt.NDArray[np.int32],
    pairs: Flags,
    hit: Places,
) -> int:
    """Fill ``hit`` with the words, by their ends and states; give how many there are, also where they do not fit."""
    found, size = 0, len(codes)
    after = np.int64(0)
    for back in range(size - 1, -1, -1):
        c = codes[back]
        symbol = np.int64(class_of[c]) if c < 65536 else np.int64(0)
        if symbol and pairs[symbol * classes + after]:
            state, place = np.int64(0), back
            while place < size:
                c = codes[place]
                state = np.int64(step[state * classes + class_of[c]]) if c < 65536 else np.int64(0)
                if state == 0:
                    break
                place += 1
                if first[state] != first[state + 1]:
                    if found < len(hit):
                        hit[found, 0], hit[found, 1] = place, state
                    found += 1
        after = symbol
    return found


@compiled
def _spot(codes: Codes, plain: Flags, code: Flags, run: Places) -> int:
    """Fill ``run`` with the runs of digits and codes; give how many there are, also where they do not fit."""
    ran, size = 0, len(codes)
    word, digits = -1, -1  # where the present run of letters and digits, and of digits, began
    letters, figures = 0, 0
    starts, ends = np.zeros(_GROUPS, np.int64), np.zeros(_GROUPS, np.int64)
    groups, amount = 0, 0
    numbers = np.zeros(LONGEST, np.int64)
    for place in range(size + 1):
        c = codes[place] if place < size else 10
        is_digit = 48 <= c <= 57
        if is_digit:
            figures += 1
            if digits < 0:
                digits = place
        elif digits >= 0:
            end = place
            if (c == 88 or c == 120) and end - digits != 18 and not (place + 1 < size and 48 <= codes[place + 1] <= 57):
                end = place + 1  # an X ends the number
            if end - digits >= _SHORTEST or plain[end - digits]:
                ran = _plain_run(codes, digits, end, plain, numbers, run, ran)
            amount += end - digits
            if groups == _GROUPS:
                for back in range(_GROUPS - 1):
                    starts[back], ends[back] = starts[back + 1], ends[back + 1]
                groups -= 1
            starts[groups], ends[groups] = digits, end
            groups += 1
            if groups > 1 and amount >= _SHORTEST - 1:
                ran = _grouped_runs(codes, starts, ends, groups, numbers, run, ran)
            digits = -1
            if not ((c == 32 or c == 45) and place + 1 < size and 48 <= codes[place + 1] <= 57):
                groups, amount = 0, 0
        is_letter = 65 <= c <= 90 or 97 <= c <= 122
        if is_digit or is_letter:
            letters += is_letter
            if word < 0:
                word = place
        elif word >= 0:
            length = place - word
            if length < LONGEST and letters and figures and code[length]:
                if ran < len(run):
                    run[ran, 0], run[ran, 1], run[ran, 2], run[ran, 3] = word, place, length, CODE
                ran += 1
            word, letters, figures = -1, 0, 0
    return ran


@compiled
def _plain_run(codes: Codes, start: int, end: int, plain: Flags, numbers: Places, run: Places, ran: int) -> int:
    """Note a run of digits without a gap if it can be anything; give how many runs there are."""
    length = end - start
    if length >= LONGEST:
        return ran
    flags = _form(codes, start, end, numbers)
    if not flags and not plain[length]:
        return ran
    if ran < len(run):
        run[ran, 0], run[ran, 1], run[ran, 2], run[ran, 3] = start, end, length, flags | PLAIN
    return ran + 1


@compiled
def _grouped_runs(
    codes: Codes, starts: Places, ends: Places, groups: int, numbers: Places, run: Places, ran: int
) -> int:
    """Note what the last group of digits makes together with those before it."""
    end = ends[groups - 1]
    has_x = codes[end - 1] > 57
    for back in range(groups - 2, -1, -1):
        flags = _grouped(codes, starts, ends, back, groups, numbers)
        if has_x and flags <= 0:  # the X may be of a word that follows
            ends[groups - 1] = end - 1
            flags = _grouped(codes, starts, ends, back, groups, numbers)
            ends[groups - 1] = end
        if flags < 0:
            break
        if flags:
            if ran < len(run):
                run[ran, 0], run[ran, 1], run[ran, 2], run[ran, 3] = (
                    starts[back],
                    end,
                    end - starts[back],
                    flags | GROUPED,
                )
            ran += 1
    return ran


@compiled
def _form(codes: Codes, start: int, end: int, numbers: Places) -> int:
    """What digits that stand without a gap can be."""
    length = end - start
    last = codes[end - 1]
    has_x = last == 88 or last == 120
    if length == 18:
        _read(codes, start, end, 0, numbers)
        flags = ID if is_id(numbers) else 0
        return flags if has_x else flags | (LUHN if _luhn(numbers, 18) else 0)
    if has_x:
        return 0
    if 16 <= length <= 19:
        _read(codes, start, end, 0, numbers)
        return LUHN if _luhn(numbers, length) else 0
    if length == 11:
        return MOBILE if _is_mobile(codes, start) else 0
    if length == 13:
        return MOBILE if codes[start] == 56 and codes[start + 1] == 54 and _is_mobile(codes, start + 2) else 0
    if length == 15:
        zeros = codes[start] == 48 and codes[start + 1] == 48
        return (
            MOBILE
            if zeros and codes[start + 2] == 56 and codes[start + 3] == 54 and _is_mobile(codes, start + 4)
            else 0
        )
    return 0


@compiled
def _grouped(codes: Codes, starts: Places, ends: Places, first: int, groups: int, numbers: Places) -> int:
    """What groups of digits from ``first`` on can be together; -1 where they are more digits than any number has."""
    total = 0
    for each in range(first, groups):
        total += ends[each] - starts[each]
    if total > 20:
        return -1
    count, head, start = groups - first, ends[first] - starts[first], starts[first]
    last = ends[groups - 1] - starts[groups - 1]
    has_x = codes[ends[groups - 1] - 1] > 57
    flags = 0
    if 16 <= total <= 19:
        filled = 0
        for each in range(first, groups):
            filled = _read(codes, starts[each], ends[each], filled, numbers)
        if total == 18 and is_id(numbers):
            flags |= ID
        if not has_x and _luhn(numbers, total):
            flags |= LUHN
    elif has_x:
        return 0
    elif (
        total == 11 and _is_mobile_head(codes, start, head) and (count == 2 or (count == 3 and head == 3 and last == 4))
    ):
        flags |= MOBILE
    if count == 2 and (head == 3 or head == 4) and codes[start] == 48 and (last == 7 or last == 8):
        flags |= LANDLINE
    return flags


@compiled
def _read(codes: Codes, start: int, end: int, filled: int, numbers: Places) -> int:
    for place in range(start, end):
        numbers[filled] = codes[place] - 48 if codes[place] <= 57 else 10
        filled += 1
    return filled


@compiled
def _is_mobile(codes: Codes, start: int) -> bool:
    return bool(codes[start] == 49 and codes[start + 1] >= 51)


@compiled
def _is_mobile_head(codes: Codes, start: int, head: int) -> bool:
    return bool(head >= 2 and codes[start] == 49 and codes[start + 1] >= 51)


@compiled
def _luhn(numbers: Places, length: int) -> bool:
    total = 0
    for back in range(length):
        digit = numbers[length - 1 - back]
        if back % 2:
            digit = 2 * digit - 9 if digit > 4 else 2 * digit
        total += digit
    return bool(total % 10 == 0)


@compiled
def is_id(numbers: Places) -> bool:
    """Whether eighteen figures (the last may be 10 for X) are a resident identity number: check digit, and a day that can be one."""
    total = 0
    for place in range(17):
        if numbers[place] > 9:
            return False
        total += numbers[place] * _WEIGHTS[place]
    if _CHECKS[total % 11] != numbers[17]:
        return False
    month = numbers[10] * 10 + numbers[11]
    day = numbers[12] * 10 + numbers[13]
    return bool(1 <= month <= 12 and 1 <= day <= _DAYS[month])
