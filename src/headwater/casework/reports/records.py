"""Parts of a result that are lists of mappings, whatever a result may hold in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def records(value: Any) -> Sequence[Mapping[str, Any]]:
    """The mappings of a list; anything else is passed over.

    >>> records([{"rank": 1}, "no mapping"]), records("text"), records(None)
    ([{'rank': 1}], [], [])
    """
    if not isinstance(value, Sequence) or isinstance(value, str):
        return []
    return [v for v in value if isinstance(v, Mapping)]
