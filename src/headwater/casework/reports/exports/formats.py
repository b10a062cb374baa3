"""Which formats a case is handed over in: a name, and what writes it. All of them are made from a result alone.

``from headwater.casework.reports.exports.formats import FORMATS, Wanted`` and then ``FORMATS["ocsf"](result, Wanted("en"))``
gives files by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.exports import tables
from headwater.casework.reports.exports.handover import pages
from headwater.casework.reports.exports.ocsf import lines
from headwater.casework.reports.exports.paper import sheets
from headwater.casework.reports.exports.stix import bundle as stix
from headwater.casework.reports.exports.uco import bundle as uco
from headwater.model.words import Lang


@dataclass(frozen=True, slots=True)
class Wanted:
    """How it is to be written: the language of the result's sentences, and whether the STIX bundle names people."""

    lang: Lang
    named: bool = False


Export = Callable[[Mapping[str, Any], Wanted], dict[str, bytes]]

FORMATS: Mapping[str, Export] = MappingProxyType(
    {
        "ocsf": lambda result, wanted: lines.export(result, wanted.lang),
        "stix": lambda result, wanted: stix.export(result, wanted.named),
        "case": lambda result, wanted: uco.export(result),
        "list": lambda result, wanted: pages.export(result),
        "csv": lambda result, wanted: {f"tables/{name}": data for name, data in tables.export(result).items()},
        "pdf": lambda result, wanted: sheets.export(result, wanted.lang),
    }
)
"""Files by name (a name may lie in a folder), from a result alone."""


def spoken(result: Mapping[str, Any]) -> Lang:
    """The language that the sentences of a result are in.

    >>> spoken({"answer": ["E1021 (闫**) read records."]}), spoken({"answer": ["读取了 3 人的记录。"]})
    ('en', 'zh')
    """
    told = "".join(str(text) for text in [*(result.get("answer") or ()), *(result.get("limits") or ())])
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in told)
    return "zh" if chinese * 3 > sum(character.isascii() and character.isalpha() for character in told) else "en"
