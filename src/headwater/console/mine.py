"""The cases that somebody may look at, each as he stands in it."""

from __future__ import annotations

from headwater.console.here import Here, InCase
from headwater.store.casebook.cases import is_allowed
from headwater.store.casebook.permissions import Permission


def mine(here: Here) -> list[InCase]:
    """The cases of the house that the one who asks may look at, in the house's order."""
    with here.reading() as tx:
        known = [(served, here.house.entry(tx, served)) for served in here.house.cases]
        return [
            here.on(served, entry)
            for served, entry in known
            if entry is not None and is_allowed(tx, here.user, entry, Permission.look)
        ]
