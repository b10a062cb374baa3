"""Names that a masked message still holds: covered at the door to the answer.

Whoever reads the chats masks names that have a label. “李雷，154****0001” has none: what stands by itself in a message with something
masked, before a colon at the beginning of a line or behind a word of kinship, and has the odds of a name, is covered; and so is in all
messages of an order the name that is masked in another of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

import pyarrow as pa

from headwater.identifiers.naming.persons import cell_odds
from headwater.model.network import Market, Order

LIKELY = 0.35
"""Log-odds from which a word by itself is taken for a name; words of the trade lie below zero, most of them far."""

_CHARACTER = "[\u3400-\u9fff]"
_TOLD = re.compile(
    rf"^({_CHARACTER}{{2,4}})(?=[:：])|(?<=[妻夫子女父母主联转])({_CHARACTER}{{2,3}})(?!{_CHARACTER}|\*)", re.MULTILINE
)
_ALONE = re.compile(rf"(?<!{_CHARACTER})(?<!\*)({_CHARACTER}{{2,4}})(?!{_CHARACTER}|\*)")
_MASK = re.compile(rf"(?<!{_CHARACTER})(?<!\*)({_CHARACTER})(\*{{1,3}})(?!\*)")
_NOT_NAMES = re.compile(
    "江苏|江西|江门|云南|安徽|安阳|安庆|安康|广东|广西|广州|山东|山西|河南|河北|湖南|湖北|海南|海口|宁夏|宁波|黄山|黄冈|常州|常德|温州|金华|石家庄|连云港"
)
"""Places that are written with surnames: a name that is masked elsewhere is not looked for in them."""


def cover_names(market: Market) -> Mapping[str, str]:
    """What is shown for each text of a market's steps in which a name stands bare; other texts are not in it."""
    beside = {text: _words(text) for text in dict.fromkeys(_texts(market))}
    words = sorted({word for found in beside.values() for word in found})
    odds = cell_odds(pa.array(words, pa.string())) if words else ()
    names = {word for word, likely in zip(words, odds, strict=True) if likely > LIKELY}
    return {text: _covered(text, names) for text, found in beside.items() if names & set(found)}


def coverer(order: Order, shown: Mapping[str, str]) -> Callable[[str], str]:
    """Covers an order's texts: as :func:`cover_names` has them, and every name that is masked in another of them."""
    texts = [shown.get(step.text, step.text) for hop in order.hops for step in hop.steps]
    masks = sorted({hit.groups() for text in (order.name, *texts) for hit in _MASK.finditer(text)})
    if not masks:
        return lambda text: shown.get(text, text)
    pattern = re.compile("|".join(f"{first}{_CHARACTER}{{{len(rest)}}}" for first, rest in sorted(masks, key=_longest)))
    return lambda text: pattern.sub(_starred, shown.get(text, text))


def _longest(mask: tuple[str, ...]) -> tuple[int, str]:
    return (-len(mask[1]), mask[0])


def _starred(hit: re.Match[str]) -> str:
    if any(_NOT_NAMES.match(hit.string, max(0, hit.start() - before)) for before in (0, 1)):
        return hit[0]
    return hit[0][0] + "*" * (len(hit[0]) - 1)


def _texts(market: Market) -> Iterable[str]:
    return (step.text for order in market.orders for hop in order.hops for step in hop.steps if step.text)


def _words(text: str) -> list[str]:
    return [_word(hit) for pattern in _patterns(text) for hit in pattern.finditer(text)]


def _patterns(text: str) -> tuple[re.Pattern[str], ...]:
    return (_TOLD, _ALONE) if "*" in text else (_TOLD,)


def _word(hit: re.Match[str]) -> str:
    return next(word for word in hit.groups() if word)


def _covered(text: str, names: set[str]) -> str:
    def cover(hit: re.Match[str]) -> str:
        word = _word(hit)
        return hit[0].replace(word, word[0] + "*" * (len(word) - 1)) if word in names else hit[0]

    for pattern in _patterns(text):
        text = pattern.sub(cover, text)
    return text
