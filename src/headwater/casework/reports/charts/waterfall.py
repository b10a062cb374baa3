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
    """One bar: from where to where on a scale of 0 to 100, and the running sum before and after it."""

    kind: Kind
    text: str
    bits: float
    evidence: Sequence[Mapping[str, Any]]
    x: float
    width: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All bars in order; ``zero`` is the place of 0 bits; ``low`` and ``high`` are the ends of the scale in bits."""

    steps: tuple[Step, ...]
    zero: float
    low: float
    high: float


def waterfall(statements: Sequence[Mapping[str, Any]], total: float, prior: float | None = None) -> Waterfall | None:
    """Lay out the bars of an accusation, ``None`` where there is no statement.

    What the statements and the prior do not sum up to is shown as a bar of its own, never hidden.
    """
    if not statements:
        return None
    pieces = _pieces(statements, total, prior)
    sums = [0.0]
    for _, _, amount, _ in pieces:
        sums.append(sums[-1] + amount)
    low, high = min(*sums, total), max(*sums, total)
    scale = WIDTH / max(high - low, SLACK)  # never by nothing

    def step(kind: Kind, text: str, amount: float, evidence: Sequence[Mapping[str, Any]], start: float) -> Step:
        end = start + amount
        left = (min(start, end) - low) * scale
        return Step(kind, text, amount, evidence, left, abs(amount) * scale, (start - low) * scale, (end - low) * scale)

    bars = [step(*piece, start) for piece, start in zip(pieces, sums, strict=False)]
    bars.append(step("total", "", total, (), 0.0))
    return Waterfall(tuple(bars), (0 - low) * scale, low, high)


def _pieces(
    statements: Sequence[Mapping[str, Any]], total: float, prior: float | None
) -> list[tuple[Kind, str, float, Sequence[Mapping[str, Any]]]]:
    pieces: list[tuple[Kind, str, float, Sequence[Mapping[str, Any]]]] = []
    if prior is not None:
        pieces.append(("prior", "", float(prior), ()))
    for statement in statements:
        amount = float(statement.get("bits") or 0)
        kind: Kind = "against" if amount < 0 else "for"
        pieces.append((kind, str(statement.get("text", "")), amount, statement.get("evidence") or ()))
    rest = total - sum(p[2] for p in pieces)
    if abs(rest) > SLACK:
        pieces.append(("rest", "", rest, ()))
    return pieces
