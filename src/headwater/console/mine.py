"""The cases that somebody may look at, each as he stands in it."""

from __future__ import annotations

from headwater.console.here import Here, InCase
from headwater.store.casebook.cases import insist
from headwater.store.casebook.permissions import NotAllowedError, Permission


def mine(here: Here) -> list[InCase]:
    """The cases of the house that the one who asks may look at, in the house's order."""
    found = []
    with here.reading() as tx:
        for served in here.house.cases:
            entry = here.house.entry(tx, served)
            if entry is None:
                continue
            try:
                insist(tx, here.user, entry, Permission.look)
            except NotAllowedError:
                continue
            found.append(InCase(here.house, here.user, here.ticket, here.lang, here.now, here.scopes, served, entry))
    return found
