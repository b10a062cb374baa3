"""Begins processes that load nothing of the program that asks for them."""

from __future__ import annotations

import sys
from multiprocessing.process import BaseProcess
from types import ModuleType

from headwater.store.warm_server import WarmServer


def begin(process: BaseProcess, server: WarmServer) -> None:
    """Start a process of the server's without the caller's own script, which it would run once more.

    So a script may call Headwater without guarding its main part, and one that is read from a pipe can call it at all.
    """
    asking = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        server.start(process)
    finally:
        sys.modules["__main__"] = asking
