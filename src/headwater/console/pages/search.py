"""Search over everything of a case that one may see: stories, findings, people, orders, files, notes and tasks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from headwater.console.desk.grams import excerpt, sought
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Badge, Cell, Column, Limit, Link, Shown, Table
from headwater.console.triage.desktop import Desktop
from headwater.console.twin import Page, View
from headwater.store.casebook.notes import notes, tasks

Words = Annotated[str, Query(max_length=200, description="Words that must all be there, in any order.")]


class Search(Shown):
    """What was found, what weighs most first."""

    q: str
    hits: Table
    """Things of the answer that have all the words."""
    said: Table
    """Notes and tasks of the casebook that have all the words."""
    short: list[str]
    """Words that are too short to be sought: a letter or two, one Chinese character."""


def search(here: CaseHere, q: Words = "", after: After = None, limit: Limit = 50) -> Search:
    """Everything of the case that has all the words; capitals count the same as small letters."""
    say = here.say
    found = here.desk.search(q, limit, after)
    rows: list[dict[str, Cell]] = [
        {
            "kind": Badge(text=say.name("search.kind", hit.kind)),
            "title": Link(text=hit.title, href=f"{here.root}/{hit.href}") if hit.href else hit.title,
            "excerpt": hit.excerpt,
        }
        for hit in found.hits
    ]
    hits = Table(name="hits", title=say("search.hits"), columns=_columns(here), rows=rows, next=found.next)
    return Search(q=q, hits=hits, said=_said(here, q), short=list(found.short))


def _columns(here: InCase) -> list[Column]:
    say = here.say
    return [
        Column(key="kind", title=say("search.what"), kind="badge"),
        Column(key="title", title=say("search.where")),
        Column(key="excerpt", title=say("search.excerpt")),
    ]


def _said(here: InCase, q: str) -> Table:
    """Notes and tasks: they lie sealed and are few, so each is opened, veiled and looked through."""
    say = here.say
    _, words, _ = sought(q)
    rows: list[dict[str, Cell]] = []
    if words:
        with here.reading() as tx:
            told = [("note", note.by, note.text) for note in notes(tx, here.case)]
            told += [("task", task.by, task.text) for task in tasks(tx, here.case)]
        desktop = Desktop(here)
        for kind, by, written in told:
            text = desktop.written(written)
            if all(word.casefold() in text.casefold() for word in words):
                rows.append(
                    {"kind": Badge(text=say.name("search.kind", kind)), "title": by, "excerpt": excerpt(text, words)}
                )
    return Table(name="said", title=say("search.said"), columns=_columns(here), rows=rows[:200], total=len(rows))


PAGE = Page("search", views=(View("/cases/{case}/search", search, "search.html.j2", "Search over all of a case"),))
