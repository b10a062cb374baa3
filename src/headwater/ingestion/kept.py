"""Things that are dear to make and hold nothing between uses: an engine, and what was set up in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar


class _Here(threading.local):
    """What one thread has made."""

    def __init__(self) -> None:
        self.made: dict[object, Any] = {}


P = ParamSpec("P")
T = TypeVar("T")


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """Make a thing once for the same arguments; every process and thread has its own.

    An engine costs as much to start as a thousand lines to read, and a case may have thousands of small files.
    """
    here = _Here()

    def give(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (os.getpid(), args, tuple(sorted(kwargs.items())))  # what was made before a fork is of no use after it
        if key not in here.made:
            here.made[key] = make(*args, **kwargs)
        made: T = here.made[key]
        return made

    return give
