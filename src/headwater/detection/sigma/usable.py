"""Rules as far as they can be run over the lake."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.detection.sigma.rules import Correlation, Rule
from headwater.detection.sigma.taxonomy import LogSource
from headwater.model.exhibit import Rejected


@dataclass(frozen=True, slots=True)
class Usable:
    """A rule, and the sources of the lake over which it can be run."""

    rule: Rule
    sources: tuple[LogSource, ...]


@dataclass(frozen=True, slots=True)
class UsableCorrelation:
    """A correlation, and its rules in the order in which it names them."""

    rule: Correlation
    parts: tuple[Usable, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be run, and what is set aside with its reason."""

    rules: tuple[Usable, ...] = ()
    correlations: tuple[UsableCorrelation, ...] = ()
    aside: tuple[Rejected, ...] = ()
