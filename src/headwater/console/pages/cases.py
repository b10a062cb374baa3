"""The cases of the house that somebody may look at: where everybody begins."""

from __future__ import annotations

from headwater.console.here import AnyHere, CaseHere
from headwater.console.models import Badge, Cell, Column, Link, Shown, Table
from headwater.console.twin import Page, View
from headwater.store.casebook.cases import insist, members
from headwater.store.casebook.permissions import NotAllowedError, Permission


class Cases(Shown):
    """The cases that the one who asks may look at."""

    cases: Table
    """One row per case."""


class Case(Shown):
    """A case and who works on it."""

    name: str
    slug: str
    """How its addresses begin: `/cases/SLUG`."""
    answered: bool
    """Whether there is an answer to look at."""
    two_person: bool
    """Whether something is confirmed only when two people said so."""
    members: list[str]


def cases(here: AnyHere) -> Cases:
    """The cases that you may look at."""
    rows: list[dict[str, Cell]] = []
    with here.reading() as tx:
        for served in here.house.cases:
            entry = here.house.entry(tx, served)
            try:
                if entry is None:
                    continue
                insist(tx, here.user, entry, Permission.look)
            except NotAllowedError:
                continue
            answered = (served.out / "result.json").exists()
            rows.append(
                {
                    "case": Link(text=entry.name, href=f"/cases/{served.slug}"),
                    "answer": Badge(text=here.say("cases.answered" if answered else "cases.unanswered"), tone="plain"),
                    "members": len(members(tx, entry)),
                }
            )
    columns = [
        Column(key="case", title=here.say("cases.case")),
        Column(key="answer", title=here.say("cases.answer")),
        Column(key="members", title=here.say("cases.members"), kind="number"),
    ]
    return Cases(cases=Table(name="cases", title=here.say("cases.title"), columns=columns, rows=rows, total=len(rows)))


def about(here: CaseHere) -> Case:
    """One case: its name, and who works on it."""
    with here.reading() as tx:
        names = [user.name for user in members(tx, here.case)]
    return Case(
        name=here.case.name,
        slug=here.served.slug,
        answered=(here.served.out / "result.json").exists(),
        two_person=here.case.two_person,
        members=names,
    )


PAGE = Page(
    "cases",
    views=(
        View("/cases", cases, "cases.html.j2", "The cases that you may look at"),
        View("/cases/{case}/about", about, "", "One case and who works on it"),
    ),
)
