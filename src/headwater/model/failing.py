"""What may be said of an unforeseen failure: its kind and the way to it, never its words, which may hold a value."""

from __future__ import annotations

import traceback
from pathlib import Path

from headwater.model.errors import HeadwaterError


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


def kind(error: BaseException) -> str:
    """An error as an answer may tell it: its kind and where it came to be; of our own its words, which hold no value.

    >>> kind(KeyError("13800000000"))
    'KeyError'
    """
    if isinstance(error, HeadwaterError):
        return f"{type(error).__name__}: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    return (
        f"{type(error).__name__} ({Path(frames[-1].filename).name}:{frames[-1].lineno})"
        if frames
        else type(error).__name__
    )
