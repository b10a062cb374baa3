"""Names and addresses in free text, in Chinese and Latin script."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from headwater.identifiers import address, name
from headwater.identifiers.naming import addresses, grammar, latin, persons
from headwater.identifiers.naming.folded import folded, folded_array
from headwater.identifiers.naming.lexicon import FIRST, lexicon
from headwater.identifiers.naming.lines import Lines
from headwater.identifiers.naming.span import Span

LEAST = 0.5
FOUND = pa.schema(
    [
        ("place", pa.int64()),
        ("kind", pa.string()),
        ("compact", pa.string()),
        ("confidence", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)
_DOT = re.compile("(?<=[\u3400-\u9fff])[·•・‧∙](?=[\u3400-\u9fff])")
_DOTTED = re.compile(
    "(?P<head>[\u3400-\u9fff]{1,10})(?:[·•・‧∙][\u3400-\u9fff]{1,10}){0,4}[·•・‧∙](?P<tail>[\u3400-\u9fff]{1,10})"
)
_BEFORE = re.compile("[\u3400-\u9fff]{1,10}$")
_CHINESE = re.compile("[\u3400-\u9fff0-9]+")
_SPELT = -25.0
_FOREIGN = frozenset(
    "力提江买吐孜合依热旦汗罕木肉衣麦祖努丽娜亚森玉素甫阿扎西多吉卓玛次仁旺堆央金顿珠平措德巴桑嘎玛格列拉姆边达瓦加措龙真罗布洛松"
)
_NEVER = frozenset("人的一是在有和了与叫名员")
_SHORT = 3


def spans(text: str, least: float = LEAST) -> list[Span]:
    """Give the names and addresses of a text in their order; none lies over another.

    >>> spans("王小明经理住在龙港镇泰和小区3栋")
    [Span(kind='name', start=0, end=3, confidence=0.982), Span(kind='address', start=7, end=16, confidence=0.95)]
    """
    codes = folded(text)
    return _all(
        codes.tobytes().decode("utf-32-le", "surrogatepass"), persons.found(codes, least * persons.LEAST / LEAST), least
    )


def spans_array(values: pa.Array, least: float = LEAST) -> pa.Table:
    """Do :func:`spans` for every value: a table of ``place`` (0-based), ``kind``, ``compact``, ``confidence``, ``start`` and ``end``."""
    codes, starts = folded_array(values)
    plain = codes.tobytes().decode("utf-32-le", "surrogatepass")
    begins, rows = starts.tolist(), []
    for span in _all(plain, persons.found(codes, least * persons.LEAST / LEAST), least):
        place = bisect_right(begins, span.start) - 1
        at = span.start - begins[place], span.end - begins[place]
        rows.append((place, span.kind, _compact(plain, span), span.confidence, *at))
    columns = list(zip(*rows, strict=True)) or [()] * len(FOUND)
    return pa.table([pa.array(c, t) for c, t in zip(columns, FOUND.types, strict=True)], schema=FOUND)


def _compact(plain: str, span: Span) -> str:
    """The normal form; text that is folded and all Chinese is one already."""
    words = plain[span.start : span.end]
    if _CHINESE.fullmatch(words):
        return words
    return name.compact(words) if span.kind == "name" else address.compact(words)


def _all(plain: str, chinese: tuple[np.ndarray, np.ndarray], least: float) -> list[Span]:
    found = [
        Span("name", start, end, round(float(sure), 3))
        for (start, end), sure in zip(chinese[0].tolist(), chinese[1].tolist(), strict=True)
    ]
    lines = Lines.of(plain)
    for needed, find in _FINDERS:
        for begin, line in lines.holding(needed):
            found += [Span(s.kind, s.start + begin, s.end + begin, s.confidence) for s in find(line)]
    return _apart([span for span in found if span.confidence >= least])


def _apart(found: list[Span]) -> list[Span]:
    """Of spans that lie over each other the longest, then the surest."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, s.start - s.end, -s.confidence)):
        if kept and span.start < kept[-1].end:
            if span.end - span.start > kept[-1].end - kept[-1].start:
                kept[-1] = span
            continue
        kept.append(span)
    return kept


def _dotted(plain: str) -> list[Span]:
    """Names with a dot between their parts: the outer parts go as far as characters spell foreign names."""
    made: list[Span] = []
    for dot in _DOT.finditer(plain):
        reach = _BEFORE.search(plain, max(0, dot.start() - 10), dot.start())
        found = _DOTTED.match(plain, reach.start()) if reach else None
        if found is None or (made and dot.start() < made[-1].end):
            continue
        head, tail = found["head"], found["tail"]
        before = next((n for n, c in enumerate(reversed(head)) if not _spells(c)), len(head))
        before = len(head) if len(head) <= _SHORT else before
        after = next((n for n, c in enumerate(tail) if not _spells(c)), len(tail))
        if before and after:
            made.append(Span("name", found.end("head") - before, found.start("tail") + after, 0.9))
    return made


def _spells(character: str) -> bool:
    if character in _FOREIGN:
        return True
    at = ord(character) - FIRST
    return character not in _NEVER and bool(max(lexicon().characters[4, at], lexicon().characters[5, at]) > _SPELT)


_FINDERS: tuple[tuple[str, Callable[[str], Iterable[Span]]], ...] = (
    ("[·•・‧∙]", _dotted),
    (latin.NAMES_NEED, latin.names),
    (latin.ADDRESSES_NEED, latin.addresses),
    (f"{grammar.ANCHOR.pattern}|{grammar.LABEL.pattern}", addresses.addresses),
)
"""What finds names and addresses in a line, and what a line must hold for it (RE2)."""
