"""Scans a document or an archive of a case in a process of its own: a bomb or a crash costs that file, and the run goes on."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

from headwater.investigation.surveys.beginning import begin
from headwater.investigation.surveys.crew import SERVER, TICK, Bounds, megabytes, time_for
from headwater.model.exhibit import NotRead
from headwater.scanning.scan import Scanned
from headwater.scanning.work import Work
from headwater.store.warm_server import CONTEXT

_LEAVING = 10.0  # seconds in which the system tells how a process has ended
_LONG = Bounds(seconds=1800.0)  # nobody waits at a screen for it, and pictures of a thick document are read one by one


def apart(work: Work, bounds: Bounds = _LONG) -> Iterator[Scanned | NotRead]:
    """Scan an exhibit: a text or a table here, anything else in another process, which is ended when it takes too much.

    What it had told by then is kept. A process that may have no children does everything itself.
    """
    if multiprocessing.current_process().daemon or work.is_plain():
        yield from work.results()
        return
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_serve, args=(work, there), daemon=True)
    begin(process, SERVER)
    there.close()
    deadline = time.monotonic() + time_for(work.exhibit.size, bounds.seconds)
    reason = ""
    try:
        while not reason:
            if here.poll(TICK):
                result = here.recv()
                if result is None:
                    return
                yield result
                deadline = time.monotonic() + time_for(work.exhibit.size, bounds.seconds)
            elif not process.is_alive() and not here.poll():
                break
            elif time.monotonic() > deadline:
                reason = f"took longer than it may ({bounds.seconds:g} seconds and some for its size)"
            elif megabytes(process) > bounds.memory_mb:
                reason = f"needed more than {bounds.memory_mb:,} MB of memory"
    except EOFError:
        process.join(_LEAVING)
    finally:
        process.kill()
        process.join()
        here.close()
    reason = reason or f"brought its reader down (exit {process.exitcode})"
    yield NotRead(work.exhibit.path, f"{reason}; what it holds after what is told here was not read")


def _serve(work: Work, there: Connection) -> None:
    """Tell every result as it comes, and ``None`` at the end; what an error says may hold what was read."""
    with suppress(BrokenPipeError, ConnectionResetError):
        try:
            for result in work.results():
                there.send(result)
        except (BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            there.send(NotRead(work.exhibit.path, f"could not be scanned ({type(error).__name__})"))
        there.send(None)
