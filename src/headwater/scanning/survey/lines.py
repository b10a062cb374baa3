"""Single finds as JSON lines: where each stands, its mask, and a fingerprint by which equal ones are known; never its value."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import pyarrow as pa

from headwater.identifiers.kinds import KINDS
from headwater.identifiers.text import mask_line
from headwater.scanning.categories import Category, category_of
from headwater.scanning.finds import Find
from headwater.scanning.fingerprints import Printer
from headwater.scanning.survey.gathering import Part
from headwater.scanning.survey.showing import shown_header


@dataclass(slots=True)
class LinesFile:
    """Writes one object a line: path, part, line, start, end, column, kind, category, confidence, mask, token.

    ``declared`` and ``masks`` are of the kinds that the settings declare.
    """

    place: Path
    printer: Printer
    declared: Mapping[str, Category] = field(default_factory=dict)
    masks: Mapping[str, Callable[[str], str]] = field(default_factory=dict, repr=False)
    _file: TextIOWrapper | None = field(default=None, repr=False)

    def take(self, path: str, part: Part, find: Find) -> None:
        """Write one batch of finds."""
        if self._file is None:
            self._file = self.place.open("w", encoding="utf-8")
        header = None
        if part.has_header and 0 < find.column <= len(part.headers):
            header = shown_header(part.headers[find.column - 1])
        category = category_of(find.kind, self.declared).category
        count = len(find.lines)
        starts, ends = _listed(find.start, count), _listed(find.end, count)
        weights = [find.confidence] * count if isinstance(find.confidence, float) else find.confidence.to_pylist()
        values: list[str | None] = [None] * count if find.compact is None else find.compact.to_pylist()
        marks = [None] * count if find.compact is None else self.printer.prints(find.kind, find.compact).tolist()
        mask = self.masks.get(find.kind) or (KINDS[find.kind].identifier.mask if find.kind in KINDS else _covered)
        name = mask_line(part.name)
        for place, line in enumerate(find.lines.to_pylist()):
            value, mark = values[place], marks[place]
            row: dict[str, Any] = {
                "path": path, "part": name, "line": line, "start": starts[place], "end": ends[place],
                "column": header, "kind": find.kind, "category": category, "confidence": round(weights[place], 3),
                "mask": None if value is None else mask(value), "token": None if mark is None else f"{mark:016x}",
            }  # fmt: skip
            self._file.write(json.dumps(row) + "\n")

    def close(self) -> Path | None:
        """The file, or ``None`` where nothing was found."""
        if self._file is None:
            return None
        self._file.close()
        return self.place


def _covered(value: str) -> str:
    return "*" * len(value)


def _listed(places: pa.Array | None, count: int) -> list[int | None]:
    return [None] * count if places is None else [int(place) for place in places.to_pylist()]
