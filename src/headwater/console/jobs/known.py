"""How kinds of long work are found: every module of :mod:`headwater.console.jobs.kinds` holds one.

Another distribution adds one by an entry point of the group ``headwater.jobs``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from headwater.console.jobs import kinds as _package
from headwater.console.jobs.kind import Kind
from headwater.model.errors import CaseError

GROUP = "headwater.jobs"
_NAME = re.compile(r"[a-z][a-z_]{0,39}")


@cache
def names() -> tuple[str, ...]:
    """The names of all kinds, without loading them."""
    own = {m.name for m in pkgutil.iter_modules(_package.__path__)}
    return tuple(sorted(own | {e.name for e in entry_points(group=GROUP)}))


@cache
def kind(name: str) -> Kind:
    """The kind of that name.

    :raises CaseError: where there is none, or it cannot be loaded
    """
    if not _NAME.fullmatch(name) or name not in names():
        raise CaseError("there is no such kind of work")
    found = next((e for e in entry_points(group=GROUP) if e.name == name), None)
    try:
        thing: Any = found.load() if found else importlib.import_module(f"{_package.__name__}.{name}")
        made: Kind = thing.KIND if hasattr(thing, "KIND") else thing()
    except Exception as error:  # a plug-in may fail in any way; jobs of other kinds are none the worse
        raise CaseError(f"this kind of work cannot be loaded ({type(error).__name__})") from error
    return made
