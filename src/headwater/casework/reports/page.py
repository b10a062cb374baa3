"""What every page has in common: its templates, how values enter them, and the digest of its one script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup

from headwater.casework.reports import figures
from headwater.casework.reports.visible import visible
from headwater.model.words import LANGS, Lang

SHOWN = 200
"""Rows of a long table in view; what is left out is counted below the table and is in the answer itself."""

FOLDED = 12
"""A list that is longer than this starts folded."""

FILTERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "number": figures.number,
        "bits": figures.bits,
        "percent": figures.percent,
        "share": figures.share,
        "part_of_all": figures.part_of_all,
        "cut": figures.cut,
        "p_value": figures.p_value,
        "size": figures.size,
        "when": figures.when,
        "day": figures.day,
        "days": figures.days,
        "span": figures.span,
    }
)


def language(lang: str) -> Lang:
    """The language of that code.

    :raises ValueError: for one in which there are no words
    """
    for known in LANGS:
        if known == lang:
            return known
    raise ValueError(f"no report in the language {lang!r}: choose one of {', '.join(LANGS)}")


def templates() -> Environment:
    """The templates of the reports: everything is escaped, and invisible characters are shown."""
    environment = Environment(
        loader=PackageLoader("headwater.casework.reports"),
        autoescape=True,
        finalize=shown,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    return environment


def shown(value: Any) -> Any:
    """The one door through which every value enters the page, before it is escaped."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) else value


@cache
def part(name: str) -> str:
    """A style or script that becomes part of the page."""
    return (files("headwater.casework.reports") / "templates" / name).read_text("utf-8")


def digest(script: str) -> str:
    """What the page's Content-Security-Policy names its own script by."""
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
