"""Of whom the lines of a message speak: who is asked for, answered, not found, and who else is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from headwater.network.acts.reading import FIELD, ITEM, KEY, MARK, NUMBER, OTHER, PERSONS, Token

LOT = "lot"
"""The form of a list that is sold: so many rows, so much."""
LABEL = "person"
"""The form of what stands in every answer and in many a request: names and numbers with what they are before them."""
ACCOUNT = "settlement"
"""The form of a day's account: so many orders, so much."""
_NO_ANSWER = (ACCOUNT, LOT, LABEL)


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data one request or answer is about: places of identifiers, those told as new, and what is asked or told."""

    keys: tuple[int, ...]
    told: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """The words that said so, or unknown words in their place."""


@dataclass(slots=True)
class _Open:
    """A subject whose identifiers are still being read."""

    kinds: list[str]
    keys: list[int]
    items: list[Token]

    @property
    def strong(self) -> bool:
        return any(kind not in PERSONS for kind in self.kinds)

    @property
    def named(self) -> bool:
        return any(kind in PERSONS for kind in self.kinds)


def asked(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give the subjects of a request with the items of each: in the line, in a head line, or below."""
    head: list[Token] = []
    opened: list[_Open] = []
    several = sum(any(t.subject for t in line) for line in lines) > 2 or any(_many(line) for line in lines)
    for line in lines:
        groups = _groups(line)
        items = [t for t in line if t.what in (ITEM, OTHER)]
        known = [t for t in items if t.what == ITEM] or items
        if not groups:
            waiting = [g for g in opened if not g.items]
            if head and known is items:
                continue  # what the head line asks for is known
            head = head if waiting else known or head
            for group in waiting:
                group.items = known
            continue
        if opened and _continues(opened[-1], groups[0], several):
            opened[-1].kinds += groups[0].kinds
            opened[-1].keys += groups[0].keys
            opened[-1].items = opened[-1].items or known
            groups = groups[1:]
        for group in groups:
            group.items = known
        opened += groups
    if any(group.strong for group in opened):
        opened = [group for group in opened if group.strong]
    for group in opened:
        told = group.items or head
        items = [t for t in told if t.what == ITEM]
        yield Subject(
            tuple(group.keys), (), distinct(t.category for t in items), distinct(t.text for t in (items or told))
        )


def _many(line: Sequence[Token]) -> bool:
    """Tell whether a line says that several people follow: it is numbered, or has a count or a word for many."""
    counted = any(a.what == NUMBER and b.text == "个" for a, b in pairwise(line))
    return counted or any(t.what == MARK or t.text in _SEVERAL for t in line)


_SEVERAL = frozenset({"以下", "一批", "这几个", "都"})


def _groups(line: Sequence[Token]) -> list[_Open]:
    """Identifiers of a line by the person whom they name: a kind that comes again begins the next."""
    groups: list[_Open] = []
    for token in line:
        if not token.subject:
            continue
        if (
            not groups
            or token.text in groups[-1].kinds
            or (token.text in PERSONS and groups[-1].strong and len(groups[-1].kinds) > 1)
        ):
            groups.append(_Open([], [], []))
        groups[-1].kinds.append(token.text)
        groups[-1].keys.append(token.place)
    return groups


def _continues(last: _Open, first: _Open, several: bool) -> bool:
    """Tell whether the identifiers of a line belong to the person of the line before."""
    if not set(last.kinds).isdisjoint(first.kinds) or last.named == first.named:
        return False
    return not last.strong or not first.strong or not (several or last.items)


def failed(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give who was not found: whom a line names that says so, or the line before; nobody where nobody is named."""
    before: list[_Open] = []
    for line in lines:
        groups = _groups(line)
        if not _fails(line):
            before = groups
            continue
        for group in groups or before or [_Open([], [], [])]:
            yield Subject(tuple(group.keys), (), distinct(t.category for t in line if t.what == ITEM))
        before = []


def rest(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give whom the lines name that are neither answers by their form nor failures."""
    for n, line in enumerate(lines):
        following = lines[n + 1] if n + 1 < len(lines) else ()
        if _fails(line) or (_fails(following) and not any(t.subject for t in following)) or _tells(line):
            continue
        if _tells(following) and not any(t.subject for t in following):
            continue
        for group in _groups(line):
            yield Subject(tuple(group.keys))


def _tells(line: Sequence[Token]) -> bool:
    return any(t.what == FIELD and t.category not in _NO_ANSWER for t in line)


def answered(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give the answers of a message: of each line the subject's identifiers, those told as new, and the category."""
    before: tuple[int, ...] = ()
    for line in lines:
        fields = Counter(t.category for t in line if t.what == FIELD and t.category not in _NO_ANSWER)
        first = next((n for n, t in enumerate(line) if t.what == FIELD and t.category != LABEL), len(line))
        keys = tuple(t.place for t in line[:first] if t.subject)
        told = tuple(t.place for t in line[first:] if t.subject)
        placed = any(t.what == KEY and t.text == "address" for t in line)
        if not fields and not placed:
            before = keys or before
            continue
        category = _foremost(fields) if fields else "address"
        words = tuple(t.text for t in line if t.what == FIELD)
        yield Subject(keys or before or (told if category in _OF_THE_SUBJECT else ()), told, (category,), words)
        before = ()


_OF_THE_SUBJECT = frozenset({"location", "address", "property", "hotel", "owner", "vehicle", "credit", "balance"})


def _foremost(fields: Counter[str]) -> str:
    most = max(fields.values())
    return next(category for category, count in fields.items() if count == most)


def _fails(line: Sequence[Token]) -> bool:
    """Tell whether a line says that nothing was found, and announces no value."""
    return any(t.sense is not None and t.sense.says == "failure" and t.what != FIELD for t in line) and not _tells(line)


def distinct(values: Iterator[str]) -> tuple[str, ...]:
    """Give each value once, in the order in which they come first."""
    return tuple(dict.fromkeys(values))
