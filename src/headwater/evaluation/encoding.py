"""Scores and tables as plain JSON, and back."""

from __future__ import annotations

import types
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from headwater.evaluation.errors import EvaluationError

T = TypeVar("T")


def plain(value: Any, digits: int | None = None) -> Any:
    """The value as JSON has it: objects, lists, texts and numbers; floats to so many significant digits, or exactly."""
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name), digits) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner, digits) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner, digits) for inner in value]
    return float(f"{value:.{digits}g}") if isinstance(value, float) and digits else value


def restored(kind: type[T], value: Any, file: str = "score") -> T:
    """The frozen noun of which :func:`plain` made this value; a clear error where it does not fit."""
    found: T = _restored(kind, value, file, kind.__name__)
    return found


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _restored(kind: Any, value: Any, file: str, way: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _restored(next(k for k in inner if k is not type(None)), value, file, way)
    if origin is tuple:
        return _tuple(inner, _fit(value, list, file, way), file, way)
    if origin is not None and issubclass(origin, Mapping):
        read = _fit(value, dict, file, way)
        return {key: _restored(inner[1], read[key], file, f"{way}.{key}") for key in read}
    if is_dataclass(kind) and isinstance(kind, type):
        return _object(kind, _fit(value, dict, file, way), file, way)
    if kind is float:
        return float(_fit(value, (int, float), file, way))
    return _fit(value, kind, file, way)


def _tuple(inner: Sequence[Any], value: list[Any], file: str, way: str) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is Ellipsis:
        return tuple(_restored(inner[0], v, file, f"{way}[{n}]") for n, v in enumerate(value))
    if len(inner) != len(value):
        raise EvaluationError(f"{way}: should have {len(inner)} values", file)
    return tuple(_restored(k, v, file, f"{way}[{n}]") for n, (k, v) in enumerate(zip(inner, value, strict=True)))


def _object(kind: Any, value: dict[str, Any], file: str, way: str) -> Any:
    hints = _hints(kind)
    missing = [name for name in hints if name not in value]
    if missing:
        raise EvaluationError(f"{way}.{missing[0]}: is missing", file)
    return kind(**{name: _restored(hints[name], value[name], file, f"{way}.{name}") for name in hints})


def _fit(value: Any, kind: Any, file: str, way: str) -> Any:
    if not isinstance(value, kind):
        raise EvaluationError(f"{way}: has another form than this version writes", file)
    return value
