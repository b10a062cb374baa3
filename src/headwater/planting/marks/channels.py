"""Variant channels: two ways to write one value that mean the same, of which a mark chooses one.

Form 0 is the plain one. Each channel says by which normal form its two forms are one value: that of
:mod:`headwater.identifiers` wherever there is one. A cell that shows neither form, or both, carries nothing.
Channels that are ``asked`` are used only where a person names them: their normal form is Headwater's own, or whether
the two forms mean the same depends on what the column is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.planting.marks import forms

UNCLEAR = -1
"""What :meth:`Channel.read` gives for a cell that shows neither form."""

Codes = np.ndarray[tuple[int], np.dtype[np.int8]]
Bits = np.ndarray[tuple[int], np.dtype[np.bool_]]

_DIGITS = tuple(zip("0123456789", "０１２３４５６７８９", strict=True))
_D = "[0-9０-９]"
_HAN = "[\u3400-\u9fff]"


class Channel(Protocol):
    """One way in which a value can be written in two forms."""

    @property
    def name(self) -> str:
        """How it is called."""

    @property
    def meaning(self) -> forms.Meaning:
        """The normal form that both forms share."""

    @property
    def asked(self) -> bool:
        """Whether it is used only where a person names it."""

    @property
    def needs(self) -> str:
        """Characters that its forms may bring into a text, beyond ASCII and what was there."""

    def read(self, values: pa.Array) -> Codes:
        """Which form each text shows: 0, 1, or :data:`UNCLEAR`."""

    def write(self, values: pa.Array, ones: Bits) -> pa.Array:
        """The texts in form 1 where ``ones`` holds, else in form 0; those that show neither are not touched."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """Two forms told apart by a pattern each: ``there`` matches form 0 and makes form 1 of it, ``back`` undoes it."""

    name: str
    meaning: forms.Meaning
    there: tuple[str, str]
    back: tuple[str, str]
    asked: bool = False
    needs: str = ""

    def read(self, values: pa.Array) -> Codes:
        """Which form each text shows."""
        zero, one = normal.matching(values, self.there[0]), normal.matching(values, self.back[0])
        return _codes(zero, one)

    def write(self, values: pa.Array, ones: Bits) -> pa.Array:
        """The texts in the form asked for."""
        shown = self.read(values)
        there, back = (
            pc.replace_substring_regex(values, pattern=pattern, replacement=to, max_replacements=1)
            for pattern, to in (self.there, self.back)
        )
        raised = pc.if_else(pa.array((shown == 0) & ones), there, values)
        return pc.if_else(pa.array((shown == 1) & ~ones), back, raised)


@dataclass(frozen=True, slots=True)
class Width:
    """Characters of a cell half as wide (form 0) or full (form 1), all of them alike."""

    name: str
    meaning: forms.Meaning
    pairs: tuple[tuple[str, str], ...]
    shape: str
    asked: bool = False

    @property
    def needs(self) -> str:
        """The full-width characters."""
        return "".join(full for _, full in self.pairs)

    def read(self, values: pa.Array) -> Codes:
        """Which form each text shows; one that mixes both shows neither."""
        fits = normal.matching(values, self.shape)
        half = normal.matching(values, f"[{''.join(a for a, _ in self.pairs)}]")
        full = normal.matching(values, f"[{''.join(b for _, b in self.pairs)}]")
        return _codes(half & fits, full & fits)

    def write(self, values: pa.Array, ones: Bits) -> pa.Array:
        """The texts in the form asked for."""
        shown = self.read(values)
        full = reduce(lambda v, p: pc.replace_substring(v, p[0], p[1]), self.pairs, values)
        half = reduce(lambda v, p: pc.replace_substring(v, p[1], p[0]), self.pairs, values)
        raised = pc.if_else(pa.array((shown == 0) & ones), full, values)
        return pc.if_else(pa.array((shown == 1) & ~ones), half, raised)


@dataclass(frozen=True, slots=True)
class Order:
    """The parts of a list in one cell, in rising order (form 0) or in falling (form 1)."""

    name: str
    meaning: forms.Meaning
    joint: str
    asked: bool = True
    needs: str = ""

    def read(self, values: pa.Array) -> Codes:
        """Which form each text shows."""
        rising, falling = self._sorted(values)
        fits = normal.matching(values, f"[^{self.joint}]{self.joint}[^{self.joint}]")
        zero, one = (np.asarray(pc.fill_null(pc.equal(values, v), False)) for v in (rising, falling))
        return _codes(zero & fits, one & fits)

    def write(self, values: pa.Array, ones: Bits) -> pa.Array:
        """The texts in the form asked for; parts that are in neither order are put into one."""
        rising, falling = self._sorted(values)
        fits = normal.matching(values, f"[^{self.joint}]{self.joint}[^{self.joint}]")
        return pc.if_else(pa.array(fits), pc.if_else(pa.array(ones), falling, rising), values)

    def _sorted(self, values: pa.Array) -> tuple[pa.Array, pa.Array]:
        parts = pc.split_pattern(values, self.joint)
        flat, owner = parts.flatten(), pc.list_parent_indices(parts)
        offsets = parts.offsets.to_numpy() - parts.offsets[0].as_py()
        table = pa.table({"owner": owner, "part": flat})
        made = []
        for order in ("ascending", "descending"):
            places = pc.sort_indices(table, [("owner", "ascending"), ("part", order)])
            lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), flat.take(places))
            joined = pc.binary_join(lists, self.joint)
            made.append(pc.if_else(values.is_valid(), joined, pa.scalar(None, pa.string())))
        return made[0], made[1]


def _codes(zero: Bits, one: Bits) -> Codes:
    codes = np.full(len(zero), UNCLEAR, np.int8)
    codes[zero & ~one], codes[one & ~zero] = 0, 1
    return codes


_DAY = r"\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}"
_CLOCK = rf"((?:{_DAY})[ T]\d{{1,2}}:\d{{2}})"  # without a day it may be minutes and seconds


def _gap(name: str, before: str, behind: str) -> Rewrite:
    """A space or none between two parts of an address, given as patterns."""
    return Rewrite(name, forms.ADDRESS, (f"({before})({behind})", r"\1 \2"), (f"({before}) ({behind})", r"\1\2"))


CHANNELS: Mapping[str, Channel] = MappingProxyType(
    {
        each.name: each
        for each in (
            _gap("place-gap", rf"^{_HAN}{{2,7}}?(?:省|市|自治区|特别行政区)", _HAN),
            _gap("number-gap", rf"^[^0-9０-９]*{_HAN}", _D),
            _gap("room-gap", "[号弄栋幢座元]", rf"{_D}+[室户]$"),
            Width("digit-width", forms.ADDRESS, _DIGITS, rf"{_HAN}.*{_D}"),
            Rewrite("province", forms.PLACE, forms.PROVINCE_SHORT, forms.PROVINCE_LONG, asked=True),
            Rewrite("clock-seconds", forms.MOMENT, (rf"^{_CLOCK}$", r"\1:00"), (rf"^{_CLOCK}:00$", r"\1")),
            Rewrite(
                "date-sign",
                forms.MOMENT,
                (r"^(\d{4})-(\d{1,2})-(\d{1,2}([ T].*)?)$", r"\1/\2/\3"),
                (r"^(\d{4})/(\d{1,2})/(\d{1,2}([ T].*)?)$", r"\1-\2-\3"),
            ),
            Rewrite(
                "month-zero",
                forms.MOMENT,
                (r"^(\d{4}[-/])0([1-9][-/]\d{1,2})|^0([1-9]月)", r"\1\2\3"),
                (r"^(\d{4}[-/])([1-9][-/]\d{1,2})|^([1-9]月)", r"\10\2\3"),
            ),
            Width("bracket-width", forms.WORDS, (("(", "（"), (")", "）")), r"[(（][^()（）]*[)）]"),
            Rewrite(
                "thousands",
                forms.NUMBER,
                (r"^(-?\d{1,3})(\d{3}(?:\.\d+)?)$", r"\1,\2"),
                (r"^(-?\d{1,3}),(\d{3}(?:\.\d+)?)$", r"\1\2"),
                asked=True,
            ),
            Order("note-order", forms.LIST, "；"),
        )
    }
)
"""Every channel by its name. Those on one cell are written in this order, and each can be read whatever the others show."""
