"""Names and street addresses in Latin script: in cells by the words they are made of, in text beside a title or label."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers.naming.lexicon import latin_words
from headwater.identifiers.naming.span import Span

_WORD = "[A-Z][a-z]+(?:['-][A-Za-z][a-z]*)?|[A-Z]{2,}|[A-Z]\\.?|Ma?c[A-Z][a-z]+|O'[A-Z][a-z]+"
_NAME = f"(?:{_WORD})(?: (?:{_WORD}|van|von|de|da|bin|al|der|la)){{1,4}}"
_TITLED = re.compile(
    f"(?:\\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\\.? (?P<titled>(?:{_WORD})(?: (?:{_WORD})){{0,3}})"
    "|\\b(?:[Nn]ame|[Cc]ontact|[Cc]ustomer|[Rr]ecipient|[Cc]onsignee|[Pp]atient|[Ii]nsured|[Aa]ttn|[Ss]igned by)"
    f"[ ]?[:=][ ]?(?P<labelled>{_NAME}))"
)
_STREET = (
    "Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Terrace|Crescent|Square|Sq|Highway|Hwy|Parkway|Pkwy|"
    "Close|Way|Circle|Path|Dadao|Lu|Jie|Xiang"
)
_CAP = "[A-ZÀ-Þ][A-Za-zÀ-ÿ'.-]*"
_PART = (
    "(?:(?:Flat|Room|Rm|Unit|Suite|Apt|Apartment|Block|Blk|Tower|Building|No\\.?|Floor) ?#?[A-Z0-9-]{1,6}"
    "|[0-9]{1,3}(?:/F|F|st Floor|nd Floor|rd Floor|th Floor))"
)
_POSTCODE = "[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}|[0-9]{4,6}"
_AFTER = f"(?:{_PART}|{_CAP}(?: {_CAP}){{0,3}}|{_POSTCODE})"
_ADDRESS = re.compile(
    f"(?:\\b{_PART},? ?){{0,3}}(?:\\b{_CAP}(?: {_CAP}){{0,3}}, ?)?\\b(?:No\\.? ?)?[0-9]{{1,5}}[A-Z]?(?:-[0-9]{{1,5}})?,? "
    f"(?:{_CAP} ){{1,4}}(?:{_STREET})\\b\\.?(?:(?:,|(?= [A-Z]{{2}} [0-9])) ?{_AFTER}(?: [0-9]{{4,6}})?){{0,5}}"
)
_EUROPEAN = re.compile(
    f"\\b{_CAP}(?:straße|strasse|str\\.|gade|gatan|laan|weg|platz) [0-9]{{1,4}}[a-z]?(?:, ?[0-9]{{4,5}} {_CAP})?"
)
NAMES_NEED = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? [A-Z]"
    "|(?:[Nn]ame|[Cc]ontact|[Cc]ustomer|[Rr]ecipient|[Cc]onsignee|[Pp]atient|[Ii]nsured|[Aa]ttn|[Ss]igned by)[ ]?[:=]"
)
ADDRESSES_NEED = f" (?:{_STREET})\\b|(?:straße|strasse|str\\.|gade|gatan|laan|weg|platz) [0-9]"
"""What a line must hold to have a name or an address in it (RE2)."""
_CELL = re.compile("[A-Za-z][A-Za-z'.-]*(?:,? [A-Za-z][A-Za-z'.-]*){1,4}")
_SYLLABLE = re.compile(
    "(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ang|eng|ing|ong|uan|ian|iao|uai|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|er|a|e|i|o|u|v)){1,2}"
)


def names(text: str) -> Iterator[Span]:
    """Give the names beside a title or label."""
    for found in _TITLED.finditer(text):
        group = "titled" if found["titled"] else "labelled"
        yield Span("name", *found.span(group), 0.8 if group == "titled" else 0.85)


def addresses(text: str) -> Iterator[Span]:
    """Give street addresses: a number and a street word, with what belongs to them on either side."""
    for pattern in (_ADDRESS, _EUROPEAN):
        for found in pattern.finditer(text):
            yield Span("address", *found.span(), 0.8 if "," in found[0] or re.search("[0-9]{4}$", found[0]) else 0.4)


@cache
def _known() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    return latin_words("n"), latin_words("u"), latin_words("o")


def odds(text: str) -> float:
    """The log-odds that a cell of Latin words is a person's name; -20 where it has not the shape.

    >>> odds("Wong Siu-ming") > 0, odds("Pro Max") > 0, odds("Industrial Bank") > 0
    (True, False, False)
    """
    if _CELL.fullmatch(text) is None:
        return -20.0
    given, surnames, others = _known()
    words = [part for part in re.split("[ ,.-]+", text.lower()) if part]
    weight = 0.0
    for word in words:
        if word in others:
            weight -= 6.0
        elif word in given or word in surnames:
            weight += 2.5
        elif _SYLLABLE.fullmatch(word):
            weight += 0.7
        elif len(word) > 1:
            weight -= 0.8
    edges = {words[0], words[-1]}
    return weight + (1.0 if edges & surnames else -1.0)


def cell_odds(values: pa.Array) -> npt.NDArray[np.float32]:
    """Give :func:`odds` for every cell."""
    return np.array([odds((text or "").strip()) for text in values.to_pylist()], dtype=np.float32)
