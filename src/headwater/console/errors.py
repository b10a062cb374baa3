"""What the console answers where something cannot be done: one class for each status."""

from __future__ import annotations

from headwater.model.errors import CaseError, HeadwaterError, StoreError
from headwater.store.casebook.permissions import NotAllowedError
from headwater.store.casebook.settings import StaleError


class NotSignedInError(HeadwaterError):
    """Nobody is signed in, or not any more."""


class FactorNeededError(NotAllowedError):
    """The house demands a second factor, and who asks has set up none yet."""


class GoneError(HeadwaterError):
    """There is no such thing, or not for the one who asks: both get the same words."""


class ConflictError(CaseError):
    """Somebody was quicker. ``stands`` says what stands now; what was typed is kept by the face.

    ``seen`` is what is sent back to say it all the same, where there is such a thing.
    """

    def __init__(self, message: str, stands: str = "", seen: str = "") -> None:
        super().__init__(message)
        self.stands, self.seen = stands, seen


class BusyError(HeadwaterError):
    """Something else holds what is needed; ``seconds`` says when to ask again."""

    def __init__(self, message: str, seconds: int = 5) -> None:
        super().__init__(message)
        self.seconds = seconds


class TooOftenError(BusyError):
    """Somebody asks more often than anybody needs to."""


def status(error: HeadwaterError) -> int:
    """The HTTP status of an error (RFC 9110).

    >>> status(GoneError("no such case"))
    404
    """
    for kind, code in _STATUS:
        if isinstance(error, kind):
            return code
    return 500


_STATUS: tuple[tuple[type[HeadwaterError], int], ...] = (
    (NotSignedInError, 401),
    (NotAllowedError, 403),
    (GoneError, 404),
    (ConflictError, 409),
    (StaleError, 409),
    (TooOftenError, 429),
    (BusyError, 503),
    (StoreError, 503),
    (HeadwaterError, 400),
)
