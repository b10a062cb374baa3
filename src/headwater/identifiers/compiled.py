"""Compiling the few loops over every character or value that no array expression does in one pass (numba)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called; kept on disk where that can be written.

    It runs without the interpreter's lock, so that several threads use several cores.
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither beside the source nor in the user's folder can anything be written
        return cast(F, numba.njit(nogil=True)(function))
