"""What watching has raised, read from a workspace without holding it: released, below the line, forgiven; nobody named."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger
from headwater.casework.budget import PER_10000, Budget
from headwater.casework.veil import Veil
from headwater.console.errors import GoneError
from headwater.model.alert import Alert
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser


@dataclass(frozen=True, slots=True)
class Kept:
    """A ledger as it was kept after an evening. It holds names: nothing of it is shown but through :func:`veiled`."""

    ledger: Ledger
    evening: date | None
    written: float = 0.0
    """When, in seconds since 1970."""

    def alert(self, name: str) -> Alert:
        """The alert of that id.

        :raises GoneError: where there is none
        """
        found = next((a for a in self.ledger.alerts if a.id == name), None)
        if found is None:
            raise GoneError("there is no such alert")
        return found


@dataclass(frozen=True, slots=True)
class Story:
    """Alerts that share an account or a person, if only through another of them: the one to look at, and those folded under it."""

    head: Alert
    folded: tuple[Alert, ...]


def kept(workspace: Path) -> Kept | None:
    """What watching kept; ``None`` where the case was never watched.

    :raises StoreError: where it was changed, or another key sealed it
    """
    folder = workspace / ledgers.FOLDER
    for name in (ledgers.SEALED, ledgers.CLEAR):
        try:
            known = (folder / name).stat()
        except OSError:
            continue
        return _read(workspace, known.st_mtime_ns, known.st_size, known.st_ino)
    return None


@lru_cache(maxsize=8)
def _read(workspace: Path, changed: int, _size: int, _file: int) -> Kept:
    """A ledger as one state of its file has it."""
    return Kept(*ledgers.load(workspace, Budget(PER_10000, 1), Tokeniser(token_key(workspace))), changed / 1e9)


def stories(several: Iterable[Alert], waits: Callable[[Alert], bool]) -> tuple[Story, ...]:
    """Alerts with those of the same story folded under one, in the order of the first of each.

    Told by whom they are about: an account or a person in common makes two alerts one story, however far apart. The heaviest
    heads it of those that still ``wait`` to be judged: a verdict is on one alert, and covers none that is folded.
    """
    every = list(several)
    root = list(range(len(every)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first: dict[str, int] = {}
    for place, alert in enumerate(every):
        for subject in alert.about:
            low, high = sorted((top(first.setdefault(subject, place)), top(place)))
            root[high] = low
    groups: dict[int, list[Alert]] = {}
    for place, alert in enumerate(every):
        groups.setdefault(top(place), []).append(alert)
    return tuple(_story(group, waits) for group in groups.values())


def _story(group: Sequence[Alert], waits: Callable[[Alert], bool]) -> Story:
    head = max(group, key=lambda a: (waits(a), a.bits, a.updated, a.id))
    rest = sorted((a for a in group if a.id != head.id), key=lambda a: (-a.bits, a.id))
    return Story(head, tuple(rest))


def veiled(story: Story, veil: Veil) -> Story:
    """The story with nobody named."""
    return Story(veil.alert(story.head), tuple(veil.alert(a) for a in story.folded))


def tokens(ledger: Ledger) -> float:
    """How many statistical alerts the budget would still let through."""
    return sum(ledger.bucket.tokens.values())
