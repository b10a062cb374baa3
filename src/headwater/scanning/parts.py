"""Parts of identifiers in a table or text: masked numbers, last four digits, masked names, and the parts of whole ones.

What is found is gathered cell by cell and becomes rows of the table ``holding_parts`` at the end of a sheet, because a
surname counts beside the last four digits of its own row only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import headers, misread, normal
from headwater.identifiers.columns import filled
from headwater.identifiers.parts import (
    ENDS,
    LOCAL,
    TAILS,
    masked,
    masked_surnames,
    of_full,
    surname_beside,
    tails,
)
from headwater.identifiers.simplified import simplified
from headwater.model.tables import SCHEMAS
from headwater.scanning.holdings import Place
from headwater.scanning.merged import surnames_in
from headwater.store.tokens import Tokeniser

SCHEMA = SCHEMAS["holding_parts"]
MENDED = "resident_id~mended"
"""A resident id that one change of a wrong one gives: its token is made as that of a resident id."""
_OF_FULL = frozenset({*TAILS, LOCAL})
_ENOUGH = 0.5
_MASKED_NAMES = 0.3
_LAST_FOUR = re.compile(
    "[后後末尾]\\s*(?:四|4|几)\\s*[位码]|尾[号数码]|last_?\\s?(?:4|four)|tail_?4?(?:$|[^a-z])", re.I
)
_OF_AN_ID = re.compile("证|(?:^|[^a-z])id(?:$|[^a-z])", re.I)


@dataclass(frozen=True, slots=True)
class Parts:
    """Gathers the parts that one sheet holds."""

    tokeniser: Tokeniser
    place: Place
    _rows: list[pa.Table] = field(default_factory=list, repr=False)
    _surnames: list[pa.Table] = field(default_factory=list, repr=False)
    _tails: list[tuple[str, pa.Table]] = field(default_factory=list, repr=False)

    def full(self, kind: str, compact: pa.Array, lines: pa.Array) -> None:
        """Take whole identifiers in their normal forms (nulls for none): what stays of them where they are mistyped."""
        for part, values in of_full(kind, compact):
            if part in _OF_FULL:
                self._add(part, values, lines)

    def cells(self, header: str, values: pa.Array, lines: pa.Array) -> None:
        """Take the cells of a column that are no whole identifiers."""
        for part, found in masked(values):
            self._add(part, found, lines)
        for part, found in _last_four(header, values):
            self._add(part, found, lines)
        if "resident_id" in headers.named_kinds(header) or misread.are_long(values):
            self._wrong(values, lines)
        surnames = masked_surnames(values)
        needed = 1 if "name" in headers.named_kinds(header) else _MASKED_NAMES * _count(values)
        if len(surnames) - surnames.null_count >= max(1, needed):
            self._surname(lines, surnames)
        elif (inside := surnames_in(header, values)) is not None:
            self._surname(lines.take(inside.places), inside.values)

    def _wrong(self, values: pa.Array, lines: pa.Array) -> None:
        """Take the cells of a column of resident ids that are none: one digit of them may be wrong."""
        places, ids = misread.mended(values)
        if len(places):
            tokens = self.tokeniser.tokens("resident_id", ids)
            self._rows.append(self._table(MENDED, tokens, lines.take(pa.array(places))))

    def table(self) -> pa.Table:
        """Give the rows of ``holding_parts``, in the order of the lines."""
        self._beside()
        table = pa.concat_tables([SCHEMA.empty_table(), *self._rows])
        return table.sort_by([("line", "ascending"), ("kind", "ascending"), ("token", "ascending")])

    def _add(self, part: str, values: pa.Array, lines: pa.Array) -> None:
        valid = values.is_valid()
        if not pc.any(valid, min_count=0).as_py():
            return
        told, where = values.filter(valid), lines.filter(valid)
        self._rows.append(self._table(part, self.tokeniser.tokens(part, told), where))
        if part in ENDS:
            self._tails.append((part, pa.table({"line": where, "tail": told})))

    def _surname(self, lines: pa.Array, surnames: pa.Array) -> None:
        self._surnames.append(pa.table({"line": lines, "surname": surnames}).filter(surnames.is_valid()))

    def _beside(self) -> None:
        """The surnames beside the last four digits of their rows."""
        for part, ends in self._tails:
            for surnames in self._surnames:
                pairs = surnames.join(ends, "line", join_type="inner").combine_chunks()
                both = pc.binary_join_element_wise(pairs["surname"], pairs["tail"], "")
                kind = surname_beside(part)
                self._rows.append(self._table(kind, self.tokeniser.tokens(kind, both), pairs["line"]))

    def _table(self, kind: str, tokens: pa.Array, lines: pa.Array | pa.ChunkedArray) -> pa.Table:
        columns = {
            "source": pa.repeat(pa.scalar(self.place.source), len(tokens)),
            "sheet": pa.repeat(pa.scalar(self.place.sheet), len(tokens)),
            "line": lines,
            "holder": pa.repeat(pa.scalar(self.place.holder, pa.string()), len(tokens)),
            "role": pa.repeat(pa.scalar(self.place.role), len(tokens)),
            "kind": pa.repeat(pa.scalar(kind), len(tokens)),
            "token": tokens,
        }
        return pa.table(columns, schema=SCHEMA)


def _last_four(header: str, values: pa.Array) -> Iterator[tuple[str, pa.Array]]:
    """The last four digits of numbers, as the header names them; of either number where it does not say of which."""
    plain = simplified(normal.narrow(header))
    if not _LAST_FOUR.search(plain):
        return
    found = tails(values)
    if len(found) - found.null_count < _ENOUGH * _count(values):
        return
    named = headers.named_kinds(plain)
    of_id = "resident_id" in named or _OF_AN_ID.search(plain) or bool(normal.matching(found, "X$").any())
    of_mobile = bool(named & {"mobile", "landline"})
    if "bank_card" in named and not of_id:
        return
    for part, said, other in (("mobile~4", of_mobile, of_id), ("resident_id~4", of_id, of_mobile)):
        if said or not other:
            yield part, normal.keep(found, normal.matching(found, "^[0-9]{4}$" if part == "mobile~4" else "."))


def _count(values: pa.Array) -> int:
    return int(np.count_nonzero(np.asarray(filled(values))))
