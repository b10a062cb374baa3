"""Renders the answer of a scan as one self-contained HTML page for people.

It fetches nothing, runs no script but its own, and works with scripts off. Every text of the answer is escaped and its
invisible characters are shown; masks stay masks. Long lists are folded and cut; what is left out is counted, and the
whole is in scan.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from headwater.casework.gaps import gaps
from headwater.casework.reports.charts.lineage import drawing
from headwater.casework.reports.charts.overlaps import square
from headwater.casework.reports.figures import different
from headwater.casework.reports.gravity import gravity, groups_of
from headwater.casework.reports.page import FOLDED, SHOWN, digest, language, part, templates
from headwater.casework.reports.scan_telling import Answer, because, filter_name, key_figures, lineage, reasons, summary
from headwater.casework.reports.why import said
from headwater.casework.reports.words import Words, words

DETAILED = 100
"""Files whose parts, columns and samples are on the page."""

CELLS = 40
"""Columns of a part, samples of a file and names of a row that are on the page."""


def render(answer: Answer, lang: str, now: datetime | None = None) -> str:
    """The page of a scan's answer in English (``en``) or Chinese (``zh``). Same answer, same text.

    :param now: when it was made, with its zone; the page says nothing of it without
    :raises ValueError: for another language
    """
    known = language(lang)
    say, script = words(known), part("report.js")
    holders = {h["holder"] for h in answer["holders"] if h["holder"] is not None}
    files, missing = _files(answer), gaps(answer)
    return (
        _environment()
        .get_template("scan.html.j2")
        .render(
            answer=answer,
            made=None if now is None else now.isoformat(timespec="seconds"),
            lang=known,
            say=say,
            sentences=summary(answer, say),
            figures=key_figures(answer, say),
            items=sorted(answer["items"], key=lambda i: (i.get("group") or "z", -i["found"], i["kind"])),
            holders=sorted(answer["holders"], key=lambda h: (-h["persons"], h["holder"] or "")),
            files=files,
            let_go=_let_go(answer, say),
            of_holders=square(answer["overlaps"], holders),
            of_files=square([o for o in answer["overlaps"] if not {o["a"], o["b"]} <= holders]),
            drawn=drawing(answer["lineage"]),
            told=lambda row: lineage(row, say),
            because=lambda row: because(row, say),
            different=different,
            gaps=missing,
            reasons=reasons(missing, say),
            why=lambda reason: said(str(reason), known),
            filter_name=lambda name: filter_name(name, say),
            style=Markup(part("report.css") + part("scan.css")),
            script=Markup(script),
            script_digest=digest(script),
            shown=SHOWN,
            folded=FOLDED,
            detailed=DETAILED,
            cells=CELLS,
        )
    )


@cache
def _environment() -> Environment:
    return templates()


def _files(answer: Answer) -> list[dict[str, Any]]:
    """Files with personal data, most persons first, each with its weight."""
    groups = groups_of(answer)
    held = [{**f, "weight": gravity(f, groups)} for f in answer["files"] if f["items"] or f["persons"]]
    return sorted(held, key=lambda f: (-f["persons"], *(-x for x in f["weight"].rank), f["path"]))


def _let_go(answer: Answer, say: Words) -> Sequence[Mapping[str, Any]]:
    """What the filters let go, over all files."""
    counts: dict[str, int] = {}
    for file in answer["files"]:
        for row in file.get("suppressed") or ():
            counts[row["filter"]] = counts.get(row["filter"], 0) + row["count"]
    return [{"filter": filter_name(f, say), "count": n} for f, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))]
