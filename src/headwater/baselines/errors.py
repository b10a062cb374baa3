"""What can go wrong with a baseline."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError


class BaselineError(HeadwaterError):
    """A baseline cannot be run here: a library that it needs is missing."""
