"""A scanner that knows a house: the numbers that it declares for its own, and what it allows to lie about, counted by its reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from threading import Lock

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.declared import Declared
from headwater.identifiers.quick import is_code
from headwater.identifiers.text import Names
from headwater.model.exhibit import NotRead
from headwater.model.settings import Allowed, OwnRecogniser
from headwater.scanning.allowed import AllowList
from headwater.scanning.categories import Category, category_of, declared_category
from headwater.scanning.finds import Find, Verdict
from headwater.scanning.own import OwnShape
from headwater.scanning.parts import Parts
from headwater.scanning.scanner import Scanner
from headwater.store.tokens import Tokeniser

_JUDGED = 5000
_OF_COLUMN = 0.95


@dataclass(frozen=True, slots=True)
class House:
    """What the settings say of an organisation: ``allow`` are the entries that count today."""

    recognisers: tuple[OwnRecogniser, ...] = ()
    allow: AllowList = field(default_factory=AllowList)

    def __bool__(self) -> bool:
        return bool(self.recognisers or self.allow.entries)

    @property
    def categories(self) -> Mapping[str, Category]:
        """The category of each declared kind."""
        return {category.kind: category for category in map(declared_category, self.recognisers)}

    @property
    def masks(self) -> Mapping[str, Callable[[str], str]]:
        """What masks each declared kind."""
        return {each.kind: each.mask for each in map(Declared.of, self.recognisers)}

    @property
    def mark(self) -> str:
        """A digest of everything that scanning depends on; empty where the settings say nothing."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest() if self else ""

    def scanner(
        self,
        tokeniser: Tokeniser,
        own: tuple[OwnShape, ...],
        names: Names,
        path: str,
        known: Mapping[str, str] | None = None,
    ) -> HousedScanner:
        """A scanner for the file of that path."""
        declared = {each.kind: each for each in map(Declared.of, self.recognisers)}
        whole = next((entry for tail in _tails(path) if (entry := self.allow.path(tail))), None)
        return HousedScanner(tokeniser, own, known or {}, names, declared=declared, allow=self.allow, whole=whole)


@dataclass(frozen=True, slots=True)
class HousedScanner(Scanner):
    """Finds declared numbers as well, and leaves out what is allowed; ``counts`` says how often, by block of the settings.

    ``whole`` is the entry that allows everything in the file, if one does. A declared kind goes before what else is found of it.
    """

    declared: Mapping[str, Declared] = field(default_factory=dict)
    allow: AllowList = field(default_factory=AllowList)
    whole: Allowed | None = None
    counts: Counter[int] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def finds_of(self, sheet: Sheet, verdicts: Sequence[Verdict], parts: Parts | None = None) -> Iterator[Find]:
        """Give what the rows of a table hold."""
        for find in Scanner.finds_of(self, sheet, verdicts, parts):
            yield from self._left(find)

    def finds_in(self, texts: pa.Array, lines: pa.Array, parts: Parts | None = None) -> Iterator[Find]:
        """Give what lines of text hold."""
        for find in self._own_first(Scanner.finds_in(self, texts, lines, parts)):
            yield from self._left(find)

    def category_of(self, kind: str) -> Category:
        """Give the category of a kind."""
        return declared_category(self.declared[kind].row) if kind in self.declared else category_of(kind)

    def mask_of(self, kind: str) -> Callable[[str], str] | None:
        """Give what masks a kind; ``None`` where nothing of it may be shown."""
        return self.declared[kind].mask if kind in self.declared else Scanner.mask_of(self, kind)

    def _judged(self, header: str, values: pa.Array, *, beside_people: bool = False) -> Verdict:
        for kind, declared in self.declared.items():
            if _is_filled_with(declared, header, values):
                return Verdict(OwnShape("", declared.row.name, kind, declared.row.pattern))
        return Scanner._judged(self, header, values, beside_people=beside_people)

    def _column(
        self, header: str, values: pa.Array, verdict: Verdict, lines: pa.Array, parts: Parts | None
    ) -> Iterator[Find]:
        kind = verdict.kind
        if verdict.recognised is None and kind is not None and kind in self.declared:
            compact = self.declared[kind].compact_array(values)
            if compact.null_count < len(compact):
                valid = compact.is_valid()
                yield Find(kind, lines.filter(valid), compact.filter(valid), _OF_COLUMN)
            rest = pc.and_(filled(values), compact.is_null())
            values, lines, verdict = values.filter(rest), lines.filter(rest), Verdict()
        yield from self._own_first(Scanner._column(self, header, values, verdict, lines, parts))
        if verdict.kind is None:
            # other kinds are judged by their columns; a house says what its own look like
            alone = pa.array(is_code(values))
            yield from self._in_texts(values.filter(alone), lines.filter(alone))

    def _own_first(self, finds: Iterator[Find]) -> Iterator[Find]:
        """What was found, but for other kinds of which all stands in a declared number: one number is counted once."""
        found = list(finds) if self.declared else []
        taken: dict[int, list[tuple[int, int]]] = {}
        for find in found:
            if find.kind in self.declared:
                for line, start, end in _spans(find):
                    taken.setdefault(line, []).append((start, end))
        for find in found or finds:
            if not taken or find.kind in self.declared or find.start is None:
                yield find
                continue
            wanted = ~np.isin(find.lines.to_numpy(), list(taken))
            spans = list(_spans(find))
            for place in np.flatnonzero(~wanted).tolist():
                line, start, end = spans[place]
                wanted[place] = not any(first <= start and end <= last for first, last in taken[line])
            if wanted.any():
                yield find if wanted.all() else find.only(wanted)

    def _own_in(self, texts: pa.Array, lines: pa.Array) -> Iterator[Find]:
        yield from (find for find in Scanner._own_in(self, texts, lines) if find.kind not in self.declared)
        yield from self._in_texts(texts, lines)

    def _in_texts(self, texts: pa.Array, lines: pa.Array) -> Iterator[Find]:
        for declared in self.declared.values():
            found = declared.find_array(texts)
            if found.num_rows:
                place, compact, weight, start, end = (
                    normal.one_array(found[name]) for name in ("place", "compact", "confidence", "start", "end")
                )
                yield Find(declared.kind, lines.take(place), normal.as_text(compact), weight, 0, start, end)

    def _left(self, find: Find) -> Iterator[Find]:
        """What is not allowed of a find."""
        if self.whole is not None:
            self._count({self.whole.block: len(find.lines)})
            return
        left, counts = self.allow.over(find)
        self._count(counts)
        if left is not None and len(left.lines):
            yield left

    def told(self, path: str) -> Iterator[NotRead]:
        """Say what was left out of a file: how many finds, and the reason of the house."""
        entries = self.allow.entries if self.whole is None else (self.whole,)
        for entry in entries:
            if count := self.counts.get(entry.block, 0):
                yield NotRead(path, f"{count:,} finds were left out, which the settings allow: {entry.reason}")

    def _count(self, counts: Mapping[int, int]) -> None:
        with self._lock:  # batches of a large file are scanned side by side
            self.counts.update(counts)


def _tails(path: str) -> Iterator[str]:
    """The path, and what of it stands below each folder: it is not for who writes settings to know where a share is mounted."""
    yield path
    while "/" in path:
        path = path.split("/", 1)[1]
        yield path


def _spans(find: Find) -> Iterator[tuple[int, int, int]]:
    """The line, start and end of each; nothing where the places in the line are not known."""
    if find.start is not None and find.end is not None:
        yield from zip(find.lines.to_pylist(), find.start.to_pylist(), find.end.to_pylist(), strict=True)


def _is_filled_with(declared: Declared, header: str, values: pa.Array) -> bool:
    """Whether a column holds a declared number: its header says so, or its form is telling, and enough cells pass."""
    kind, named = declared.as_kind(), declared.headers.name(header)
    needed = kind.named if named else kind.alone
    texts = values.filter(filled(values)).slice(0, _JUDGED)
    if needed is None or len(texts) == 0:
        return False
    share: float = 1 - declared.compact_array(texts).null_count / len(texts)
    return share >= needed
