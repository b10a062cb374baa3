"""What is known of a case that duties depend on: yes, no or unknown, counts low and high, moments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from headwater.law.duties.ranges import UNKNOWN, Range
from headwater.model.words import Text

KINDS = ("flag", "count", "set")


@dataclass(frozen=True, slots=True)
class Asked:
    """One fact that rules ask for: its kind, and the question in words."""

    id: str
    kind: str
    asks: Text


@cache
def vocabulary() -> Mapping[str, Asked]:
    """Every fact that a rule may ask for, from ``facts.toml``."""
    data = tomllib.loads((files("headwater.law.duties") / "facts.toml").read_text("utf-8"))
    return MappingProxyType({k: Asked(k, v["kind"], Text(v["en"], v["zh"])) for k, v in data.items()})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known. What is not in it is unknown, which is another thing than no.

    ``places`` holds what is known of one place only (``kr`` has its own idea of sensitive data); it goes before the rest.
    """

    flags: Mapping[str, bool] = field(default_factory=dict)
    counts: Mapping[str, Range] = field(default_factory=dict)
    sectors: frozenset[str] | None = None
    moments: Mapping[str, datetime] = field(default_factory=dict)
    places: Mapping[str, Facts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, kind in [*((n, "flag") for n in self.flags), *((n, "count") for n in self.counts)]:
            asked = vocabulary().get(name)
            if asked is None or asked.kind != kind:
                raise ValueError(f"no rule asks for a {kind} called {name}")
        if any(moment.tzinfo is None for moment in self.moments.values()):
            raise ValueError("a moment needs a time zone")

    def at(self, place: str) -> Facts:
        """What is known, as it stands for one place."""
        own = self.places.get(place)
        if own is None:
            return self
        sectors = self.sectors if own.sectors is None else own.sectors
        flags, counts = {**self.flags, **own.flags}, {**self.counts, **own.counts}
        return replace(self, flags=flags, counts=counts, sectors=sectors, moments={**self.moments, **own.moments})

    def flag(self, name: str) -> bool | None:
        """Yes, no, or ``None`` for unknown."""
        return self.flags.get(name)

    def count(self, name: str) -> Range:
        """A count, from nothing to without bound where it is unknown."""
        return self.counts.get(name, UNKNOWN)

    def among(self, sectors: frozenset[str]) -> bool | None:
        """Whether the organisation belongs to one of these sectors."""
        return None if self.sectors is None else bool(self.sectors & sectors)
