"""Writes result.json: the same bytes for the same result."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from numbers import Integral, Real
from typing import Any

from headwater.model.errors import HeadwaterError

DIGITS = 6
"""Significant digits of a float: more would differ between machines, and no figure here is known better."""


class Exact(float):
    """A sum of money: it is written to its last digit, not to six."""


class UnwritableError(HeadwaterError):
    """A result holds something that has no place in JSON: the message names the path, not the value."""


LINE_BY_LINE = "network"
"""The part whose lists have one entry a line."""

AS_THEY_ARE = frozenset({type(None), bool, int, str})

Path = tuple[Any, ...]
"""Where a value stands, innermost first: ``(key, (outer key, ...))``. Cheap to carry, spelled out only on error."""


def dumps(result: Mapping[str, Any]) -> bytes:
    """The result as UTF-8 JSON with a line end.

    Keys are sorted and lists kept in their order, floats have six significant digits (sums of money all of theirs), times
    carry their zone. Raises :class:`UnwritableError` for a NaN, an infinity, a set, a time without zone or an unknown type.
    """
    network = result.get(LINE_BY_LINE)
    if not isinstance(network, Mapping) or not network:
        return _encoded(_written(plain(result))) + b"\n"
    rest = plain({key: value for key, value in result.items() if key != LINE_BY_LINE})
    parts = []
    for key in sorted([*rest, LINE_BY_LINE]):
        text = _lines(network) if key == LINE_BY_LINE else _encoded(_written(rest[key]).replace("\n", "\n "))
        parts.append(_encoded(f" {_flat(key)}: ") + text)
    return b"{\n" + b",\n".join(parts) + b"\n}\n"


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)


def _lines(part: Mapping[str, Any]) -> bytes:
    """A part whose lists have one entry a line, made entry by entry: a market has very many, and most of them are small."""
    told = (_encoded(f"  {_flat(key)}: ") + _entries(part[key], (key, (LINE_BY_LINE, ()))) for key in sorted(part))
    return b"{\n" + b",\n".join(told) + b"\n }"


def _entries(value: Any, path: Path) -> bytes:
    if isinstance(value, str) or not isinstance(value, Sequence) or not value:
        return _encoded(_flat(_plain(value, path)))
    told = (_encoded(f"   {_flat(_plain(entry, (n, path)))}") for n, entry in enumerate(value))
    return b"[\n" + b",\n".join(told) + b"\n  ]"


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _encoded(text: str) -> bytes:
    # a lone surrogate (bytes that were no text) becomes the JSON escape of itself
    return text.encode("utf-8", "backslashreplace")


def plain(value: Any) -> Any:
    """The value in the one form that JSON has for it; raises as :func:`dumps` does."""
    return _plain(value, ())


def _plain(value: Any, path: Path) -> Any:
    if type(value) in AS_THEY_ARE:
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(k, path): _plain(v, (k, path)) for k, v in value.items()}
    if isinstance(value, AbstractSet | bytes):
        raise UnwritableError(f"{type(value).__name__} has no order or form in JSON", _spelled(path))
    if isinstance(value, Sequence):
        return [_plain(v, (i, path)) for i, v in enumerate(value)]
    return _scalar(value, path)


def _key(key: Any, path: Path) -> str:
    if not isinstance(key, str):
        raise UnwritableError(f"a key is {type(key).__name__}, not text", _spelled(path))
    return str(key)


def _scalar(value: Any, path: Path) -> Any:
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Exact) and math.isfinite(value):
        return int(value) if value.is_integer() else float(value)
    if isinstance(value, Real):
        return _rounded(float(value), path)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise UnwritableError("a time without zone", _spelled(path))
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise UnwritableError(f"{type(value).__name__} cannot be written", _spelled(path))


def _rounded(value: float, path: Path) -> float:
    if not math.isfinite(value):
        raise UnwritableError("not a finite number", _spelled(path))
    return float(f"{value:.{DIGITS}g}") + 0.0  # the sum turns -0.0 into 0.0


def _spelled(path: Path) -> str:
    steps = []
    while path:
        step, path = path
        steps.append(f"[{step}]" if isinstance(step, int) else f".{step}")
    return "result" + "".join(reversed(steps))
