"""Gives memory that was freed back to the system: what one stage let go of else stays with the process beside what the next one takes."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

import pyarrow as pa

T = TypeVar("T")
_MMAP = -3  # M_MMAP_THRESHOLD of malloc.h
_PIECE, _USUAL = 1 << 20, 32 << 20
"""From which size on a piece of memory is asked for, and handed back, by itself; what the C library comes to with large columns."""


def give_back() -> None:
    """Hand back what Arrow and the C library of GNU keep of freed memory; other C libraries do so by themselves or not at all."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@contextmanager
def handing_back() -> Iterator[None]:
    """Have the C library of GNU hand every column back as soon as it is freed, as long as this lasts."""
    _pieces_of(_PIECE)
    try:
        yield
    finally:
        _pieces_of(_USUAL)
        give_back()


@contextmanager
def collecting_later() -> Iterator[None]:
    """Without looks for circles among objects while very many are made that have none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _pieces_of(size: int) -> None:
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_MMAP, size)


def lean(made: T) -> T:
    """What a stage made, once the memory that it took besides is given back."""
    give_back()
    return made
