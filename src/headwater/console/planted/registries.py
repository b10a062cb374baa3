"""The registries of a workspace, read while runs may be at work on it; accounts in them are shown under their pseudonyms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headwater.casework.veil import Veil
from headwater.model.errors import StoreError
from headwater.model.organisation import Organisation
from headwater.planting.canaries.registry import REGISTRY, Book, PlanEntry
from headwater.planting.canaries.registry import Registry as Canaries
from headwater.planting.marks.registry import FOLDER, Handed
from headwater.planting.marks.registry import Registry as Marks
from headwater.store.keys import token_key
from headwater.store.manifest import Manifest
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import Workspace


class Beside(Workspace):
    """A workspace without its lock and its lake: for reading what lies beside the lake. Nothing may be written through it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with ExitStack() as opened:
            self.tokeniser = Tokeniser(token_key(root))
            self.places = Places(self.tokeniser)
            self.manifest = Manifest(root / "manifest.sqlite", self.places)
            opened.callback(self.manifest.close)
            self._opened = opened.pop_all()


@dataclass(frozen=True, slots=True)
class Planted:
    """The plans of decoys with who was shown them, the marked copies, and what keeps a registry from being read."""

    book: Book
    copies: tuple[Handed, ...]
    faults: tuple[str, ...]
    account: Callable[[str], str]
    """The pseudonym of an account."""
    person: Callable[[str], str]
    """The pseudonym of somebody of the roster."""


def planted(root: Path) -> Planted | None:
    """What the registries of a workspace say; ``None`` where there is none. One that was changed is left out, and said to be."""
    decoys, marks = (root / REGISTRY).exists(), (root / FOLDER / "handed.jsonl").exists()
    if not decoys and not marks:
        return None
    faults: list[str] = []
    with _beside(root) as space:
        book = _read(lambda: Canaries(space).book(), Book(), faults) if decoys else Book()
        copies = _read(lambda: Marks(space).handed(), (), faults) if marks else ()
        veil = Veil(Organisation(), space.tokeniser, frozenset(), frozenset())
    return Planted(book, copies, tuple(faults), veil.account, veil.person)


def area(plan: PlanEntry) -> Mapping[str, Any]:
    """How well decoys of a plan can be told from people: ``value``, ``low``, ``high``."""
    told = plan.figures.get("area")
    return told if isinstance(told, Mapping) else {}


@contextmanager
def _beside(root: Path) -> Iterator[Beside]:
    space = Beside(root)
    try:
        yield space
    finally:
        space.close()


def _read(take: Callable[[], Any], nothing: Any, faults: list[str]) -> Any:
    try:
        return take()
    except StoreError as error:
        place = Path(str(error.place or "").rpartition(":")[0] or str(error.place or "")).name
        faults.append(f"{place}: {str(error).removeprefix(f'{error.place}: ')}")
        return nothing
