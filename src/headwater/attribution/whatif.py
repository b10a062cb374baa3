"""All that speaks for and against one account, and what would remain of its probability without each piece."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from headwater.attribution.rivals import ALIKE
from headwater.attribution.search import LEAST_BITS, Chosen, Options, posterior
from headwater.model.evidence import Statement
from headwater.model.words import Text

TWENTY = ALIKE / float(np.log(2))
"""Accounts whose evidence differs by fewer bits cannot be told apart: a factor of twenty."""
OF_READING = ("hits",)
"""Kinds of statements that make other accounts alike: without them nobody explains the same rows as well."""
OF_A_COPY, TIE = ("canary", "mark"), "hand"
"""Kinds of statements that say whose copy leaked, and that of the one that bounds their sum."""


def before_any(accounts: int, bits: float) -> Statement:
    """The first line of every taker's waterfall: one of so many accounts is as likely as any other."""
    text = Text(
        f"Before any evidence each of {accounts} accounts is as likely as any other.",
        f"在任何证据之前，{accounts} 个账号的可能性相同。",
    )
    return Statement(text, bits, kind="prior")


@dataclass(frozen=True, slots=True)
class Accusation:
    """One account that is accused, with its statements (the prior first) and those on whoever read the same rows.

    ``found`` is what the search gave, or an empty one for an account that only planted evidence names. ``rivals`` are the
    accounts alike to it by reading, each with what other witnesses than reading say of it.
    """

    found: Chosen
    statements: tuple[Statement, ...]
    options: Options
    rivals: Mapping[str, Sequence[Statement]] = field(default_factory=dict)

    @property
    def bits(self) -> float:
        """The sum of the waterfall: the prior with all evidence."""
        return sum(s.bits for s in self.statements)

    @property
    def stands(self) -> bool:
        """Whether the account may be named: from ten to one on, all things considered."""
        return self.bits >= LEAST_BITS

    @property
    def alike(self) -> tuple[str, ...]:
        """Those of the rivals whom nothing else tells apart from it."""
        return self._alike(None)

    @property
    def probability(self) -> float:
        """The probability of the account, by :func:`~headwater.attribution.search.posterior`."""
        return self._probability(None)

    @property
    def without(self) -> tuple[float | None, ...]:
        """For each statement that weighs anything the probability without it; ``None`` for the prior and for the rest."""
        return tuple(
            self._probability(n) if s.bits and s.kind != "prior" else None for n, s in enumerate(self.statements)
        )

    def _probability(self, left_out: int | None) -> float:
        prior = sum(s.bits for s in self.statements if s.kind == "prior")
        kept = _weight([s for s in self.statements if s.kind != "prior"], self._gone(left_out))
        one = replace(self.found, bits=kept, alike=self._alike(left_out))
        return posterior(one, prior, self.options)

    def _gone(self, left_out: int | None) -> tuple[str, int] | None:
        return _named(self.statements)[left_out] if left_out is not None else None

    def _alike(self, left_out: int | None) -> tuple[str, ...]:
        gone = self._gone(left_out)
        if gone is not None and gone[0] in OF_READING:
            return ()
        weights = {name: _weight(said, gone) for name, said in self.rivals.items()}
        own = _weight([s for s in self.statements if s.kind not in ("prior", *OF_READING)], gone)
        return tuple(name for name in self.found.alike if weights.get(name, 0.0) >= own - TWENTY)


def _weight(statements: Sequence[Statement], gone: tuple[str, int] | None) -> float:
    """The bits of statements, but for the one that is left out: of all rivals the same one.

    Where one that says whose copy leaked is left out, the others weigh what they do alone, and no more than all did together.
    """
    kept = [s for s, name in zip(statements, _named(statements), strict=True) if name != gone]
    whole = sum(s.bits for s in kept)
    if gone is None or gone[0] not in OF_A_COPY or not any(s.kind == TIE for s in kept):
        return whole
    together = sum(s.bits for s in statements if s.kind in (*OF_A_COPY, TIE))
    alone = sum(s.bits for s in kept if s.kind in OF_A_COPY)
    return whole - sum(s.bits for s in kept if s.kind in (*OF_A_COPY, TIE)) + min(alone, together)


def _named(statements: Sequence[Statement]) -> list[tuple[str, int]]:
    """What tells statements apart from account to account: their kind, and the how manieth of it each is."""
    seen: Counter[str] = Counter()
    names = []
    for statement in statements:
        names.append((statement.kind, seen[statement.kind]))
        seen[statement.kind] += 1
    return names
