"""What can go wrong between two sides: a file that was changed, a rule that was broken, a part that is not installed."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError


class ExchangeError(HeadwaterError):
    """The root of the errors of private matching. No message holds a value of a list."""


class TamperedError(ExchangeError):
    """A carried file is torn, was changed, is signed by somebody else, or does not belong to this exchange."""


class RefusedError(ExchangeError):
    """A rule against abuse says no: too few, too many, too often, too late, or without a second person."""


class MissingPartError(ExchangeError):
    """A library of an extra is not installed; the message names the extra."""
