"""Acts of small made markets, written as a story: who asks whom for whose data, and who answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from headwater.ingestion.traffic.survivals import survivals
from headwater.network.frames import Acts, People, Traffic

MINUTE = 60_000_000
HOUR = 60 * MINUTE


@dataclass
class Story:
    """Collects acts; people and accounts are the same numbers. Times are minutes."""

    people: int = 12
    acts: list[dict[str, object]] = field(default_factory=list)
    keys: list[tuple[int, str, str, bool]] = field(default_factory=list)
    named: list[tuple[int, str, str, str]] = field(default_factory=list)

    def say(self, minute: float, sender: int, receiver: int, act: str, category: str = "", **told: object) -> int:
        """One act; ``mobile``, ``name`` and so on are what it names."""
        place = len(self.acts)
        media = bool(told.pop("media", False))
        row = {"message": place, "time": int(minute * MINUTE), "sender": sender, "receiver": receiver, "act": act}
        self.acts.append({**row, "category": category, "amount": np.nan, "media": media, "bits": 12.0})
        for kind, value in told.items():
            whole = kind if "*" not in str(value) and len(str(value)) != 10 else f"{kind}~"
            self.keys.append((place, whole, str(value), kind != "name" and whole == kind))
            self.named.append((place, whole, str(value), f"<{value}>"))
            self.keys += [(place, part, text, False) for part, text in survivals(whole, str(value))]
        return place

    def ask(self, minute: float, sender: int, receiver: int, category: str, **told: object) -> int:
        """A request."""
        return self.say(minute, sender, receiver, "order", category, **told)

    def answer(self, minute: float, sender: int, receiver: int, category: str, **told: object) -> int:
        """A result."""
        return self.say(minute, sender, receiver, "result", category, **told)

    def frames(self, seen: Iterable[int] | None = None) -> tuple[Traffic, People, Acts]:
        """What the stage of orders takes; ``seen`` are those whose phones were read (everybody if not given)."""
        owners = set(range(self.people)) if seen is None else set(seen)
        accounts = pd.DataFrame({"owner": [f"h{n}" if n in owners else "" for n in range(self.people)]})
        empty = pd.DataFrame()
        named = pd.DataFrame(self.named, columns=["message", "kind", "token", "mask"])
        traffic = Traffic(accounts, empty, empty, empty, named, empty, empty, empty, empty)
        people = People(np.arange(self.people), empty, np.ones(self.people))
        keys = pd.DataFrame(self.keys, columns=["act", "kind", "token", "strong"])
        columns = ["message", "time", "sender", "receiver", "act", "category", "amount", "media", "bits"]
        return traffic, people, Acts(pd.DataFrame(self.acts, columns=columns), keys)
