"""What can be wrong with a truth or an answer that is to be scored."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError


class EvaluationError(HeadwaterError):
    """A file that cannot be scored: the message names the file and the key."""
