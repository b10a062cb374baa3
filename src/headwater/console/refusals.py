"""What the console says where something cannot be done: English from the error itself, Chinese from a file beside this one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from headwater.model.words import Lang


def refusal(text: str, lang: Lang) -> str:
    """The sentence of an error in a language; one that nobody has translated stays English.

    >>> refusal("a password has 10 characters at least", "zh")
    '密码至少 10 个字符'
    """
    if lang == "en":
        return text
    known = _chinese()
    if text in known:
        return known[text]
    for pattern, said in _patterns():
        if found := pattern.fullmatch(text):
            return said.format(*(known.get(part, part) for part in found.groups()))
    return text


@cache
def _chinese() -> Mapping[str, str]:
    return tomllib.loads((files("headwater.console") / "refusals.zh.toml").read_text("utf-8"))


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences that are filled in, those with most words of their own first."""
    filled = sorted((key for key in _chinese() if "{}" in key), key=len, reverse=True)
    return tuple(
        (re.compile("(.+)".join(map(re.escape, key.split("{}"))), re.DOTALL), _chinese()[key]) for key in filled
    )
