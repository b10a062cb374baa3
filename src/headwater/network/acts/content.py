"""What a shape says by itself: how far it is an order, an answer, a failure or something else, and of whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from headwater.network.acts import whom
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
from headwater.network.acts.whom import ACCOUNT, LABEL, LOT, Subject, distinct

_KEY_BITS, _NAME_BITS = 3.0, 1.0
_FIELD_BITS, _MOST_FIELDS = 4.0, 3
_PER_SIGN, _MOST_SIGNS = 1.0, 12
_MOST_REQUESTS = 3
_MOST_BESIDE = 3.0
"""What signs that are not known count at most against an answer: hotels, firms and shops stand in it."""
_SHORT = 6
_LISTED, _LISTED_BITS = 3, 3.0
_NOTED = 3
"""Signs that an unknown item has at most."""


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
    _say_forms(said, fields, flat, bool(subjects))
    items = [t for t in flat if t.what == ITEM]
    asked, answered = tuple(whom.asked(lines)), tuple(whom.answered(lines))
    if not subjects and _listing(flat):
        fields.clear()
        answered, said["advert"] = (), said.get("advert", 0.0) + _LISTED_BITS
    noted = bool(subjects) and not answered and said.get("result", 0.0) > 0 and not items and unknown <= _NOTED
    candidate = _candidate(flat, bool(items))
    order, result, failure = _bits(flat, said, min(sum(fields.values()), _MOST_FIELDS), unknown, noted)
    return Content(
        order=order,
        result=result,
        failure=failure,
        said=said,
        unknown=unknown,
        stray=sum(_signs(t.text) for line in lines for t in line if _is_stray(t, line)),
        words=sum(t.what not in (BREAK, KEY, MARK) for t in flat),
        numbers=sum(t.what == NUMBER for t in flat),
        keyed=bool(subjects),
        strong=_is_strong(subjects),
        items=len(items),
        sure_items=sum(t.sense is not None and t.sense.item_bits >= 4 for t in items),
        asked=asked,
        answered=_noted(asked) if noted else answered,
        failed=tuple(whom.failed(lines)),
        rest=tuple(whom.rest(lines)),
        adds=_adds(flat, labels, unknown),
        kinds=_mask(subjects),
        placed=any(t.what == KEY and t.text in PLACES for t in flat),
        payable=not items and said.get("pay_request", 0.0) > 0 and all(t.text in _ACCOUNTS for t in subjects),
        shown=_shown_by_kinds(subjects, unknown),
        asking=said.get("question", 0.0) > 0 or any(t.what == BREAK and "?" in t.text for t in flat),
        item_words=distinct(t.text for t in items),
        categories=distinct(t.category for t in items),
        fields=sum(fields.values()),
        plain=not any(t.what == KEY for t in flat),
        candidate=candidate,
        sounds=sounds.get(spoken(candidate), "") if candidate else "",
    )


def _say_forms(said: dict[str, float], fields: Counter[str], tokens: Sequence[Token], keyed: bool) -> None:
    """Add what forms say that are no answers, and take them off the fields: a day's account, a list that is sold."""
    several = sum(t.what == NUMBER for t in tokens) > 1
    if fields.pop(ACCOUNT, 0) and several:
        said["pay_request"] = said.get("pay_request", 0.0) + _LISTED_BITS
    if fields.pop(LOT, 0) and several and not keyed:
        said["sale"] = said.get("sale", 0.0) + _LISTED_BITS


def _is_strong(subjects: Sequence[Token]) -> bool:
    return any(t.text not in PERSONS for t in subjects)


def _bits(
    tokens: Sequence[Token], said: Mapping[str, float], fields: int, unknown: int, noted: bool
) -> tuple[float, float, float]:
    """Bits for being an order, an answer and a failure."""
    subjects = [t for t in tokens if t.subject]
    key_bits = (_KEY_BITS if _is_strong(subjects) else _NAME_BITS) if subjects else 0.0
    unsaid = -_PER_SIGN * min(unknown, _MOST_SIGNS)
    item_bits = max((t.sense.item_bits for t in tokens if t.what == ITEM and t.sense), default=0.0)
    requests = min(said.get("request", 0.0), float(_MOST_REQUESTS))
    ordinary = said.get("ordinary", 0.0)
    shown = _FIELD_BITS * fields
    other = sum(said.get(k, 0.0) for k in _OTHERWISE)
    order = key_bits + item_bits + requests + unsaid + ordinary - other - shown - 2 * said.get("account", 0.0)
    result = key_bits / 2 + shown + _address_bits(tokens, bool(subjects)) + ordinary - requests
    result += max(unsaid / 4, -_MOST_BESIDE) if shown else unsaid / 2
    result += said.get("result", 0.0) + _FIELD_BITS / 2 if noted else -other / 2
    return order, result, said.get("failure", 0.0) + key_bits / 2 + unsaid / 2 + ordinary


_OTHERWISE = ("failure", "result", "refund", "advert", "escrow", "handover", "urge", "pay")


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


def _noted(asked: tuple[Subject, ...]) -> tuple[Subject, ...]:
    """Answers that only say of whom they are: the rest is in a picture, or was said before."""
    return tuple(Subject(s.keys) for s in asked)


def _listing(tokens: Sequence[Token]) -> bool:
    """Tell whether it is a list of prices: several items, each with a sum, and nobody named."""
    numbers = sum(t.what == NUMBER for t in tokens)
    return numbers >= _LISTED and len({t.category for t in tokens if t.what in (ITEM, FIELD)}) >= _LISTED
