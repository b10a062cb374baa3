"""The sheets of a case as PDF: the same report.html that is on the screen, the list of exhibits, the draft record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from headwater.casework.reports import html
from headwater.casework.reports.exports.handover import pages
from headwater.casework.reports.exports.paper.browser import found_browser, printed


def export(result: Mapping[str, Any], lang: str, browser: Path | None = None) -> dict[str, bytes]:
    """``report.pdf``, ``list.pdf`` and ``record.pdf``. ``lang`` is the language of the result's sentences.

    The same result, browser and fonts give the same bytes.

    :raises PrintError: where there is no browser or no Chinese type, or it fails
    """
    known = browser or found_browser()
    sheets = {
        "report.pdf": html.render(result, lang),
        "list.pdf": pages.list_page(result),
        "record.pdf": pages.record_page(result),
    }
    return {name: printed(page, known) for name, page in sheets.items()}
