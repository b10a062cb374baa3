"""How controls are found: every module of :mod:`headwater.casework.prevention.controls` holds one.

A third party adds one by an entry point of the group ``headwater.controls``. One that cannot be loaded is listed with its
reason, not swallowed.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from headwater.casework.prevention import controls as _package
from headwater.casework.prevention.control import Control

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """The controls that could be loaded, and the reasons of those that could not."""

    controls: tuple[Control, ...]
    broken: tuple[tuple[str, str], ...]


def load() -> Loaded:
    """Load every control, by module and by entry point."""
    made: list[Control] = []
    broken: list[tuple[str, str]] = []
    sources: list[tuple[str, EntryPoint | None]] = [
        (f"{_package.__name__}.{m.name}", None) for m in pkgutil.iter_modules(_package.__path__)
    ]
    sources += [(e.name, e) for e in entry_points(group="headwater.controls")]
    for name, entry in sorted(sources, key=lambda s: s[0]):
        try:
            made.append(_loaded(name, entry))
        except Exception as error:  # a plug-in may fail in any way; it is listed and the others go on
            _log.warning("control %s cannot be loaded: %s", name, type(error).__name__)
            broken.append((name, type(error).__name__))
    return Loaded(tuple(sorted(made, key=lambda c: c.id)), tuple(broken))


def _loaded(name: str, entry: EntryPoint | None) -> Control:
    """A module's ``CONTROL``; an entry point may name such a module, or the control's class."""
    thing: Any = entry.load() if entry is not None else importlib.import_module(name)
    found: Control = thing.CONTROL if hasattr(thing, "CONTROL") else thing()
    return found
