"""Renders an inventory as one self-contained HTML page: changes first, then locations, files and tables."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from headwater.casework.reports.inventory_telling import Inventory, details, gravest_first, readers, span, summary
from headwater.casework.reports.page import FOLDED, SHOWN, digest, language, part, templates
from headwater.casework.reports.why import said
from headwater.casework.reports.words import words

HOLDINGS = 1000
"""Files and tables on the page."""


def render(inventory: Inventory, lang: str) -> str:
    """The page of an inventory in English (``en``) or Chinese (``zh``). Same inventory, same text.

    :raises ValueError: for another language
    """
    known = language(lang)
    say, script = words(known), part("report.js")
    return (
        _environment()
        .get_template("inventory.html.j2")
        .render(
            inventory=inventory,
            lang=known,
            say=say,
            sentences=summary(inventory, say),
            locations=[row for row in inventory["locations"] if row["holdings"] or row["unknown"]],
            holdings=gravest_first(inventory),
            span=lambda persons: span(persons, say),
            readers=lambda found: readers(found, say),
            details=lambda change: details(change, say),
            why=lambda reason: said(str(reason), known),
            style=Markup(part("report.css") + part("scan.css")),
            script=Markup(script),
            script_digest=digest(script),
            shown=SHOWN,
            folded=FOLDED,
            most=HOLDINGS,
        )
    )


@cache
def _environment() -> Environment:
    return templates()
