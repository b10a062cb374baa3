"""The array of a script as JSON: its literals are read by a grammar of their own, and nothing in it is ever run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_ARRAY = re.compile(r"\b(\w{1,80})[\"'\]]{0,3}\s{0,20}[=:]\s{0,20}\[\s{0,200}(?=[{\]])")
_TOKEN = re.compile(
    r"""(?P<space>[\s,]+|//[^\n]*|/\*.*?\*/)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`)
    |(?P<sign>[{}\[\]:])
    |(?P<number>[+-]?(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)n?)
    |(?P<word>[^\W\d][\w$]*)""",
    re.S | re.X,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.S)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": "", "\r": ""}
_WORDS = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}
_DEEPEST = 40
_DECODER = json.JSONDecoder(strict=False)


class ScriptError(ValueError):
    """The text is no literal, or it ends within one."""


def arrays(text: str) -> Iterator[tuple[str, int]]:
    """The names of arrays of objects in a script, and where the first object of each begins."""
    for found in _ARRAY.finditer(text):
        yield found[1], found.end()


def objects(text: str, at: int) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Give the objects of an array from where its first begins: place and object, ``None`` for one that cannot be read."""
    while True:
        token = _next(text, at)
        if token is None or token[0] != "sign" or token[1] != "{":
            return
        begun = token[2]
        try:
            value, at = _object(text, begun)
        except ScriptError:
            yield begun, None
            after = re.compile(r"\}\s*,\s*(?=\{)").search(text, begun)
            if after is None:
                return
            at = after.end()
        else:
            yield begun, value


def _object(text: str, at: int) -> tuple[dict[str, Any], int]:
    """An object: as JSON where it is that, else token by token."""
    try:
        value, end = _DECODER.raw_decode(text, at)
    except (ValueError, RecursionError):
        value, end = _value(text, at, 0)
    if not isinstance(value, dict):
        raise ScriptError
    return value, end


def _next(text: str, at: int) -> tuple[str, str, int, int] | None:
    """The next token that means something: its kind, its text, where it begins and ends."""
    while found := _TOKEN.match(text, at):
        if found.lastgroup != "space":
            return str(found.lastgroup), found[0], at, found.end()
        at = found.end()
    return None


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    token = _next(text, at)
    if token is None or depth > _DEEPEST:
        raise ScriptError
    kind, word, _, end = token
    if kind == "text":
        return unescaped(word[1:-1]), end
    if kind == "number":
        return _number(word), end
    if kind == "word" and word in _WORDS:
        return _WORDS[word], end
    if word == "[":
        return _list(text, end, depth + 1)
    if word == "{":
        return _members(text, end, depth + 1)
    raise ScriptError


def _list(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    made: list[Any] = []
    while True:
        token = _next(text, at)
        if token is not None and token[1] == "]" and token[0] == "sign":
            return made, token[3]
        value, at = _value(text, at, depth)
        made.append(value)


def _members(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    made: dict[str, Any] = {}
    while True:
        token = _next(text, at)
        if token is None or token[0] == "sign":
            if token is not None and token[1] == "}":
                return made, token[3]
            raise ScriptError
        name = unescaped(token[1][1:-1]) if token[0] == "text" else token[1]
        colon = _next(text, token[3])
        if colon is None or colon[1] != ":" or colon[0] != "sign":
            raise ScriptError
        made[name], at = _value(text, colon[3], depth)


def _number(word: str) -> int | float:
    word = word.removesuffix("n")
    if "x" in word.lower():
        return int(word, 16)
    return float(word) if re.search(r"[.eE]", word) else int(word[:4000] or "0")


def unescaped(text: str) -> str:
    r"""A literal's text.

    >>> unescaped(r"it\'s \u4f60\n")
    "it's 你\n"
    """
    return _ESCAPE.sub(_letter, text) if "\\" in text else text


def _letter(found: re.Match[str]) -> str:
    number = found[1] or found[2] or found[3]
    if number is None:
        return _LETTERS.get(found[4], found[4])
    code = int(number, 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
