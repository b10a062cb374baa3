"""The code: which recipient gets which form where. Tardos's, so that several who mix their copies are still found.

Each place (record × slot) has a bias p, the chance that a recipient gets form 1 there. Where a column shows one form
only, p follows Tardos's law: ``p = sin² r`` with r uniform, kept at least ``1/(300 c)`` from 0 and 1 (G. Tardos, *Optimal
probabilistic fingerprint codes*, JACM 2008; c colluders). Where a column is mixed already, p follows Beta(f, 1 - f),
which has the column's own share f of form 1 as its mean (and is Tardos's law for f = ½), so that the marks look like the
column did (against the correlation attack of Ji et al., TDSC 2023). With c = 1, p = f.

All is drawn from SHAKE-128 (FIPS 202) of the key: biases without the recipient's name, code words with it. Nobody
without the key can tell either, and a word tells nothing of another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np
from scipy import special

PAGE = 32
"""Records whose bits come from one call of the generator."""
_STEPS = 1 << 16

Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
Records = np.ndarray[tuple[int], np.dtype[np.int64]]
Words = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def needed(colluders: int, recipients: int, false_rate: float) -> int:
    """Places needed to find each of so many colluders: 1.4 × (π²/2) c² ln(n/ε).

    The asymptotic length of Škorić et al. (*Symmetric Tardos fingerprinting codes*, 2008) and the margin that trials asked for.
    """
    return int(np.ceil(1.4 * np.pi**2 / 2 * colluders**2 * np.log(recipients / false_rate)))


@dataclass(frozen=True, slots=True)
class Paged:
    """Records by their pages: the pages' names, and for each record which page it is on and where. The same for all recipients."""

    pages: tuple[bytes, ...] = field(repr=False)
    where: Records = field(repr=False)
    within: Records = field(repr=False)


def paged(records: Records) -> Paged:
    """Sort records into pages, once for all words that are asked for."""
    pages, where = np.unique(records // PAGE, return_inverse=True)
    return Paged(tuple(page.to_bytes(8, "big") for page in pages.tolist()), where, records % PAGE)


@dataclass(frozen=True, slots=True)
class Code:
    """The code of one export. ``base`` names the export, ``slots`` says how many forms a record can carry."""

    key: bytes = field(repr=False)
    base: str
    slots: int
    colluders: int

    def bias(self, records: Records, shares: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> np.ndarray:
        """The chance of form 1 for records × slots, where the column's own share of form 1 is ``shares`` (same shape)."""
        if self.colluders == 1:
            return np.asarray(_stepped(shares))
        uniform = (self._drawn("bias", "", records, self.slots) + 0.5) / _STEPS
        cut = 1 / (300 * self.colluders)
        low, high = (special.betainc(shares, 1 - shares, edge) for edge in (cut, 1 - cut))
        inside = np.where(shares == 0.5, low + uniform * (high - low), uniform)
        return np.asarray(_stepped(np.clip(special.betaincinv(shares, 1 - shares, inside), cut, 1 - cut)))

    def word(self, recipient: str, records: Records | Paged, bias: np.ndarray) -> Words:
        """The forms (records × slots) that a recipient gets."""
        return np.asarray(self._drawn("word", recipient, records, self.slots) < np.rint(bias * _STEPS))

    def kept(
        self, recipient: str, records: Records | Paged, left_out: float
    ) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which records a recipient gets at all, where a share of them is left out."""
        return np.asarray(self._drawn("keep", recipient, records, 1)[:, 0] >= np.rint(left_out * _STEPS))

    def rank(self, recipient: str, records: Records) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
        """Numbers by which a recipient's rows are put in order where order is free."""
        drawn = self._drawn("rank", recipient, records, 4).astype(np.uint64)
        return np.asarray(drawn @ (np.uint64(1) << np.arange(0, 64, 16, dtype=np.uint64)))

    def _drawn(self, what: str, recipient: str, records: Records | Paged, width: int) -> np.ndarray:
        """16-bit numbers, records × width."""
        at = records if isinstance(records, Paged) else paged(records)
        start = hashlib.shake_128(
            b"\x1f".join((self.key, what.encode(), self.base.encode(), recipient.encode())) + b"\x1f"
        )
        digests = []
        for page in at.pages:
            state = start.copy()
            state.update(page)
            digests.append(state.digest(2 * PAGE * width))
        drawn = np.frombuffer(b"".join(digests), ">u2").reshape(len(at.pages), PAGE, width)
        return np.asarray(drawn[at.where, at.within])


def _stepped(bias: np.ndarray) -> np.ndarray:
    """The bias as it is drawn: in steps of 2⁻¹⁶, never 0 or 1."""
    return np.asarray(np.clip(np.rint(bias * _STEPS), 1, _STEPS - 1) / _STEPS)
