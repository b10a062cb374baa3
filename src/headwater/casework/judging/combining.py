"""How the words of several people become one judgement. The rule, in order:

1. Of each person the last word counts; who withdrew it has none.
2. Where somebody who was signed in has spoken, words of people who only say who they are do not count. All are shown.
3. An explanation ends with its last day, seen from the last day of what is judged.
4. An explanation or refutation covers what it was said of: where accounts, people or detectors have joined since, it does
   not count. A confirmation does not count for other people than those of whom it was said.
5. Whoever is unsure takes no side. If those who take one take the same, that is the judgement; if not, it is
   **disputed**, whoever spoke last.
6. Where the case asks for two people, what one alone (or one who did not sign in) has confirmed is **awaiting** the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from headwater.casework.judging.extents import Extent, grown, read
from headwater.store.casebook.verdicts import Said, Word


class State(StrEnum):
    """What a thing is by all words on it."""

    confirmed = "confirmed"
    explained = "explained"
    refuted = "refuted"
    unsure = "unsure"
    disputed = "disputed"
    awaiting = "awaiting"
    lapsed = "lapsed"
    outgrown = "outgrown"


SETTLED = frozenset({State.explained, State.refuted})
"""What is shown after that which stands; it is never hidden."""
OPEN = frozenset({State.lapsed, State.outgrown})
"""What somebody spoke of, and nobody's word covers any more: it waits to be judged again."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a thing is by all words on it: ``counted`` are the ids of the words that made it so."""

    state: State
    words: tuple[Word, ...]
    counted: frozenset[str]
    until: date | None
    grown: tuple[str, ...]


def combined(
    words: Iterable[Word], *, now: Extent | None = None, on: date | None = None, two: bool = False
) -> Judgement | None:
    """The judgement by the rule above; ``None`` where nobody has a word.

    :param now: the extent of the thing as it is now, where it has one
    :param on: the day from which explanations are looked at; the last day of ``now`` when left out
    :param two: whether the case asks for two people
    """
    last = latest(words)
    if not last:
        return None
    day = on or (now.ends if now else None)
    attested = [w for w in last if w.attested] or last
    fresh = [w for w in attested if not _has_lapsed(w, day)]
    counted = [w for w in fresh if _covers(w, now)]
    state = _state(counted, two) if counted else (State.outgrown if fresh else State.lapsed)
    untils = [w.until for w in counted if w.until is not None]
    until = max(untils) if state is State.explained and untils else None
    return Judgement(state, last, frozenset(w.id for w in counted), until, _grown(counted or attested, now))


def latest(words: Iterable[Word]) -> tuple[Word, ...]:
    """The last word of each person who has not withdrawn it, in the order of time."""
    last: dict[str, Word] = {}
    for word in sorted(words, key=lambda w: (w.at, w.id)):
        last.pop(word.person, None)
        last[word.person] = word
    return tuple(w for w in last.values() if w.said is not Said.withdrawn)


def _has_lapsed(word: Word, day: date | None) -> bool:
    return word.said is Said.explained and word.until is not None and day is not None and day > word.until


def _covers(word: Word, now: Extent | None) -> bool:
    judged = read(word.about)
    if now is None or judged is None or word.said is Said.unsure:
        return True
    if word.said is Said.confirmed:
        return bool(judged.people & now.people) or judged.people == now.people
    return not grown(judged, now)


def _state(counted: Sequence[Word], two: bool) -> State:
    sides = {w.said for w in counted} - {Said.unsure}
    if len(sides) > 1:
        return State.disputed
    if not sides:
        return State.unsure
    said = State(next(iter(sides)).value)
    if (
        said is State.confirmed
        and two
        and len({w.person for w in counted if w.said is Said.confirmed and w.attested}) < 2
    ):
        return State.awaiting
    return said


def _grown(words: Sequence[Word], now: Extent | None) -> tuple[str, ...]:
    """What no word of those that count was said of."""
    if now is None:
        return ()
    missing = [set(grown(judged, now)) for word in words if (judged := read(word.about)) is not None]
    return tuple(sorted(set.intersection(*missing))) if missing else ()
