"""Which protected data sets a logged statement touches, and what is to be found out about it.

A log may name the table beside the statement (``object``): that counts where the text does not tell, for a view, a
function or a text that is cut off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from headwater.ingestion.sql.catalogue import Catalogue, name_parts
from headwater.ingestion.sql.meaning import Shape, literal_count, understand
from headwater.ingestion.sql.shapes import Scanned, scan

# silent: no records come back; lookup: one key; keys: a list of keys; match: one value of another column;
# replay: to be replayed; named: nothing to replay
Mode = Literal["silent", "lookup", "keys", "match", "replay", "named"]
_SILENT = frozenset({"aggregate", "maintenance", "write"})


@dataclass(frozen=True, slots=True)
class Touch:
    """One data set that a statement touches; ``keys`` are the literals that name its records, by their ``column``."""

    dataset: str
    mode: Mode
    keys: tuple[str, ...] = ()
    reason: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Understood:
    """A statement with its shape, and the data sets it touches by its own text."""

    shape: Shape | None
    touches: tuple[Touch, ...]


class Reader:
    """Understands statements, each shape once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._shapes: dict[str, Shape] = {}

    def read(self, statement: str) -> Understood:
        """The shape of a statement and what it touches."""
        scanned = scan(statement)
        shape = self._shape(scanned.masked)
        found = {d: self._touch(d, shape, scanned) for d in shape.datasets}
        for dataset in shape.touched:
            found[dataset] = Touch(dataset, "silent")
        if not shape.understood:
            # a name may stand in a literal: CALL dump('crm.clients')
            for name in self._catalogue.named_in(statement):
                dataset = self._catalogue.dataset_of(name) or ""
                found.setdefault(dataset, Touch(dataset, "named", reason="not understood"))
        return Understood(shape, tuple(found.values()))

    def by_object(self, understood: Understood, name: str) -> Touch | None:
        """The data set that the log names beside a statement that does not tell of it."""
        dataset = self._catalogue.dataset_of(name_parts(name)) if name else None
        if dataset is None or any(t.dataset == dataset for t in understood.touches):
            return None
        shape = understood.shape
        if shape is not None and shape.kind in _SILENT:
            return Touch(dataset, "silent")
        return Touch(dataset, "named", reason="named by the log alone")

    def is_ours(self, name: str) -> bool:
        """Whether a name in the log means a protected data set."""
        return self._catalogue.dataset_of(name_parts(name)) is not None

    def _shape(self, masked: str) -> Shape:
        known = self._shapes.get(masked)
        if known is None:
            known = self._shapes[masked] = understand(masked, self._catalogue)
        return known

    def _touch(self, dataset: str, shape: Shape, scanned: Scanned) -> Touch:
        if not shape.reads:
            return Touch(dataset, "silent")
        if not shape.understood:
            return Touch(dataset, "named", reason="not understood")
        key, count = shape.key, len(scanned.literals)
        if key is None or key.dataset != dataset:
            match = shape.match
            if match is None or match.first is None or match.dataset != dataset:
                return Touch(dataset, "replay")
            return Touch(dataset, "match", (scanned.literals[count - 1 - match.after],), column=match.column)
        if key.first is None:
            return Touch(dataset, "named", reason="a parameter whose value is not in the text")
        if key.alone and key.many:
            return Touch(dataset, "keys", scanned.literals[key.first : count - key.after])
        if key.many or (not key.alone and count != literal_count(shape.sample)):
            return Touch(dataset, "replay")
        return Touch(dataset, "lookup", (scanned.literals[count - 1 - key.after],))


NOTHING = Understood(None, ())
"""A line without the text of its statement."""
