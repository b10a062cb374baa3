"""Why a text is not a valid identifier: one error for each check that can fail."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError


class InvalidIdentifierError(HeadwaterError):
    """The text is not a valid identifier. The message names the check that failed, never the text."""


class WrongShapeError(InvalidIdentifierError):
    """The text has not the length or the characters of such an identifier."""


class WrongCheckDigitError(InvalidIdentifierError):
    """The check digit does not fit the other digits."""


class WrongDateError(InvalidIdentifierError):
    """The birth date inside the number does not exist, or lies outside the possible."""


class NobodysError(InvalidIdentifierError):
    """The value is well formed, but reserved: it can be no person's."""


class WrongPatternError(HeadwaterError):
    """A pattern that an organisation declared cannot be used: the message says what is wrong with it."""
