"""The console's fixed words in English and Chinese, from data files: one pair for each page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.words import Words
from headwater.model.words import Lang


@cache
def words(lang: Lang) -> Words:
    """The words of a language; a key that two files say is an error, as is one that the other language lacks."""
    folder = files("headwater.console") / "words"
    found: dict[str, str] = {}
    for part in sorted(folder.iterdir(), key=lambda p: p.name):
        if part.name.endswith(f".{lang}.toml"):
            for key, text in _flat(tomllib.loads(part.read_text("utf-8"))):
                if key in found:
                    raise ValueError(f"{part.name}: said twice: {key}")
                found[key] = text
    return Words(lang, MappingProxyType(found), ())


def _flat(data: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in data.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", value))
    return found
