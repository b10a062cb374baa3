"""Which characters of a text are of a person's name: what the lattice says, weighed anew with the characters around.

A chain of labels (outside, first, inside, last character of a name) is summed forward and backward over the stretches where the lattice
has a candidate or single characters speak for one. Its weights were counted from tagged text by ``scripts/naming_tagger.py``; features
are hashes, no word stands in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled
from headwater.identifiers.naming.hashing import grown, place_of
from headwater.identifiers.naming.lattice import FIRST, LAST, Codes, Floats, Hashes
from headwater.identifiers.naming.lexicon import lexicon

OUTSIDE, BEGIN, INSIDE, END = range(4)
FEATURES = 20
SCALE = 256.0  # parts of one in which the weights are kept
_BEFORE, _BEHIND = 1, 4  # characters beside a candidate that are weighed with it
_LONGEST = 8
_COMMON = -12.0  # logarithm of the share among all words
_UNSEEN = 1.25  # how much surer a name must be in which the lattice saw none
_SURE = 15  # the mark of the first character of what the lattice is sure of
_MOST = 256  # characters of a stretch that are weighed together
_WORTH = 1.0  # what single characters must say for a name, that a place without a candidate of the lattice is weighed
_EDGE, _SPACE, _FIGURE, _LETTER = (np.uint32(ord(c)) for c in "^_0a")
_DOT, _SOMEBODY = np.uint32(0xB7), np.uint32(ord("某"))
_PLANE = 0x10000

Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature says for each label (a table of hashes), and how likely labels follow each other.

    ``single`` and ``classes`` tell without hashes how much a character before, at or behind a place, and the classes around it, speak for
    a name that begins there.
    """

    keys: Hashes
    values: Floats
    shift: int
    follows: Floats
    single: Floats
    classes: Floats


@cache
def weights() -> Weights:
    """The table, read once."""
    with (files("headwater.identifiers") / "data" / "naming_tagger.npz").open("rb") as file:
        kept = np.load(file, allow_pickle=False)
        hashes, told, follows = kept["keys"], kept["weights"], kept["follows"]
    bits = int(np.ceil(np.log2(len(hashes) / 0.3)))
    keys, values = np.zeros(1 << bits, np.uint64), np.zeros((1 << bits, 4), np.float32)
    _fill(hashes, told.astype(np.float32) / np.float32(SCALE), keys, values, 64 - bits)
    single, classes = np.zeros((5, _PLANE), np.float32), np.zeros((8, 8, 8, 8, 8), np.float32)
    _sum_up(keys, values, 64 - bits, single, classes)
    return Weights(keys, values, 64 - bits, np.exp(follows.astype(np.float32)), single, classes)


@compiled
def _fill(hashes: Hashes, told: Floats, keys: Hashes, values: Floats, shift: int) -> None:
    for row in range(len(hashes)):
        place = place_of(hashes[row], keys, shift)
        keys[place] = hashes[row]
        values[place] = told[row]


@compiled
def _sum_up(keys: Hashes, values: Floats, shift: int, single: Floats, classes: Floats) -> None:
    for template in range(5):
        for code in range(_PLANE):
            place = place_of(_hash(template, code, 0, 0), keys, shift)
            if keys[place] != 0:
                single[template, code] = values[place, BEGIN] - values[place, OUTSIDE]
    for a in range(8):
        for b in range(8):
            for c in range(8):
                near = place_of(_hash(10, b, c, a), keys, shift)
                for d in range(8):
                    for e in range(8):
                        far = place_of(_hash(11, d * 8 + b, c, a * 8 + e), keys, shift)
                        classes[d, b, c, a, e] = values[far, BEGIN] - values[far, OUTSIDE]
                        classes[d, b, c, a, e] += values[near, BEGIN] - values[near, OUTSIDE]


@compiled
def plain(codes: Codes, characters: Floats, letters: Codes, classes: Bytes) -> None:
    """Write what each character counts as, and its class: edge, space, figure, letter, sign, surname, of foreign names, other."""
    for at in range(len(codes)):
        code = codes[at]
        if code == 10:
            letters[at], classes[at] = _EDGE, 0
        elif code <= 32:
            letters[at], classes[at] = _SPACE, 1
        elif 48 <= code <= 57:
            letters[at], classes[at] = _FIGURE, 2
        elif 65 <= code <= 90 or 97 <= code <= 122:
            letters[at], classes[at] = _LETTER, 3
        elif code < FIRST or code > LAST:
            letters[at], classes[at] = code, 4
        else:
            letters[at] = code
            classes[at] = 5 if characters[0, code - FIRST] > -25 else 6 if characters[5, code - FIRST] > -25 else 7


@compiled
def marks(places: Ints, sure: Floats, told: Bytes) -> None:
    """Write the candidates of the lattice, character by character: first, inside or last, and how sure (in eighths)."""
    for row in range(len(places)):
        level = 7 if sure[row] >= 0.875 else int(sure[row] * 8)
        start, end = places[row, 0], places[row, 1]
        for at in range(start, end):
            told[at] = 16 + level
        told[start], told[end - 1] = 8 + level, 24 + level


@compiled
def _hash(template: int, a: Any, b: Any, c: Any) -> Any:
    """A number that no other feature has."""
    parts = np.uint64(template + 1) << np.uint64(51) | np.uint64(a) << np.uint64(34)
    return (parts | np.uint64(b) << np.uint64(17) | np.uint64(c)) * np.uint64(0x9E3779B97F4A7C15)


@compiled
def around(letters: Codes, classes: Bytes, at: int) -> Any:
    """The two characters before and behind a place and their classes, as if every line stood alone."""
    size = len(letters)
    b1 = letters[at - 1] if at > 0 else _EDGE
    b2 = letters[at - 2] if at > 1 and b1 != _EDGE else _EDGE
    a1 = letters[at + 1] if at + 1 < size else _EDGE
    a2 = letters[at + 2] if at + 2 < size and a1 != _EDGE else _EDGE
    kb1 = np.int64(classes[at - 1]) if at > 0 else 0
    kb2 = np.int64(classes[at - 2]) if at > 1 and kb1 != 0 else 0
    ka1 = np.int64(classes[at + 1]) if at + 1 < size else 0
    ka2 = np.int64(classes[at + 2]) if at + 2 < size and ka1 != 0 else 0
    return b2, b1, a1, a2, kb2, kb1, ka1, ka2


@compiled
def features(letters: Codes, classes: Bytes, marked: Bytes, at: int, out: Hashes) -> None:
    """Write the hashes of what stands at a place and around it."""
    b2, b1, a1, a2, kb2, kb1, ka1, ka2 = around(letters, classes, at)
    c, m, k = letters[at], np.int64(marked[at]), np.int64(classes[at])
    mb = np.int64(marked[at - 1]) if at > 0 else 0
    ma = np.int64(marked[at + 1]) if at + 1 < len(letters) else 0
    out[0], out[1], out[2] = _hash(0, c, 0, 0), _hash(1, b1, 0, 0), _hash(2, a1, 0, 0)
    out[3], out[4], out[5] = _hash(3, b2, 0, 0), _hash(4, a2, 0, 0), _hash(5, b2, b1, 0)
    out[6], out[7], out[8] = _hash(6, b1, c, 0), _hash(7, c, a1, 0), _hash(8, a1, a2, 0)
    out[9], out[10], out[11] = _hash(9, b1, a1, 0), _hash(10, kb1, k, ka1), _hash(11, kb2 * 8 + kb1, k, ka1 * 8 + ka2)
    out[12], out[13], out[14] = _hash(12, m, 0, 0), _hash(13, m, mb, 0), _hash(14, m, ma, 0)
    out[15], out[16], out[17] = _hash(15, m, b1, 0), _hash(16, m, a1, 0), _hash(17, m, c, 0)
    out[18], out[19] = _hash(18, m, b2, b1), _hash(19, m, a1, a2)


def found(codes: Codes, places: Ints, sure: Floats, least: float) -> tuple[Ints, npt.NDArray[np.float32]]:
    """Give start and end of each name, and how sure it is, from the candidates of the lattice and what stands around them."""
    letters, classes = np.empty(len(codes), np.uint32), np.empty(len(codes), np.uint8)
    plain(codes, lexicon().characters, letters, classes)
    marked, worth = np.zeros(len(codes), np.uint8), np.zeros(len(codes), np.bool_)
    marks(places, sure, marked)
    told = weights()
    _look(letters, classes, marked, told.single, told.classes, worth)
    out, shares = np.empty((len(codes) // 2 + 1, 2), np.int64), np.empty(len(codes) // 2 + 1, np.float32)
    count = _tag(letters, classes, marked, worth, told.keys, told.values, told.shift, told.follows, least, out, shares)
    words = lexicon().words
    count = _settle(codes, marked, count, words.keys, words.values, words.shift, least, out, shares)
    return out[:count], shares[:count]


@compiled
def _look(
    letters: Codes, classes: Bytes, marked: Bytes, single: Floats, grouped: Floats, worth: npt.NDArray[np.bool_]
) -> None:
    """Mark the places that are worth to be weighed."""
    for at in range(len(letters)):
        if marked[at] != 0:
            worth[at] = True
        elif classes[at] > 4:
            b2, b1, a1, a2, kb2, kb1, ka1, ka2 = around(letters, classes, at)
            said = grouped[kb2, kb1, np.int64(classes[at]), ka1, ka2] + single[0, letters[at]]
            said += single[1, b1] + single[2, a1] + single[3, b2] + single[4, a2]
            worth[at] = said >= _WORTH


@compiled
def _tag(
    letters: Codes,
    classes: Bytes,
    marked: Bytes,
    worth: npt.NDArray[np.bool_],
    keys: Hashes,
    values: Floats,
    shift: int,
    follows: Floats,
    least: float,
    out: Ints,
    shares: npt.NDArray[np.float32],
) -> int:
    """Weigh one stretch after the other: what is worth it, and what stands beside it on its line."""
    count, size, start, free = 0, len(letters), 0, 0
    said, forward, backward = np.empty((_MOST, 4)), np.empty((_MOST, 4)), np.empty((_MOST, 4))
    while start < size:
        if not worth[start]:
            start += 1
            continue
        begin = start
        while begin > free and start - begin < _BEFORE and classes[begin - 1] != 0:
            begin -= 1
        end = last = start + 1
        while end < size and classes[end] != 0 and end - last < _BEHIND and end - begin < _MOST:
            end += 1
            if worth[end - 1]:
                last = end
        _say(letters, classes, marked, begin, end, keys, values, shift, said)
        _sum_forward(said, end - begin, follows, forward)
        _sum_backward(said, end - begin, follows, backward)
        count = _write(letters, classes, begin, end, forward, backward, least, out, shares, count)
        start = free = end
    return count


@compiled
def _say(
    letters: Codes,
    classes: Bytes,
    marked: Bytes,
    begin: int,
    end: int,
    keys: Hashes,
    values: Floats,
    shift: int,
    said: Floats,
) -> None:
    """Write how likely the features of each place make each label."""
    hashes = np.empty(FEATURES, np.uint64)
    for at in range(begin, end):
        features(letters, classes, marked, at, hashes)
        outside, begins, inside, ends = 0.0, 0.0, 0.0, 0.0
        for one in range(FEATURES):
            place = place_of(hashes[one], keys, shift)
            if keys[place] != 0:
                outside += values[place, OUTSIDE]
                begins += values[place, BEGIN]
                inside += values[place, INSIDE]
                ends += values[place, END]
        row = at - begin
        said[row, OUTSIDE], said[row, BEGIN] = np.exp(outside), np.exp(begins)
        said[row, INSIDE], said[row, END] = np.exp(inside), np.exp(ends)


@compiled
def _sum_forward(said: Floats, size: int, follows: Floats, forward: Floats) -> None:
    """What speaks for each label at each place from the left, the whole of a place as one."""
    outside, begins, inside, ends = said[0, OUTSIDE], said[0, BEGIN], 0.0, 0.0
    for at in range(size):
        if at > 0:
            a, b, c, d = outside, begins, inside, ends
            outside = (a * follows[OUTSIDE, OUTSIDE] + d * follows[END, OUTSIDE]) * said[at, OUTSIDE]
            begins = (a * follows[OUTSIDE, BEGIN] + d * follows[END, BEGIN]) * said[at, BEGIN]
            inside = (b * follows[BEGIN, INSIDE] + c * follows[INSIDE, INSIDE]) * said[at, INSIDE]
            ends = (b * follows[BEGIN, END] + c * follows[INSIDE, END]) * said[at, END]
        whole = outside + begins + inside + ends
        outside, begins, inside, ends = outside / whole, begins / whole, inside / whole, ends / whole
        forward[at, OUTSIDE], forward[at, BEGIN], forward[at, INSIDE], forward[at, END] = outside, begins, inside, ends


@compiled
def _sum_backward(said: Floats, size: int, follows: Floats, backward: Floats) -> None:
    """What speaks for each label at each place from the right; a stretch ends outside of names."""
    outside, begins, inside, ends = 1.0, 0.0, 0.0, 1.0
    for at in range(size - 1, -1, -1):
        backward[at, OUTSIDE], backward[at, BEGIN] = outside, begins
        backward[at, INSIDE], backward[at, END] = inside, ends
        a, b = outside * said[at, OUTSIDE], begins * said[at, BEGIN]
        c, d = inside * said[at, INSIDE], ends * said[at, END]
        whole = a + b + c + d
        a, b, c, d = a / whole, b / whole, c / whole, d / whole
        outside = a * follows[OUTSIDE, OUTSIDE] + b * follows[OUTSIDE, BEGIN]
        ends = a * follows[END, OUTSIDE] + b * follows[END, BEGIN]
        begins = c * follows[BEGIN, INSIDE] + d * follows[BEGIN, END]
        inside = c * follows[INSIDE, INSIDE] + d * follows[INSIDE, END]


@compiled
def _write(
    letters: Codes,
    classes: Bytes,
    begin: int,
    end: int,
    forward: Floats,
    backward: Floats,
    least: float,
    out: Ints,
    shares: npt.NDArray[np.float32],
    count: int,
) -> int:
    """Write the names of a stretch: from where one begins likely enough to where it likeliest ends."""
    at, size = 0, end - begin
    while at < size - 1:
        likely = forward[at, BEGIN] * backward[at, BEGIN]
        whole = likely + forward[at, OUTSIDE] * backward[at, OUTSIDE]
        whole += forward[at, INSIDE] * backward[at, INSIDE] + forward[at, END] * backward[at, END]
        if likely < least * whole:
            at += 1
            continue
        reach, named = at + 1, classes[begin + at] > 4
        while reach < size:
            named = named and (classes[begin + reach] > 4 or letters[begin + reach] == _DOT)
            reach += 1
            here = reach - 1
            if forward[here, END] * backward[here, END] >= forward[here, INSIDE] * backward[here, INSIDE]:
                break
        if named and reach - at <= _LONGEST:
            out[count, 0], out[count, 1], shares[count] = begin + at, begin + reach, min(1.0, likely / whole)
            count += 1
        at = reach
    return count


@compiled
def _is_sound(codes: Codes, start: int, end: int) -> bool:
    """Whether a character stands there again and again, as in laughter."""
    if codes[start] != codes[start + 1]:
        return False
    before = start > 0 and codes[start - 1] == codes[start]
    return bool(end - start > 2 or before or (end < len(codes) and codes[end] == codes[start]))


@compiled
def _settle(
    codes: Codes,
    marked: Bytes,
    count: int,
    words: Hashes,
    common: Floats,
    shift: int,
    least: float,
    out: Ints,
    shares: npt.NDArray[np.float32],
) -> int:
    """Let go of common words in which the lattice saw no name, and end a name where the lattice surely does."""
    kept, free = 0, 0
    for row in range(count):
        start, end = out[row, 0], out[row, 1]
        if start < free or (codes[start:end] == _SOMEBODY).any() or _is_sound(codes, start, end):
            continue
        if marked[start] == 0:
            if shares[row] < least * _UNSEEN:
                continue
            state = np.uint64(0)
            for at in range(start, end):
                state = grown(state, codes[at])
            place = place_of(state, words, shift)
            if words[place] != 0 and common[place] > _COMMON:
                continue
        elif marked[start] == _SURE:
            last = start + 1
            while last < len(marked) and 16 <= marked[last] < 24:
                last += 1
            end = max(end, last + 1)
        out[kept, 0], out[kept, 1], shares[kept] = start, end, shares[row]
        kept, free = kept + 1, end
    return kept
