"""What survives of an identifier when a digit is wrong, two are swapped, the middle is masked or a name is misspelt.

Halves from both ends survive one wrong, missing or doubled digit (one of two halves has no error: the pigeonhole); the
sorted digits survive a swap; the ends survive a mask; the sounds of a name survive a homophone. A part names nobody
alone: it counts only among the few requests that one broker had open at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pypinyin import Style, lazy_pinyin

from headwater.ingestion.traffic.spans import SPOILT

_HALVES = {"mobile": (6, 5), "resident_id": (9, 9), "bank_card": (8, 6), "plate": (4, 4)}
_ENDS = {"mobile": (3, 4), "resident_id": (3, 4), "bank_card": (0, 4)}
_MASKS = frozenset("*xX•●#_")


def survivals(kind: str, compact: str) -> Iterator[tuple[str, str]]:
    """Give the parts of an identifier: the kind of each, and its value.

    >>> dict(survivals("mobile", "15400001234"))["mobile>5"]
    '01234'
    >>> dict(survivals("mobile~", "154****1234"))
    {'mobile~4': '1234', 'mobile~3-4': '1541234'}
    """
    whole = kind.removesuffix(SPOILT)
    if whole == "name":
        yield "name^", sound(compact)
        return
    if whole not in _HALVES:
        return
    masked = kind != whole and not _MASKS.isdisjoint(compact[:-1])
    if not masked:
        first, last = _HALVES[whole]
        yield f"{whole}<{first}", compact[:first]
        yield f"{whole}>{last}", compact[-last:]
        yield f"{whole}#", "".join(sorted(compact))
    if whole in _ENDS:
        head, tail = _ENDS[whole]
        yield f"{whole}~{tail}", compact[-tail:]
        if head:
            yield f"{whole}~{head}-{tail}", compact[:head] + compact[-tail:]


@cache
def sound(name: str) -> str:
    """Give how a name sounds, without tones; what is no Chinese character stays.

    >>> sound("张婧") == sound("章静")
    True
    """
    return " ".join(lazy_pinyin(name, style=Style.NORMAL)).casefold()
