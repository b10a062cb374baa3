"""Numbers of an organisation's own, as its settings declare them: a pattern, words, a check, what is excluded.

A declared number is of the kind ``own:NAME``, so that it joins with a column of that name in a protected data set.

>>> policy = Declared.of(OwnRecogniser("policy_no", "PL[0-9]{9}", keywords=("保单",)))
>>> [(m.kind, m.start, m.end) for m in policy.find("保单号 PL000000001。")], policy.find("PL000000001")
([('own:policy_no', 4, 15)], [])
>>> policy.compact_array(pa.array(["pl-000000001", "PL1"])).to_pylist(), policy.mask("PL000000001")
(['PL000000001', None], 'PL*******01')
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import linear, luhn, normal, resident_id
from headwater.identifiers.errors import (
    InvalidIdentifierError,
    WrongCheckDigitError,
    WrongPatternError,
    WrongShapeError,
)
from headwater.identifiers.headers import Words
from headwater.identifiers.kinds import Kind
from headwater.identifiers.matches import FOUND
from headwater.model.settings import OwnRecogniser

_BEFORE, _AFTER = 18, 9
_ALNUM = re.compile("[0-9A-Za-z]")
_SURROGATE = re.compile("[\ud800-\udfff]")  # RE2 reads UTF-8, which has none
_SURE, _LIKELY = 0.95, 0.8


def _luhn(number: str) -> bool:
    digits = re.sub("[^0-9]", "", number)
    return len(digits) > 1 and bool(luhn.passes(pa.array([digits]))[0])


def _mod11_2(number: str) -> bool:
    digits = re.sub("[^0-9X]", "", number)
    if len(digits) < 2 or "X" in digits[:-1]:
        return False
    total = sum(int(d) * pow(2, place, 11) for place, d in enumerate(reversed(digits[:-1]), start=1))
    return resident_id.CHECKS[total % 11] == digits[-1]


def _mod97(number: str) -> bool:
    characters = re.sub("[^0-9A-Z]", "", number)
    return len(characters) > 2 and int("".join(str(int(c, 36)) for c in characters)) % 97 == 1


CHECKSUMS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"none": bool, "luhn": _luhn, "mod11-2": _mod11_2, "mod97": _mod97}
)
"""The checks that a declared number can have, over its normal form: Luhn, ISO 7064 MOD 11-2, ISO 7064 MOD 97-10."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a declared number stands in a text, how sure that is, and its normal form (never shown by repr)."""

    kind: str
    start: int
    end: int
    confidence: float
    compact: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declared recogniser that is ready to be used; it offers what the module of an identifier offers."""

    row: OwnRecogniser
    pattern: Any
    exclude: tuple[Any, ...]
    keywords: re.Pattern[str] | None
    headers: Words

    @classmethod
    def of(cls, row: OwnRecogniser) -> Declared:
        """Compile a declared recogniser, or raise an error that says what is wrong with its patterns."""
        try:
            pattern = linear.compiled(row.pattern)
        except WrongPatternError as error:
            raise WrongPatternError(f"pattern {error}") from None
        try:
            exclude = tuple(linear.compiled(each) for each in row.exclude)
        except WrongPatternError as error:
            raise WrongPatternError(f"exclude {error}") from None
        words = "|".join(re.escape(normal.narrow(word)) for word in row.keywords)
        latin = frozenset(re.sub("[^a-z0-9]", "", word.lower()) for word in (row.name, *row.headers)) - {""}
        chinese = tuple(word for word in row.headers if not word.isascii())
        return cls(row, pattern, exclude, re.compile(words, re.I) if words else None, Words(chinese, latin))

    @property
    def kind(self) -> str:
        """The kind of its tokens."""
        return f"own:{self.row.name}"

    def find(self, text: str) -> list[Place]:
        """Give the numbers in a text."""
        return list(self._find(normal.narrow(text)))

    def find_array(self, values: pa.Array) -> pa.Table:
        """Do :meth:`find` for every value of a string array: the table that :func:`headwater.identifiers.text.find_array` gives."""
        narrowed = normal.narrow_array(values)
        holding = np.flatnonzero(normal.matching(narrowed, self.row.pattern))
        texts = narrowed.take(pa.array(holding)).to_pylist()
        rows = [
            (int(place), found.kind, found.compact, found.confidence, found.start, found.end)
            for place, text in zip(holding, texts, strict=True)
            for found in self._find(text)
        ]
        columns = list(zip(*rows, strict=True)) or [()] * len(FOUND)
        return pa.table([pa.array(c, t) for c, t in zip(columns, FOUND.types, strict=True)], schema=FOUND)

    def _find(self, narrowed: str) -> Iterator[Place]:
        for start, end in self._candidates(narrowed):
            named = self._is_named(narrowed, start, end)
            if self.keywords is not None and not named:
                continue
            compact = normal.squeeze(narrowed[start:end])
            if self._passes(compact):
                yield Place(self.kind, start, end, _SURE if named or self.row.checksum != "none" else _LIKELY, compact)

    def _candidates(self, narrowed: str) -> Iterator[tuple[int, int]]:
        """What the pattern finds, but for parts of longer numbers and words."""
        group = self.pattern.groupindex.get("value", 0)
        for found in self.pattern.finditer(_SURROGATE.sub("?", narrowed)):
            start, end = found.span(group)
            inside = (
                start > 0 and _ALNUM.match(narrowed[start - 1]) and _ALNUM.match(narrowed[start : start + 1])
            ) or (end < len(narrowed) and _ALNUM.match(narrowed[end]) and _ALNUM.match(narrowed[end - 1]))
            if 0 <= start < end and not inside:
                yield start, end

    def _is_named(self, narrowed: str, start: int, end: int) -> bool:
        if self.keywords is None:
            return False
        window = narrowed[max(0, start - _BEFORE) : start], narrowed[end : end + _AFTER]
        return any(self.keywords.search(part) for part in window)

    def _passes(self, compact: str) -> bool:
        return CHECKSUMS[self.row.checksum](compact) and not any(each.search(compact) for each in self.exclude)

    def why_not(self, text: str) -> str:
        """Say at which step a text fails, without a word of the text."""
        narrowed = normal.narrow(text)
        places = list(self._candidates(narrowed))
        if not places:
            return "the pattern finds nothing that stands by itself"
        if self.keywords is not None and not any(self._is_named(narrowed, *place) for place in places):
            return "no keyword stands near"
        if not any(CHECKSUMS[self.row.checksum](normal.squeeze(narrowed[a:b])) for a, b in places):
            return f"the check {self.row.checksum} fails"
        return "it is excluded"

    def compact(self, text: str) -> str:
        """Give the normal form, valid or not."""
        return normal.squeeze(text)

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that names the failed check."""
        plain = self.compact(text)
        if not any(self._fills(form) for form in (normal.narrow(text).strip(), plain)):
            raise WrongShapeError(f"{self.row.name} has another form")
        if not self._passes(plain):
            raise WrongCheckDigitError(f"the check of {self.row.name} does not fit, or it is excluded")
        return plain

    def _fills(self, text: str) -> bool:
        found = self.pattern.fullmatch(_SURROGATE.sub("?", text))
        return found is not None and bool(found.span(self.pattern.groupindex.get("value", 0)) == (0, len(text)))

    def is_valid(self, text: str) -> bool:
        """Tell whether the text is such a number."""
        try:
            self.validate(text)
        except InvalidIdentifierError:
            return False
        return True

    def mask(self, text: str) -> str:
        """Show the first two and the last two characters only."""
        return normal.covered(self.compact(text), 2, 2)

    def compact_array(self, values: pa.Array) -> pa.Array:
        """Give the normal form of every value of a string array, null where it is not valid."""
        encoded = values.dictionary_encode()
        texts = encoded.dictionary
        plain = normal.squeeze_array(texts)
        whole = f"^(?:{self.row.pattern})$"
        trimmed = pc.utf8_trim_whitespace(normal.narrow_array(texts))
        shaped = normal.matching(plain, whole) | normal.matching(trimmed, whole)
        candidates = normal.keep(texts, shaped).to_pylist()
        made = pa.array([self.compact(t) if t and self.is_valid(t) else None for t in candidates], pa.string())
        return made.take(encoded.indices)

    def as_kind(self) -> Kind:
        """Give the kind of such numbers: a column wants a header that names them, unless the form itself is telling."""
        telling = self.row.checksum != "none" or re.search(
            "[A-Za-z]", re.sub(r"\\.|\[[^\]]*\]|\(\?[^)]{0,20}", "", self.row.pattern)
        )
        return Kind(self.kind, self.row.category, 0.1, 0.7 if telling else None, 0.3, self)
