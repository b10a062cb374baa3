"""What somebody looks at tonight: alerts that the budget let through, what lies below the line, and what the answer ranks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query

from headwater.casework.judging.combining import SETTLED
from headwater.console.desk.detectors import title
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Cell, Column, Done, Limit, Link, Shown, Table
from headwater.console.triage import verdicts
from headwater.console.triage.cards import Card, address, card
from headwater.console.triage.citing import Lines, Start, lines_of
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import Verdict
from headwater.console.triage.listing import incidents_table
from headwater.console.triage.raised import Kept, Story, kept, tokens
from headwater.console.twin import Act, Page, View
from headwater.store.casebook.permissions import Permission

AlertId = Annotated[str, InPath(pattern=r"^A-[0-9a-f]{12}$", description="The alert's id.")]
Of = Annotated[int, Query(ge=-1, le=100_000, description="The piece whose lines are asked for, from 0; -1: of all.")]
FIRST = 10


class Today(Shown):
    """The alerts of a case and what lies below the line."""

    watched: bool
    """Whether the case was ever watched evening by evening."""
    evening: date | None
    """The last evening that was looked at."""
    left: float
    """What is left of the budget over all kinds of alerts that rest on rarity; each costs one."""
    forgiven: int
    """Stories that explanations forgave."""
    troubles: list[str]
    """Detectors that see nothing, or failed."""
    unjudged: int
    """Released stories of which an alert waits to be judged."""
    cards: list[Card]
    """Released stories: those that wait to be judged first, then those that stand, then what is settled."""
    next: str | None
    """The cursor of the stories after these."""
    waiting: Table
    """Below the line, the heaviest first."""
    incidents: Table
    """What the newest answer ranks."""


class OneAlert(Shown):
    """One alert."""

    card: Card


class Below(Shown):
    """What the budget did not let through."""

    waiting: Table


def today(here: CaseHere, after: After = None, limit: Limit = FIRST) -> Today:
    """Released alerts with all that is needed to judge them, and what lies below the line."""
    desktop = Desktop(here)
    found = desktop.watched
    released = _ordered(desktop, found) if found else []
    waits = [s for s in released if desktop.every.on_alert(s.head).waits]
    start = next((n + 1 for n, story in enumerate(released) if story.head.id == after), 0)
    page = released[start : start + limit]
    return Today(
        watched=found is not None,
        evening=found.evening if found else None,
        left=round(tokens(found.ledger), 2) if found else 0.0,
        forgiven=len(found.ledger.forgiven) if found else 0,
        troubles=[title(d, here.lang) for d in sorted(found.ledger.troubles)] if found else [],
        unjudged=len(waits),
        cards=[card(desktop, story) for story in page],
        next=page[-1].head.id if start + limit < len(released) else None,
        waiting=_first(_waiting(desktop, found, None, FIRST)),
        incidents=_first(incidents_table(desktop, limit=FIRST)),
    )


def _first(table: Table) -> Table:
    """The beginning of a table that has a page of its own, where it is ordered and read on."""
    columns = [column.model_copy(update={"sort": ""}) for column in table.columns]
    return table.model_copy(update={"columns": columns, "next": None})


def _ordered(desktop: Desktop, found: Kept) -> list[Story]:
    """Those that wait to be judged first, then those that stand, then those that are settled; each time the heaviest first."""

    def place(story: Story) -> tuple[int, float, str]:
        standing = [desktop.every.on_alert(alert) for alert in (story.head, *story.folded)]
        settled = all(each.judged is not None and each.judged.state in SETTLED for each in standing)
        return (0 if standing[0].waits else 2 if settled else 1, -story.head.bits, story.head.id)

    return sorted(desktop.stories(found.ledger.released()), key=place)


def below(here: CaseHere, after: After = None, limit: Limit = 50) -> Below:
    """What lies below the line, the heaviest first: it may be released on a later evening."""
    return Below(waiting=_waiting(Desktop(here), _watched(here), after, limit))


def _waiting(desktop: Desktop, found: Kept | None, after: str | None, limit: int) -> Table:
    say, root, lang = desktop.here.say, desktop.here.root, desktop.here.lang
    rows: list[dict[str, Cell]] = []
    every = list(enumerate(desktop.stories(found.ledger.waiting()) if found else (), 1))
    start = next((place for place, story in every if story.head.id == after), 0)
    page = every[start : start + limit]
    for place, story in page:
        head = desktop.veil.alert(story.head)
        rows.append(
            {
                "place": place,
                "alert": Link(text=head.title.said(lang), href=address(root, head.id)),
                "bits": round(head.bits, 2),
                "kind": say.name("today.lane", head.lane),
                "from": head.starts.isoformat(),
                "to": head.ends.isoformat(),
                "folded": len(story.folded),
                "judged": desktop.judged(desktop.every.on_alert(story.head)).badge,
            }
        )
    columns = [
        Column(key="place", title=say("today.place"), kind="number"),
        Column(key="alert", title=say("today.story")),
        Column(key="bits", title=say("today.bits"), kind="bits"),
        Column(key="kind", title=say("today.kind")),
        Column(key="from", title=say("today.from"), kind="day"),
        Column(key="to", title=say("today.to"), kind="day"),
        Column(key="folded", title=say("today.folded"), kind="number"),
        Column(key="judged", title=say("today.judged"), kind="badge"),
    ]
    last = page[-1][1].head.id if start + limit < len(every) else None
    title = say("today.below")
    return Table(name="below-the-line", title=title, columns=columns, rows=rows, next=last, total=len(every))


def alert(here: CaseHere, alert: AlertId) -> OneAlert:
    """One alert, released or below the line."""
    desktop = Desktop(here)
    story = _story(desktop, alert)
    return OneAlert(card=card(desktop, story, most=len(story.head.people)))


def _story(desktop: Desktop, name: str) -> Story:
    """An alert with the others of its story."""
    found = _watched(desktop.here)
    known = found.alert(name)
    same = next(s for s in desktop.stories(found.ledger.alerts) if name in {a.id for a in (s.head, *s.folded)})
    rest = tuple(a for a in (same.head, *same.folded) if a.id != name)
    return Story(known, rest)


def _watched(here: InCase) -> Kept:
    found = kept(here.served.workspace)
    if found is None:
        raise GoneError("this case was never watched: there are no alerts")
    return found


def lines(here: CaseHere, alert: AlertId, of: Of = -1, start: Start = 0) -> Lines:
    """Lines of the case folder that a piece of an alert's evidence rests on, covered. That you looked is logged."""
    desktop = Desktop(here).ready()
    known = _watched(here).alert(alert)
    if of >= len(known.statements):
        raise GoneError("there is no such statement")
    several = known.statements if of < 0 else known.statements[of : of + 1]
    evidence = list(dict.fromkeys(line for s in several for line in s.evidence))
    cited = [replace(line, source=desktop.veil.path(line.source, here.lang)) for line in evidence]
    sentence = desktop.veil.texts(known.title if of < 0 else several[0].text).said(here.lang)
    return lines_of(desktop, sentence, cited, start, Link(text=alert, href=address(here.root, alert)))


def judge(here: CaseHere, alert: AlertId, body: Verdict) -> Done:
    """Say of an alert that it is confirmed, explained (because … until …), refuted or unsure, or withdraw what you said."""
    desktop = Desktop(here).ready()
    known = _watched(here).alert(alert)
    with here.writing() as tx:
        made = verdicts.say_of_alert(tx, here.user, here.case, known, body.spoken, desktop.telling)
    return Done(to=f"{here.root}/today?said=noted#{_next(here, alert)}", said=here.say("today.noted"), id=made)


def _next(here: InCase, judged: str) -> str:
    """The story that waits for a judgement now; the one that was just judged where none does."""
    desktop = Desktop(here)
    first = next(iter(_ordered(desktop, _watched(here))), None)
    waits = first is not None and desktop.every.on_alert(first.head).waits
    return first.head.id if first is not None and waits else judged


PAGE = Page(
    "today",
    views=(
        View("/cases/{case}/today", today, "today.html.j2", "Released alerts, and what lies below the line"),
        View("/cases/{case}/today/below", below, "below.html.j2", "What lies below the line"),
        View("/cases/{case}/today/{alert}/lines", lines, "lines.html.j2", "Lines that an alert cites, covered"),
        View("/cases/{case}/today/{alert}", alert, "alert.html.j2", "One alert"),
    ),
    acts=(Act("/cases/{case}/today/{alert}/verdict", judge, "Judge an alert", permission=Permission.judge),),
)
