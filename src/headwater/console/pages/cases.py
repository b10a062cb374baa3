"""The cases of the house that somebody may look at: where everybody begins."""

from __future__ import annotations

from headwater.console.here import AnyHere, CaseHere, InCase
from headwater.console.mine import mine
from headwater.console.models import Badge, Cell, Column, Link, Shown, Table
from headwater.console.twin import Page, View
from headwater.investigation.answering import RESULT
from headwater.store.casebook.cases import members


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
    found = mine(here)
    with here.reading() as tx:
        rows: list[dict[str, Cell]] = [
            {
                "case": Link(text=case.case.name, href=case.root),
                "answer": Badge(text=here.say("cases.answered" if _is_answered(case) else "cases.unanswered")),
                "members": len(members(tx, case.case)),
            }
            for case in found
        ]
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
        answered=_is_answered(here),
        two_person=here.case.two_person,
        members=names,
    )


def _is_answered(case: InCase) -> bool:
    return (case.served.out / RESULT).exists()


PAGE = Page(
    "cases",
    views=(
        View("/cases", cases, "cases.html.j2", "The cases that you may look at"),
        View("/cases/{case}/about", about, "", "One case and who works on it"),
    ),
)
