"""Why something was not read, or only partly: the code that machines go by, and the sentence in the reader's language.

Readers say it in English. The sentences they have stand in ``words/reasons.toml``, each below its code and with its Chinese.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from headwater.model.words import Lang

OTHER = "other"
"""The code of a reason that is not in the list, as one of a reader by a third party."""

_PLACE = re.compile(r"\{([a-z]+)\}")
_FIGURE = r"[0-9][0-9.,e+]*"
_DEEP = 4
_NAMES = 6
"""A part of a file may be named before the reason, ``page 3: …``; so many colons are looked at from either end."""

_LONGEST = 2000
"""No reason of a reader is longer; what is may be a name made to take time."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with places for figures and names, its code and its Chinese."""

    code: str
    en: str
    zh: str
    pattern: re.Pattern[str]

    @property
    def length(self) -> int:
        """How much of it is fixed: the more, the surer it is."""
        return len(_PLACE.sub("", self.en))


@dataclass(frozen=True, slots=True)
class _Found:
    sentence: Sentence
    values: Mapping[str, str]
    before: str = ""


@cache
def codes() -> Mapping[str, tuple[Sentence, ...]]:
    """Every sentence that is known, by its code; those of a code in the order of the file."""
    text = (files(__package__) / "words" / "reasons.toml").read_text("utf-8")
    return MappingProxyType(
        {
            code: tuple(Sentence(code, en, zh, _pattern(en)) for en, zh in sentences.items())
            for code, sentences in tomllib.loads(text).items()
        }
    )


def code_of(reason: str) -> str:
    """The code of a reason.

    >>> code_of("is encrypted"), code_of("page 3: has 9,000 pages: those after 5,000 were not read"), code_of("is odd")
    ('encrypted', 'limit', 'other')
    """
    found = _found(reason)
    if found is None:
        return OTHER
    inner = found.values.get("reason")
    within = code_of(inner) if inner and found.sentence.code not in ("lines", "no_access") else OTHER
    return found.sentence.code if within == OTHER else within


def said(reason: str, lang: Lang) -> str:
    """The reason in a language; one that is not known stays as it is.

    >>> said("notes.docx: is more than 4,096 bytes", "zh")
    'notes.docx：超过 4,096 字节'
    """
    return reason if lang == "en" else _chinese(reason)


@lru_cache(maxsize=4096)
def _chinese(reason: str, depth: int = 0) -> str:
    found = _found(reason) if depth < _DEEP else None
    if found is None:
        return reason
    values = {name: _chinese(value, depth + 1) for name, value in found.values.items()}
    told = _PLACE.sub(lambda place: values[place[1]], found.sentence.zh)
    return f"{found.before}：{told}" if found.before else told


@lru_cache(maxsize=4096)
def general(reason: str, lang: Lang) -> str:
    """The reason without its figures and names, so that those of one sort can be told together.

    >>> general("page 3: has 9,000 pages: those after 5,000 were not read", "en")
    'has … pages: those after … were not read'
    """
    found = _found(reason)
    if found is None:
        return reason
    inner = {"reason": general(found.values["reason"], lang)} if "reason" in found.values else {}
    text = found.sentence.zh if lang == "zh" else found.sentence.en
    return _PLACE.sub(lambda place: inner.get(place[1], "…"), text)


@lru_cache(maxsize=4096)
def _found(reason: str) -> _Found | None:
    """The sentence of a reason, or of what stands behind the name of a part of the file."""
    for before, rest in _split(reason):
        if (exact := _exact().get(rest)) is not None:
            return _Found(exact, {}, before)
        for sentence in _open() if len(rest) <= _LONGEST else ():
            if (match := sentence.pattern.fullmatch(rest)) is not None:
                return _Found(sentence, match.groupdict(), before)
    return None


def _split(reason: str) -> Iterator[tuple[str, str]]:
    yield "", reason
    first, last = -1, len(reason)
    for _ in range(_NAMES):
        first, last = reason.find(": ", first + 1), reason.rfind(": ", 0, max(last, 0))
        if first < 0:
            return
        yield reason[:first], reason[first + 2 :]
        if last >= 0:
            yield reason[:last], reason[last + 2 :]


@cache
def _exact() -> Mapping[str, Sentence]:
    return MappingProxyType({s.en: s for each in codes().values() for s in each if not _PLACE.search(s.en)})


@cache
def _open() -> tuple[Sentence, ...]:
    """Sentences with places, the surest first."""
    found = [s for each in codes().values() for s in each if _PLACE.search(s.en)]
    return tuple(sorted(found, key=lambda s: (-s.length, s.en)))


def _pattern(en: str) -> re.Pattern[str]:
    pieces = _PLACE.split(en)
    return re.compile("".join(_piece(piece, is_place=bool(n % 2)) for n, piece in enumerate(pieces)), re.DOTALL)


def _piece(piece: str, *, is_place: bool) -> str:
    if not is_place:
        return re.escape(piece)
    return f"(?P<{piece}>{_FIGURE if len(piece) == 1 else '.+?'})"
