"""Chinese addresses in free text: where each begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from headwater.identifiers.naming import grammar, lattice
from headwater.identifiers.naming.folded import folded
from headwater.identifiers.naming.lexicon import lexicon, places, stops
from headwater.identifiers.naming.span import Span

_WIDEST = 14  # characters before the first place word that may be part of it
_UNKNOWN = 6
_SHORTEST = 5
_HAN = re.compile("[\u3400-\u9fff]+$")


def addresses(plain: str) -> list[Span]:
    """Give the addresses of a text that is folded already (simplified, no full-width characters), in their order."""
    found: list[Span] = []
    start = 0
    for line in plain.split("\n"):
        if grammar.ANCHOR.search(line) or grammar.LABEL.search(line):
            found += [Span("address", start + a, start + b, sure) for a, b, sure in _in_line(line)]
        start += len(line) + 1
    return found


def _in_line(line: str) -> Iterator[tuple[int, int, float]]:
    last = 0
    labels = [found.end() for found in grammar.LABEL.finditer(line)]
    while (found := grammar.CHAIN.search(line, last)) is not None:
        label = next((at for at in labels if last <= at <= found.start() + _WIDEST and at < found.end()), None)
        labelled = (label is not None and line[label : found.start()].strip() == "") or (label or -1) > found.start()
        start = label if labelled and label is not None else _first(line, found, last)
        again = grammar.CHAIN.match(line, start) or found
        end = _trimmed(line, start, max(again.end(), start + 1))
        sure = _weight(line[start:end], labelled, line[end : end + 3])
        if sure:
            yield start, end, sure
        last = max(end, found.start() + 1) if sure else _next(line, found)


def _next(line: str, found: re.Match[str]) -> int:
    """Where to look again after something that was no address: behind its first place."""
    first = grammar.PIECE.match(line, found.start())
    return first.end() if first else found.start() + 1


def _trimmed(line: str, start: int, end: int) -> int:
    cut = grammar.TRAILING.search(line[start:end])
    return start + cut.start() if cut else end


def _first(line: str, found: re.Match[str], least: int) -> int:
    """Where the first place of a chain begins: at a known place if there is one, else behind the last word that stops."""
    piece = grammar.PIECE.match(line, found.start())
    end = piece.end() if piece else found.end()
    run = _HAN.search(line, max(least, end - _WIDEST), end)
    if run is None:
        return found.start()
    words = _words(line[run.start() : end])
    kept: list[str] = []
    for word in reversed(words):
        if kept and word in stops():
            break
        kept.insert(0, word)
    while len(kept) > 1 and not any(map(_is_place, kept)) and sum(map(len, kept)) > _UNKNOWN:
        kept.pop(0)
    for place, word in enumerate(kept[:-1]):
        if _is_place(word):
            kept = kept[place:]
            break
    return end - sum(map(len, kept))


def _words(text: str) -> list[str]:
    codes, words = folded(text), lexicon().words
    ends = np.zeros(len(codes), dtype=np.bool_)
    lattice.word_ends(codes, words.keys, words.values, words.shift, ends)
    cuts = [0, *(np.flatnonzero(ends) + 1).tolist()]
    return [text[a:b] for a, b in pairwise(cuts)]


def _is_place(word: str) -> bool:
    return word in places("PpCcDdT")


def _weight(text: str, labelled: bool, behind: str) -> float:
    """How sure a stretch is an address; nothing where it is none."""
    pieces = [found[0] for found in grammar.PIECE.finditer(text)]
    numbered = sum(1 for piece in pieces if grammar.NUMBERED.fullmatch(piece))
    counts = bool(grammar.COUNTED.match(behind))
    bare = any(map(grammar.BARE.fullmatch, pieces)) and not counts
    named = [piece for piece in pieces if not piece[0].isdigit() and not grammar.NUMBERED.fullmatch(piece)]
    areas = sum(1 for piece in named if grammar.AREA_END.search(piece))
    fine = len(named) - areas
    known = any(map(_is_place, (text[:size] for size in range(2, 9))))
    if len(text) < _SHORTEST or not named:
        return 0.0
    if labelled:
        return 0.95 if numbered or bare or len(named) > 1 else 0.0
    if fine and numbered:
        return 0.95 if numbered > 1 or known or areas else 0.75
    if (bare and fine and (known or areas)) or ((bare or numbered) and areas and len(named) > 1 and known):
        return 0.8
    if fine > 1 and grammar.CROSSING.search(text) and grammar.FIGURE.search(text):
        return 0.7
    return _without_number(named, known, areas)


def _without_number(named: list[str], known: bool, areas: int) -> float:
    """A home or house in a known area may stand without a number; anything else without one is a mere place."""
    if not (known and areas and len(named) > 2):
        return 0.0
    return 0.7 if grammar.HOMES.search(named[-1]) and len(named) < 6 else 0.4
