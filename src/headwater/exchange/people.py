"""A list of people as matching sees it: what can be compared, whose it is, and on which lines it stands.

Files are read by the program's readers; columns are recognised by their header and content, or named. Everything goes through the
normal forms of :mod:`headwater.identifiers`, so that a number with 86 before it, an identity number of fifteen digits and
one in full-width digits meet their plain fellows. A row that holds nothing that can be compared is set aside and counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exchange import reading
from headwater.exchange.errors import ExchangeError
from headwater.exchange.linking import persons
from headwater.exchange.reading import KINDS, ROWS

SEPARATOR = "\x1f"
"""Between the kind and the normal form, as in the tokens of the lake: a phone and a card of the same digits differ."""
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class People:
    """Who stands in a list.

    ``inputs`` are the distinct things that can be compared, each its kind and normal form, in their order (never shown by
    ``repr``); ``kinds`` (places in :data:`~headwater.exchange.reading.KINDS`) and ``persons`` (0-based) are as long.
    ``holds`` says which input stands in which row: two columns, ``input`` and ``row``. ``rows`` has ``source`` and ``line`` of each row
    that holds one; ``aside`` has ``source``, ``line`` and ``reason`` of each that does not.
    """

    inputs: pa.Array = field(repr=False)
    kinds: Ints = field(repr=False)
    persons: Ints = field(repr=False)
    holds: tuple[Ints, Ints] = field(repr=False)
    rows: pa.Table = field(repr=False)
    aside: pa.Table = field(repr=False)

    @property
    def count(self) -> int:
        """How many persons there are, each once."""
        return int(self.persons.max()) + 1 if len(self.persons) else 0

    def by_kind(self) -> dict[str, int]:
        """How many different identifiers there are of each kind."""
        counts = np.bincount(self.kinds, minlength=len(KINDS)).tolist()
        return {kind: count for kind, count in zip(KINDS, counts, strict=True) if count}

    def blocks(self, items: int) -> Iterator[list[bytes]]:
        """The inputs as bytes, so many at a time."""
        for first in range(0, len(self.inputs), items):
            yield self.inputs.slice(first, items).cast(pa.binary()).to_pylist()

    def commitment(self, nonce: bytes) -> str:
        """What binds a side to its list and tells nobody anything of it: a keyed digest of all inputs in their order.

        ``nonce`` (32 secret bytes) is the key; with it and the list anybody can make the same digest again.
        """
        digest = blake2b(key=nonce, digest_size=32, person=b"headwater list")
        for block in self.blocks(1 << 16):
            digest.update(b"".join(len(each).to_bytes(4, "little") + each for each in block))
        return digest.hexdigest()


def read_people(files: Sequence[Path], columns: Mapping[str, str] | None = None) -> People:
    """Read one list from one file or several.

    ``columns`` names columns by what they hold: ``{"联系方式": "mobile", "DOB": "birth"}``; the others are recognised.

    :raises ExchangeError: when a file cannot be read, or a column is named that no file has
    """
    named = dict(columns or {})
    if unknown := set(named.values()) - {*KINDS, "name", "birth"}:
        raise ExchangeError(f"{', '.join(sorted(unknown))}: columns hold {', '.join((*KINDS, 'name', 'birth'))}")
    parts = [part for file in files for part in reading.read(file, named)]
    if missing := set(named) - {header for part in parts for header in part.headers}:
        raise ExchangeError(f"no file has a column {', '.join(sorted(missing))}")
    return _joined(parts)


def _joined(parts: Sequence[reading.Part]) -> People:
    rows = pa.concat_tables([ROWS.empty_table(), *(part.rows for part in parts)])
    starts = np.cumsum([0, *(part.rows.num_rows for part in parts)])
    row = np.concatenate([np.empty(0, np.int64), *(s + p.row for s, p in zip(starts, parts, strict=False))])
    kind = pa.concat_arrays([pa.array([], pa.string()), *(part.kind for part in parts)])
    compact = pa.concat_arrays([pa.array([], pa.string()), *(part.compact for part in parts)])
    order, code = _coded(pc.binary_join_element_wise(kind, compact, SEPARATOR))
    pairs = np.divmod(np.unique(row * max(len(order), 1) + code), max(len(order), 1))
    kinds = pc.index_in(pc.list_element(pc.split_pattern(order, SEPARATOR, max_splits=1), 0), pa.array(KINDS))
    numbered: Ints = kinds.to_numpy(zero_copy_only=False).astype(np.int64)
    whose = persons(pairs[0], pairs[1], numbered, rows.num_rows)
    held = np.zeros(rows.num_rows, bool)
    held[pairs[0]] = True
    aside = pa.concat_tables(
        [
            rows.filter(pa.array(~held)).append_column("reason", _reasons(int((~held).sum()))),
            *(part.aside for part in parts),
        ]
    )
    places = np.cumsum(held) - 1
    return People(order, numbered, whose, (pairs[1], places[pairs[0]]), rows.filter(pa.array(held)), aside)


def _reasons(count: int) -> pa.Array:
    return pa.repeat(pa.scalar("the row holds nothing that tells a person"), count)


def _coded(values: pa.Array) -> tuple[pa.Array, Ints]:
    """The distinct values in their order, and the place of each value among them."""
    coded = pc.dictionary_encode(values)
    order = pc.sort_indices(coded.dictionary).to_numpy()
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return coded.dictionary.take(pa.array(order)), rank[coded.indices.to_numpy(zero_copy_only=False)]
