"""What a kind of long work is: a name, steps, and a function that says how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from headwater.console.jobs.job import Job
from headwater.model.words import Text


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
