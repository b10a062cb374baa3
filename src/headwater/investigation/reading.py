"""Opens a case for reading alone, while runs may be at work on it: the lake as it was when the last run had ended well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from headwater.exhibits.folder import open_case
from headwater.investigation.case import Investigation, Options, digest_of, read_of
from headwater.store import views
from headwater.store.engine import default_memory
from headwater.store.manifest import Manifest
from headwater.store.views import View

MOST = 1 << 31
"""Bytes that a reader may hold beside a run, or a quarter of the machine's memory where that is less."""


@contextmanager
def open_reading(
    case: Path, workspace: Path, answer: str | None = None, options: Options | None = None
) -> Iterator[Investigation]:
    """Open a case with a view of its lake: of the very inputs that an ``answer`` rests on (its ``case.manifest``).

    Nobody is kept waiting or out; what is read through it does not change meanwhile. Nothing may be written through it.

    :raises headwater.store.views.UnsettledError: when there is nothing whole to be shown
    """
    folder = views.make(workspace, told, answer)
    with views.open_view(workspace, folder) as opened:
        yield Investigation(open_case(case), opened, options or modest())


def told(manifest: Manifest) -> str:
    """What a lake is the lake of: the digest that an answer made of it bears."""
    return digest_of(read_of(manifest))


def modest() -> Options:
    """What one reader may take of the machine."""
    return Options(memory=min(MOST, default_memory() // 2), threads=1)


def view_of(work: Investigation) -> View:
    """The view that an investigation opened for reading rests on."""
    if not isinstance(work.workspace, View):
        raise TypeError("was not opened for reading")
    return work.workspace
