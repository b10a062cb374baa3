"""Using all cores for compiled loops, and doing one thing while the next is made."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


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
