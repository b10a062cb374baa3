"""Many words looked for in one pass: a tree of their characters, entered only where two characters that begin a word stand together.

Capitals count as small letters. A text is an array of code points; what is no character of any word is one class. Few places of a text
begin a word, and a table of pairs small enough for the processor's cache tells them, where an automaton of all words (Aho and Corasick,
CACM 18, 1975) is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int32]
PLANE = 1 << 16
"""Characters beyond this stand in no word."""


@dataclass(frozen=True, slots=True)
class Literals:
    """The tree: below a state, a character leads to ``step[state * classes + class_of[character]]``; 0 where no word goes on so.

    The words that end in a state are ``ends[first[state] : first[state + 1]]``, as places in the list of words. ``pairs`` tells for two
    classes whether a word begins so, or (whatever follows) is the first character alone.
    """

    classes: int
    class_of: npt.NDArray[np.uint16]
    step: Table
    first: Table
    ends: Table
    pairs: npt.NDArray[np.bool_]


def literals(words: Sequence[str]) -> Literals:
    """Build the tree of some words (none of them empty); costs memory of states times classes."""
    folded = [_folded(word) for word in words]
    class_of = _classes(folded)
    classes = int(class_of.max()) + 1
    children: list[dict[int, int]] = [{}]
    found: list[list[int]] = [[]]
    pairs = np.zeros((classes, classes), np.bool_)
    for place, word in enumerate(folded):
        state = 0
        symbols = [int(class_of[ord(character)]) for character in word]
        pairs[symbols[0], symbols[1] if len(symbols) > 1 else slice(None)] = True
        for symbol in symbols:
            if symbol not in children[state]:
                children[state][symbol] = len(children)
                children.append({})
                found.append([])
            state = children[state][symbol]
        found[state].append(place)
    step = np.zeros((len(children), classes), np.int32)
    for state, below in enumerate(children):
        for symbol, child in below.items():
            step[state, symbol] = child
    first = np.concatenate(([0], np.cumsum([len(each) for each in found]))).astype(np.int32)
    ends = np.array([place for each in found for place in each], np.int32)
    return Literals(classes, class_of, step.reshape(-1), first, ends, pairs.reshape(-1))


def _folded(word: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in word)


def _classes(words: Sequence[str]) -> npt.NDArray[np.uint16]:
    """The class of every character of the plane; 0 is what stands in no word."""
    class_of = np.zeros(PLANE, np.uint16)
    for number, character in enumerate(sorted({c for word in words for c in word}), start=1):
        class_of[ord(character)] = number
        if character.isascii():
            class_of[ord(character.upper())] = number
    return class_of
