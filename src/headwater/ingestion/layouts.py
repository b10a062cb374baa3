"""Where the parts of a time stand in its text: a form becomes a pattern, and one example a layout of byte places.

Times of one log nearly always share a handful of layouts (same length, same places). Finding a layout costs one
regular expression; applying it to a million rows costs a few column operations.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_ZONE = r"(?:\s?(?:(?P<sign>[+-])(?P<zh>\d\d)(?::?(?P<zm>\d\d))?|(?P<zone>[A-Za-z][A-Za-z_/]{0,31})))"
_FRACTION = r"(?:[.,](?P<f>\d{1,9}))"
_ISO = (
    r"(?:(?P<Y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
    rf"(?:(?:T|,? ?)(?P<H>\d{{1,2}}):(?P<M>\d\d)(?::(?P<S>\d\d){_FRACTION}?)?)?"
    r"|(?P<Y2>(?:19|20|21)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)T?(?P<H2>\d\d)(?P<M2>\d\d)(?:(?P<S2>\d\d)(?:[.,](?P<f2>\d{1,9}))?)?)"
    rf"{_ZONE}?"
)
_NAMED = {
    "iso": _ISO,
    "epoch": rf"(?P<s>\d{{1,11}}){_FRACTION}?",
    "epoch_ms": r"(?P<ms>\d{1,14})(?:\.\d+)?",
    "epoch_us": r"(?P<us>\d{1,17})",
    "auto": rf"{_ISO}|(?P<s>\d{{9,11}})(?:[.,](?P<f3>\d{{1,9}}))?"
    r"|(?P<ms>\d{13})(?:\.\d+)?|(?P<us>\d{16})|(?P<ns>[1-8]\d{18})",
}
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "b": r"(?P<b>[A-Za-z]{3,9})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,9})",
    "p": r"(?P<p>[AaPp]\.?[Mm]\.?|上午|下午)",
    "z": _ZONE,
    "s": r"(?P<s>\d{1,11})",
    "a": r"[A-Za-z]{3,9}",
    "%": "%",
}
_SAME = {"B": "b", "h": "b", "e": "d", "k": "H", "l": "I", "A": "a", "Z": "z"}
_COMPOUND = {"T": "%H:%M:%S", "F": "%Y-%m-%d", "R": "%H:%M", "D": "%m/%d/%y"}
_NAMES = frozenset({"b", "p", "sign", "zone"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of digits by part, the parts that are words, and the bytes that must stand elsewhere."""

    digits: tuple[tuple[str, int, int], ...]
    words: tuple[tuple[str, str], ...]
    fixed: tuple[tuple[int, int], ...]

    def read(self, rows: Bytes) -> tuple[Mask, dict[str, Whole]]:
        """Tell which rows (one text each, all of one length) have this layout, and the numbers in them."""
        fits = np.ones(len(rows), dtype=np.bool_)
        for place, byte in self.fixed:
            fits &= rows[:, place] == byte
        numbers: dict[str, Whole] = {}
        for part, start, end in self.digits:
            value = np.zeros(len(rows), dtype=np.int64)
            for place in range(start, end):
                digit = rows[:, place] - np.uint8(48)  # wraps below "0", so one comparison is enough
                fits &= digit < 10
                value = value * 10 + digit
            numbers[part] = value
        return fits, numbers


@cache
def pattern(form: str) -> re.Pattern[bytes]:
    """Compile a form: ``iso``, ``epoch``, ``epoch_ms``, ``epoch_us``, ``auto``, or directives as ``strptime`` has them.

    A fraction of a second and a zone may always follow where the form names none. Raises :class:`ValueError` for a
    directive that is not known or is used twice.
    """
    body = _NAMED.get(form) or _from_directives(form)
    try:
        return re.compile(rf"""[\s\["']*(?:{body})[\s\]"']*""".encode())
    except re.error as error:
        raise ValueError(f"not a usable time format: {form!r} ({error.msg})") from None


def _from_directives(form: str) -> str:
    for short, long in _COMPOUND.items():
        form = form.replace(f"%{short}", long)
    pieces = re.split(r"%(.)", form)
    out = [re.escape(pieces[0])]
    for letter, literal in zip(pieces[1::2], pieces[2::2], strict=True):
        letter = _SAME.get(letter, letter)
        if letter not in _DIRECTIVES:
            raise ValueError(f"not a usable time format: {form!r} (unknown %{letter})")
        out += [_DIRECTIVES[letter], re.sub(r"(?:\\ )+", r" *", re.escape(literal))]
        if letter in "Ss" and "%f" not in form:
            out.insert(-1, f"{_FRACTION}?")
    return "".join(out) + ("" if {"%z", "%Z"} & {f"%{p}" for p in pieces[1::2]} else f"{_ZONE}?")


def layout(example: bytes, form: str) -> Layout | None:
    """Give the layout of one text, or ``None`` if it is not of that form."""
    found = pattern(form).fullmatch(example)
    if found is None:
        return None
    spans = {part: found.span(part) for part, value in found.groupdict().items() if value is not None}
    digits = tuple((part.rstrip("23"), *span) for part, span in spans.items() if part not in _NAMES)
    words = tuple((part, found[part].decode()) for part in spans if part in _NAMES)
    taken = {place for _, start, end in digits for place in range(start, end)}
    fixed = tuple((place, byte) for place, byte in enumerate(example) if place not in taken)
    return Layout(digits, words, fixed)
