"""What somebody typed into a form that could not be taken: given back to him, so that nothing is lost; secrets never are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fastapi import Request

SECRET = re.compile(r"pass|secret|code|token|key|csrf|address|url", re.I)
"""Fields that are typed again: passwords, codes, addresses that may hold one."""

Field = tuple[str, str]


def keep(request: Request, form: Any) -> None:
    """Remember what was typed for as long as the request is answered."""
    request.state.typed = tuple(
        (name, value) for name, value in form.multi_items() if isinstance(value, str) and not SECRET.search(name)
    )


def kept(request: Request, seen: str = "") -> Sequence[Field]:
    """What was typed.

    :param seen: what stands now (of a conflict), which goes back in place of what had been seen before
    """
    several: Sequence[Field] = getattr(request.state, "typed", ())
    if not several or not seen:
        return several
    return [*((name, value) for name, value in several if name != "seen"), ("seen", seen)]
