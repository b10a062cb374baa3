"""A workspace: the folder that holds a lake, its manifest and its key."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

from headwater.model.errors import StoreError
from headwater.store.keys import token_key
from headwater.store.lake import Lake
from headwater.store.manifest import Manifest
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser

FORMAT = "headwater/workspace/2"


class Workspace:
    """An open workspace. ``lake``, ``manifest``, ``places`` and ``tokeniser`` belong together: one key, one set of tokens."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.spill = root / "spill"
        with ExitStack() as opened:  # what is refused half-way is let go of again
            opened.enter_context(_locked(root / "lock"))
            self.tokeniser = Tokeniser(token_key(root))
            self.places = Places(self.tokeniser)
            self.manifest = Manifest(root / "manifest.sqlite", self.places)
            opened.callback(self.manifest.close)
            self._check()
            self.lake = Lake(root / "lake", self.manifest, self.places)
            self._opened = opened.pop_all()

    def _check(self) -> None:
        for name, value in (("format", FORMAT), ("key", self.tokeniser.fingerprint())):
            known = self.manifest.fact(name)
            if known is None:
                self.manifest.set_fact(name, value)
            elif known != value:
                raise StoreError(f"the workspace was made with another {name}: make a new one", str(self.root))

    def close(self) -> None:
        """Close the manifest and let others in."""
        self._opened.close()


def _locked(file: Path) -> TextIO:
    """Hold a workspace for one process; the system lets go of it however the process ends."""
    handle = file.open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise StoreError("another run is using this workspace", str(file.parent)) from error
    return handle


@contextmanager
def open_workspace(root: Path) -> Iterator[Workspace]:
    """Open (or make) a workspace and close it at the end."""
    workspace = Workspace(root)
    try:
        yield workspace
    finally:
        workspace.close()
