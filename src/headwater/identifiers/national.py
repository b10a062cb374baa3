"""National numbers of persons in some sixty countries: rows of data, each checked by a module of python-stdnum.

That library comes with the extra ``national`` (LGPL). Without it no such number is known, and :func:`missing` says so.

>>> numbers()["pl_pesel"].validate("44 05 14 01359")
'44051401359'
>>> numbers()["pl_pesel"].mask("44051401359"), numbers()["pl_pesel"].is_valid("44051401358")
('44*******59', False)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.errors import InvalidIdentifierError, WrongCheckDigitError, WrongShapeError

_CLASS = {"9": "[0-9]", "A": "[A-Z]", "C": "[A-Z0-9]", "K": "[0-9K]", "S": "[-+A-Y]"}
_SEPARATORS = "[ \t\r\n\f\v./'-]+"
_FILLER = "[^0-9A-Za-z\\n]{0,3}(?:[A-Za-z.]{1,12}[^0-9A-Za-z\\n]{1,3}){0,2}"
_SHORT = 7
BETWEEN = "[ ./-]?"
"""What stands between the characters of such a number as people write it."""


@dataclass(frozen=True, slots=True)
class National:
    """One national number. ``chance`` is the share of random texts of its ``shapes`` that pass its check.

    ``firms`` says that firms have such numbers too.
    """

    name: str
    country: str
    module: str
    shapes: tuple[str, ...]
    title: str
    words: tuple[str, ...]
    chance: float
    context: bool
    firms: bool
    pattern: str = field(repr=False)

    def compact(self, text: str) -> str:
        """Give the normal form: that of the library, where the shape is right, else capitals without separators."""
        plain = _plain(text)
        bare = re.sub(_SEPARATORS, "", plain)
        return self._checked(plain) or self._checked(bare) or bare

    def _checked(self, plain: str) -> str | None:
        if not re.fullmatch(self.pattern, plain, re.ASCII) or missing():
            return None
        return _normal_form(self.module, plain) or _normal_form(self.module, plain.replace(" ", "-"))

    def validate(self, text: str) -> str:
        """Give the normal form, or raise an error that names the failed check."""
        plain = _plain(text)
        if not re.fullmatch(self.pattern, plain, re.ASCII):
            raise WrongShapeError(f"{self.title} has another length or other characters")
        number = self._checked(plain)
        if number is None:
            raise WrongCheckDigitError(f"the check of {self.title} does not fit, or cannot be made here")
        return number

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
        trimmed = pc.utf8_trim(pc.ascii_upper(normal.narrow_array(values)), characters=" \t\r\n\f\v'")
        shaped = normal.keep(trimmed, normal.matching(trimmed, f"^(?:{self.pattern})$"))
        return pa.array([text and self._checked(text) for text in shaped.to_pylist()], pa.string())


def _plain(text: str) -> str:
    narrowed = normal.narrow(text).strip(" \t\r\n\f\v'")
    return re.sub("[a-z]+", lambda found: found[0].upper(), narrowed)


def missing() -> bool:
    """Tell whether python-stdnum is not there, so that no national number can be checked."""
    return not _is_installed()


@cache
def _is_installed() -> bool:
    return find_spec("stdnum") is not None


@cache
def _module(name: str) -> ModuleType:
    return import_module(f"stdnum.{name}")


def _normal_form(module: str, plain: str) -> str | None:
    """The library's own normal form, or nothing; whatever else goes wrong inside it is a number that does not pass."""
    try:
        return str(_module(module).validate(plain))
    except (ValueError, LookupError, TypeError, ArithmeticError):  # some of its checks index lists by parts of the text
        return None


@cache
def numbers() -> Mapping[str, National]:
    """Every national number of the data file by its name."""
    return {name: _number(name, row) for name, row in rows().items()}


@cache
def rows() -> Mapping[str, dict[str, object]]:
    """The rows of the data file."""
    return tomllib.loads((files(__package__) / "data" / "national.toml").read_text("utf-8"))


def _number(name: str, row: Mapping[str, object]) -> National:
    shapes = _texts(row["shapes"])
    return National(
        name=name,
        country=str(row["country"]),
        module=str(row["module"]),
        shapes=shapes,
        title=str(row["title"]),
        words=_texts(row["words"]),
        chance=float(str(row["chance"])),
        context=bool(row["context"]),
        firms=bool(row.get("firms", False)),
        pattern="|".join(
            BETWEEN.join(_CLASS.get(c, c) for c in shape) for shape in sorted(shapes, key=len, reverse=True)
        ),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, list) else ()


def recogniser_rows() -> Iterator[dict[str, object]]:
    """Give for each national number the row that finds it in a text: its words, up to two more, and its shapes."""
    for name, number in numbers().items():
        words = "|".join(map(re.escape, number.words))
        yield {
            "kind": name,
            "pattern": f"(?i)(?<![a-z])(?:{words}){_FILLER}(?P<value>(?:{number.pattern}))(?![0-9A-Za-z])",
            "prefilter": f"(?i){words}",
            "words": [],
            "anchor": {"words": [word + mark for word in number.words for mark in _marks(word)]},
            "confidence": [_beside(number.chance)] * 2,
            "matches": [],
            "ignores": [],
        }


def _marks(word: str) -> tuple[str, ...]:
    """A short Latin word is part of many others: it is looked for with what ends it."""
    return (" ", ":", "=", "#", '"', "'", "-", "_", ".") if len(word) < _SHORT and word.isascii() else ("",)


def _beside(chance: float) -> float:
    """How sure a number is beside its word: the less, the more random ones pass."""
    return 0.97 if chance < 0.02 else 0.9 if chance < 0.2 else 0.75
