"""A shape read word by word: identifiers, numbers, what is asked for, fields of answers, what else is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from headwater.identifiers.simplified import simplified
from headwater.network.acts.terms import Lexicon, Sense, is_letter

KEY, NUMBER, BREAK, ITEM, FIELD, WORD, OTHER, MARK = range(8)
"""What a token is: identifier, number, sign between words, item, field of an answer, other known word, unknown, numbering."""

_SPACED = "a-z\u00c0-\u04ff"
"""Letters of scripts that part words by spaces: a term of several such words is one."""
_TOKEN = re.compile(
    rf"(?<=[{_SPACED}]) (?=[{_SPACED}])|"
    r"⟨([^⟩]{1,40})⟩|(#年#月#日|#月#日|#-#-#|#/#/#|#:#:#|#:#|#)|([\s,.:;、。!?/+()\[\]@~=_|…·'\"“”<>《》【】—*&-]+)"
)
_NUMBERED = re.compile(r"\s*[(【\[]?#\s*[)、.:\]】]\s*(?=⟨|\S)")
_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
)
_BEGUN = re.compile(f"(?:{_PROVINCES})[\u4e00-\u9fff]{{0,12}}(?=⟨address⟩)")
_APART = re.compile(r"\+86[ -]?(?=⟨)|\[[^\[\]⟨⟩\n]{1,24}\]")
_WITHIN = re.compile(f"(?<=[{_SPACED}])['’](?=[{_SPACED}])")
_CIRCLED = re.compile("[①-⑳⑴-⒇]|[0-9]\ufe0f?\u20e3")
_SPOKEN = re.compile("[一二两三四五六七八九][百千万](?:零?[一二两三四五六七八九][百千十]?)*")
"""Sums as people say them."""
_DIGITS = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?")

PLACES = frozenset({"address", "coordinates"})
PERSONS = frozenset({"name"})
NUMBERS = frozenset({"number~"})
IDS = frozenset(
    {"resident_id", "passport", "hk_id", "taiwan_id", "macau_id", "foreign_resident_old", "foreign_passport"}
)
_NOT_SUBJECTS = PLACES | NUMBERS | {"ip_address", "mac_address", "password_hash"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a line. ``place`` counts the identifiers of the whole shape."""

    what: int
    text: str
    sense: Sense | None = None
    place: int = -1
    category: str = ""

    @property
    def subject(self) -> bool:
        """Tell whether it is an identifier that can say whose data is asked for."""
        return self.what == KEY and self.text not in _NOT_SUBJECTS


def fold(shape: str) -> str:
    """Give a shape in simplified characters with every number as ``#``, addresses whole, without what an app says in brackets.

    >>> fold("今天2單 785")
    '今天#单 #'
    """
    return _BEGUN.sub(
        "", _DIGITS.sub("#", _SPOKEN.sub("#", _CIRCLED.sub(" #、", _WITHIN.sub("", _APART.sub("", simplified(shape))))))
    )


def read(shape: str, words: Lexicon) -> list[list[Token]]:
    """Read a folded shape: the tokens of each line."""
    lines, place = [], 0
    for line in shape.split("\n"):
        tokens = [t if t.what != KEY else replace(t, place=place + n) for n, t in _counted(_tokens(line, words))]
        place += sum(t.what == KEY for t in tokens)
        lines.append(tokens)
    return [_fields(lines, number) for number in range(len(lines))]


def _counted(tokens: Iterator[Token]) -> Iterator[tuple[int, Token]]:
    seen = 0
    for token in tokens:
        yield seen, token
        seen += token.what == KEY


def _tokens(line: str, words: Lexicon) -> Iterator[Token]:
    numbered = _NUMBERED.match(line)
    last = 0
    if numbered:
        yield Token(MARK, "#")
        last = numbered.end()
    for found in _TOKEN.finditer(line, last):
        if found[0] == " " and not found.lastindex:
            continue  # within a phrase
        yield from _words(line[last : found.start()], words)
        last = found.end()
        if found[1]:
            yield Token(KEY, found[1])
        else:
            yield Token(NUMBER, found[2]) if found[2] else Token(BREAK, found[3])
    yield from _words(line[last:], words)


def _words(text: str, words: Lexicon) -> Iterator[Token]:
    """Part a text into words so that as little as possible stays unknown, with as few words as do."""
    if not text:
        return
    step = _cheapest(text, words)
    place, unknown = 0, ""
    while place < len(text):
        word = step[place]
        sense = words.senses.get(word)
        if (sense is None and not _silent(word)) or (unknown and _within_a_word(word, sense)):
            unknown += word
        else:
            if unknown:
                yield Token(OTHER, unknown)
            unknown = ""
            yield (
                Token(BREAK, word)
                if sense is None
                else Token(ITEM if sense.item else WORD, word, sense, category=sense.item)
            )
        place += len(word)
    if unknown:
        yield Token(OTHER, unknown)


def _within_a_word(word: str, sense: Sense | None) -> bool:
    """Tell whether a sign that names a field by itself (``子``) belongs to the unknown word that it follows (``李子``)."""
    return (
        sense is not None and len(word) == 1 and not sense.item and bool(sense.after or sense.before) and not sense.says
    )


def _cheapest(text: str, words: Lexicon) -> list[str]:
    """For each place of a text the word or unknown piece with which the cheapest way to the end begins."""
    cost = [0.0] * (len(text) + 1)
    step = [""] * len(text)
    for place in range(len(text) - 1, -1, -1):
        end = _further(text, place)
        cost[place], step[place] = _UNKNOWN * (end - place) * (not _silent(text[place])) + cost[end], text[place:end]
        for word in words.at(text, place):
            worth = (_ITEM if words.senses[word].item else _KNOWN) + cost[place + len(word)]
            if worth < cost[place]:
                cost[place], step[place] = worth, word
    return step


_UNKNOWN, _KNOWN, _ITEM = 3.0, 1.0, 0.9
"""Cost of an unknown sign, of a known word, of an item."""


@cache
def _silent(sign: str) -> bool:
    """Tell whether a sign says nothing: a space, or a picture that no word is known by."""
    return sign == " " or (len(sign) == 1 and unicodedata.category(sign) in ("So", "Sk", "Mn", "Me", "Cf", "Cn"))


def _further(text: str, place: int) -> int:
    """The next place where a word can begin: Latin and Cyrillic words are passed over whole."""
    if not is_letter(text[place]):
        return place + 1
    while place < len(text) and is_letter(text[place]):
        place += 1
    return place


def _fields(lines: list[list[Token]], number: int) -> list[Token]:
    """Mark the words of a line beside which the value stands that they announce."""
    tokens = list(lines[number])
    said = [n for n, t in enumerate(tokens) if t.what != BREAK]
    before = any(t.subject for line in lines[:number] for t in line)
    after = [t for line in lines[number + 1 :] for t in line if t.subject]
    for at, n in enumerate(said):
        sense = tokens[n].sense
        if sense is None or not (sense.after or sense.before):
            continue
        earlier = any(tokens[m].subject for m in said[:at])
        later = [tokens[m] for m in said[at + 1 :]]
        following = next((t for t in later if not _light(t)), later[0] if later else None)
        leading = tokens[said[at - 1]] if at else None
        category = _shown(sense.after, following, earlier) or _shown(sense.before, leading, earlier)
        if category and sense.item and not (earlier or before):
            named = [*(t for t in later if t.subject), *after]
            category = "" if _asked_for(category, following, named, tokens) else category
        if category:
            tokens[n] = replace(tokens[n], what=FIELD, category=category)
    return list(_joined(tokens))


def _light(token: Token) -> bool:
    """Tell whether a word only carries others."""
    return token.what == WORD and token.sense is not None and token.sense.says == "filler"


def _asked_for(category: str, following: Token | None, later: list[Token], tokens: list[Token]) -> bool:
    """Tell whether an item with no key before it is asked for: the key comes after it. Else it is told."""
    if following is not None and following.text in PLACES:
        return False
    if category == "owner" and not any(t.sense is not None and t.sense.says == "request" for t in tokens):
        return any(t.text not in PERSONS | IDS for t in later)  # names and ids are what an owner is
    return bool(later)


def _joined(tokens: list[Token]) -> Iterator[Token]:
    """Take words that only announce values, and announce none here, for part of what is unknown."""
    unknown = ""
    for token in tokens:
        sense = token.sense
        if token.what == OTHER or (token.what == WORD and sense is not None and not sense.says):
            unknown += token.text
            continue
        if unknown:
            yield Token(OTHER, unknown)
            unknown = ""
        yield token
    if unknown:
        yield Token(OTHER, unknown)


def _shown(beside: tuple[tuple[str, frozenset[str]], ...], token: Token | None, earlier: bool) -> str:
    """The category that a word shows beside a token; ``earlier``: an identifier stands before it."""
    if token is None:
        return ""
    for category, values in beside:
        if not values.isdisjoint(_values(token, earlier)):
            return category
    return ""


def _values(token: Token, earlier: bool) -> tuple[str, ...]:
    """The kinds of values that a token can be."""
    if token.what == KEY:
        if token.text in PERSONS:
            return ("name", "any")
        if token.text.removesuffix("~") in IDS:
            return ("id", "any")
        if token.text in PLACES:
            return ("address", "any")
        if token.text.removesuffix("~") in _NAMED:
            return (_NAMED[token.text.removesuffix("~")], "any")
        return ("any", "number") if token.text in NUMBERS else ("any",)
    if token.what == NUMBER:
        return ("number", "any")
    if token.what == OTHER:  # a name that was not known for one
        return ("any", "name") if earlier and len(token.text) <= _NAME else ("any",)
    if token.what == WORD and token.sense is not None and token.sense.says in _VALUES:
        return ("any",)
    return ()


_VALUES = ("failure", "filler")
"""What words say that can be values: that something is there or not."""
_NAMED = {"mobile": "phone", "phone": "phone", "landline": "phone", "plate": "plate", "bank_card": "card"}
_NAME = 3
