"""Renders a result as one self-contained HTML file for people.

It fetches nothing, runs no script but its own, and works with scripts off. Every text of the result is escaped and its
invisible characters are shown; masks stay masks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from headwater.casework.reports.appendix import SHOWN_CITES, appendix
from headwater.casework.reports.charts.ladder import ladder
from headwater.casework.reports.charts.share import leak_parts
from headwater.casework.reports.charts.timeline import timeline
from headwater.casework.reports.charts.waterfall import waterfall
from headwater.casework.reports.charts.year import year
from headwater.casework.reports.first_page import glances, limits_of, strength, unknowns, way
from headwater.casework.reports.guests import OF_FINDING, OF_INCIDENT, WHOLE, present, styles
from headwater.casework.reports.market.glyphs import GLYPHS
from headwater.casework.reports.market.people import ROLES
from headwater.casework.reports.market.section import section
from headwater.casework.reports.overview import key_figures, totals
from headwater.casework.reports.page import FOLDED, SHOWN, digest, language, part, templates
from headwater.casework.reports.settled import settled_last
from headwater.casework.reports.sides import alternatives, of_taker, sides
from headwater.casework.reports.why import said
from headwater.casework.reports.words import words

__all__ = ["FOLDED", "SHOWN", "render"]


def render(result: Mapping[str, Any], lang: str) -> str:
    """The report of a result in English (``en``) or Chinese (``zh``), as the text of one HTML file.

    ``result`` is the mapping of result.json; its sentences are in that language already. Same result, same text.
    Raises :class:`ValueError` for another language.
    """
    known = language(lang)
    market = section(result, SHOWN)
    guests = present(WHOLE, result)
    script = part("report.js") + (part("network.js") if market else "")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            result=result,
            lang=known,
            say=words(known),
            appendix=appendix(result, SHOWN),
            figures=key_figures(result, words(known)),
            totals=totals(result.get("read") or {}),
            style=Markup(
                part("report.css") + part("depths.css") + (part("network.css") if market else "") + styles(guests)
            ),
            script=Markup(script),
            script_digest=digest(script),
            shown=SHOWN,
            folded=FOLDED,
            shown_cites=SHOWN_CITES,
            market=market,
            guests=guests,
            glances=glances(result),
            way=way(result),
            unknowns=unknowns(result),
            why=lambda reason: said(str(reason or ""), known),
        )
    )


@cache
def _environment() -> Environment:
    environment = templates()
    environment.globals.update(
        leak_parts=leak_parts, timeline=timeline, waterfall=waterfall, glyphs=GLYPHS, roles=ROLES
    )
    environment.globals.update(
        year=year, sides=sides, taker_sides=of_taker, alternatives=alternatives, limits_of=limits_of, strength=strength
    )
    environment.globals.update(ladder=ladder, settled_last=settled_last)
    environment.globals.update(
        guests_of_incident=lambda incident: present(OF_INCIDENT, incident),
        guests_of_finding=lambda finding: present(OF_FINDING, finding),
    )
    return environment
