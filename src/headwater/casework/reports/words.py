"""The fixed words of the reports, from data files of each language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from headwater.model.words import Lang


@dataclass(frozen=True, slots=True)
class Words:
    """The labels and sentences of one language, by dotted key."""

    lang: Lang
    texts: Mapping[str, str]
    glossary: tuple[tuple[str, str], ...]

    def __call__(self, key: str, /, **values: object) -> str:
        """The words of a key with its places filled; ``KEY_one`` is taken where ``n`` is 1."""
        chosen = f"{key}_one" if values.get("n") in (1, "1") and f"{key}_one" in self.texts else key
        return self.texts[chosen].format(**values)

    def name(self, group: str, value: object) -> str:
        """What a coded value (a severity, a lane, a category) is called; a code without a name stays as it is.

        Of one in two parts, as the number ``own:client_no`` of an organisation, the first has the name.
        """
        first, colon, rest = str(value).partition(":")
        named = self.texts.get(f"{group}.{first}")
        return str(value) if named is None else f"{named} ({rest})" if colon else named


@cache
def words(lang: Lang) -> Words:
    """The words of a language: ``en.toml`` and each ``….en.toml`` beside it, which may add keys and change none."""
    folder = files("headwater.casework.reports") / "words"
    parts = sorted(
        (p for p in folder.iterdir() if p.name == f"{lang}.toml" or p.name.endswith(f".{lang}.toml")),
        key=lambda p: (p.name != f"{lang}.toml", p.name),
    )
    read = [tomllib.loads(p.read_text("utf-8")) for p in parts]
    glossary = tuple((entry["term"], entry["means"]) for data in read for entry in data.pop("glossary", ()))
    found: dict[str, str] = {}
    for part, data in zip(parts, read, strict=True):
        texts = _flat(data)
        if twice := sorted(key for key, _ in texts if key in found):
            raise ValueError(f"{part.name}: said twice: {', '.join(twice)}")
        found.update(texts)
    return Words(lang, MappingProxyType(found), glossary)


def _flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    """Dotted keys and texts of nested tables."""
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", value))
    return found
