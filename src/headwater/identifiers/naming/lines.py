"""The lines of a text, of which only those are looked at closely that hold what a pattern needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import normal


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of a text (without halves of surrogates), and where each begins in it."""

    texts: pa.Array = field(repr=False)
    begins: npt.NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> Lines:
        """Cut a text at its line feeds."""
        texts = text.split("\n")
        begins = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1, out=begins[1:])
        return cls(pa.array(texts, pa.string()), begins[:-1])

    def holding(self, pattern: str) -> Iterator[tuple[int, str]]:
        """Give the lines that an RE2 pattern matches, with where each begins."""
        held = np.flatnonzero(normal.matching(self.texts, pattern))
        return zip(self.begins[held].tolist(), self.texts.take(pa.array(held)).to_pylist(), strict=True)
