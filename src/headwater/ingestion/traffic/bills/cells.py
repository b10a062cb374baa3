"""The cells of a piece of a bill, by what their columns hold."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.grids import Strip
from headwater.ingestion.traffic.headings import Header

Columns = dict[str, pa.Array]
Mask = npt.NDArray[np.bool_]
_NOTHING = pa.array(["/", "-", "--", "无"])


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a piece of a bill under their header."""

    header: Header
    strip: Strip = field(repr=False)

    def __len__(self) -> int:
        return len(self.strip.lines)

    def maybe(self, name: str) -> pa.Array | None:
        """The best column of a field, or ``None``."""
        places = self.header.columns.get(name)
        return self.strip.columns[places[0]] if places else None

    def get(self, name: str) -> pa.Array:
        """The best column of a field, nulls where there is none; ``/`` means nothing."""
        column = self.maybe(name)
        if column is None:
            return self.nulls
        return pc.if_else(pc.is_in(column, value_set=_NOTHING), None, column)

    def joined(self, name: str) -> pa.Array:
        """All columns of a field as one text."""
        columns = [self.strip.columns[place] for place in self.header.columns.get(name, ())]
        if not columns:
            return self.nulls
        kept = [pc.if_else(pc.is_in(c, value_set=_NOTHING), None, c) for c in columns]
        if len(kept) == 1:
            return kept[0]
        # null_handling="skip" drops rows of which every cell is null
        text = pc.binary_join_element_wise(*(pc.fill_null(each, "") for each in kept), " ")
        text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, " {2,}", " "))
        return pc.if_else(pc.equal(text, ""), None, text)

    @property
    def nulls(self) -> pa.Array:
        """A column of nothing."""
        return pa.nulls(len(self), pa.string())

    def filtered(self, mask: Mask) -> Cells:
        """Only some of the rows."""
        if mask.all():
            return self
        arrow = pa.array(mask)
        columns = tuple(column.filter(arrow) for column in self.strip.columns)
        return Cells(self.header, Strip(columns, self.strip.lines[mask]))
