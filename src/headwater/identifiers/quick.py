"""Cells that are identifiers in their normal form already, told in one compiled pass: nearly all of a large table's.

What is not told here may still be valid: it goes the longer way. What is told is valid, and its own normal form. The same pass knows
cells that are one number or one code, in which nothing stands that a column as a whole would not have shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import name
from headwater.identifiers.compiled import compiled
from headwater.identifiers.simplified import simplified
from headwater.identifiers.spotting import is_id

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
_PLANE = 1 << 16
_UNSURE = 2
NOTHING = ("", "-", "--", "/", "无", "空", "未知", "NULL", "null", "None", "nan", "NaN", "N/A", "n/a")
"""What stands in cells that say nothing."""
_NOTHING_SIZE = np.array([len(word.encode()) for word in NOTHING])
_NOTHING = np.array([list(word.encode().ljust(8, b"\0")) for word in NOTHING], np.uint8)
_CJK, _SURNAME, _ENDING, _DOUBT, _PLACE, _UNIT = 1, 2, 4, 8, 16, 32


def quick(kind: str, values: pa.Array) -> Flags | None:
    """Tell which cells of a string array are valid and in normal form; ``None`` for kinds that have no quick way."""
    check = _CHECKS.get(kind)
    if check is None or not len(values):
        return None
    found = np.zeros(len(values), np.bool_)
    check(*_laid_out(values), found)
    return found


def is_code(values: pa.Array) -> Flags:
    """Tell which cells of a string array are a number, a time, or a code of at most eight letters before at most fourteen digits.

    Eighteen digits or more are a number too unless their check digit makes them a resident identity number.
    """
    found = np.zeros(len(values), np.bool_)
    if len(values):
        _codes(*_laid_out(values), found)
    return found


def says_something(values: pa.Array) -> tuple[Flags, Flags]:
    """Tell which cells of a string array are filled, and for which that is not told because odd spaces stand around them."""
    told = np.zeros(len(values), np.uint8)
    if len(values):
        _tell_filled(*_laid_out(values), told)
        if values.null_count:
            told[np.asarray(values.is_null().to_numpy(zero_copy_only=False))] = 0
    return told == 1, told == _UNSURE


def _laid_out(values: pa.Array) -> tuple[Bytes, Offsets]:
    _, offsets, data = values.buffers()
    where = np.frombuffer(offsets, np.int32)[values.offset : values.offset + len(values) + 1]
    return np.frombuffer(data or b"", np.uint8), where


def _resident_ids(data: Bytes, offsets: Offsets, found: Flags) -> None:
    _find_ids(data, offsets, found)


def _mobiles(data: Bytes, offsets: Offsets, found: Flags) -> None:
    _find_mobiles(data, offsets, found)


def _names(data: Bytes, offsets: Offsets, found: Flags) -> None:
    _find_names(data, offsets, _characters(), found)


def _addresses(data: Bytes, offsets: Offsets, found: Flags) -> None:
    _find_addresses(data, offsets, _characters(), found)


_CHECKS: Mapping[str, Callable[[Bytes, Offsets, Flags], None]] = MappingProxyType(
    {"resident_id": _resident_ids, "mobile": _mobiles, "name": _names, "address": _addresses}
)


@cache
def _characters() -> Bytes:
    """What every character of the basic plane can be in a name or an address; 0 for all that is not simplified Chinese."""
    told = np.zeros(_PLANE, np.uint8)
    for code in range(0x4E00, 0x9FA6):
        if simplified(chr(code)) == chr(code):
            told[code] = _CJK
    for characters, flag in (
        (name.single_surnames(), _SURNAME),
        (name.ENDINGS, _ENDING),
        (name.DOUBTED, _DOUBT),
        ("省市区县旗镇乡路街巷弄村苑里屯庄道", _PLACE),
        ("号弄栋幢座室楼层组户", _UNIT),
    ):
        for character in characters:
            told[ord(character)] |= flag
    return told


@compiled
def _find_ids(data: Bytes, offsets: Offsets, found: Flags) -> None:
    numbers = np.zeros(18, np.int64)
    for cell in range(len(found)):
        start = offsets[cell]
        if offsets[cell + 1] - start != 18 or data[start] == 48:
            continue
        fits = True
        for place in range(18):
            byte = data[start + place]
            if 48 <= byte <= 57:
                numbers[place] = byte - 48
            elif place == 17 and byte == 88:
                numbers[place] = 10
            else:
                fits = False
                break
        if fits and is_id(numbers):
            year = numbers[6] * 1000 + numbers[7] * 100 + numbers[8] * 10 + numbers[9]
            day = numbers[12] * 10 + numbers[13]
            found[cell] = 1900 <= year <= 2019 and day <= 28


@compiled
def _find_mobiles(data: Bytes, offsets: Offsets, found: Flags) -> None:
    for cell in range(len(found)):
        start = offsets[cell]
        if offsets[cell + 1] - start != 11 or data[start] != 49 or data[start + 1] < 51:
            continue
        fits = True
        for place in range(11):
            fits = fits and 48 <= data[start + place] <= 57
        found[cell] = fits


@compiled
def _wide(data: Bytes, place: int, end: int) -> int:
    """The code point of the three-byte character at a place; 0 where there is none."""
    if place + 3 > end or data[place] & 0xF0 != 0xE0:
        return 0
    lead, middle, tail = (
        np.int64(data[place] & 0x0F),
        np.int64(data[place + 1] & 0x3F),
        np.int64(data[place + 2] & 0x3F),
    )
    return int((lead << 12) | (middle << 6) | tail)


@compiled
def _find_names(data: Bytes, offsets: Offsets, characters: Bytes, found: Flags) -> None:
    for cell in range(len(found)):
        start, end = offsets[cell], offsets[cell + 1]
        size = end - start
        if size % 3 or size < 6 or size > 12:
            continue
        first = characters[_wide(data, start, end)]
        fits = first & _CJK != 0 and first & _SURNAME != 0 and first & _DOUBT == 0
        last = np.uint8(0)
        for place in range(start, end, 3):
            last = characters[_wide(data, place, end)]
            fits = fits and last & _CJK != 0
        found[cell] = fits and last & _ENDING == 0


@compiled
def _find_addresses(data: Bytes, offsets: Offsets, characters: Bytes, found: Flags) -> None:
    for cell in range(len(found)):
        place, end = offsets[cell], offsets[cell + 1]
        size, fits, has_place, is_address, since = 0, True, False, False, 0
        before_cjk, before_digit = False, False
        while place < end and fits:
            byte = data[place]
            if byte < 128:
                before_digit = 48 <= byte <= 57
                fits = before_digit or 65 <= byte <= 90 or byte == 45 or byte == 35
                before_cjk = False
                place += 1
            else:
                told = characters[_wide(data, place, end)]
                fits = told & _CJK != 0
                if told & _UNIT and before_digit and has_place:
                    is_address = True
                since += 1
                if told & _PLACE and before_cjk:
                    if not has_place:
                        has_place, since = True, 0
                    elif since >= 2:  # the two places share no character
                        is_address = True
                before_cjk, before_digit = True, False
                place += 3
            size += 1
        found[cell] = fits and is_address and 6 <= size <= 120


@compiled
def _codes(data: Bytes, offsets: Offsets, found: Flags) -> None:
    numbers = np.zeros(18, np.int64)
    for cell in range(len(found)):
        start, end = offsets[cell], offsets[cell + 1]
        place = start
        while place < end and place - start < 9 and (65 <= data[place] <= 90 or 97 <= data[place] <= 122):
            place += 1
        letters = place - start
        digits, groups, run, longest, fits = 0, 1, 0, 0, letters < 9
        colons, is_time = 0, letters == 0
        while place < end and fits:
            byte = data[place]
            if 48 <= byte <= 57:
                if digits < 18:
                    numbers[digits] = byte - 48
                digits += 1
                run += 1
                longest = max(longest, run)
            elif byte == 45 or byte == 46 or byte == 47 or byte == 58 or byte == 32 or byte == 84 or byte == 44:
                groups += 1
                colons += byte == 58
                is_time = is_time and run <= 4
                run = 0
            else:
                fits = False
            place += 1
        if not fits or digits == 0:
            continue
        if groups == 1:
            found[cell] = digits <= 14 or (letters == 0 and not (digits == 18 and is_id(numbers)) and digits != 15)
        elif groups == 2:
            found[cell] = letters == 0 and digits <= 14 and _point(data, start, end)
        else:
            found[cell] = is_time and longest <= 4 and groups <= 7 and run <= 4 and (digits <= 8 or colons > 0)


@compiled
def _point(data: Bytes, start: int, end: int) -> bool:
    """Whether the only mark in a number is its decimal point."""
    for place in range(start, end):  # noqa: SIM110  (compiled: a generator is not)
        if data[place] == 46:
            return True
    return False


@compiled
def _tell_filled(data: Bytes, offsets: Offsets, told: Bytes) -> None:
    for cell in range(len(told)):
        start, end = offsets[cell], offsets[cell + 1]
        size = end - start
        if size == 0:
            told[cell] = 0
            continue
        first, last = data[start], data[end - 1]
        opens = 33 <= first <= 126 or 228 <= first <= 233
        if size > 15 and opens:
            told[cell] = 1
        elif not opens or not (33 <= last <= 126 or (size >= 3 and 228 <= data[end - 3] <= 233)):
            told[cell] = _UNSURE
        else:
            told[cell] = not _means_nothing(data, start, size)


@compiled
def _means_nothing(data: Bytes, start: int, size: int) -> bool:
    for word in range(len(_NOTHING_SIZE)):
        if _NOTHING_SIZE[word] == size:
            same = True
            for place in range(size):
                same = same and data[start + place] == _NOTHING[word, place]
            if same:
                return True
    return False
