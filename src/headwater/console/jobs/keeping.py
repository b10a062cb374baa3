"""Files of jobs: written aside and renamed, so that nobody reads half of one, and locks that end with their process."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from headwater.model.errors import StoreError


def write(file: Path, value: Mapping[str, Any], *, surely: bool = False) -> None:
    """Write JSON values for the owner's eyes alone; ``surely`` waits until they are on the disk."""
    aside = file.with_name(f".{file.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False, indent=1)
        if surely:
            out.flush()
            os.fsync(out.fileno())
    aside.replace(file)


def read(file: Path) -> dict[str, Any] | None:
    """The JSON values of a file; ``None`` where there is none.

    :raises StoreError: for a file that holds no JSON object
    """
    try:
        told = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise StoreError("is torn", file.name) from error
    if not isinstance(told, dict):
        raise StoreError("holds no object", file.name)
    return told


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """Wait until nobody else holds this file, and hold it: for moments only."""
    with file.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def grasp(file: Path) -> int | None:
    """Hold a file for a process that is about to be started, by a descriptor that it will inherit; ``None`` where it is held."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def is_held(file: Path) -> bool:
    """Whether a process that was started with this file still runs, whoever started it, and however long ago."""
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask at once do not see each other
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
