"""Renders a result as one self-contained HTML file for people.

It fetches nothing, runs no script but its own, and works with scripts off. Every text of the result is escaped and its
invisible characters are shown; masks stay masks.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup

from headwater.casework.reports import figures
from headwater.casework.reports.appendix import SHOWN_CITES, appendix
from headwater.casework.reports.charts.share import leak_parts
from headwater.casework.reports.charts.timeline import timeline
from headwater.casework.reports.charts.waterfall import waterfall
from headwater.casework.reports.overview import key_figures, totals
from headwater.casework.reports.visible import visible
from headwater.casework.reports.words import words
from headwater.model.words import LANGS, Lang

SHOWN = 200
"""Rows of a long table in view; what is left out is counted below the table and is in result.json."""

FOLDED = 12
"""A list that is longer than this starts folded."""


def render(result: Mapping[str, Any], lang: str) -> str:
    """The report of a result in English (``en``) or Chinese (``zh``), as the text of one HTML file.

    ``result`` is the mapping of result.json; its sentences are in that language already. Same result, same text.
    Raises :class:`ValueError` for another language.
    """
    language = _language(lang)
    script = _part("report.js")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            lang=language,
            say=words(language),
            appendix=appendix(result, SHOWN),
            figures=key_figures(result, words(language)),
            totals=totals(result.get("read") or {}),
            style=Markup(_part("report.css")),
            script=Markup(script),
            script_digest=_digest(script),
            shown=SHOWN,
            folded=FOLDED,
            shown_cites=SHOWN_CITES,
        )
    )


def _language(lang: str) -> Lang:
    for known in LANGS:
        if known == lang:
            return known
    raise ValueError(f"no report in the language {lang!r}: choose one of {', '.join(LANGS)}")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("headwater.casework.reports"),
        autoescape=True,
        finalize=_shown,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals.update(leak_parts=leak_parts, timeline=timeline, waterfall=waterfall)
    return environment


_FILTERS: dict[str, Callable[..., Any]] = {
    "number": figures.number,
    "bits": figures.bits,
    "percent": figures.percent,
    "share": figures.share,
    "p_value": figures.p_value,
    "size": figures.size,
    "when": figures.when,
    "day": figures.day,
    "days": figures.days,
    "span": figures.span,
}


def _shown(value: Any) -> Any:
    """The one door through which every value enters the page, before it is escaped."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) else value


@cache
def _part(name: str) -> str:
    return (files("headwater.casework.reports") / "templates" / name).read_text("utf-8")


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
