"""Gives memory that was freed back to the system: what one stage let go of else stays with the process beside what the next one takes."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import TypeVar

import pyarrow as pa

T = TypeVar("T")


def give_back() -> None:
    """Hand back what Arrow and the C library of GNU keep of freed memory; other C libraries do so by themselves or not at all."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def lean(made: T) -> T:
    """What a stage made, once the memory that it took besides is given back."""
    give_back()
    return made
