"""Compiling the few loops over every reading that no array expression does in one pass (numba)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def compiled(function: F) -> F:
    """Compile a function of arrays and numbers when it is first called; kept on disk where that can be written.

    It runs without the interpreter's lock, so that :func:`at_once` uses all cores.
    """
    try:
        return cast(F, numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither beside the source nor in the user's folder can anything be written
        return cast(F, numba.njit(nogil=True)(function))


def cores() -> int:
    """So many cores may be used."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def at_once(work: Callable[[int, int], None], parts: Iterable[tuple[int, int]]) -> None:
    """Do some work for each of several ranges, on all cores."""
    ranges = list(parts)
    if len(ranges) == 1:
        work(*ranges[0])
        return
    with ThreadPoolExecutor(cores()) as pool:
        for done in [pool.submit(work, *each) for each in ranges]:
            done.result()


def behind(work: Callable[[T], None], items: Iterable[T]) -> None:
    """Do some work for each of several items, one after the other, by a thread of its own: meanwhile the next is made by this one."""
    with ThreadPoolExecutor(1) as pool:
        doing = None
        for item in items:
            if doing:
                doing.result()
            doing = pool.submit(work, item)
        if doing:
            doing.result()
