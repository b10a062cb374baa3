"""Search over every case that one may look at: the heaviest hits of each, with the way to all of that case."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query

from headwater.console.errors import BusyError, GoneError
from headwater.console.here import AnyHere, InCase, note
from headwater.console.mine import mine
from headwater.console.models import Badge, Cell, Column, Link, Shown, Table
from headwater.console.twin import Page, View
from headwater.model.errors import StoreError

OF_EACH = 20
"""Hits of one case; its own search has all of them."""
Words = Annotated[str, Query(max_length=200, description="Words that must all be there, in any order.")]


class Everywhere(Shown):
    """What was found in all cases."""

    q: str
    hits: Table
    """The heaviest hits of each case."""
    all_of: list[Link]
    """To the search of each case."""
    silent: list[str]
    """Cases whose answer cannot be looked through now."""


def everywhere(here: AnyHere, q: Words = "") -> Everywhere:
    """The heaviest hits of every case that you may look at."""
    rows: list[dict[str, Cell]] = []
    links, silent = [], []
    for case in mine(here) if q.strip() else ():
        try:
            rows += _hits(case, q)
            links.append(Link(text=case.case.name, href=f"{case.root}/search?{urlencode({'q': q})}"))
        except (BusyError, GoneError, StoreError):
            silent.append(case.case.name)
    columns = [Column(key=key, title=here.say(f"everywhere.{key}")) for key in ("case", "kind", "title", "excerpt")]
    hits = Table(name="hits", title=here.say("everywhere.hits"), columns=columns, rows=rows)
    return Everywhere(q=q, hits=hits, all_of=links, silent=silent)


def _hits(case: InCase, q: str) -> list[dict[str, Cell]]:
    found = case.desk.search(q, OF_EACH).hits
    if found:
        note(case, f"{case.root}/search")  # excerpts of the case are shown: that is a look at it
    return [
        {
            "case": Link(text=case.case.name, href=case.root),
            "kind": Badge(text=case.say.name("search.kind", hit.kind)),
            "title": Link(text=hit.title, href=f"{case.root}/{hit.href}") if hit.href else hit.title,
            "excerpt": hit.excerpt,
        }
        for hit in found
    ]


PAGE = Page("everywhere", views=(View("/search", everywhere, "everywhere.html.j2", "Search over all your cases"),))
