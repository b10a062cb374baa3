"""Numbers that chats write apart, in words, in boxes or over the end of a line, written plainly: in texts as long as before.

``154-6704-7865``, ``154.6704.7865``, ``一五四六七零四七八六五``, ``1️⃣5️⃣4️⃣…``, ``粤 b 12345`` and a number of which a part stands on
the next line become ``15467047865`` and blanks, so that whoever looks for numbers finds them, and finds the name before them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import bank_card, mobile, normal, plate, resident_id

_WORDS = "零〇○一二三四五六七八九幺壹贰叁肆伍陆柒捌玖⓪①②③④⑤⑥⑦⑧⑨"
_FIGURES = str.maketrans(_WORDS, "000123456789" + "1123456789" + "0123456789")
_D = f"[0-9{_WORDS}]"
_BOX = "\ufe0f?\u20e3?"
_GAP = "[ .·-]{1,2}"
_HARD = "[.·-]"
_BEFORE, _AFTER = f"(?<![0-9{_WORDS}])(?<![0-9][.-])", f"(?!{_D})(?![.-][0-9])"
_MOBILES = (
    f"[1一幺壹①]{_D}{{10}}",
    f"[1一幺壹①]{_D}{{2}}(?:{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}|{_GAP}{_D}{{8}}|{_HARD}{_D}{{3}}{_HARD}{_D}{{5}})",
    f"[1一幺壹①]{_D}{{3}}(?:{_HARD}{_D}{{3}}{_HARD}{_D}{{4}}|{_HARD}{_D}{{4}}{_HARD}{_D}{{3}}|{_D}{{3}}{_GAP}{_D}{{4}})",
    f"[1一幺壹①](?:[ .·-]{_D}){{10}}",
    f"1{_BOX}(?:[0-9]{_BOX}){{10}}",
)
_LINE = r"[ ]?\r?\n[ ]?"
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = f"[{PROVINCES}][ ·.•-]{{0,2}}[A-Za-z][ ·.•-]{{0,2}}(?:[A-Za-z0-9]{{5,6}}|[A-Za-z0-9]{{4}}[警学挂港澳])(?![A-Za-z0-9])"
_LIKELY = (
    f"{_D}{_D}{_D}{_GAP}{_D}{_D}{_D}|(?:{_D}[ .·-]){{6}}|[{_WORDS}]{_D}{{2}}[{_WORDS}]|[0-9]\ufe0f?\u20e3|[0-9]{_LINE}[0-9]"
    f"|[{PROVINCES}][ ·.•-]{{0,2}}[A-Za-z][ ·.•-]{{0,2}}[A-Za-z0-9]{{4}}"
)
"""What a narrowed text must hold for anything to be done (RE2)."""


class Plain(NamedTuple):
    """A number in a text: where it stands there, how it reads plainly, and whether that was put together by guess."""

    start: int
    end: int
    written: str
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Straight:
    """Narrowed texts with plain numbers, and the numbers of each text (by its place) that were written otherwise."""

    texts: pa.Array
    numbers: dict[int, tuple[Plain, ...]] = field(repr=False)


def straightened(texts: pa.Array) -> Straight:
    """Write the numbers of texts plainly; no text changes its length."""
    narrowed = normal.narrow_array(texts)
    told: dict[int, tuple[Plain, ...]] = {}
    made: dict[int, str] = {}
    for place, text in normal.holding(narrowed, _LIKELY):
        if numbers := tuple(_numbers(text)):
            told[place], made[place] = numbers, _laid(text, numbers)
    if not told:
        return Straight(narrowed, told)
    changed = pa.array([place in told for place in range(len(texts))])
    return Straight(
        pc.replace_with_mask(narrowed, changed, pa.array([made[place] for place in sorted(made)], pa.string())), told
    )


def _laid(text: str, numbers: tuple[Plain, ...]) -> str:
    parts, last = [], 0
    for each in numbers:
        parts += [text[last : each.start], each.written.ljust(each.end - each.start)]
        last = each.end
    return "".join([*parts, text[last:]])


def _numbers(text: str) -> Iterator[Plain]:
    """The numbers of one text that are not written plainly, in order and apart."""
    last = 0
    for each in sorted(_candidates(text), key=lambda plain: (plain.start, -plain.end)):
        if each.start >= last and each.written != text[each.start : each.end]:
            last = each.end
            yield each


def _candidates(text: str) -> Iterator[Plain]:
    for pattern, sound, guessed in _FORMS:
        for found in pattern.finditer(text):
            written = _FIGURELESS.sub("", found[0].translate(_FIGURES)).upper()
            if sound(written):
                yield Plain(*found.span(), written, guessed)


_FIGURELESS = re.compile("[^0-9A-Za-z\u4e00-\u9fff]")
_Sound = Callable[[str], bool]


def _is_mobile(number: str) -> bool:
    return len(number) == 11 and mobile.is_valid(number)


def _is_plate(number: str) -> bool:
    return sum(sign.isdecimal() for sign in number) >= 3 and plate.is_valid(number)


_FORMS: tuple[tuple[re.Pattern[str], _Sound, bool], ...] = (
    (re.compile(f"{_BEFORE}[1-9](?:[ .-]{{0,2}}{_D}){{16}}[ .-]{{0,2}}[0-9Xx]{_AFTER}"), resident_id.is_valid, False),
    (re.compile(f"{_BEFORE}[1-9](?:(?:{_LINE})?[0-9]){{16}}(?:{_LINE})?[0-9Xx]{_AFTER}"), resident_id.is_valid, False),
    (re.compile(f"{_BEFORE}(?:62|4|5)(?:(?:{_LINE})?[0-9]){{14,17}}{_AFTER}"), bank_card.is_valid, True),
    *((re.compile(f"{_BEFORE}{shape}{_AFTER}"), _is_mobile, False) for shape in _MOBILES),
    (re.compile(f"{_BEFORE}1[3-9][0-9]{{1,8}}{_LINE}[0-9]{{2,8}}{_AFTER}(?![0-9]*[元块万])"), _is_mobile, True),
    (re.compile(_PLATE), _is_plate, False),
)
