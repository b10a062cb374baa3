"""The waterfall of evidence: what was thought before, one signed step per statement, the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

WIDTH = 100.0
SLACK = 0.05  # bits; smaller differences are rounding, not a missing piece

Kind = Literal["prior", "for", "against", "rest", "total"]


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: from where to where on a scale of 0 to 100, and the running sum before and after it.

    ``without`` is the probability that remains without this piece, where the result says so.
    """

    kind: Kind
    text: str
    bits: float
    evidence: Sequence[Mapping[str, Any]]
    x: float
    width: float
    before: float
    after: float
    without: float | None = None

    @property
    def told(self) -> bool:
        """Whether it is a statement without bits: it rests on what another one counts."""
        return self.kind == "for" and not self.bits


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All bars in order; ``zero`` is the place of 0 bits; ``low`` and ``high`` are the ends of the scale in bits."""

    steps: tuple[Step, ...]
    zero: float
    low: float
    high: float

    @property
    def tells(self) -> bool:
        """Whether any statement is told without being counted."""
        return any(step.told for step in self.steps)

    @property
    def asks(self) -> bool:
        """Whether it is known of any piece what would remain without it."""
        return any(step.without is not None for step in self.steps)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A bar before it has its place."""

    kind: Kind
    bits: float
    text: str = ""
    evidence: Sequence[Mapping[str, Any]] = ()
    without: float | None = None


def waterfall(statements: Sequence[Mapping[str, Any]], total: float, prior: float | None = None) -> Waterfall | None:
    """Lay out the bars of an accusation, ``None`` where there is no statement.

    What the statements and the prior do not sum up to is shown as a bar of its own, never hidden.
    """
    if not statements:
        return None
    pieces = _pieces(statements, total, prior)
    sums = [0.0]
    for piece in pieces:
        sums.append(sums[-1] + piece.bits)
    low, high = min(*sums, total), max(*sums, total)
    scale = WIDTH / max(high - low, SLACK)  # never by nothing

    def step(piece: _Piece, start: float) -> Step:
        end = start + piece.bits
        left, width = (min(start, end) - low) * scale, abs(piece.bits) * scale
        before, after = (start - low) * scale, (end - low) * scale
        return Step(piece.kind, piece.text, piece.bits, piece.evidence, left, width, before, after, piece.without)

    bars = [step(piece, start) for piece, start in zip(pieces, sums, strict=False)]
    bars.append(step(_Piece("total", total), 0.0))
    return Waterfall(tuple(bars), (0 - low) * scale, low, high)


def _pieces(statements: Sequence[Mapping[str, Any]], total: float, prior: float | None) -> list[_Piece]:
    pieces = [_Piece("prior", float(prior))] if prior is not None else []
    for statement in statements:
        amount, without = float(statement.get("bits") or 0), statement.get("without")
        kind: Kind = "against" if amount < 0 else "for"
        evidence = statement.get("evidence") or ()
        pieces.append(_Piece(kind, amount, str(statement.get("text", "")), evidence, without))
    rest = total - sum(p.bits for p in pieces)
    if abs(rest) > SLACK:
        pieces.append(_Piece("rest", rest))
    return pieces
