"""What the server's log says of an unforeseen failure: its kind and the way to it, never its words, which may hold a value."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path


def way(error: BaseException) -> str:
    """Kind and frames of an error, the outermost first, and of what caused it.

    >>> way(KeyError("13800000000"))
    'Traceback without words: KeyError'
    """
    told: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(told) < 5:
        frames = traceback.extract_tb(cause.__traceback__)
        told.append(
            " > ".join([*(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames), type(cause).__name__])
        )
        cause = cause.__cause__ or cause.__context__
    return "Traceback without words: " + "; of ".join(told)


class Wordless(logging.Filter):
    """Takes the words of errors out of a log: frames stay."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without what its error says."""
        if record.exc_info and record.exc_info[1] is not None:
            record.msg, record.args = f"{record.getMessage().splitlines()[0]} {way(record.exc_info[1])}", ()
            record.exc_info = record.exc_text = None
        return True
