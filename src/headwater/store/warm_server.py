"""Processes that begin quickly: forked from a server that has loaded what they need.

``multiprocessing`` has one such server for the whole program, and whoever last said what it should load decides for all.
Here each that needs one has its own.
"""

from __future__ import annotations

import multiprocessing
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from threading import Lock

CONTEXT = multiprocessing.get_context("forkserver")
"""Makes the processes and pipes."""
_one_at_a_time = Lock()


class WarmServer:
    """A server that loads modules once; it begins with the first process and ends with the program."""

    def __init__(self, *modules: str) -> None:
        self._server = forkserver.ForkServer()
        self.loads(*modules)

    def loads(self, *modules: str) -> None:
        """What it loads when it begins, instead of what was said before."""
        self._server.set_forkserver_preload(list(modules))

    def start(self, process: BaseProcess) -> None:
        """Start a process that :data:`CONTEXT` made as a fork of this server."""
        with _one_at_a_time:
            before, forkserver.connect_to_new_process = (
                forkserver.connect_to_new_process,
                self._server.connect_to_new_process,
            )
            try:
                process.start()
            finally:
                forkserver.connect_to_new_process = before
