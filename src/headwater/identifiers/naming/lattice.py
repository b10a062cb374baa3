"""How likely each stretch of Chinese characters is a person's name: all ways to cut a run into words and names, weighed.

A cut is as likely as its words and names are; a name also weighs what stands before and after it. Forward and backward
sums over the cuts give, for each candidate, the share of the cuts that hold it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from headwater.identifiers.compiled import compiled
from headwater.identifiers.naming.hashing import PREFIX, grown, place_of

FIRST, LAST = 0x3400, 0x9FFF
_LONGEST = 200  # characters of a run that are weighed together
_WORD = 6
_NAMES = 9
_LOW = -1e30
_NEGLIGIBLE = 14.0
_UNSEEN = -17.0
_MARRIED = -4.0
_HOPELESS = -45.0
_SLACK = 4.0  # how much likelier than the likeliest cut all cuts together may be
_STRONGEST = 3.5  # what one neighbour tells at most
_START, _END, _DIGIT, _LETTER = np.uint32(ord("^")), np.uint32(ord("$")), np.uint32(ord("0")), np.uint32(ord("a"))

Codes = npt.NDArray[np.uint32]
Floats = npt.NDArray[Any]
Hashes = npt.NDArray[np.uint64]

BASE2, BASE3, BASE4, BASEF, LEFT, RIGHT, UNKNOWN, SHARP = range(8)
"""What a name of two, three, four characters and a foreign one weighs, how far neighbours count, what unknown ones are,
and how far the characters count."""


@compiled
def _sum(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b < a - _NEGLIGIBLE else a + np.log1p(np.exp(b - a))


@compiled
def _folded(code: np.uint32) -> np.uint32:
    """What a neighbour that is no Chinese character counts as."""
    if code <= 32:
        return _START
    if 48 <= code <= 57:
        return _DIGIT
    if 65 <= code <= 90 or 97 <= code <= 122:
        return _LETTER
    return code


@compiled
def _before(codes: Codes, start: int, keys: Hashes, values: Floats, shift: int, unknown: float) -> Any:
    """What the longest known word that ends here tells."""
    if start == 0 or codes[start - 1] < FIRST or codes[start - 1] > LAST:
        code = _START if start == 0 else _folded(codes[start - 1])
        place = place_of(grown(np.uint64(0), code), keys, shift)
        return values[place] if keys[place] != 0 and values[place] > PREFIX else unknown
    for size in range(4, 0, -1):
        if start < size:
            continue
        state = np.uint64(0)
        for at in range(start - size, start):
            state = grown(state, codes[at])
        place = place_of(state, keys, shift)
        if keys[place] != 0 and values[place] > PREFIX:
            return values[place]
    return unknown


@compiled
def _after(codes: Codes, end: int, keys: Hashes, values: Floats, shift: int, unknown: float) -> Any:
    """What the longest known word that begins here tells."""
    if end == len(codes) or codes[end] < FIRST or codes[end] > LAST:
        code = _END if end == len(codes) or codes[end] <= 32 else _folded(codes[end])
        place = place_of(grown(np.uint64(0), code), keys, shift)
        return values[place] if keys[place] != 0 and values[place] > PREFIX else unknown
    found, state = unknown, np.uint64(0)
    for at in range(end, min(end + 4, len(codes))):
        state = grown(state, codes[at])
        place = place_of(state, keys, shift)
        if keys[place] == 0:
            break
        if values[place] > PREFIX:
            found = values[place]
    return found


@compiled
def name_weight(
    codes: Codes, start: int, size: int, characters: Floats, keys: Hashes, values: Floats, shift: int, tuned: Floats
) -> float:
    """What the characters say for a name of that size at that place."""
    best = _LOW
    c0, c1 = codes[start] - FIRST, codes[start + 1] - FIRST
    sharp = tuned[SHARP]
    if size == 2 and characters[0, c0] > -25:
        best = tuned[BASE2] + sharp * (characters[0, c0] + characters[1, c1])
    if size == 3 and characters[0, c0] > -25:
        c2 = codes[start + 2] - FIRST
        best = tuned[BASE3] + sharp * (characters[0, c0] + characters[2, c1] + characters[3, c2])
    if size == 4 and characters[0, c0] > -25 and characters[0, c1] > -25:  # of a wife who keeps hers behind his
        given = characters[2, codes[start + 2] - FIRST] + characters[3, codes[start + 3] - FIRST]
        best = tuned[BASE4] + _MARRIED + sharp * (characters[0, c0] + characters[0, c1] + given)
    if (size == 3 or size == 4) and characters[6, c0] > -25:
        place = place_of(grown(grown(np.uint64(0), codes[start]), codes[start + 1]), keys, shift)
        if keys[place] != 0 and values[place] > PREFIX:
            c2 = codes[start + 2] - FIRST
            if size == 3:
                weight = tuned[BASE2] + sharp * (values[place] + characters[1, c2])
            else:
                c3 = codes[start + 3] - FIRST
                weight = tuned[BASE4] + sharp * (values[place] + characters[2, c2] + characters[3, c3])
            best = max(best, weight)
    if size >= 3 and characters[4, c0] > -25:
        weight = tuned[BASEF] + characters[4, c0] - 0.5 * abs(size - 3)
        for at in range(start + 1, start + size):
            weight += characters[5, codes[at] - FIRST]
        best = max(best, weight)
    return best


@compiled
def _weigh_words(codes: Codes, a: int, b: int, lexicon: tuple[Any, ...], edges: Floats) -> None:
    """Fill the weights of all words of a run."""
    words, word_values, word_shift = lexicon[:3]
    n = b - a
    for i in range(n):
        state, missed = np.uint64(0), False
        for size in range(1, _WORD + 1):
            edges[i, size] = _LOW
            if i + size > n or missed:
                continue
            state = grown(state, codes[a + i + size - 1])
            place = place_of(state, words, word_shift)
            if words[place] == 0:
                missed = True
            elif word_values[place] > PREFIX:
                edges[i, size] = word_values[place]
        if edges[i, 1] < _LOW / 2:
            edges[i, 1] = _UNSEEN


@compiled
def _cut(n: int, edges: Floats, forward: Floats, backward: Floats) -> None:
    """The likeliest cut into words alone, up to each place and from it on."""
    for i in range(n + 1):
        forward[i] = backward[i] = _LOW
    forward[0] = backward[n] = 0.0
    for i in range(n):
        for size in range(1, min(_WORD, n - i) + 1):
            forward[i + size] = max(forward[i + size], forward[i] + edges[i, size])
    for i in range(n - 1, -1, -1):
        for size in range(1, min(_WORD, n - i) + 1):
            backward[i] = max(backward[i], edges[i, size] + backward[i + size])


@compiled
def _weigh_names(
    codes: Codes,
    a: int,
    b: int,
    lexicon: tuple[Any, ...],
    tuned: Floats,
    near: float,
    forward: Floats,
    backward: Floats,
    names: Floats,
) -> int:
    """Fill the weights of all names of a run that come near to its likeliest cut into words; give how many there are."""
    comp, comp_values, comp_shift, l_keys, l_values, l_shift, r_keys, r_values, r_shift, characters = lexicon[3:]
    n, count = b - a, 0
    most = _STRONGEST * (tuned[LEFT] + tuned[RIGHT])
    for i in range(n):
        c0 = codes[a + i] - FIRST
        before: Any = np.nan
        open_ = characters[0, c0] > -25 or characters[4, c0] > -25
        for size in range(2, _NAMES):
            names[i, size] = _LOW
            if i + size > n:
                continue
            if size > 4 and (characters[4, c0] < -25 or characters[5, codes[a + i + size - 1] - FIRST] < -25):
                for rest in range(size, _NAMES):
                    names[i, rest] = _LOW
                break
            if not open_ and (characters[6, c0] < -25 or size > 4 or size < 3):
                continue
            weight = name_weight(codes, a + i, size, characters, comp, comp_values, comp_shift, tuned)
            if weight < _HOPELESS or forward[i] + weight + most + backward[i + size] < near:
                continue
            if np.isnan(before):
                before = _before(codes, a + i, l_keys, l_values, l_shift, tuned[UNKNOWN])
            after = _after(codes, a + i + size, r_keys, r_values, r_shift, tuned[UNKNOWN])
            weight += tuned[LEFT] * before + tuned[RIGHT] * after
            if forward[i] + weight + backward[i + size] >= near:
                names[i, size] = weight
                count += 1
    return count


@compiled
def _forward(n: int, names: Floats, edges: Floats, forward: Floats) -> float:
    """Sum all cuts up to each place; give the whole sum."""
    forward[0] = 0.0
    for i in range(1, n + 1):
        forward[i] = _LOW
    for i in range(n):
        here = forward[i]
        for size in range(1, _WORD + 1):
            if i + size <= n and edges[i, size] > _LOW / 2:
                forward[i + size] = _sum(forward[i + size], here + edges[i, size])
        for size in range(2, _NAMES):
            if i + size <= n and names[i, size] > _LOW / 2:
                forward[i + size] = _sum(forward[i + size], here + names[i, size])
    return float(forward[n])


@compiled
def _backward(n: int, names: Floats, edges: Floats, backward: Floats) -> None:
    backward[n] = 0.0
    for i in range(n - 1, -1, -1):
        total = _LOW
        for size in range(1, _WORD + 1):
            if i + size <= n and edges[i, size] > _LOW / 2:
                total = _sum(total, edges[i, size] + backward[i + size])
        for size in range(2, _NAMES):
            if i + size <= n and names[i, size] > _LOW / 2:
                total = _sum(total, names[i, size] + backward[i + size])
        backward[i] = total


@compiled
def persons(
    codes: Codes, lexicon: tuple[Any, ...], tuned: Floats, least: float, out: npt.NDArray[np.int64], sure: Floats
) -> int:
    """Write start and end of every name of a text into ``out`` and its share into ``sure``; give how many.

    Of candidates that begin at one place the likeliest stands for all of them.
    """
    edges = np.empty((_LONGEST, _WORD + 1), dtype=np.float32)
    names = np.empty((_LONGEST, _NAMES), dtype=np.float32)
    forward, backward = np.empty(_LONGEST + 1), np.empty(_LONGEST + 1)
    count, a, size = 0, 0, len(codes)
    while a < size:
        if codes[a] < FIRST or codes[a] > LAST:
            a += 1
            continue
        b = a
        while b < size and b - a < _LONGEST and FIRST <= codes[b] <= LAST:
            b += 1
        if b - a >= 2:
            _weigh_words(codes, a, b, lexicon, edges)
            _cut(b - a, edges, forward, backward)
            near = forward[b - a] + np.log(least) - _SLACK
            possible = _weigh_names(codes, a, b, lexicon, tuned, near, forward, backward, names)
        if b - a >= 2 and possible:
            whole = _forward(b - a, names, edges, forward)
            _backward(b - a, names, edges, backward)
            i = 0
            while i < b - a - 1:
                total, best, best_size = 0.0, 0.0, 0
                for length in range(2, _NAMES):
                    if i + length <= b - a and names[i, length] > _LOW / 2:
                        share = np.exp(forward[i] + names[i, length] + backward[i + length] - whole)
                        total += share
                        if share > best:
                            best, best_size = share, length
                if total >= least and count < len(out):
                    out[count, 0], out[count, 1], sure[count] = a + i, a + i + best_size, min(total, 1.0)
                    count += 1
                    i += best_size
                else:
                    i += 1
        a = b
    return count


@compiled
def cells(codes: Codes, bounds: npt.NDArray[np.int64], lexicon: tuple[Any, ...], tuned: Floats, odds: Floats) -> None:
    """Write for each cell (``bounds``: where each begins and ends) the log-odds of a name against words."""
    words, word_values, word_shift, comp, comp_values, comp_shift = lexicon[:6]
    characters = lexicon[12]
    best = np.empty(_NAMES + 1)
    for cell in range(len(bounds)):
        a, b = bounds[cell, 0], bounds[cell, 1]
        n = b - a
        odds[cell] = -20.0
        if n < 2 or n >= _NAMES:
            continue
        chinese = True
        for at in range(a, b):
            chinese = chinese and FIRST <= codes[at] <= LAST
        if not chinese:
            continue
        name = name_weight(codes, a, n, characters, comp, comp_values, comp_shift, tuned)
        best[0] = 0.0
        for i in range(1, n + 1):
            best[i] = _LOW
        for i in range(n):
            state = np.uint64(0)
            for length in range(1, min(_WORD, n - i) + 1):
                state = grown(state, codes[a + i + length - 1])
                place = place_of(state, words, word_shift)
                weight = _LOW
                if words[place] == 0:
                    if length > 1:
                        break
                    weight = _UNSEEN
                elif word_values[place] > PREFIX:
                    weight = word_values[place]
                elif length == 1:
                    weight = _UNSEEN
                best[i + length] = max(best[i + length], best[i] + weight)
        odds[cell] = max(-20.0, min(20.0, name - best[n]))


@compiled
def word_ends(codes: Codes, keys: Hashes, values: Floats, shift: int, ends: npt.NDArray[np.bool_]) -> None:
    """Mark where the words of a text end, as its likeliest cut into words has it; other characters end by themselves."""
    n = len(codes)
    best, back = np.empty(n + 1), np.empty(n + 1, dtype=np.int64)
    best[0] = 0.0
    for i in range(1, n + 1):
        best[i] = _LOW
    for i in range(n):
        state = np.uint64(0)
        for length in range(1, min(_WORD, n - i) + 1):
            code = codes[i + length - 1]
            if code < FIRST or code > LAST:
                if length == 1 and best[i] > best[i + 1]:
                    best[i + 1], back[i + 1] = best[i], i
                break
            state = grown(state, code)
            place = place_of(state, keys, shift)
            weight = _UNSEEN if length == 1 else _LOW
            if keys[place] != 0 and values[place] > PREFIX:
                weight = values[place]
            if weight > _LOW / 2 and best[i] + weight > best[i + length]:
                best[i + length], back[i + length] = best[i] + weight, i
            if keys[place] == 0:
                break
    at = n
    while at > 0:
        ends[at - 1] = True
        at = back[at]
