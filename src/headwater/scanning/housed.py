"""A scanner that knows a house: the numbers that it declares for its own, and what it allows to lie about, counted by its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import normal
from headwater.identifiers.declared import Declared
from headwater.identifiers.text import Names
from headwater.model.settings import Allowed, OwnRecogniser
from headwater.scanning.allowed import AllowList
from headwater.scanning.finds import Find, Verdict
from headwater.scanning.own import OwnShape
from headwater.scanning.parts import Parts
from headwater.scanning.scanner import Scanner
from headwater.store.tokens import Tokeniser


@dataclass(frozen=True, slots=True)
class House:
    """What the settings say of an organisation: ``allow`` are the entries that count today."""

    recognisers: tuple[OwnRecogniser, ...] = ()
    allow: AllowList = field(default_factory=AllowList)

    def __bool__(self) -> bool:
        return bool(self.recognisers or self.allow.entries)

    def scanner(self, tokeniser: Tokeniser, own: tuple[OwnShape, ...], names: Names, path: str) -> HousedScanner:
        """A scanner for the file of that path."""
        declared = tuple(Declared.of(row) for row in self.recognisers)
        shapes = tuple(
            OwnShape("", word, d.kind, d.row.pattern) for d in declared for word in (d.row.name, *d.row.headers)
        )
        whole = next((entry for tail in _tails(path) if (entry := self.allow.path(tail))), None)
        return HousedScanner(tokeniser, (*own, *shapes), {}, names, declared, self.allow, whole)


@dataclass(frozen=True, slots=True)
class HousedScanner(Scanner):
    """Finds declared numbers as well, and leaves out what is allowed; ``counts`` says how often, by block of the settings.

    ``whole`` is the entry that allows everything in the file, if one does.
    """

    declared: tuple[Declared, ...] = ()
    allow: AllowList = field(default_factory=AllowList)
    whole: Allowed | None = None
    counts: Counter[int] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock, repr=False, compare=False)

    def finds_of(self, sheet: Sheet, verdicts: Sequence[Verdict], parts: Parts | None = None) -> Iterator[Find]:
        """Give what the rows of a table hold."""
        of_columns = {number: verdict.kind for number, verdict in enumerate(verdicts, start=1)}
        for find in Scanner.finds_of(self, sheet, verdicts, parts):
            declared = self._declared(find.kind)
            if declared is None:
                yield from self._left(find)
            elif of_columns[find.column] == find.kind:
                yield from self._left(_passing(find, declared))
        for number, column in enumerate(sheet.rows.columns, start=1):
            if of_columns[number] is None:
                for find in self._in_texts(normal.as_text(column), sheet.lines):
                    yield Find(find.kind, find.lines, find.compact, find.confidence, number)

    def finds_in(self, texts: pa.Array, lines: pa.Array, parts: Parts | None = None) -> Iterator[Find]:
        """Give what lines of text hold."""
        for find in Scanner.finds_in(self, texts, lines, parts):
            if self._declared(find.kind) is None:
                yield from self._left(find)
        yield from self._in_texts(texts, lines)

    def _declared(self, kind: str) -> Declared | None:
        return next((each for each in self.declared if each.kind == kind), None)

    def _in_texts(self, texts: pa.Array, lines: pa.Array) -> Iterator[Find]:
        for declared in self.declared:
            found = declared.find_array(texts)
            if found.num_rows:
                place, compact, weight, start, end = (
                    normal.one_array(found[name]) for name in ("place", "compact", "confidence", "start", "end")
                )
                find = Find(declared.kind, lines.take(place), normal.as_text(compact), weight, 0, start, end)
                yield from self._left(find)

    def _left(self, find: Find) -> Iterator[Find]:
        """What is not allowed of a find."""
        if self.whole is not None:
            self._count({self.whole.block: len(find.lines)})
            return
        left, counts = self.allow.over(find)
        self._count(counts)
        if left is not None and len(left.lines):
            yield left

    def _count(self, counts: dict[int, int]) -> None:
        with self._lock:  # batches of a large file are scanned side by side
            self.counts.update(counts)


def _tails(path: str) -> Iterator[str]:
    """The path, and what of it stands below each folder: it is not for who writes settings to know where a share is mounted."""
    yield path
    while "/" in path:
        path = path.split("/", 1)[1]
        yield path


def _passing(find: Find, declared: Declared) -> Find:
    """Of the cells of a column those that pass the check and are not excluded."""
    assert find.compact is not None
    passes = declared.compact_array(find.compact).is_valid()
    if pc.all(passes).as_py():
        return find
    return Find(find.kind, find.lines.filter(passes), find.compact.filter(passes), find.confidence, find.column)
