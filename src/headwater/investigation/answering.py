"""Writing the answer of an investigation: report and result in one language, and the result in the other beside it.

The other one is what the console shows to colleagues who read that language; files and findings are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from headwater.casework.reports import html
from headwater.casework.reports import json as result_json
from headwater.model.words import LANGS, Lang

RESULT = "result.json"
REPORT = "report.html"


def in_language(lang: Lang) -> str:
    """The name of a result that stands beside ``result.json`` in another language than its own."""
    return f"result.{lang}.json"


def write_answer(out: Path, lang: Lang, make: Callable[[Lang], Mapping[str, Any]]) -> tuple[Mapping[str, Any], bytes]:
    """Write the answer that ``make`` gives into a folder, ``result.json`` last: whoever sees it finds the others.

    :returns: the result in that language, and its bytes
    """
    out.mkdir(parents=True, exist_ok=True)
    result = make(lang)
    put(out / REPORT, html.render(result, lang).encode())
    for other in LANGS:
        if other != lang:
            put(out / in_language(other), result_json.dumps(make(other)))
    (out / in_language(lang)).unlink(missing_ok=True)
    data = result_json.dumps(result)
    put(out / RESULT, data)
    return result, data


def put(file: Path, data: bytes) -> None:
    """Write aside and rename, so that nobody ever reads half of it; what a killed run left aside is overwritten."""
    aside = file.with_name(f".{file.name}.new")
    aside.write_bytes(data)
    aside.replace(file)
