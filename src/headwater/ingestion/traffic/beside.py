"""Words that stand where chats put the name of whom they ask for: alone beside a number or a name, before a colon, behind a word of kin."""
# 再来一个 彭远超169****6868 dw      全户 唐子 唐** 徐**      石子：没有记录      户主邵** 妻韦宁

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_GAP, _HAN = "[ ,:：，+]{0,2}", "[\u4e00-\u9fff]"
_BEHIND = re.compile(f"{_GAP}({_HAN}{{2,4}})(?!{_HAN})")
_BEFORE = re.compile(f"(?<!{_HAN})({_HAN}{{2,4}}){_GAP}(?:[+＋]?86[ -]?)?$")
_FARTHEST = 11
_LONE = re.compile(f"(?<!{_HAN})({_HAN}{{2,4}})(?!{_HAN})")
_LABEL = rf"(?:^|\n)\s*(?:\d{{1,3}}[、.)）])?\s*({_HAN}{{2,4}})[:：]"
_KIN = (
    r"(?:户主|机主|车主|配偶|法人|常联系?人?|常转|联系人|(?:^|[\s,，;；、])(?:妻|夫|子|女|父|母))[:：]?"
    rf"({_HAN}{{2,4}})"
)
PREFILTER = f"{_LABEL}|{_KIN}"
"""What a text must hold for :func:`words_told` to find anything (RE2)."""
_TOLD = (re.compile(_LABEL), re.compile(f"{_KIN}(?!{_HAN})"))
_RECORD = "[聊天记录]"


def words_beside(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Give start, end and word of what stands beside the pieces of a narrowed text, each once and apart from these.

    >>> list(words_beside("再来一个 彭远超16900006868 定位", [(8, 19)]))
    [(20, 22, '定位'), (5, 8, '彭远超')]
    """
    seen: set[int] = set()
    for start, end in taken:
        for found in (_BEHIND.match(text, end), _BEFORE.search(text[max(0, start - _FARTHEST) : start])):
            if found is None:
                continue
            shift = 0 if found.re is _BEHIND else max(0, start - _FARTHEST)
            first, last = found.start(1) + shift, found.end(1) + shift
            if first not in seen and not any(a < last and first < b for a, b in taken):
                seen.add(first)
                yield first, last, found[1]


def words_within(text: str, pieces: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, str]]:
    """Give start, end and word of what stands alone in pieces of a text: a payment names who it went to.

    >>> list(words_within("尾号9193 16227.29 程强强", [(7, 19)]))
    [(16, 19, '程强强')]
    """
    for start, end in pieces:
        for found in _LONE.finditer(text, start, end):
            yield *found.span(1), found[1]


def words_told(text: str) -> Iterator[tuple[int, int, str]]:
    """Give start, end and word of what stands before a colon at the start of a line, or behind a word of kin.

    In a record of a chat what stands before a colon is who wrote.

    >>> [word for _, _, word in words_told("石子：户主邵宁 妻韦思晨")]
    ['石子', '邵宁', '韦思晨']
    """
    for pattern in _TOLD[text.startswith(_RECORD) :]:
        for found in pattern.finditer(text):
            yield *found.span(1), found[1]
