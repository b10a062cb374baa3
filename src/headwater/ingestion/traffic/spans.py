"""Whose data a message names: identifiers in short texts, whole ones and such as are masked, cut short or mistyped.

A request that was retyped with a wrong digit, or forwarded with a masked number, is still about the same person: it is
kept as a kind of its own (``mobile~``, ``resident_id~``, ``bank_card~``), which names nobody alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import pyarrow as pa

from headwater.identifiers import bank_card, careful, mobile, name, normal, resident_id
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.naming.cells import score_array
from headwater.identifiers.said import SAID
from headwater.identifiers.text import Names, find_array
from headwater.ingestion.traffic import announced
from headwater.ingestion.traffic.beside import PREFILTER, words_beside, words_told, words_within
from headwater.ingestion.traffic.straight import Plain, straightened

SPOILT = "~"
"""Behind a kind: an identifier that is not whole, or does not pass its check."""
NUMBER = "number~"
"""A number that had better be covered, whatever it is."""
_NAMED_BESIDE = frozenset(
    {"name", "mobile", "resident_id", "bank_card", "plate", "mobile~", "resident_id~", "bank_card~", "number~"}
)
_SAID = frozenset(said.kind for said in SAID)
_NO_SECRET = frozenset({"transaction", "policy"})
"""Sums that are paid are what a chat is read for."""
_UNNAMED = frozenset(
    {"sms_code", "password", "password_hash", "session", "api_key", "site_address", "site_phone", "role_email"}
)
_GUESSED = frozenset({"mobile", "bank_card"})
_STAR = "[*xX•●#_]"
_ALONE, _END = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"
_BEHIND_CODE = "(?:(?<![0-9A-Za-z])|(?<=(?<![1-9A-Za-z])86))"
_MISSING = rf"(?:{_STAR}{{2,6}}|…{{1,2}}\.?|\.{{3,6}})"
_CARD = "(?:62|4[0-9]|5[1-5]|9[0-9])[0-9]{2}(?:[ -]?[0-9]{4}){3}(?:[ -]?[0-9]{1,3})?"
_COVERED = f"[0-9]{{2}}(?:[ -]?{_STAR}{{4}}){{2,3}}|[0-9]{{2}}(?:{_STAR}{{2,9}}|{_STAR}{{11,12}})|[0-9]{{4}}(?:{_STAR}{{2,7}}|{_STAR}{{9}})"
"""What is left of a card between its first two and its last four digits; a masked one of 18 signs is an identity number."""
_NEAR = (
    ("resident_id~", re.compile(f"{_ALONE}[1-9][0-9]{{16}}[0-9Xx]{_END}"), resident_id.mask),
    ("bank_card~", re.compile(f"{_ALONE}62(?:{_COVERED})[ -]?[0-9]{{4}}(?![0-9])"), str),
    ("resident_id~", re.compile(f"{_ALONE}[1-9][0-9]{{2,5}}{_STAR}{{6,12}}[0-9]{{3}}[0-9Xx]{_END}"), str),
    ("bank_card~", re.compile(f"{_ALONE}{_CARD}{_END}"), bank_card.mask),
    ("mobile~", re.compile(f"{_BEHIND_CODE}1[3-9][0-9]{{1,2}}[ -]?{_MISSING}[ -]?[0-9]{{4}}(?![0-9])"), str),
    ("mobile~", re.compile(r"(?<![0-9.])1[3-9](?:[0-9]{8}|[0-9]{9}|[0-9]{10})(?![0-9.])"), mobile.mask),
)
_HOLDS = rf"[0-9]{{10}}|[0-9]{{3}}[ -]?(?:{_STAR}{{2}}|…|\.{{3}})|[0-9]{{4}}[ -][0-9]{{4}}|@|{announced.PREFILTER}"
_LEFT = re.compile("[0-9]{3}|@")
"""What must be left of a text for anything more to be found in it."""
_DIGIT = re.compile("[0-9]")
_LIKE_KIN = re.compile("孙[子女].")
"""Names whose beginning is a word of kin; no other word of the trade has a surname in front and the odds of a name."""
_CALLED = re.compile("阿.")
"""As people are called among friends, and nobody's name."""
_ABROAD = re.compile(r"\+(1[3-9][0-9]{9})")
"""What looks like a number of North America is one of ours with a plus before it: these chats join names and numbers so."""
_SEPARATORS = re.compile("[ -]")
_SUMS = re.compile("[0-9]{4} [0-9]{4} [0-9]{3}")
"""Rather three sums of money than a number."""


CERTAIN = 3.0
"""Log-odds from which a word that stands alone, wherever in an answer about somebody, is a name."""
LIKELY = -1.0
"""Log-odds, as a cell, from which what somebody is called is taken for a real name: of nine hundred made names none has less."""


class Span(NamedTuple):
    """An identifier in a text: its place there, its kind, its normal form and its mask."""

    start: int
    end: int
    kind: str
    compact: str
    mask: str


def spans(texts: pa.Array) -> dict[int, list[Span]]:
    """Give the identifiers of each text that has any, in order and apart from each other, by the text's place."""
    told: dict[int, list[Span]] = defaultdict(list)
    let_go: dict[int, list[tuple[int, int]]] = defaultdict(list)
    plain = straightened(texts)
    texts = plain.texts
    found = find_array(texts, Names.ALL)
    rows = zip(*(found[c].to_pylist() for c in ("place", "kind", "compact", "start", "end")), strict=True)
    for place, kind, compact, start, end in rows:
        if kind == "phone" and (ours := _ABROAD.fullmatch(compact)):
            kind, compact, start = "mobile", ours[1], end - _written(texts[place].as_py()[start:end])
        if kind in _NO_SECRET:
            let_go[place].append((start, end))
        elif kind not in _UNNAMED:
            told[place].append(Span(start, end, kind, compact, _mask(kind, compact)))
    _without_words(told)
    for place, text in normal.holding(texts, _HOLDS):
        _add_announced(told[place], text)
        _add_spoilt(told[place], text)
    _add_names_beside(told, let_go, texts)
    for place, numbers in plain.numbers.items():
        told[place] = [_as_written(span, numbers) for span in told[place]]
    return {place: sorted(listed) if len(listed) > 1 else listed for place, listed in told.items() if listed}


@lru_cache(maxsize=1 << 16)
def _mask(kind: str, compact: str) -> str:
    """What may be shown: of a log-on that is a telephone number what its own mask shows, so that both are seen to be one."""
    phone = kind == "alipay" and compact.isdecimal() and mobile.is_valid(compact)
    return mobile.mask(compact) if phone else KINDS[kind].identifier.mask(compact)


def _written(text: str) -> int:
    """How many characters of a number that is taken for one abroad are a mobile number of ours."""
    return len(text) - normal.narrow(text).index("1")


def _without_words(told: dict[int, list[Span]]) -> None:
    """Let go of names that hold a word of the trade: what is asked for is said in words that look like names."""
    named = {s.compact for listed in told.values() for s in listed if s.kind == "name"}
    words = named - _called(named)
    for place, listed in told.items():
        if any(s.kind == "name" and s.compact in words for s in listed):
            told[place] = [s for s in listed if s.kind != "name" or s.compact not in words]


def _called(names: set[str]) -> set[str]:
    """Those of some likely names that hold no word of the trade; one that only begins like a word of kin may be one (孙子杰)."""
    doubted = sorted(n for n in names if _no_names().search(n))
    odds = score_array(pa.array(doubted, pa.string())) if doubted else ()
    sure = {n for n, likely in zip(doubted, odds, strict=True) if likely >= CERTAIN and _LIKE_KIN.fullmatch(n)}
    return (names - set(doubted)) | sure


@cache
def _no_names() -> re.Pattern[str]:
    text = (files(__package__) / "no_names.txt").read_text("utf-8")
    words = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return re.compile("|".join(sorted(words)))


def _as_written(span: Span, numbers: Sequence[Plain]) -> Span:
    """A number up to where it ends as it was written; one that was put together of two lines names nobody alone."""
    for each in numbers:
        if each.start < span.end and span.start < each.end:
            kind = f"{span.kind}{SPOILT}" if each.guessed and span.kind in _GUESSED else span.kind
            return span._replace(kind=kind, end=max(span.end, each.end))
    return span


def _add_names_beside(told: dict[int, list[Span]], let_go: dict[int, list[tuple[int, int]]], texts: pa.Array) -> None:
    """Take for names what stands alone and has the odds of one, though no word tells it: beside a number or a name, or in what was
    ``let_go``; elsewhere in the same text what is one beyond doubt.
    """
    asked = [place for place in sorted(told) if any(s.kind in _NAMED_BESIDE for s in told[place])]
    found, lone = {}, {}
    for place, text in zip(asked, texts.take(pa.array(asked, pa.int64())).to_pylist(), strict=True):
        found[place] = list(words_beside(text, [(s.start, s.end) for s in told[place]]))
        lone[place] = list(words_within(text, [(0, len(text))]))
    for place, text in normal.holding(texts, PREFILTER):
        found.setdefault(place, []).extend(words_told(text))
    for place, pieces in let_go.items():
        found.setdefault(place, []).extend(words_within(texts[place].as_py(), pieces))
    _add_names(told, found, LIKELY)
    _add_names(told, lone, CERTAIN)


def _add_names(told: dict[int, list[Span]], found: dict[int, list[tuple[int, int, str]]], least: float) -> None:
    names = _people({word for words in found.values() for _, _, word in words}, least)
    for place, words in found.items():
        for start, end, word in words:
            if word in names and not any(s.start < end and start < s.end for s in told[place]):
                told[place].append(Span(start, end, "name", name.compact(word), name.mask(word)))


def _add_announced(listed: list[Span], text: str) -> None:
    for kind, start, end, compact in announced.announced(text):
        if not any(s.start < end and start < s.end for s in listed):
            listed.append(Span(start, end, kind, compact, _mask(kind, compact)))


def _add_spoilt(listed: list[Span], text: str) -> None:
    if not _LEFT.search(_without(listed, text)):
        return
    for kind, pattern, mask in _NEAR:
        for found in pattern.finditer(text):
            start, end = found.span()
            if not any(s.start < end and start < s.end for s in listed):
                listed.append(Span(start, end, kind, _SEPARATORS.sub("", found[0]).upper(), mask(found[0])))
    for start, end, cover in careful.covers(text):
        if not any(s.start < end and start < s.end for s in listed):
            kind, compact = _whole(text[start:end])
            listed.append(Span(start, end, kind, compact, cover))


def _without(listed: list[Span], text: str) -> str:
    """A text with what is known taken out of it."""
    for span in listed:
        text = f"{text[: span.start]}{'|' * (span.end - span.start)}{text[span.end :]}"
    return text


def _whole(written: str) -> tuple[str, str]:
    """The kind of a number that had better be covered: beside others a mobile number may have been let go as one of a row."""
    plain = _SEPARATORS.sub("", written)
    sums = _SUMS.fullmatch(written)
    return ("mobile", mobile.compact(plain)) if mobile.is_valid(plain) and not sums else (NUMBER, written)


def names_somebody(span: Span) -> bool:
    """Tell whether a span is an identifier, and no balance or diagnosis, which is masked but says nothing of whom."""
    return span.kind not in _SAID


def rewritten(texts: Sequence[str], told: dict[int, list[Span]]) -> Iterator[tuple[int, str, str]]:
    """Give of each text with identifiers its place, itself with masks, and its shape: ``⟨kind⟩`` for each of them."""
    for place, listed in told.items():
        text = texts[place]
        masked: list[str] = []
        shape: list[str] = []
        last = 0
        for span in listed:
            between = text[last : span.start]
            masked += (between, span.mask)
            hidden = f"⟨{span.kind}⟩" if names_somebody(span) else _DIGIT.sub("0", text[span.start : span.end])
            shape += (between, hidden)
            last = span.end
        yield place, "".join((*masked, text[last:])), "".join((*shape, text[last:]))


@lru_cache(maxsize=1 << 16)
def is_person(label: str) -> bool:
    """Tell whether what somebody is called is a person's real name, which is masked, and no nickname, which is shown."""
    return label in _people({label})


def _people(labels: set[str], least: float = LIKELY) -> set[str]:
    """Those of some labels that are people's real names, with so much log-odds at least."""
    likely = [label for label in sorted(labels) if _may_be_name(label)]
    scores = score_array(pa.array(likely, pa.string())) if likely else ()
    return _called({label for label, score in zip(likely, scores, strict=True) if score >= least})


def _may_be_name(label: str) -> bool:
    sound = 2 <= len(label) <= 4 and name.is_valid(label)
    return sound and not _CALLED.fullmatch(label)
