"""Tables and texts become holdings. A column of a table is judged as a whole, then all of it is read.

Cells that a recognised column cannot explain, and columns that hold free text, are searched as texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import misread, normal
from headwater.identifiers.columns import Recognised, compact_array, filled, recognise
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.text import find_array
from headwater.scanning.categories import category_of, sensitive_kind
from headwater.scanning.holdings import Place, holdings, joined
from headwater.scanning.layout import SCHEMA as COLUMNS
from headwater.scanning.layout import described
from headwater.scanning.merged import names_in
from headwater.scanning.own import OwnShape, compact_fitting, find_own, own_kind
from headwater.scanning.parts import Parts
from headwater.store.tokens import Tokeniser

_OWN_CONFIDENCE = 0.95
_SENSITIVE_CONFIDENCE = 0.7
_NAME_CONFIDENCE = 0.8
_TELLING = pa.array([kind.name for kind in KINDS.values() if kind.chance < 0.01])  # kinds with a check worth its name

_Judged = tuple[OwnShape | None, Recognised | None]


@dataclass(frozen=True, slots=True)
class Found:
    """What a table or text holds: rows of ``holdings`` and ``holding_parts``, and of a table its ``document_columns``."""

    holdings: pa.Table
    parts: pa.Table
    columns: pa.Table = field(default_factory=COLUMNS.empty_table)


@dataclass(frozen=True, slots=True)
class Scanner:
    """What a scan knows: the key that makes tokens, the shapes of the protected data sets' own numbers, and their columns.

    ``known`` are the columns' names, by their plain form.
    """

    tokeniser: Tokeniser
    own: tuple[OwnShape, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)

    def sheet(self, sheet: Sheet, place: Place) -> Found:
        """Give what a table holds."""
        parts = Parts(self.tokeniser, place)
        headers = sheet.columns if sheet.header else [""] * len(sheet.columns)
        found: list[pa.Table] = []
        layout = [COLUMNS.empty_table()]
        for number, (header, column) in enumerate(zip(headers, sheet.rows.columns, strict=True), start=1):
            values = normal.as_text(column)
            judged = self._judged(header, values)
            found += self._column(header, values, judged, sheet.lines, parts)
            layout.append(described(place, number, header, values, _kind(judged), self.known))
        return Found(joined(found), parts.table(), pa.concat_tables(layout))

    def texts(self, texts: pa.Array, lines: pa.Array, place: Place) -> Found:
        """Give what lines of text hold."""
        parts = Parts(self.tokeniser, place)
        parts.cells("", texts, lines)
        found = [*self._found(find_array(texts), lines, parts), *self._own_in(texts, lines, place)]
        return Found(joined([*found, *self._names("", texts, lines, place)]), parts.table())

    def _judged(self, header: str, values: pa.Array) -> _Judged:
        """What the column as a whole is: a number of a data set's own, or an identifier."""
        shape = own_kind(header, values, self.own)
        return shape, None if shape is not None and shape.is_telling else recognise(header, values)

    def _column(
        self, header: str, values: pa.Array, judged: _Judged, lines: pa.Array, parts: Parts
    ) -> Iterator[pa.Table]:
        place, (shape, verdict) = parts.place, judged
        if shape is not None and verdict is None:
            yield from self._compacted(shape.kind, compact_fitting(values, shape), lines, place, _OWN_CONFIDENCE)
            return
        rest = np.asarray(filled(values).to_numpy(zero_copy_only=False), dtype=bool)
        if verdict is not None:
            compact = self._whole(verdict.kind, values)
            parts.full(verdict.kind, compact, lines)
            yield from self._compacted(verdict.kind, compact, lines, place, verdict.confidence)
            rest &= np.asarray(compact.is_null().to_numpy(zero_copy_only=False))
        else:
            yield from self._sensitive(header, values, lines, place)
        if rest.any():
            left, where = values.filter(pa.array(rest)), lines.filter(pa.array(rest))
            parts.cells(header, left, where)
            yield from self._rest(header, left, where, parts, verdict)

    @staticmethod
    def _whole(kind: str, values: pa.Array) -> pa.Array:
        """The normal forms of a column's cells; a number with letters that look like digits is read once more."""
        compact = compact_array(kind, values)
        if kind not in misread.KINDS or not compact.null_count:
            return compact
        return pc.coalesce(compact, misread.reread(kind, values))

    def _compacted(
        self, kind: str, compact: pa.Array, lines: pa.Array, place: Place, confidence: float
    ) -> Iterator[pa.Table]:
        valid = compact.is_valid()
        if pc.any(valid).as_py():
            yield holdings(
                place, kind, lines.filter(valid), self.tokeniser.tokens(kind, compact.filter(valid)), confidence
            )

    def _sensitive(self, header: str, values: pa.Array, lines: pa.Array, place: Place) -> Iterator[pa.Table]:
        category = sensitive_kind(header, values)
        if category is not None:
            yield holdings(place, category.kind, lines.filter(filled(values)), None, _SENSITIVE_CONFIDENCE)

    def _rest(
        self, header: str, values: pa.Array, lines: pa.Array, parts: Parts, verdict: Recognised | None
    ) -> Iterator[pa.Table]:
        found = find_array(values)
        if found.num_rows:
            found = found.filter(pa.array(_are_believed(found, values, verdict)))
        yield from self._found(found, lines, parts)
        yield from self._own_in(values, lines, parts.place)
        if verdict is None:
            yield from self._names(header, values, lines, parts.place)

    def _names(self, header: str, values: pa.Array, lines: pa.Array, place: Place) -> Iterator[pa.Table]:
        names = names_in(header, values)
        if names is not None:
            yield from self._compacted("name", names.values, lines.take(names.places), place, _NAME_CONFIDENCE)

    def _found(self, found: pa.Table, lines: pa.Array, parts: Parts) -> Iterator[pa.Table]:
        for kind in pc.unique(found["kind"]).to_pylist():
            part = found.filter(pc.equal(found["kind"], kind))
            tokens = self.tokeniser.tokens(kind, part["compact"])
            cited = lines.take(pa.concat_arrays(part["place"].chunks))
            parts.full(kind, normal.as_text(part["compact"]), cited)
            yield holdings(parts.place, kind, cited, tokens, pa.concat_arrays(part["confidence"].chunks))

    def _own_in(self, texts: pa.Array, lines: pa.Array, place: Place) -> Iterator[pa.Table]:
        for kind, places, compact in find_own(texts, self.own):
            tokens = self.tokeniser.tokens(kind, compact)
            yield holdings(place, kind, lines.take(pa.array(places)), tokens, _OWN_CONFIDENCE)


def _kind(judged: _Judged) -> str | None:
    shape, verdict = judged
    if verdict is not None:
        return verdict.kind
    return shape.kind if shape is not None else None


def _are_believed(found: pa.Table, values: pa.Array, verdict: Recognised | None) -> np.ndarray:
    """Tell which finds count: those inside a longer text, those with a check, and those of the column's own category.

    A number without a check that fills its cell was judged with its column, and the column said no.
    """
    cells = normal.squeeze_array(values).take(pa.concat_arrays(found["place"].chunks))
    longer = pc.greater(pc.utf8_length(cells), pc.add(pc.utf8_length(found["compact"]), 2))
    telling = pc.is_in(found["kind"], value_set=_TELLING)
    same = verdict is not None and verdict.category
    kindred = pa.array([category_of(kind).category == same for kind in found["kind"].to_pylist()], pa.bool_())
    return np.asarray(pc.or_(pc.or_(longer, telling), kindred).to_numpy())
