"""Texts with spans that others marked, read from a folder outside of the repository; what is missing is left out.

Each set is a file of JSON lines: ``text`` and ``spans``, a list of start, end and kind (kinds as Headwater names them); a set's further
key ``only`` names the kinds that it marks: finds of other kinds say nothing there. Licences differ, so none is kept here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bench.scan_truth import Span, Truth


@dataclass(frozen=True, slots=True)
class MarkedSet:
    """A set by its name: texts, what is marked in them, and the kinds that it marks at all."""

    name: str
    texts: tuple[str, ...]
    truth: Truth
    only: frozenset[str]


def marked_sets(folder: Path) -> list[MarkedSet]:
    """Every set of a folder, by name."""
    return [_read(file) for file in sorted(folder.glob("*.jsonl"))]


def _read(file: Path) -> MarkedSet:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    truth = Truth()
    for number, row in enumerate(rows):
        for start, end, kind in row.get("spans", ()):
            truth.items.append(Span(number, start, end, kind, row.get("form", ""), -1))
        if row.get("decoy"):
            truth.decoys.append(Span(number, 0, len(row["text"]), row["decoy"], row["decoy"], -1))
    only = {kind for row in rows for kind in row.get("only", ())} | {item.kind for item in truth.items}
    return MarkedSet(file.stem, tuple(row["text"].replace("\n", " ") for row in rows), truth, frozenset(only))
