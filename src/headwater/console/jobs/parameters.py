"""The typed parameters of detectors: what they are called, what they mean, and values as somebody types them."""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_type_hints

from headwater.detection.detector import Detector
from headwater.model.errors import CaseError

Value = int | float | bool | str | list[float]
Form = Literal["whole", "number", "yes", "text", "numbers"]
_FORMS: Mapping[Any, Form] = {int: "whole", float: "number", bool: "yes", str: "text", tuple[float, ...]: "numbers"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a detector: its name, how it is written, what it is by default, and a sentence."""

    name: str
    form: Form
    default: Value
    sentence: str


def parameters(detector: Detector) -> tuple[Parameter, ...]:
    """The parameters of a detector that a form can set, in their order."""
    if not is_dataclass(detector):
        return ()
    kind = type(detector)
    hints, told = get_type_hints(kind), _sentences(kind)
    return tuple(
        Parameter(f.name, _FORMS[hints[f.name]], _plain(_default(detector, f)), told.get(f.name, ""))
        for f in fields(kind)
        if hints[f.name] in _FORMS
    )


def value_of(detector: str, parameter: Parameter, text: str) -> Value:
    """A value as it was typed; an empty text is the default.

    :raises CaseError: where it is not of the parameter's type, or below zero
    """
    where, text = f"{detector}.{parameter.name}", text.strip()
    if not text:
        return parameter.default
    match parameter.form:
        case "text":
            return text
        case "yes":
            if text.lower() not in ("true", "false"):
                raise CaseError(f"{where}: write true or false")
            return text.lower() == "true"
        case "numbers":
            return [_number(where, part, whole=False) for part in text.replace(",", " ").split()]
        case _:
            return _number(where, text, whole=parameter.form == "whole")


def differing(detector: Detector, typed: Mapping[str, str]) -> dict[str, Value]:
    """Of the values that were typed those that are not the defaults.

    :raises CaseError: for a parameter that the detector does not have, and for a wrong value
    """
    known = {p.name: p for p in parameters(detector)}
    if unknown := sorted(set(typed) - set(known)):
        raise CaseError(f"{detector.id} has no parameter {unknown[0]}; it has {', '.join(known) or 'none'}")
    values = {name: value_of(detector.id, known[name], text) for name, text in typed.items()}
    return {name: value for name, value in values.items() if value != known[name].default}


def with_values(detector: Detector, values: Mapping[str, Value]) -> Detector:
    """The detector with other parameters; those that it does not have any more are left out."""
    known = {p.name for p in parameters(detector)}
    made = {n: tuple(v) if isinstance(v, list) else v for n, v in values.items() if n in known}
    thing: Any = detector
    changed: Detector = replace(thing, **made) if made else detector
    return changed


def tuned(detectors: Sequence[Detector], chosen: Mapping[str, Mapping[str, Value]]) -> tuple[Detector, ...]:
    """Detectors with what was chosen for them."""
    return tuple(with_values(d, chosen.get(d.id, {})) for d in detectors)


def _number(where: str, text: str, *, whole: bool) -> int | float:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise CaseError(f"{where}: not a whole number" if whole else f"{where}: not a number") from None
    if not math.isfinite(number) or not 0 <= number <= 1e12:
        raise CaseError(f"{where}: a number from zero up")
    return number


def _default(detector: Any, field: Field[Any]) -> Any:
    return getattr(detector, field.name)


def _plain(value: Any) -> Value:
    made: Value = [float(v) for v in value] if isinstance(value, tuple) else value
    return made


@cache
def _sentences(kind: type) -> Mapping[str, str]:
    """The sentence below each field of a class, from its source; none where there is no source."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    found: dict[str, str] = {}
    for before, after in pairwise(body):
        named = before.target if isinstance(before, ast.AnnAssign) else None
        said = after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
        if isinstance(named, ast.Name) and isinstance(said, str):
            found[named.id] = " ".join(said.split())
    return found
