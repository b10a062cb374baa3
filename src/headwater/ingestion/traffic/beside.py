"""Words that stand alone right beside a number or a name, where chats put the name of whom they ask for."""
# 再来一个 彭远超169****6868 dw      全户 唐子 唐** 徐**

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_GAP, _HAN = "[ ,:：，]{0,2}", "[\u4e00-\u9fff]"
_BEHIND = re.compile(f"{_GAP}({_HAN}{{2,4}})(?!{_HAN})")
_BEFORE = re.compile(f"(?<!{_HAN})({_HAN}{{2,4}}){_GAP}$")
_FARTHEST = 7


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
