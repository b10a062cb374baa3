"""What leads where: the pages of a case in the order of the work, and those of the house."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from headwater.console.here import Here, InCase
from headwater.store.casebook.permissions import Permission

_CASE = (
    ("work", ("overview", "today", "incidents", "findings", "staff", "leaks", "holdings", "network")),
    ("judgement", ("law", "reveals", "canaries")),
    ("care", ("health", "files", "jobs", "telling", "settings", "members")),
)
_PATHS = {"overview": "", "everywhere": "search"}
_NEEDS = {"telling": Permission.settings}
"""Pages of a case that not everybody who may look at it may open."""
_HOUSE: tuple[tuple[str, Permission | None], ...] = (
    ("cases", None),
    ("everywhere", None),
    ("users", Permission.users),
    ("audit", Permission.audit),
    ("account", None),
    ("reference", None),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A link of the navigation; ``name`` is the page's, whose words say ``nav.NAME``."""

    name: str
    href: str


def ways(someone: Here | None, known: Collection[str]) -> list[tuple[str, list[Way]]]:
    """Groups of links for somebody: those of his case first; pages that are not ``known`` are left out."""
    if someone is None:
        return []
    found: list[tuple[str, list[Way]]] = []
    if isinstance(someone, InCase):
        for group, names in _CASE:
            mine = [n for n in names if n in known and (n not in _NEEDS or someone.user.may(_NEEDS[n]))]
            links = [Way(n, f"{someone.root}/{_PATHS.get(n, n)}".rstrip("/")) for n in mine]
            found.append((group, links))
    house = [
        Way(name, f"/{_PATHS.get(name, name)}")
        for name, permission in _HOUSE
        if name in known and (permission is None or someone.user.may(permission))
    ]
    return [*found, ("house", house)]
