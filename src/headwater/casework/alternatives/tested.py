"""What came out of testing one innocent explanation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from headwater.model.evidence import Citation
from headwater.model.words import Text

Outcome = Literal["refuted", "weakened", "stands", "untested"]
"""What the test says of the innocent explanation: the data contradict it; they speak against it and do not rule it out; they
fit it; or nothing that was given can tell."""

Numbers = Mapping[str, float | int]


@dataclass(frozen=True, slots=True)
class Tested:
    """An outcome with its sentence, the numbers that decided it, and lines that it rests on."""

    outcome: Outcome
    text: Text
    numbers: Numbers = field(default_factory=dict)
    evidence: tuple[Citation, ...] = ()


def refuted(en: str, zh: str, numbers: Numbers, evidence: tuple[Citation, ...] = ()) -> Tested:
    """The data contradict the explanation."""
    return Tested("refuted", Text(en, zh), numbers, evidence)


def weakened(en: str, zh: str, numbers: Numbers, evidence: tuple[Citation, ...] = ()) -> Tested:
    """The data speak against the explanation and do not rule it out."""
    return Tested("weakened", Text(en, zh), numbers, evidence)


def stands(en: str, zh: str, numbers: Numbers, evidence: tuple[Citation, ...] = ()) -> Tested:
    """The data fit the explanation."""
    return Tested("stands", Text(en, zh), numbers, evidence)


def untested(en: str, zh: str) -> Tested:
    """It cannot be tested; the sentence says for want of what."""
    return Tested("untested", Text(en, zh))
