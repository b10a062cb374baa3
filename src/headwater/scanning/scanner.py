"""Tables and texts become holdings. A column of a table is judged as a whole, then all of it is read.

Cells that a recognised column cannot explain, and columns that hold free text, are searched as texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import misread, normal
from headwater.identifiers.columns import Recognised, compact_array, filled, recognise
from headwater.identifiers.dialled import says_nothing
from headwater.identifiers.escapes import unescaped
from headwater.identifiers.headers import is_any_name
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.quick import is_code
from headwater.identifiers.slots import any_digits
from headwater.identifiers.text import Names, find_array
from headwater.scanning.bare_passwords import are_hashes, are_passwords, behind_accounts
from headwater.scanning.categories import Category, category_of, sensitive_kind
from headwater.scanning.finds import Find, Verdict
from headwater.scanning.holdings import Place, holdings, joined
from headwater.scanning.layout import SCHEMA as COLUMNS
from headwater.scanning.layout import described
from headwater.scanning.merged import names_in
from headwater.scanning.nobodys import NOBODY, looks_like, sites, told_apart
from headwater.scanning.own import OwnShape, compact_fitting, find_own, own_kind
from headwater.scanning.parties import parties
from headwater.scanning.parts import Parts
from headwater.scanning.split_names import pairs as split_names
from headwater.scanning.split_names import whole_names
from headwater.store.tokens import Tokeniser

_OWN_CONFIDENCE = 0.95
_SENSITIVE_CONFIDENCE = 0.7
_NAME_CONFIDENCE = 0.8
_LONG_NUMBER = "[0-9]{11}|[0-9]{3}[ -][0-9]{4}[ -][0-9]{4}"
_CHINESE = "[\u3400-\u9fff]"
_OF_PEOPLE = frozenset({"name", "resident_id", "passport"})
_LEADING = frozenset({"resident_id", "passport", "mobile", "email", "bank_card"})
_SPOKEN = "[我你您他她咱请吗呢吧的了给跟把被让叫说]"
_SENTENCE = f"{_SPOKEN}.{{0,60}}[\u3400-\u9fff]{{2}}|[\u3400-\u9fff]{{4}}.{{0,60}}{_SPOKEN}"
_PROSE = 0.3
_ELEVEN, _GLANCE = "(?:^|[^0-9])1[3-9][0-9 -]{9,11}$", 1000
_TELLING = pa.array([kind.name for kind in KINDS.values() if kind.chance < 0.01])  # kinds with a check worth its name


@dataclass(frozen=True, slots=True)
class Found:
    """What a table or text holds: rows of ``holdings`` and ``holding_parts``, and of a table its ``document_columns``."""

    holdings: pa.Table
    parts: pa.Table
    columns: pa.Table = field(default_factory=COLUMNS.empty_table)


@dataclass(frozen=True, slots=True)
class Scanner:
    """What a scan knows: the key that makes tokens, the shapes of the protected data sets' own numbers, and their columns.

    ``known`` are the columns' names, by their plain form; ``names`` says where in texts names without a label are looked for;
    ``let_go`` takes how many candidates in texts each filter let go.
    """

    tokeniser: Tokeniser
    own: tuple[OwnShape, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    names: Names = Names.LABELLED
    let_go: Counter[str] = field(default_factory=Counter, repr=False, compare=False)

    def sheet(self, sheet: Sheet, place: Place) -> Found:
        """Give what a table holds."""
        parts = Parts(self.tokeniser, place)
        verdicts = self.judged(sheet)
        of_sites = sites(sheet, verdicts)
        finds = (find for each in self.finds_of(sheet, verdicts, parts) for find in told_apart(each, of_sites))
        found = [self._held(find, place) for find in finds]
        layout = [COLUMNS.empty_table()]
        for number, (header, column) in enumerate(zip(_headers(sheet), sheet.rows.columns, strict=True), start=1):
            verdict = verdicts[number - 1]
            layout.append(described(place, number, header, normal.as_text(column), verdict.kind, self.known))
        return Found(joined(found), parts.table(), pa.concat_tables(layout))

    def texts(self, texts: pa.Array, lines: pa.Array, place: Place) -> Found:
        """Give what lines of text hold."""
        parts = Parts(self.tokeniser, place)
        finds = (find for each in self.finds_in(texts, lines, parts) for find in told_apart(each))
        found = [self._held(find, place) for find in finds]
        return Found(joined(found), parts.table())

    def judged(self, sheet: Sheet) -> tuple[Verdict, ...]:
        """Judge every column of a table, or of the first rows of one."""
        pairs = [(h, unescaped(normal.as_text(c))) for h, c in zip(_headers(sheet), sheet.rows.columns, strict=True)]
        first = [self._judged(header, values) for header, values in pairs]
        first = [
            self._judged(header, values, beside_people=True) if _is_helped(header, values, verdict, first) else verdict
            for verdict, (header, values) in zip(first, pairs, strict=True)
        ]
        first = _with_whole_names(pairs, first)
        kinds = [verdict.kind for verdict in first]
        told = [
            verdict
            if verdict.recognised is not None or (verdict.own is not None and verdict.own.is_telling)
            else replace(verdict, sensitive=_sensitive(header, values, kinds, place))
            for place, (verdict, (header, values)) in enumerate(zip(first, pairs, strict=True))
        ]
        of = parties([header for header, _ in pairs], kinds)
        return tuple(replace(verdict, party=party) for verdict, party in zip(told, of, strict=True))

    def _judged(self, header: str, values: pa.Array, *, beside_people: bool = False) -> Verdict:
        shape = own_kind(header, values, self.own)
        if shape is not None and shape.is_telling:
            return Verdict(shape)
        return Verdict(shape, recognise(header, values, beside_people=beside_people))

    def finds_of(self, sheet: Sheet, verdicts: Sequence[Verdict], parts: Parts | None = None) -> Iterator[Find]:
        """Give what the rows of a table hold, column by column; ``parts`` takes what is masked or cut short."""
        columns = zip(_headers(sheet), sheet.rows.columns, verdicts, strict=True)
        for number, (header, column, verdict) in enumerate(columns, start=1):
            values = unescaped(normal.as_text(column))
            if verdict.family is not None:
                values = whole_names(values, normal.as_text(sheet.rows.column(verdict.family)))
            for find in self._column(header, values, verdict, sheet.lines, parts):
                yield replace(find, column=number, start=None, end=None, party=verdict.party)

    def finds_in(self, texts: pa.Array, lines: pa.Array, parts: Parts | None = None) -> Iterator[Find]:
        """Give what lines of text hold."""
        texts = unescaped(texts)
        if parts is not None:
            parts.cells("", texts, lines)
        yield from self._found(self._found_in(texts, self.names), lines, parts)
        yield from self._own_in(texts, lines)
        if self.names is Names.LABELLED:
            yield from self._names("", texts, lines)

    def _column(
        self, header: str, values: pa.Array, verdict: Verdict, lines: pa.Array, parts: Parts | None
    ) -> Iterator[Find]:
        recognised = verdict.recognised
        if verdict.own is not None and recognised is None:
            yield from _compacted(verdict.own.kind, compact_fitting(values, verdict.own), lines, _OWN_CONFIDENCE)
            return
        rest = np.asarray(filled(values).to_numpy(zero_copy_only=False), dtype=bool)
        if recognised is not None:
            compact = _whole(recognised.kind, values)
            if parts is not None:
                parts.full(recognised.kind, compact, lines)
            yield from _compacted(recognised.kind, compact, lines, recognised.confidence)
            rest &= np.asarray(compact.is_null().to_numpy(zero_copy_only=False))
            if recognised.kind == "address":  # a shipping label in one cell: whose number it is stands behind
                rest |= normal.matching(values, _LONG_NUMBER)
        elif verdict.sensitive is not None:
            yield Find(verdict.sensitive.kind, lines.filter(filled(values)), None, _SENSITIVE_CONFIDENCE)
        if parts is not None and rest.any():
            parts.cells(header, values.filter(pa.array(rest)), lines.filter(pa.array(rest)))
        if recognised is None:
            rest &= ~is_code(values)  # what fills a cell was judged with its column
        if rest.any():
            yield from self._rest(
                header, values.filter(pa.array(rest)), lines.filter(pa.array(rest)), parts, recognised
            )

    def _rest(
        self, header: str, values: pa.Array, lines: pa.Array, parts: Parts | None, verdict: Recognised | None
    ) -> Iterator[Find]:
        is_prose = verdict is None and self.names is not Names.LABELLED and _is_prose(values)
        found = self._found_in(values, self.names if is_prose else Names.LABELLED)
        if found.num_rows:
            found = found.filter(pa.array(_are_believed(found, values, verdict)))
        yield from self._found(found, lines, parts)
        yield from self._own_in(values, lines)
        if verdict is None and not is_prose:
            yield from self._names(header, values, lines)

    def _found_in(self, texts: pa.Array, names: Names) -> pa.Table:
        found = find_array(texts, names, self.let_go)
        by_chance = any_digits(found, texts)
        if not by_chance.any():
            return found
        self.let_go["is_serial"] += int(by_chance.sum())
        return found.filter(pa.array(~by_chance))

    def _names(self, header: str, values: pa.Array, lines: pa.Array) -> Iterator[Find]:
        names = names_in(header, values)
        if names is not None:
            yield from _compacted("name", names.values, lines.take(names.places), _NAME_CONFIDENCE)

    def _found(self, found: pa.Table, lines: pa.Array, parts: Parts | None) -> Iterator[Find]:
        for kind in pc.unique(found["kind"]).to_pylist():
            part = found.filter(pc.equal(found["kind"], kind))
            cited = lines.take(normal.one_array(part["place"]))
            compact = normal.as_text(part["compact"])
            if parts is not None:
                parts.full(kind, compact, cited)
            weights, start, end = (normal.one_array(part[c]) for c in ("confidence", "start", "end"))
            yield Find(kind, cited, compact, weights, 0, start, end)

    def _own_in(self, texts: pa.Array, lines: pa.Array) -> Iterator[Find]:
        for kind, places, compact in find_own(texts, self.own):
            yield Find(kind, lines.take(pa.array(places)), compact, _OWN_CONFIDENCE)

    def _held(self, find: Find, place: Place) -> pa.Table:
        other = looks_like(find.kind)
        kind, party = (find.kind, find.party) if other is None else (other, NOBODY)
        tokens = None if find.compact is None else self.tokeniser.tokens(kind, find.compact)
        category = self.category_of(find.kind).category
        return holdings(place, kind, find.lines, tokens, find.confidence, category, party)

    def category_of(self, kind: str) -> Category:
        """Give the category of a kind."""
        return category_of(kind)

    def mask_of(self, kind: str) -> Callable[[str], str] | None:
        """Give what masks a kind; ``None`` where nothing of it may be shown."""
        return KINDS[kind].identifier.mask if kind in KINDS else None


def _headers(sheet: Sheet) -> Sequence[str]:
    return sheet.columns if sheet.header else [""] * len(sheet.columns)


def _is_helped(header: str, values: pa.Array, verdict: Verdict, beside: Sequence[Verdict]) -> bool:
    """Whether a column is judged again for those beside it: numbers like mobiles whose header says nothing, and names of whatever."""
    if verdict.kind is not None:
        return False
    kinds = {other.kind for other in beside}
    if says_nothing(header) and normal.matching(values.slice(0, _GLANCE), _ELEVEN).any():
        return not kinds.isdisjoint(_OF_PEOPLE)
    return is_any_name(header) and not kinds.isdisjoint(_LEADING)


def _with_whole_names(pairs: Sequence[tuple[str, pa.Array]], verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts, with columns of given names as names where another column has their family names."""
    made = list(verdicts)
    for given, family in split_names([header for header, _ in pairs]).items():
        found = recognise("full name", whole_names(pairs[given][1], pairs[family][1]))
        if found is not None and found.kind == "name" and made[given].own is None:
            made[given], made[family] = Verdict(recognised=found, family=family), Verdict(made[family].own)
    return made


def _sensitive(header: str, values: pa.Array, kinds: Sequence[str | None], place: int) -> Category | None:
    if header:
        told = sensitive_kind(header, values, _others(kinds, place))
        return category_of("password_hash") if told and told.kind == "password" and are_hashes(values) else told
    return category_of("password") if behind_accounts(kinds, place) and are_passwords(values) else None


def _others(kinds: Sequence[str | None], place: int) -> list[str]:
    return [kind for other, kind in enumerate(kinds) if kind is not None and other != place]


def _whole(kind: str, values: pa.Array) -> pa.Array:
    """The normal forms of a column's cells; a number with letters that look like digits is read once more."""
    compact = compact_array(kind, values)
    if kind not in misread.KINDS or not compact.null_count:
        return compact
    missing = compact.is_null()
    return pc.replace_with_mask(compact, missing, misread.reread(kind, values.filter(missing)))


def _is_prose(values: pa.Array) -> bool:
    """Whether many cells are sentences, as of remarks and of chats that commas cut: words that no list of wares is full of."""
    return bool(normal.matching(values, _SENTENCE).mean() >= _PROSE)


def _compacted(kind: str, compact: pa.Array, lines: pa.Array, confidence: float) -> Iterator[Find]:
    valid = compact.is_valid()
    if pc.any(valid).as_py():
        yield Find(kind, lines.filter(valid), compact.filter(valid), confidence)


def _are_believed(found: pa.Table, values: pa.Array, verdict: Recognised | None) -> np.ndarray:
    """Tell which finds count: those inside a longer text, those with a check, and those of the column's own category.

    A number without a check that fills its cell was judged with its column, and the column said no.
    """
    cells = normal.squeeze_array(values).take(pa.concat_arrays(found["place"].chunks))
    longer = pc.greater(pc.utf8_length(cells), pc.add(pc.utf8_length(found["compact"]), 2))
    # a number beside a word of Chinese, as in 电话15400000001, does not fill its cell
    beside = normal.matching(cells, _CHINESE) & ~normal.matching(normal.as_text(found["compact"]), _CHINESE)
    longer = pc.or_(longer, pa.array(beside))
    telling = pc.is_in(found["kind"], value_set=_TELLING)
    same = verdict is not None and verdict.category
    kindred = pa.array([category_of(kind).category == same for kind in found["kind"].to_pylist()], pa.bool_())
    return np.asarray(pc.or_(pc.or_(longer, telling), kindred).to_numpy())
