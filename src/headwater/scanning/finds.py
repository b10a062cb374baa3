"""What was found in a table or a text before anybody decides what to keep of it: normal forms that live as long as a batch."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers.columns import Recognised
from headwater.scanning.categories import Category
from headwater.scanning.own import OwnShape


@dataclass(frozen=True, slots=True)
class Find:
    """Identifiers of one kind, or cells of a sensitive column.

    ``lines`` has the line of each, ``compact`` the normal forms (``None`` for what has no form of its own; none is null), ``confidence``
    one weight for all or one for each. ``column`` is the 1-based place of the column, 0 in a text; ``start`` and ``end`` are places in
    the line of a text (0-based characters), ``None`` in tables. ``party`` is whom of its row it speaks of: 0 whom the row is about.
    """

    kind: str
    lines: pa.Array
    compact: pa.Array | None = field(repr=False)
    confidence: float | pa.Array
    column: int = 0
    start: pa.Array | None = None
    end: pa.Array | None = None
    party: int = 0

    def only(self, wanted: npt.NDArray[np.bool_]) -> Find:
        """Give those that are wanted, by a flag for each."""
        mask = pa.array(wanted)
        parts: dict[str, pa.Array] = {"lines": self.lines.filter(mask)}
        for name in ("compact", "confidence", "start", "end"):
            value = getattr(self, name)
            if isinstance(value, pa.Array):
                parts[name] = value.filter(mask)
        return replace(self, **parts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a column as a whole holds: a number of a protected data set's own, an identifier, or sensitive data without a form.

    ``party`` is whom of the row it speaks of (see :mod:`~headwater.scanning.parties`), ``family`` the place of the column that has
    the family names of its given names.
    """

    own: OwnShape | None = None
    recognised: Recognised | None = None
    sensitive: Category | None = None
    party: int = 0
    family: int | None = None

    @property
    def kind(self) -> str | None:
        """The kind of number that the column holds, if it holds any."""
        if self.recognised is not None:
            return self.recognised.kind
        return self.own.kind if self.own is not None else None

    @property
    def told(self) -> str | None:
        """The kind, that of sensitive data without a form included."""
        return self.kind or (self.sensitive.kind if self.sensitive is not None else None)
