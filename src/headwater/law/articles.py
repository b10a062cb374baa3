"""The order of articles: an article's place from its own words, so that lists of them follow the law."""

from __future__ import annotations

import re
from functools import cache

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")}
_PLACE = re.compile(
    r"第(?P<article>[零一二三四五六七八九十百]+)条(?:之(?P<added>[一二三四五六七八九十]+))?"
    r"(?:第(?P<paragraph>[一二三四五六七八九十]+)款)?(?:第（(?P<number>[一二三四五六七八九十]+)）项)?"
)

Place = tuple[str, int, int, int, int]


def number(numeral: str) -> int:
    """The number that a Chinese numeral up to 999 says.

    >>> number("五"), number("十"), number("二十三"), number("二百五十三")
    (5, 10, 23, 253)
    """
    total, digit = 0, 0
    for char in numeral:
        if char in DIGITS:
            digit = DIGITS[char]
            continue
        total += (digit or 1) * (100 if char == "百" else 10)
        digit = 0
    return total + digit


@cache
def place(article: str) -> Place:
    """Where an article stands: the text it belongs to, then article, added article, paragraph and number.

    >>> place("法释〔2017〕10号 第五条第一款第（三）项")
    ('法释〔2017〕10号', 5, 0, 1, 3)
    >>> place("《刑法》第二百五十三条之一第二款")
    ('《刑法》', 253, 1, 2, 0)
    """
    found = _PLACE.search(article)
    if found is None:
        return article, 0, 0, 0, 0
    parts = (number(found[name] or "") for name in ("article", "added", "paragraph", "number"))
    of, added, paragraph, item = parts
    return article[: found.start()].strip(), of, added, paragraph, item
