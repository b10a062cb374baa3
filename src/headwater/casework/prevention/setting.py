"""Controls with other parameters than their defaults, as a reader types them: ``limit=40``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

from headwater.casework.prevention.control import Control
from headwater.model.errors import CaseError


def parameters(control: Control) -> Mapping[str, Any]:
    """The parameters of a control with the values that it has."""
    made: Any = control
    return {f.name: getattr(made, f.name) for f in fields(made)}


def with_parameters(control: Control, texts: Mapping[str, str]) -> Control:
    """The control with some parameters set from text; an empty text sets one that may be missing to nothing.

    :raises CaseError: for a parameter that it does not have, and for a value that is not of its type or below zero
    """
    known, made = parameters(control), dict[str, Any]()
    hints = get_type_hints(type(control))
    for name, text in texts.items():
        if name not in known:
            raise CaseError(f"{control.id} has no parameter {name}; it has {', '.join(known) or 'none'}")
        made[name] = _value(f"{control.id}.{name}", text.strip(), hints[name])
    thing: Any = control
    changed: Control = replace(thing, **made)
    return changed


def _value(where: str, text: str, hint: Any) -> Any:
    kinds = set(get_args(hint) or (hint,))
    if not text and type(None) in kinds:
        return None
    if bool in kinds:
        if text.lower() not in ("true", "false"):
            raise CaseError(f"{where}: write true or false")
        return text.lower() == "true"
    try:
        number = int(text) if kinds == {int} else float(text)
    except ValueError:
        raise CaseError(f"{where}: not a {'whole ' if kinds == {int} else ''}number") from None
    if not math.isfinite(number) or number < 0:
        raise CaseError(f"{where}: a number from zero up")
    return number
