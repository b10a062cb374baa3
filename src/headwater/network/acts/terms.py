"""Words of the trade, read from ``terms.toml``, in a form in which texts can be searched for them."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from pypinyin import Style, lazy_pinyin

_LEARNED_BITS = 4.0
_SURE_BITS: Mapping[str, float] = MappingProxyType({"r": 5.0, "b": 5.0, "p": 4.0})
_DAILY_BITS = 2.5

Beside = tuple[tuple[str, frozenset[str]], ...]
"""Categories of answers that a word shows, each with the kinds of values that must stand beside it."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a word may mean: an item that is asked for, a field of an answer, or what else is said."""

    item: str = ""
    item_bits: float = 0.0
    after: Beside = ()
    before: Beside = ()
    says: str = ""
    bits: float = 0.0
    whole: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Words with their senses, and by their first characters the longest first."""

    senses: Mapping[str, Sense]
    starts: Mapping[str, tuple[str, ...]]
    initials: Mapping[str, str]
    """Category of an item by the first letters of its pinyin; those that several categories share are left out."""
    sounds: Mapping[str, str]
    """Category of an item by its pinyin without tones: what is written with other characters sounds the same."""

    @classmethod
    def of(cls, senses: Mapping[str, Sense]) -> Lexicon:
        """Make a lexicon of words and senses."""
        starts: dict[str, list[str]] = defaultdict(list)
        for word in sorted(senses, key=lambda w: (-len(w), w)):
            starts[word[0]].append(word)
        begun = {first: tuple(words) for first, words in starts.items()}
        return cls(senses, begun, _spelt(senses, _letters), _spelt(senses, spoken))

    def with_items(self, learned: Mapping[str, str]) -> Lexicon:
        """Give a lexicon in which further words are items, or items mean other categories."""
        senses = dict(self.senses)
        for word, category in learned.items():
            sense = senses.get(word, Sense())
            senses[word] = replace(sense, item=category, item_bits=max(sense.item_bits, _LEARNED_BITS))
        return Lexicon.of(senses)

    def at(self, text: str, start: int) -> Iterator[str]:
        """Give the words that begin at a place of a text, the longest first.

        Words in Latin or Cyrillic letters do not stand for parts of longer ones.
        """
        for word in self.starts.get(text[start], ()):
            end = start + len(word)
            if text.startswith(word, start) and not (_inside(text, start - 1, word[0]) or _inside(text, end, word[-1])):
                yield word


def _inside(text: str, place: int, beside: str) -> bool:
    return 0 <= place < len(text) and is_letter(beside) and is_letter(text[place])


def is_letter(sign: str) -> bool:
    """Tell whether a sign belongs to a script that parts words by spaces."""
    return sign.isalpha() and sign < "\u2e80"


@cache
def lexicon() -> Lexicon:
    """The words that the data file knows."""
    return read_terms((files(__package__) / "terms.toml").read_text("utf-8"))


def read_terms(text: str) -> Lexicon:
    """Read words and what they mean from TOML, laid out as in ``terms.toml``."""
    told: dict[str, Any] = tomllib.loads(text)
    senses: dict[str, Sense] = {}
    for category, row in told.get("item", {}).items():
        sure = _SURE_BITS[row["sure"]]
        for words, bits in ((row["words"], sure), (row.get("other", ()), sure), (row.get("daily", ()), _DAILY_BITS)):
            for word in words:
                senses[word] = replace(senses.get(word, Sense()), item=category, item_bits=bits)
    for category, row in told.get("form", {}).items():
        _add_forms(senses, category, row)
    for name, row in told.get("say", {}).items():
        says = row.get("as", name)
        for word in (*row["words"], *row.get("other", ())):
            senses[word] = replace(
                senses.get(word, Sense()), says=says, bits=float(row["bits"]), whole=bool(row.get("whole", False))
            )
    return Lexicon.of(senses)


def _add_forms(senses: dict[str, Sense], category: str, row: Mapping[str, Mapping[str, str]]) -> None:
    for word, values in row.get("after", {}).items():
        sense = senses.get(word, Sense())
        senses[word] = replace(sense, after=(*sense.after, (category, frozenset(values.split()))))
    for word, values in row.get("before", {}).items():
        sense = senses.get(word, Sense())
        senses[word] = replace(sense, before=(*sense.before, (category, frozenset(values.split()))))


def _spelt(senses: Mapping[str, Sense], spelling: Callable[[str], str]) -> Mapping[str, str]:
    """Spellings of what is an item in Chinese characters, with the one category that each stands for."""
    told: dict[str, set[str]] = defaultdict(set)
    for word, sense in senses.items():
        if sense.item and len(word) > 1 and (spelt := spelling(word)):
            told[spelt].add(sense.item)
    return {spelt: categories.pop() for spelt, categories in told.items() if len(categories) == 1}


@lru_cache(maxsize=1 << 16)
def _letters(word: str) -> str:
    """The first letters of the pinyin of a word; empty for what is not in Chinese characters."""
    return "".join(lazy_pinyin(word, style=Style.FIRST_LETTER)).casefold() if _is_chinese(word) else ""


@lru_cache(maxsize=1 << 16)
def spoken(word: str) -> str:
    """The pinyin of a word without tones, its syllables apart; empty for what is not in Chinese characters."""
    return " ".join(lazy_pinyin(word)) if _is_chinese(word) else ""


def _is_chinese(word: str) -> bool:
    return all("\u4e00" <= sign <= "\u9fff" for sign in word)
