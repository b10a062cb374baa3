"""Which parser reads a text: the surest one, by the first lines, never by the file's name.

A parser is a module of :mod:`headwater.ingestion.parsers` with one class that has a ``name``, or a class that another
distribution offers under the entry point group ``headwater.parsers``. There is no list to edit.
"""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from types import ModuleType

from headwater.ingestion import parsers as package
from headwater.ingestion.parsing import Parser

GROUP = "headwater.parsers"
FLOOR = 0.3
"""A text of which no parser is surer than this is read by none: a third of its lines must be of the format."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Unloadable:
    """A parser that could not be loaded: its module or entry point, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """All parsers by name, and those that could not be loaded."""

    parsers: tuple[type[Parser], ...]
    unloadable: tuple[Unloadable, ...]


def choose(head: Sequence[str]) -> type[Parser] | None:
    """Give the parser that is surest of a text that begins with these lines; of equals, the first by name."""
    best, surest = (-FLOOR, ""), None
    for parser in sorted(parsers(), key=lambda each: (-_ceiling(each), each.name)):
        if (-_ceiling(parser), parser.name) < best:  # else it cannot be surer, and need not look
            best, surest = min((best, surest), (_doubt(parser, head), parser), key=lambda each: each[0])
    return surest


def _ceiling(parser: type[Parser]) -> float:
    return float(getattr(parser, "ceiling", 1.0))


def parsers() -> tuple[type[Parser], ...]:
    """Give all parsers, by name."""
    return found().parsers


@cache
def found() -> Found:
    """Look for parsers in the package and among the entry points. Each is loaded once in the life of the process."""
    return look_in(package, tuple(entry_points(group=GROUP)))


def look_in(package: ModuleType, offered: Sequence[EntryPoint] = ()) -> Found:
    """Load the parsers of a package and those that others offer; of two with one name, the package's stays."""
    loaded: dict[str, type[Parser]] = {}
    unloadable: list[Unloadable] = []
    for name, source in _sources(package, offered):
        try:
            parser = _the_parser(import_module(source) if isinstance(source, str) else source.load())
            if parser.name in loaded:
                raise TypeError(f"another parser is named {parser.name!r}")
            loaded[parser.name] = parser
        except Exception as error:  # a plug-in may fail in any way; it is listed and the others go on
            _log.warning("the parser %s cannot be loaded: %s", name, type(error).__name__)
            unloadable.append(Unloadable(name, f"{type(error).__name__}: {error}"))
    return Found(tuple(loaded[name] for name in sorted(loaded)), tuple(unloadable))


def _sources(package: ModuleType, offered: Sequence[EntryPoint]) -> Iterator[tuple[str, str | EntryPoint]]:
    for module in sorted(iter_modules(package.__path__, f"{package.__name__}."), key=lambda m: m.name):
        yield module.name, module.name
    for entry in sorted(offered, key=lambda e: (e.name, e.value)):
        yield entry.name, entry


def _the_parser(thing: object) -> type[Parser]:
    """Give the one parser that a module defines, or the class itself."""
    if inspect.ismodule(thing):
        own = [each for each in vars(thing).values() if _is_parser(each) and each.__module__ == thing.__name__]
        if len(own) != 1:
            raise TypeError(f"the module defines {len(own)} parsers, not one")
        thing = own[0]
    if not _is_parser(thing):
        raise TypeError("it is not a parser: a class with name, sniff, feed, finish, state and resume")
    parser: type[Parser] = thing  # type: ignore[assignment]
    return parser


def _is_parser(thing: object) -> bool:
    wanted = ("sniff", "feed", "finish", "state", "resume")
    return (
        inspect.isclass(thing)
        and isinstance(getattr(thing, "name", None), str)
        and all(hasattr(thing, w) for w in wanted)
    )


def _doubt(parser: type[Parser], head: Sequence[str]) -> tuple[float, str]:
    """Less for a parser that is surer, and then by name."""
    try:
        return -parser.sniff(head), parser.name
    except Exception as error:  # a parser that stumbles over a text does not keep the others from it
        _log.warning("the parser %s failed to look at a text: %s", parser.name, type(error).__name__)
        return 0.0, parser.name
