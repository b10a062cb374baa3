"""What is known of words, of the characters of names, and of what stands beside names, as tables for compiled loops."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import zstandard

from headwater.identifiers.naming.hashing import Words, words_table

FIRST, LAST = 0x3400, 0x9FFF
NEVER = np.float32(-30.0)
_STRONGEST = 3.0
_PLACE = 300.0  # how often a place that no dictionary has is thought to be named

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Natural logarithms of shares: of words, of the characters of names by their place; and what neighbours tell.

    ``characters`` has one row for each place (surname, only given character, first and second of two, first and
    later of a foreign name, first of a surname of two) and one column for each code point from :data:`FIRST` on.
    """

    words: Words
    compound: Words
    left: Words
    right: Words
    characters: Floats


@cache
def lexicon() -> Lexicon:
    """The tables, read once."""
    rows, own = _rows(), _own()
    counted = {key: _column(rows, key) for key in "ws123fgLR"}
    surnames = dict(zip(*counted["s"], strict=True))
    surnames |= {name: 40.0 for name in own["surnames"] if name not in surnames}
    whole = sum(surnames.values())
    compound = {name: float(np.log(n / whole)) for name, n in surnames.items() if len(name) == 2}
    single = {name: n for name, n in surnames.items() if len(name) == 1}
    characters = np.vstack(
        [_by_character(list(single), list(single.values()), 0.0)]
        + [_by_character(*counted[key], smooth) for key, smooth in (("1", 2.0), ("2", 2.0), ("3", 2.0))]
        + [_by_character(*counted[key], 0.0) for key in "fg"]
        + [_by_character([name[0] for name in compound], [1.0] * len(compound), 0.0)]
    )
    words, counts = counted["w"]
    further = sorted(places("CDT").difference(words))
    words, counts = [*words, *further], [*counts, *([_PLACE] * len(further))]
    shares = np.log(np.array(counts) / sum(counts))
    return Lexicon(
        words=words_table(words, shares),
        compound=_weights(compound),
        left=_neighbours(counted["L"], own, "left"),
        right=_neighbours(counted["R"], own, "right"),
        characters=characters.astype(np.float32),
    )


@cache
def places(kinds: str) -> frozenset[str]:
    """Names of provinces (P, short p), cities (C, c), counties (D, d) and towns (T) of the asked kinds."""
    rows = _rows()
    return frozenset(name for key in kinds for name in _column(rows, key)[0])


@cache
def latin_words(key: str) -> frozenset[str]:
    """Latin words in small letters: given names (n), surnames (u), or words that are part of no name (o)."""
    own = _own()["latin"]
    counted = _column(_rows(), key)[0] if key in "nu" else []
    return frozenset([*counted, *str(own.get(key, "")).split()])


@cache
def stops() -> frozenset[str]:
    """Words that no address begins with, though it may stand behind them."""
    return frozenset(str(_own()["stops"]).split())


def _data() -> str:
    packed = (files("headwater.identifiers") / "data" / "naming.tsv.zst").read_bytes()
    return zstandard.ZstdDecompressor().decompress(packed).decode("utf-8")


@cache
def _rows() -> Mapping[str, pa.Table]:
    options = pacsv.ParseOptions(delimiter="\t", quote_char=False)
    names = pacsv.ReadOptions(column_names=["key", "what", "value"])
    types = pacsv.ConvertOptions(column_types={"key": pa.string(), "what": pa.string(), "value": pa.float64()})
    table = pacsv.read_csv(pa.BufferReader(_data().encode()), names, options, types)
    keys = table.column("key").combine_chunks()
    return {key: table.filter(pc.equal(keys, key)) for key in pc.unique(keys).to_pylist()}


def _own() -> Mapping[str, Any]:
    text = (files("headwater.identifiers") / "data" / "naming.toml").read_text("utf-8")
    return tomllib.loads(text)


def _column(rows: Mapping[str, pa.Table], key: str) -> tuple[list[str], list[float]]:
    return rows[key].column("what").to_pylist(), rows[key].column("value").to_pylist()


def _by_character(what: list[str], counts: list[float], smooth: float) -> Floats:
    row = np.full(LAST - FIRST + 1, smooth)
    for character, count in zip(what, counts, strict=True):
        row[ord(character) - FIRST] += count
    with np.errstate(divide="ignore"):
        shares: Floats = np.maximum(np.log(row / row.sum()), NEVER).astype(np.float32)
    return shares


def _weights(weights: Mapping[str, float]) -> Words:
    return words_table(list(weights), np.array(list(weights.values()), dtype=np.float32))


def _neighbours(counted: tuple[list[str], list[float]], own: Mapping[str, Any], side: str) -> Words:
    weights = {what: max(-_STRONGEST, min(_STRONGEST, weight)) for what, weight in zip(*counted, strict=True)}
    for group in own[side].values():
        for word in group["words"]:
            weight = float(group["weight"])
            weights[word] = max(weight, weights.get(word, weight)) if weight > 0 else weight
    return _weights(weights)
