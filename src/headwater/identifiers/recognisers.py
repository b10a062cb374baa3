"""The rows of data that say how identifiers are written in free text."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from headwater.identifiers import national, spotting
from headwater.identifiers.filters import FILTERS
from headwater.identifiers.kinds import KINDS, Kind

_WINDOW = 18
_FORMS = {"id": spotting.ID, "luhn": spotting.LUHN, "mobile": spotting.MOBILE, "landline": spotting.LANDLINE}


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a form is looked for: within ``reach`` characters of one of ``words``, of a run of digits, or of a code.

    ``digits`` and ``code`` are the least and greatest length of a run of digits, and of one of letters and digits; ``forms`` are flags
    of :mod:`headwater.identifiers.spotting` that a run of digits has by its checks; ``groups`` wants such a run in groups, or without.
    Whatever the pattern finds lies so near one of them that a window around it shows the same as the whole text.
    """

    words: tuple[str, ...] = ()
    digits: tuple[int, int] | None = None
    code: tuple[int, int] | None = None
    forms: int = 0
    groups: bool | None = None
    reach: int = 128

    @property
    def seeks_runs(self) -> bool:
        """Whether runs of digits or codes are looked for, not words alone."""
        return bool(self.forms) or self.digits is not None or self.code is not None


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One written form of one kind: where to look, which words speak for it, which candidates to let go.

    ``bare`` and ``beside`` are the confidences without and with a context word; ``label`` wants one. ``settles`` names the form
    that compiled code tells without it (:mod:`headwater.identifiers.settled`). Words are looked for in ``window`` characters before.
    """

    kind: Kind
    pattern: re.Pattern[str]
    prefilter: str
    wanted: re.Pattern[str]
    words: tuple[str, ...]
    label: bool
    forgive: tuple[str, ...]
    bare: float
    beside: float
    matches: tuple[str, ...]
    ignores: tuple[str, ...]
    anchor: Anchor | None = None
    settles: str = ""
    window: int = _WINDOW

    def candidates(self, narrowed: str, let_go: Counter[str] | None = None) -> Iterator[tuple[int, int]]:
        """Give the place of everything that is written so and that no filter lets go, valid or not; ``let_go`` counts the others.

        The text holds what ``wanted`` looks for.
        """
        group = "value" if "value" in self.pattern.groupindex else 0
        for found in self.pattern.finditer(narrowed):
            by = next((name for name in self.forgive if FILTERS[name](narrowed, *found.span())), None)
            if by is None:
                yield found.span(group)
            elif let_go is not None:
                let_go[by] += 1

    def is_named(self, narrowed: str, start: int, end: int) -> bool:
        """Tell whether a word that speaks for the kind stands near."""
        before = narrowed[max(0, start - self.window) : start].lower()
        after = narrowed[end : end + _WINDOW // 2].lower()
        return any(word in before or word in after for word in self.words)


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """All rows of the data files, in their order, then those that are made of the list of national numbers."""
    data = files(__package__) / "data"
    further = sorted((f for f in (data / "recognisers").iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    texts = [file.read_text("utf-8") for file in (data / "recognisers.toml", *further)]
    rows = [row for text in texts for row in tomllib.loads(text)["recogniser"]]
    return tuple(_row(row) for row in (*rows, *national.recogniser_rows()))


def _row(row: dict[str, object]) -> Recogniser:
    words, (bare, beside) = _texts(row["words"]), _numbers(row["confidence"])
    return Recogniser(
        kind=KINDS[str(row["kind"])],
        pattern=re.compile(str(row["pattern"]), re.ASCII),
        prefilter=str(row["prefilter"]),
        wanted=re.compile(str(row["prefilter"]), re.ASCII),
        words=tuple(word.lower() for word in words),
        label=bool(row.get("label", False)),
        forgive=_texts(row.get("forgive", ())),
        bare=bare,
        beside=beside,
        matches=_texts(row["matches"]),
        ignores=_texts(row["ignores"]),
        anchor=_anchor(row.get("anchor"), words if row.get("label") else ()),
        settles=str(row.get("settles", "")),
        window=max(_WINDOW, 4 + max(map(len, words), default=0)),
    )


def _anchor(told: object, words: tuple[str, ...]) -> Anchor | None:
    """The anchor that a row names; a form that wants a word of context has these as its anchor."""
    if not isinstance(told, dict):
        return Anchor(words) if words else None
    pairs = tuple(a + b for a in str(told.get("first", "")) for b in str(told.get("then", "")))
    forms = sum(_FORMS[name] for name in _texts(told.get("forms", ())))
    return Anchor(
        (*_texts(told.get("words", ())), *pairs),
        _lengths(told.get("digits")),
        _lengths(told.get("code")),
        forms,
        bool(told["groups"]) if "groups" in told else None,
        int(told.get("reach", 128)),
    )


def _lengths(value: object) -> tuple[int, int] | None:
    return (int(value[0]), int(value[1])) if isinstance(value, list) else None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else ()


def _numbers(value: object) -> tuple[float, float]:
    first, second = value if isinstance(value, list) else (0.0, 0.0)
    return float(first), float(second)
