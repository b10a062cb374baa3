"""A line of the case folder as it may be shown: staff veiled, everybody else masked, what may hide something cut.

Covering too much costs a look into the file; covering too little is a leak. So what cannot be judged is covered: values in
quotes of SQL, query strings, long codes, long numbers.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from headwater.casework.veil import Veil
from headwater.model.words import Lang
from headwater.store.casebook.entering import masked, unnamed

LONGEST = 1200
"""Characters of a line that are shown."""
READ = 4000
"""Characters of a line that are looked at."""
TOLD = frozenset({"logs"})
"""Parts of the folder whose lines are shown as sentences; of tables only days, pseudonyms and small numbers are."""

_PSEUDONYM = re.compile(r"(\b[SUD]-[0-9a-f]{10}\b)")
_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_PERCENT = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_QUERY = re.compile(r"(?<=[\w/)\]])\?[^\s\"'<>]*=[^\s\"'<>]*")
_LITERAL = re.compile(r"'[^'\n]*'")
_OPAQUE = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+_=-]{32,}(?![A-Za-z0-9+/_=-])")
_CLOCK = r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?"
_MOMENT = rf"\b(?:(?:19|20)\d\d[-/]\d\d?[-/]\d\d?(?:[ T]{_CLOCK})?|\d{{1,2}}/[A-Z][a-z]{{2}}/\d{{4}}(?::\d\d:\d\d:\d\d)?|{_CLOCK})(?!\d)"
_EPOCH = r"\A\s*1\d{9}\.\d{3}\b|(?<=\"time\": )1\d{12}\b"
"""Seconds at the head of a proxy's line, milliseconds of OCSF: elsewhere such a number may be somebody's."""
_NUMBER = re.compile(
    rf"(?P<moment>{_MOMENT}|{_EPOCH})|(?P<code>(?<![0-9A-Za-z])(?:[A-Za-z]{{1,4}}[0-9]{{5,}}|[0-9]{{7,}})(?![0-9]))"
)
_KEPT = re.compile(rf"(?P<kept>{_MOMENT})|(?P<number>(?<![0-9A-Za-z])[0-9]+(?:[ .-][0-9]+)*(?![0-9A-Za-z]))|[^\W_]+")
_SMALL = 6
"""Digits of a number that is nobody's: counts, years, times."""
_ENDS = 2


def covered(line: str, part: str, veil: Veil, lang: Lang = "en") -> str:
    """A line of a file of that part of the folder (``logs``, ``hr`` …), with nobody in it.

    :param line: as it was read; of a longer one its beginning is looked at
    """
    text = _whole_words(line.replace("\t", " ␉ ").strip("\r\n"), READ)
    veiled = veil.text(_plain(text), lang)
    hide = _sentence if part in TOLD else _bare
    # what stands for a name was just made, and is no number of anybody
    shown = "".join(piece if n % 2 else hide(piece) for n, piece in enumerate(_PSEUDONYM.split(veiled)))
    shown = shown.replace(" ␉ ", "  ")
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} …"


def _plain(text: str) -> str:
    """A text without the disguises in which a name may go unseen: escapes of JSON and of addresses."""
    text = _ESCAPE.sub(lambda hit: _unescaped(hit[0]), text)
    return _PERCENT.sub(lambda hit: unquote(hit[0], errors="replace"), text)


def _unescaped(escape: str) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "big") for unit in escape.split("\\u")[1:])
    return units.decode("utf-16-be", errors="replace")


def _sentence(text: str) -> str:
    """A line of a log: values that somebody typed are cut, numbers and names masked."""
    if not text.strip():
        return text
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    cut = _LITERAL.sub("'…'", _QUERY.sub("?…", text.strip()))
    cut = _OPAQUE.sub(lambda hit: f"{hit[0][:4]}…", cut)
    return lead + _NUMBER.sub(_shortened, unnamed(masked(cut, "a line"))) + trail


def _shortened(hit: re.Match[str]) -> str:
    if hit["moment"]:
        return hit[0]
    code = hit["code"]
    return f"{code[:_ENDS]}{'*' * (len(code) - 2 * _ENDS)}{code[-_ENDS:]}"


def _bare(text: str) -> str:
    """A row of a table about people: what is no day and no small number is covered."""
    return _KEPT.sub(_days_and_counts, _LITERAL.sub("'…'", text))


def _days_and_counts(hit: re.Match[str]) -> str:
    small = hit["number"] and sum(c.isdigit() for c in hit["number"]) <= _SMALL
    return hit[0] if hit["kept"] or small else "…"


def _whole_words(text: str, most: int) -> str:
    """The beginning of a text, never ending within a word or number: half of one would not be known for what it is."""
    if len(text) <= most:
        return text
    cut = re.sub(r"[^\s,;|\"'&]*\Z", "", text[:most])
    return f"{cut}…"
