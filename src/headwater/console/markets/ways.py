"""Addresses of the market's pages: whatever is shown can be sent to a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses below a case's; ``first`` and ``last`` are the months that were chosen, and go along."""

    root: str
    first: str = ""
    last: str = ""

    def picture(self, **focus: str | int | None) -> str:
        """The picture of a tier, a role, or a person with those he dealt with."""
        return f"{self.root}/network{self._query(focus)}"

    def person(self, name: str) -> str:
        """The card of a person."""
        return f"{self.root}/network/people/{quote(name, safe='')}"

    def order(self, name: str) -> str:
        """The way of an order."""
        return f"{self.root}/network/orders/{quote(name, safe='')}"

    def orders(self, **chosen: str | int | None) -> str:
        """Orders of one kind."""
        return f"{self.root}/network/orders{self._query(chosen)}"

    def pair(self, one: str, other: str) -> str:
        """What connects two people."""
        return f"{self.root}/network/pair?{urlencode({'one': one, 'other': other})}"

    def _query(self, chosen: dict[str, str | int | None]) -> str:
        told = {"from": self.first, "to": self.last} | chosen
        kept = {name: value for name, value in told.items() if value not in (None, "")}
        return f"?{urlencode(kept)}" if kept else ""
