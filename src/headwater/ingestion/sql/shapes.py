"""Shapes: statements with their literals taken out, so that each kind of question is understood once.

The masked text is SQL again: a string becomes ``'?'``, a number ``0``, comments are dropped, white space and lists of
literals collapse, and everything outside quotes is lower case. Its digest is the fingerprint.

>>> scan("SELECT name FROM t1 WHERE id IN ('C1', 'C2', 'C3') AND fee > -5 -- mine")
Scanned(masked="select name from t1 where id in ('?', '?') and fee > 0", literals=('C1', 'C2', 'C3', '-5'))

Rules are PostgreSQL's (doubled quotes, ``E'…'``, ``$tag$…$tag$``, nested comments); where they leave a quote open, a
backslash is taken for an escape, as in MySQL. A quote that is never closed masks all that follows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b

import pyarrow as pa
import pyarrow.compute as pc

FINGERPRINT_BYTES = 8
STRING, NUMBER = "'?'", "0"

# every alternative starts with one set of characters, which the engine searches for at the speed of C
_DIGITS = r"(?:(?<=[0-9])(?<![\w$.][0-9])(?:(?<=0)[xX][0-9a-fA-F]+|[0-9]*(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)"
_NUMBER = _DIGITS + r"|(?<=\.)(?<![\w$.]\.)[0-9]+(?:[eE][+-]?[0-9]+)?)(?!\w)"
_STRING = r"(?<=')[^']*(?:''[^']*)*'"
_STRING_WITH_BACKSLASH = r"(?<=')[^'\\]*(?:(?:\\.|'')[^'\\]*)*'"
_PREFIXED = (
    rf"(?<=[eE])(?<![\w$].)'{_STRING_WITH_BACKSLASH}"
    rf"|(?<=[nNbBxX])(?<![\w$].)'{_STRING}|(?<=[uU])(?<![\w$].)&'{_STRING}"
)
_REST = (
    r"|(?<=\$)(?<![\w$]\$)(?:(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$|(?P<open>(?:[^\W\d]\w*)?\$))"
    r"|(?<=-)-[^\n]*|(?<=/)\*"  # comments; the end of a nested one is found by hand
    r'|(?<=")[^"]*(?:""[^"]*)*"|(?<=`)[^`]*`'  # quoted identifiers
    r"|(?<=['\"`])"  # a quote that is never closed
)
_FIRST = r"['0-9.$\-/\"`eEnNbBxXuU]"
_SIMPLE = re.compile(rf"(['0-9.](?:{_STRING}|{_NUMBER}))")
_FULL = re.compile(f"{_FIRST}(?:{_PREFIXED}|{_STRING}|{_NUMBER}{_REST})", re.DOTALL)
_FULL_WITH_BACKSLASH = re.compile(f"{_FIRST}(?:{_PREFIXED}|{_STRING_WITH_BACKSLASH}|{_NUMBER}{_REST})", re.DOTALL)
_NOT_SIMPLE = ("--", "/*", '"', "`", "$", "\\")
_NUMERIC = frozenset("-.0123456789")
_PREFIXES = frozenset("eEnNbBxX&")
_SIGNED = re.compile(r"(?:[=<>(,]|\b(?:between|and|or|limit|offset|then|else|when|values|not)\b)\s*-\s*$", re.I)
_COMPARED = re.compile(r"(?:[=<>~]|\b(?:i?like|between|in\s*\())\s*$", re.I)
_LIST = re.compile(r"([(\[])\s*('\?'|0)(?:\s*,\s*(?:'\?'|0))+\s*(?=[)\]])")
_ROWS = re.compile(r"(\((?:'\?'|0)(?:, (?:'\?'|0))*\))(?:, ?\1)+")
_COMMENT_EDGE = re.compile(r"/\*|\*/")
_NO_NAME = re.compile(r"\d{5}|[@']")
_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Scanned:
    """One statement taken apart: its masked text and the literals that stood in it, in order."""

    masked: str
    literals: tuple[str, ...]


def fingerprint(masked: str) -> str:
    """A short digest of a masked text."""
    return blake2b(masked.encode("utf-8", "surrogatepass"), digest_size=FINGERPRINT_BYTES).hexdigest()


def scan(statement: str) -> Scanned:
    """Take one statement apart; never fails, whatever the text."""
    kept, tokens = _simple(statement) or _full(statement)
    if any("-" in k for k in kept):
        _take_signs(kept, tokens)
    marks = [STRING if t[0] not in _NUMERIC else NUMBER for t in tokens]
    return Scanned(_tidy(kept, marks), tuple([_value(t) for t in tokens]))


def shapes(statements: pa.Array) -> pa.Table:
    """The distinct statements of an array, one row each: ``statement``, ``masked``, ``fingerprint``.

    Work is done once per distinct text; nulls are left out.
    """
    distinct = pc.unique(statements).drop_null()
    masked = pa.array([scan(s).masked for s in distinct.to_pylist()], pa.string())
    coded = pc.dictionary_encode(masked)
    digests = pa.array([fingerprint(m) for m in coded.dictionary.to_pylist()], pa.string())
    return pa.table({"statement": distinct, "masked": masked, "fingerprint": digests.take(coded.indices)})


def _simple(statement: str) -> tuple[list[str], list[str]] | None:
    """Split a text that has only plain strings and numbers; ``None`` if it has more than that."""
    for mark in _NOT_SIMPLE:
        if mark in statement:
            return None
    parts = _SIMPLE.split(statement)
    kept = parts[0::2]
    for part in kept:
        if "'" in part:
            return None
    for part in kept[:-1]:
        if part[-1:] in _PREFIXES:
            return None
    return [k.lower() for k in kept], parts[1::2]


def _full(statement: str) -> tuple[list[str], list[str]]:
    """Split any text: comments dropped, quoted identifiers kept as they are."""
    kept, tokens, closed = _split(statement, _FULL)
    if not closed and "\\" in statement:
        again = _split(statement, _FULL_WITH_BACKSLASH)
        if again[2]:
            kept, tokens, _ = again
    return kept, tokens


def _split(statement: str, pattern: re.Pattern[str]) -> tuple[list[str], list[str], bool]:
    kept, tokens, pieces = list[str](), list[str](), list[str]()
    at, masked_name_end = 0, -1
    while found := pattern.search(statement, at):
        token, start = found.group(), found.start()
        pieces.append(statement[at:start].lower())
        at = found.end()
        if token in ("'", '"', "`") or found.group("open") is not None:
            kept.append("".join(pieces))
            return [*kept, ""], [*tokens, f"'{statement[at:]}'"], False
        if token == "/*":
            at = _comment_end(statement, at)
        if token == "/*" or token.startswith("--"):
            pieces.append(" ")
        elif token[0] in '"`' and _is_identifier(token, statement, start, masked_name_end):
            pieces.append(token)
        else:
            masked_name_end = at if token[0] == '"' else masked_name_end
            tokens.append(token)
            kept.append("".join(pieces))
            pieces.clear()
    return [*kept, "".join(pieces) + statement[at:].lower()], tokens, True


def _comment_end(statement: str, at: int) -> int:
    depth = 1
    while edge := _COMMENT_EDGE.search(statement, at):
        at = edge.end()
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return at
    return len(statement)


def _is_identifier(token: str, statement: str, start: int, masked_name_end: int) -> bool:
    # MySQL writes strings in double quotes as well, and a value must not pass for a name
    content = token[1:-1]
    if len(content) > 63 or _NO_NAME.search(content):
        return False
    if token[0] == "`":
        return True
    before = statement[max(0, start - 20) : start]
    in_list = masked_name_end >= 0 and statement[masked_name_end:start].strip() == ","
    return not in_list and not _COMPARED.search(before)


def _take_signs(kept: list[str], tokens: list[str]) -> None:
    for i, token in enumerate(tokens):
        before = kept[i]
        if token[0].isdigit() and before.rstrip()[-1:] == "-" and _SIGNED.search(before):
            kept[i] = before.rstrip()[:-1]
            tokens[i] = f"-{token}"


def _tidy(kept: list[str], marks: list[str]) -> str:
    pieces = [""] * (2 * len(kept) - 1)
    pieces[0::2], pieces[1::2] = kept, marks
    text = " ".join("".join(pieces).split()).rstrip("; ")
    if any(k.strip() == "," for k in kept[1:-1]):
        text = _ROWS.sub(r"\1, \1", _LIST.sub(r"\1\2, \2", text))
    return text


def _value(token: str) -> str:
    if token[0] == "'":
        return token[1:-1].replace("''", "'") if "''" in token else token[1:-1]
    if token[0] in _NUMERIC:
        return token
    if token[0] == "$":
        tag = token.index("$", 1) + 1
        return token[tag:-tag]
    if token[0] in '"`':
        return token[1:-1]
    inner = token[token.index("'") + 1 : -1].replace("''", "'")
    return _ESCAPE.sub(_unescaped, inner) if token[0] in "eE" else inner


def _unescaped(found: re.Match[str]) -> str:
    code = found.group()[1:]
    if code[0] in "xuU" and len(code) > 1:
        point = int(code[1:], 16)
    elif code[0] in "01234567":
        point = int(code, 8)
    else:
        return _ESCAPES.get(code, code)
    return chr(point) if point < 0x110000 else "\ufffd"
