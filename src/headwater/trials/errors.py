"""What can go wrong with trials."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError


class TrialsError(HeadwaterError):
    """A suite that says something that cannot be, or trials that could not be run."""
