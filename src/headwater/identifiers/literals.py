"""Many words looked for in one pass: the automaton of Aho and Corasick over classes of characters (CACM 18, 1975).

Capitals count as small letters. A text is an array of code points; what is no character of any word is one class.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Table = npt.NDArray[np.int32]
PLANE = 1 << 16
"""Characters beyond this stand in no word."""


@dataclass(frozen=True, slots=True)
class Literals:
    """The automaton: the state after a character is ``step[state * classes + class_of[character]]``.

    The words that end in a state are ``ends[first[state] : first[state + 1]]``, as places in the list of words.
    """

    classes: int
    class_of: npt.NDArray[np.uint16]
    step: Table
    first: Table
    ends: Table


def literals(words: Sequence[str]) -> Literals:
    """Build the automaton of some words (none of them empty); costs memory of states times classes."""
    folded = [_folded(word) for word in words]
    class_of = _classes(folded)
    classes = int(class_of.max()) + 1
    children: list[dict[int, int]] = [{}]
    found: list[list[int]] = [[]]
    for place, word in enumerate(folded):
        state = 0
        for character in word:
            symbol = int(class_of[ord(character)])
            if symbol not in children[state]:
                children[state][symbol] = len(children)
                children.append({})
                found.append([])
            state = children[state][symbol]
        found[state].append(place)
    step = _steps(children, found, classes)
    first = np.concatenate(([0], np.cumsum([len(each) for each in found]))).astype(np.int32)
    ends = np.array([place for each in found for place in each], np.int32)
    return Literals(classes, class_of, step, first, ends)


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


def _steps(children: list[dict[int, int]], found: list[list[int]], classes: int) -> Table:
    """Every step of every state, those after a failed one written out; ``found`` gets the words that end within others."""
    step = np.zeros((len(children), classes), np.int32)
    back = [0] * len(children)
    for symbol, state in children[0].items():
        step[0, symbol] = state
    waiting = deque(children[0].values())
    while waiting:
        state = waiting.popleft()
        found[state] += found[back[state]]
        step[state] = step[back[state]]
        for symbol, child in children[state].items():
            back[child] = int(step[state, symbol])
            step[state, symbol] = child
            waiting.append(child)
    return step.reshape(-1)
