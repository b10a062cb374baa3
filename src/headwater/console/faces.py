"""How a model is shown: as a page by its template, and each of its tables as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BaseModel

from headwater import __version__
from headwater.casework.reports.csv import safe
from headwater.casework.reports.page import FILTERS, shown
from headwater.casework.reports.words import Words
from headwater.console.door import watermarks
from headwater.console.door.forging import csrf_token
from headwater.console.errors import GoneError
from headwater.console.here import Here, InCase, language
from headwater.console.models import Badge, Link, Shown, Table, tables
from headwater.console.navigation import ways
from headwater.console.typed import kept
from headwater.console.words import words

LONGEST_DOWNLOAD = 1_000_000
"""Rows of one download; more is for the exports."""


@cache
def templates() -> Environment:
    """The console's templates: everything is escaped, and invisible characters are shown."""
    environment = Environment(
        loader=PackageLoader("headwater.console"),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(FILTERS)
    environment.tests["link"] = lambda value: isinstance(value, Link)
    environment.tests["badge"] = lambda value: isinstance(value, Badge)
    environment.filters["option"] = _option
    environment.filters["typed"] = _typed
    environment.globals |= {"version": __version__, "linked": _linked}
    return environment


def html(
    request: Request, someone: Here | None, page: str, template: str, model: BaseModel | None, status: int = 200
) -> Response:
    """A page. ``someone`` is nobody before sign-in."""
    lang = someone.lang if someone else language(request)
    told: dict[str, Any] = {
        "view": model,
        "here": someone,
        "in_case": someone if isinstance(someone, InCase) else None,
        "page": page,
        "lang": lang,
        "say": words(lang),
        "other": "en" if lang == "zh" else "zh",
        "address": str(request.url.path),
        "again": _again(request) if someone else request.url.path,
        "query": dict(request.query_params),
        "csrf": csrf_token(someone.book, someone.ticket) if someone else "",
        "taken": watermarks.mark(someone.book.sealer, someone.user, someone.now, request.url.path) if someone else "",
        "ways": ways(someone, request.app.state.pages),
        "typed": kept(request, getattr(model, "seen", "")) if status >= 400 else [],
        "partial": request.headers.get("hx-request") == "true",
    }
    made = templates().get_template(f"pages/{template}").render(told)
    return HTMLResponse(made, status, {"Cache-Control": "no-store", "Content-Language": lang})


def _again(request: Request) -> str:
    """The address that shows the same once more, with its query; after a change, which is not made twice, the first page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}" if request.method == "GET" else "/"


def _typed(text: str) -> Markup:
    """What stands in a field of a form, as it was typed: sent again, it is the same. (A browser drops the first line end.)"""
    return Markup("\n") + text.replace("\r\n", "\n")


def _option(option: dict[str, Any]) -> Markup:
    """JSON that may stand inside a script element: nothing in it ends the element."""
    told = json.dumps(option, ensure_ascii=False, separators=(",", ":"), default=str)
    return Markup(told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _linked(query: dict[str, str], **changed: str | None) -> str:
    """The query of an address with some of it changed; ``None`` takes a part away."""
    kept = {**query, **changed}
    kept.pop("said", None)
    if changed.get("download") is None:
        kept.pop("download", None)
    return urlencode({name: value for name, value in kept.items() if value not in (None, "")})


def download(request: Request, someone: Here, name: str, model: Shown, again: Callable[[str], Shown]) -> Response:
    """A table of a page as CSV: all its pages, marked with who took it; that somebody did is logged.

    :raises GoneError: where the page has no table of that name
    """
    first = _named(model, name)
    case = someone.case.id if isinstance(someone, InCase) else None
    with someone.writing() as tx:
        tx.log(someone.user.id, "console.downloaded", case, None, {"page": request.url.path, "table": name})
    mark = watermarks.mark(someone.book.sealer, someone.user, someone.now, request.url.path)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    lines = _lines(first, name, again, mark, someone.say)
    return StreamingResponse(lines, headers=headers, media_type="text/csv; charset=utf-8")


def _named(model: Shown, name: str) -> Table:
    found = next((t for t in tables(model) if t.name == name), None)
    if found is None:
        raise GoneError("this page has no such table")
    return found


def _lines(table: Table, name: str, again: Callable[[str], Shown], mark: str, say: Words) -> Iterator[str]:
    keys = [column.key for column in table.columns]
    yield "\ufeff" + _line([column.title for column in table.columns] + [f"({mark})"])
    told = 0
    while True:
        for row in table.rows:
            yield _line([row.get(key) for key in keys])
        told += len(table.rows)
        if table.next is None:
            return
        if told >= LONGEST_DOWNLOAD:
            yield _line([say("console.cut", n=told)])
            return
        table = _named(again(table.next), name)


def _line(cells: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_plain(cell) for cell in cells])
    return out.getvalue()


def _plain(cell: Any) -> str | int | float:
    if isinstance(cell, (Link, Badge)):
        cell = cell.text
    if cell is None:
        return ""
    return safe(cell) if isinstance(cell, str) else cell
