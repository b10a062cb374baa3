"""One row of ``VALUES (…), (…)``: where it ends, and what its values are; a comma or bracket within quotes parts nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from headwater.exhibits.batches import text_of

Cells = list[str | None]

_STANDARD = r"(?:[^']|'')*+'"
_BACKSLASH = r"(?:[^'\\]|''|\\.)*+'"
_ESCAPES = {"0": "", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "Z": "\x1a", "f": "\f", "v": "\v"}
_ESCAPED = re.compile(r"\\(.)|''", re.S)
_HEX = re.compile(r"(?:0[xX]|[xX]')([0-9A-Fa-f]*)'?\Z")
_LITERAL = {False: re.compile(r"'" + _STANDARD), True: re.compile(r"'" + _BACKSLASH, re.S)}
_FIRST_ONLY = re.compile(r"\s*(?:TO_|CAST|CONVERT|STR_TO|DATE|TIMESTAMP|_)", re.I)


def _simple(body: str) -> re.Pattern[str]:
    text = body.removesuffix("'")
    return re.compile(rf"\s*(?:(?:[NnEe]|_utf8mb4\s*|_binary\s*)?'({text})'|([-+]?[\w.]++))\s*([,)])", re.S)


_VALUE = {False: _simple(_STANDARD), True: _simple(_BACKSLASH)}
_TOKEN = {
    backslash: re.compile(rf"'{body}|\"[^\"]*+\"|`[^`]*+`|\$\$.*?\$\$|[(),]|[^'\"`(),$]++|\$", re.S)
    for backslash, body in ((False, _STANDARD), (True, _BACKSLASH))
}


def row_at(text: str, start: int, *, backslash: bool) -> tuple[int, Cells] | None:
    """The row whose bracket opens at ``start``: the place behind its end, and its cells; ``None`` if its end is not there.

    ``backslash`` says that a backslash in quotes escapes what follows, as MySQL has it.

    >>> row_at("(1,N'a,(b',NULL,'it''s')", 0, backslash=False)
    (24, ['1', 'a,(b', None, "it's"])
    >>> row_at("('open,(", 0, backslash=False) is None
    True
    """
    cells: Cells = []
    place, value = start + 1, _VALUE[backslash]
    while True:
        found = value.match(text, place)
        if found is None:
            longer = _expression(text, place, backslash=backslash)
            if longer is None:
                return None
            place, cell = longer
        else:
            place = found.end()
            cell = _plain(found[1], backslash=backslash) if found[1] is not None else _bare(found[2])
        cells.append(cell)
        if text[place - 1] == ")":
            return place, cells


def _plain(body: str, *, backslash: bool) -> str:
    if not backslash:
        return body.replace("''", "'") if "'" in body else body
    return _ESCAPED.sub(_unescaped, body) if "\\" in body or "'" in body else body


def _unescaped(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[1], found[1]) if found[1] else "'"


def _bare(word: str) -> str | None:
    if word[:2] in ("0x", "0X"):
        return _from_hex(word)
    return None if word.upper() in ("NULL", "DEFAULT") else word


def _from_hex(word: str) -> str | None:
    found = _HEX.match(word)
    if found is None or len(found[1]) % 2:
        return word
    return text_of(bytes.fromhex(found[1]))


def _expression(text: str, place: int, *, backslash: bool) -> tuple[int, str | None] | None:
    """A value that is more than a literal, up to the comma or bracket behind it."""
    depth, begun = 0, place
    while True:
        found = _TOKEN[backslash].match(text, place)
        if found is None:
            return None
        token, place = found[0], found.end()
        if token == "(":
            depth += 1
        elif token in (",", ")") and depth == 0:
            return place, _meant(text[begun : place - 1], backslash=backslash)
        elif token == ")":
            depth -= 1


def _meant(expression: str, *, backslash: bool) -> str | None:
    """The text in an expression: of a conversion the first literal, of a joining all of them, else the expression itself."""
    expression = expression.strip()
    if expression[:2] in ("X'", "x'"):
        return _from_hex(expression)
    plain: Callable[[str], str] = partial(_plain, backslash=backslash)
    literals = [plain(found[0][1:-1]) for found in _LITERAL[backslash].finditer(expression)]
    if not literals:
        return expression or None
    return literals[0] if _FIRST_ONLY.match(expression) or "||" not in expression else "".join(literals)
