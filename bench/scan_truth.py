"""What a made corpus truly holds: spans in lines, each with its kind and written form, kept as one NPZ beside the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Span(NamedTuple):
    """An identifier or decoy: 0-based line, characters from ``start`` to before ``end``, and whose it is (-1: nobody's)."""

    line: int
    start: int
    end: int
    kind: str
    form: str
    person: int


@dataclass(slots=True)
class Truth:
    """All identifiers and decoys of one text."""

    items: list[Span] = field(default_factory=list)
    decoys: list[Span] = field(default_factory=list)

    @property
    def persons(self) -> int:
        """How many distinct people the identifiers are of."""
        return len({item.person for item in self.items if item.person >= 0})


def beside(file: Path) -> Path:
    """Where the truth of a file lies."""
    return file.with_name(file.name + ".truth.npz")


def save(file: Path, truth: Truth) -> None:
    """Keep the truth of a file beside it."""
    columns = {}
    for part, spans in (("items", truth.items), ("decoys", truth.decoys)):
        for place, name in enumerate(Span._fields):
            columns[f"{part}_{name}"] = np.array([span[place] for span in spans])
    np.savez_compressed(beside(file), **columns)


def load(file: Path) -> Truth:
    """Read the truth of a file."""
    with np.load(beside(file)) as kept:
        parts = {
            part: [Span(*row) for row in zip(*(kept[f"{part}_{name}"].tolist() for name in Span._fields), strict=True)]
            for part in ("items", "decoys")
        }
    return Truth(parts["items"], parts["decoys"])
