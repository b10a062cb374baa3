"""What a Sigma rule is to Headwater once it has been read: what it asks, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Head:
    """What a rule says of itself, and where it stands. ``id`` is its own, else its file and line."""

    source: str
    line: int
    id: str
    name: str | None
    title: str
    level: str  # informational, low, medium, high, critical
    techniques: tuple[str, ...]
    harmless: tuple[str, ...]

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.source}:{self.line}"

    def called(self, reference: str) -> bool:
        """Whether a correlation means this rule by that name or id."""
        return reference in (self.name, self.id)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule about single events: log source and conditions, of which one must hold (trees of pySigma's)."""

    head: Head
    category: str | None
    product: str | None
    service: str | None
    conditions: tuple[Any, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Correlation:
    """A rule about several events within a span of time.

    ``needed`` is how many events, different values of ``values`` or rules there must be at least (``exact``: just so
    many). ``tree`` is a condition over the names of rules (pySigma's), for temporal kinds.
    """

    head: Head
    kind: str  # event_count, value_count, temporal, temporal_ordered
    rules: tuple[str, ...]
    group_by: tuple[str, ...]
    seconds: int
    span: str
    needed: int
    exact: bool = False
    values: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    generate: bool = False
    tree: Any = field(default=None, repr=False)
