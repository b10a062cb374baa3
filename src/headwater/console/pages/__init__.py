"""The pages of the console, one module each; a module that has a ``PAGE`` is one."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from headwater.console.twin import Page


@cache
def pages() -> tuple[Page, ...]:
    """Every page, by its module's name."""
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    modules = [import_module(f"{__name__}.{name}") for name in names]
    return tuple(module.PAGE for module in modules if hasattr(module, "PAGE"))
