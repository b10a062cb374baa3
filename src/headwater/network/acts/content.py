"""What a shape says by itself: how far it is an order, an answer, a failure or something else, and of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from headwater.network.acts.reading import (
    BREAK,
    FIELD,
    ITEM,
    KEY,
    MARK,
    NUMBER,
    OTHER,
    PERSONS,
    PLACES,
    WORD,
    Token,
)
from headwater.network.acts.terms import is_letter, spoken

_KEY_BITS, _NAME_BITS = 3.0, 1.0
_FIELD_BITS, _MOST_FIELDS = 4.0, 3
_PER_SIGN, _MOST_SIGNS = 1.0, 12
_MOST_REQUESTS = 3
_MOST_BESIDE = 3.0
"""What signs that are not known count at most against an answer: hotels, firms and shops stand in it."""
_LOT = "lot"
"""The form of a list that is sold: so many rows, so much."""
LABEL = "person"
"""The form of what stands in every answer and in many a request: names and numbers with what they are before them."""
_ACCOUNT, _ACCOUNT_BITS = "settlement", 3.0
"""The form of a day's account: so many orders, so much."""
_NO_ANSWER = (_ACCOUNT, _LOT, LABEL)
_SHORT = 6
_LISTED = 3
_NOTED = 3
"""Signs that an unknown item has at most."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose data one request or answer is about: places of identifiers, those told as new, and what is asked or told."""

    keys: tuple[int, ...]
    told: tuple[int, ...] = ()
    categories: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """The words that said so, or unknown words in their place."""


@dataclass(frozen=True, slots=True)
class Content:
    """What one shape says. Bits are of what it says by itself, before anything is known of who says it to whom."""

    order: float = 0.0
    result: float = 0.0
    failure: float = 0.0
    said: dict[str, float] = field(default_factory=dict)
    unknown: int = 0
    """Signs that no word of the trade accounts for."""
    stray: int = 0
    """Signs of words that would say something if they stood alone, and of questions."""
    words: int = 0
    """How many pieces it has beside identifiers and signs between them."""
    numbers: int = 0
    keyed: bool = False
    strong: bool = False
    items: int = 0
    sure_items: int = 0
    asked: tuple[Subject, ...] = ()
    answered: tuple[Subject, ...] = ()
    failed: tuple[Subject, ...] = ()
    rest: tuple[Subject, ...] = ()
    """Whom lines name that neither announce values nor say that nothing was found."""
    adds: float = 0.0
    """How much is said beside identifiers that no word of the trade asks for: numbers, places, unknown words, labelled values."""
    asking: bool = False
    """A question."""
    kinds: int = 0
    """Which kinds of identifiers it names, a bit for each of :data:`KINDS`."""
    placed: bool = False
    payable: bool = False
    """It asks to be paid to an account that it names."""
    shown: str = ""
    """What is told by the kinds of what it names alone: the owner of a number or a car."""
    item_words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """What is asked for, wherever it stands."""
    fields: int = 0
    """Words that announce values of an answer."""
    plain: bool = False
    """No identifier and no place stands in it."""
    candidate: str = ""
    """The one unknown short text that stands where an item stands."""
    sounds: str = ""
    """The item that it sounds like."""


def content(lines: Sequence[Sequence[Token]], sounds: Mapping[str, str] = MappingProxyType({})) -> Content:
    """Weigh what a shape that was read says. ``sounds``: items by their pinyin, see :class:`~headwater.network.acts.terms.Lexicon`."""
    flat = [t for line in lines for t in line]
    subjects = [t for t in flat if t.subject]
    unknown = sum(_signs(t.text) for t in flat if t.what == OTHER)
    fields = Counter(t.category for t in flat if t.what == FIELD)
    labels = fields.pop(LABEL, 0)
    said: dict[str, float] = {}
    for line in lines:
        _say(said, line)
    if fields.pop(_ACCOUNT, 0):
        said["pay_request"] = said.get("pay_request", 0.0) + (
            _ACCOUNT_BITS if sum(t.what == NUMBER for t in flat) > 1 else 0.0
        )
    if fields.pop(_LOT, 0) and not subjects and sum(t.what == NUMBER for t in flat) > 1:
        said["sale"] = said.get("sale", 0.0) + _ACCOUNT_BITS
    items = [t for t in flat if t.what == ITEM]
    asked, answered = tuple(_asked(lines)), tuple(_answered(lines))
    if not subjects and _listing(flat):
        fields.clear()
        answered, said["advert"] = (), said.get("advert", 0.0) + _ACCOUNT_BITS
    failed = tuple(_failed(lines))
    noted = bool(subjects) and not answered and said.get("result", 0.0) > 0 and not items and unknown <= _NOTED
    answered = _noted(asked) if noted else answered
    strong = any(t.text not in PERSONS for t in subjects)
    key_bits = (_KEY_BITS if strong else _NAME_BITS) if subjects else 0.0
    unsaid = -_PER_SIGN * min(unknown, _MOST_SIGNS)
    item_bits = max((t.sense.item_bits for t in items if t.sense), default=0.0)
    requests = min(said.get("request", 0.0), float(_MOST_REQUESTS))
    ordinary = said.get("ordinary", 0.0)
    shown = _FIELD_BITS * min(sum(fields.values()), _MOST_FIELDS)
    noted_bits = said.get("result", 0.0) + _FIELD_BITS / 2 if noted else 0.0
    other = sum(
        said.get(k, 0.0) for k in ("failure", "result", "refund", "advert", "escrow", "handover", "urge", "pay")
    )
    candidate = _candidate(flat, bool(items))
    return Content(
        order=key_bits + item_bits + requests + unsaid + ordinary - other - shown - 2 * said.get("account", 0.0),
        result=key_bits / 2
        + shown
        + _address_bits(flat, bool(subjects))
        + (max(unsaid / 4, -_MOST_BESIDE) if shown else unsaid / 2)
        + ordinary
        - requests
        + noted_bits
        - (0.0 if noted else other / 2),
        failure=said.get("failure", 0.0) + key_bits / 2 + unsaid / 2 + ordinary,
        said=said,
        unknown=unknown,
        stray=sum(_signs(t.text) for line in lines for t in line if _is_stray(t, line)),
        words=sum(t.what not in (BREAK, KEY, MARK) for t in flat),
        numbers=sum(t.what == NUMBER for t in flat),
        keyed=bool(subjects),
        strong=strong,
        items=len(items),
        sure_items=sum(t.sense is not None and t.sense.item_bits >= 4 for t in items),
        asked=asked,
        answered=answered,
        failed=failed,
        rest=tuple(_rest(lines)),
        adds=_adds(flat, labels, unknown),
        kinds=_mask(subjects),
        placed=any(t.what == KEY and t.text in PLACES for t in flat),
        payable=not items and said.get("pay_request", 0.0) > 0 and all(t.text in _ACCOUNTS for t in subjects),
        shown=_shown_by_kinds(subjects, unknown),
        asking=said.get("question", 0.0) > 0 or any(t.what == BREAK and "?" in t.text for t in flat),
        item_words=_distinct(t.text for t in items),
        categories=_distinct(t.category for t in items),
        fields=sum(fields.values()),
        plain=not any(t.what == KEY for t in flat),
        candidate=candidate,
        sounds=sounds.get(spoken(candidate), "") if candidate else "",
    )


def _signs(text: str) -> int:
    """How much an unknown text is: letters of Latin or Cyrillic words say less than Chinese signs do."""
    return -(-len(text) // _LETTERS) if is_letter(text[0]) else len(text)


_LETTERS = 3


def _say(told: dict[str, float], tokens: Sequence[Token]) -> None:
    """Add what a line says."""
    others = _others(tokens)
    for token in tokens:
        sense = token.sense
        if sense is None or not sense.says or token.what == FIELD or (sense.whole and others > _ALONE):
            continue
        told[sense.says] = told.get(sense.says, 0.0) + sense.bits


def _others(tokens: Sequence[Token]) -> int:
    return sum(t.what not in (BREAK, NUMBER, KEY, MARK) for t in tokens)


def _is_stray(token: Token, line: Sequence[Token]) -> bool:
    sense = token.sense
    if sense is None or token.what != WORD:
        return False
    return sense.says == "question" or (sense.whole and _others(line) > _ALONE)


_ALONE = 2


def _address_bits(tokens: Sequence[Token], keyed: bool) -> float:
    return (3.0 if keyed else 1.0) if any(t.what == KEY and t.text == "address" for t in tokens) else 0.0


def _candidate(tokens: Sequence[Token], known: bool) -> str:
    unknown = list(dict.fromkeys(t.text for t in tokens if t.what == OTHER))
    return unknown[0] if len(unknown) == 1 and _signs(unknown[0]) <= _SHORT and not known else ""


@dataclass(slots=True)
class _Open:
    """A subject whose identifiers are still being read."""

    kinds: list[str]
    keys: list[int]
    items: list[Token]
    closed: bool = False

    @property
    def strong(self) -> bool:
        return any(kind not in PERSONS for kind in self.kinds)

    @property
    def named(self) -> bool:
        return any(kind in PERSONS for kind in self.kinds)


def _asked(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
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
            tuple(group.keys), (), _distinct(t.category for t in items), _distinct(t.text for t in (items or told))
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


def _failed(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give who was not found: whom a line names that says so, or the line before; nobody where nobody is named."""
    before: list[_Open] = []
    for line in lines:
        groups = _groups(line)
        if not _fails(line):
            before = groups
            continue
        for group in groups or before or [_Open([], [], [])]:
            yield Subject(tuple(group.keys), (), _distinct(t.category for t in line if t.what == ITEM))
        before = []


KINDS = {"name": 1, "resident_id": 2, "mobile": 4, "phone": 4, "landline": 4, "bank_card": 8, "plate": 16}
_OTHER_KIND = 32
_ACCOUNTS = frozenset({"bank_card", "name", "alipay", "bank_card~"})


def _mask(subjects: Sequence[Token]) -> int:
    """The kinds of identifiers as bits."""
    mask = 0
    for token in subjects:
        mask |= KINDS.get(token.text.removesuffix("~"), _OTHER_KIND)
    return mask


def _shown_by_kinds(subjects: Sequence[Token], unknown: int) -> str:
    """A telephone or a car with a name or an identity number, and hardly a word: whose it is."""
    mask = _mask(subjects)
    if unknown > _FEW or not mask & (KINDS["name"] | KINDS["resident_id"]):
        return ""
    rest = mask & ~(KINDS["name"] | KINDS["resident_id"])
    return {KINDS["mobile"]: "owner", KINDS["plate"]: "vehicle"}.get(rest, "")


_FEW = 1


def _adds(tokens: Sequence[Token], labels: int, unknown: int) -> float:
    """How much a message tells, as if each sum, date, place and labelled value were as much as two unknown signs."""
    told = sum(t.what == NUMBER or (t.what == KEY and t.text in PLACES) for t in tokens)
    return min(told + labels + unknown / 2, _MOST_ADDED)


_MOST_ADDED = 4.0


def _rest(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
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


def _noted(asked: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Answers that only say of whom they are: the rest is in a picture, or was said before."""
    return tuple(Subject(s.keys) for s in asked)


def _listing(tokens: Sequence[Token]) -> bool:
    """Tell whether it is a list of prices: several items, each with a sum, and nobody named."""
    numbers = sum(t.what == NUMBER for t in tokens)
    return numbers >= _LISTED and len({t.category for t in tokens if t.what in (ITEM, FIELD)}) >= _LISTED


def _answered(lines: Sequence[Sequence[Token]]) -> Iterator[Subject]:
    """Give the answers of a message: of each line the subject's identifiers, those told as new, and the category."""
    before: tuple[int, ...] = ()
    for line in lines:
        fields = Counter(t.category for t in line if t.what == FIELD and t.category not in _NO_ANSWER)
        first = next((n for n, t in enumerate(line) if t.what == FIELD), len(line))
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


def _distinct(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
