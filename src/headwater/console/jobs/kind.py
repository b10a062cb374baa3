"""What a kind of long work is, and how kinds are found: every module of :mod:`headwater.console.jobs.kinds` holds one.

Another distribution adds one by an entry point of the group ``headwater.jobs``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, ClassVar, Protocol

from headwater.console.jobs import kinds as _package
from headwater.console.jobs.job import Job
from headwater.model.errors import CaseError
from headwater.model.words import Text

GROUP = "headwater.jobs"
_NAME = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a kind of work: what it is called while it runs, and what part of the whole it takes, roughly."""

    said: Text
    weight: float = 1.0


class Working(Protocol):
    """What a running job has: what was asked, and a way to say how far it is."""

    @property
    def job(self) -> Job:
        """What was asked."""
        ...

    def step(self, number: int) -> None:
        """Begin a step, counted from 0."""
        ...

    def tell(self, done: int, total: int, said: Text | None = None) -> None:
        """So much of this step is done; ``said`` instead of the step's own sentence, for people's eyes: no names in it."""
        ...


class Kind(Protocol):
    """One kind of long work. The class docstring's first line is what the user reads of it, ``about`` the same in Chinese too."""

    name: ClassVar[str]
    title: ClassVar[Text]
    about: ClassVar[Text]
    steps: ClassVar[tuple[Step, ...]]

    def run(self, working: Working) -> Mapping[str, Any]:
        """Do it, and give figures (JSON values; sentences as ``{"en": …, "zh": …}``), which all who may see the case see."""
        ...


@cache
def names() -> tuple[str, ...]:
    """The names of all kinds, without loading them."""
    own = {m.name for m in pkgutil.iter_modules(_package.__path__)}
    return tuple(sorted(own | {e.name for e in entry_points(group=GROUP)}))


@cache
def kind(name: str) -> Kind:
    """The kind of that name.

    :raises CaseError: where there is none
    """
    if not _NAME.fullmatch(name) or name not in names():
        raise CaseError("there is no such kind of work")
    found = next((e for e in entry_points(group=GROUP) if e.name == name), None)
    thing: Any = found.load() if found else importlib.import_module(f"{_package.__name__}.{name}")
    made: Kind = thing.KIND if hasattr(thing, "KIND") else thing()
    return made
