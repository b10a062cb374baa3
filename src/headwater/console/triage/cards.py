"""An alert as pages show it: its sentence, how it stands to what is ordinary, what would clear it, who said what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from headwater.console.models import Badge, Link, Shown
from headwater.console.triage import comparing
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import Judged
from headwater.console.triage.raised import Story, veiled
from headwater.model.alert import Alert
from headwater.model.evidence import Statement

APART = timedelta(days=28)
"""An incident of the answer tells of an alert where they share an account and their days lie no further apart."""
NAMED = 5
"""People that a list of alerts shows of each; the alert's own page shows all."""
TONES = {"fact": "bad", "day": "warn", "slow": "plain", "look-up": "plain"}


class Piece(Shown):
    """One piece of evidence: a sentence and its weight in bits; what is negative speaks for the accused."""

    text: str
    bits: float
    lines: Link | None = None
    """Leads to the lines that it rests on."""


class Odds(Shown):
    """Somebody who comes into question."""

    person: Link | str
    """Leads to his page; words where he is nobody whom the lists know."""
    probability: float
    """That he acted, with the doubt whether anything happened in it."""


class Folded(Shown):
    """Another alert that shares an account or a person with this one, if only through a third."""

    alert: Link
    judged: Badge
    """A verdict on one alert covers no other."""


class Card(Shown):
    """An alert with all that is needed to judge it."""

    id: str
    href: str
    sentence: str
    kind: Badge
    raised: date
    released: date | None
    updated: date
    starts: date
    ends: date
    bits: float
    """After the prior: below zero it is still likelier an ordinary day."""
    evidence: float
    """Bits of the evidence alone."""
    subjects: int
    rarity: str
    usual: str
    peers: str
    clears: list[str]
    pieces: list[Piece]
    people: list[Odds]
    """Who comes into question, the likeliest first."""
    others: int
    """So many more than these come into question."""
    accounts: list[Link]
    incident: Link | None
    """The incident of the newest answer that shares an account with it at about its time."""
    judged: Judged
    folded: list[Folded]


def card(desktop: Desktop, story: Story, most: int = NAMED) -> Card:
    """The alert that heads a story, with nobody named, and ``most`` of those who come into question."""
    here, hidden = desktop.here, veiled(story, desktop.veil)
    alert, say, root = hidden.head, here.say, here.root
    incident = _incident(desktop, alert)
    busiest = comparing.busiest(incident, alert)
    chance = comparing.rarest(here.desk, alert, incident) if incident else None
    return Card(
        id=alert.id,
        href=address(root, alert.id),
        sentence=alert.title.said(here.lang),
        kind=Badge.model_validate({"text": say.name("today.lane", alert.lane), "tone": TONES[alert.lane]}),
        raised=alert.raised,
        released=alert.released,
        updated=alert.updated,
        starts=alert.starts,
        ends=alert.ends,
        bits=round(alert.bits, 2),
        evidence=round(alert.bits - alert.statements[0].bits, 2) if alert.statements else round(alert.bits, 2),
        subjects=alert.subjects,
        rarity=comparing.rarity(say, alert, chance),
        usual=comparing.usual(say, busiest),
        peers=comparing.peers(say, busiest),
        clears=[t.said(here.lang) for t in alert.clears],
        pieces=[_piece(s, desktop, alert.id, n) for n, s in enumerate(alert.statements)],
        people=[Odds(person=_person(desktop, p.employee), probability=p.probability) for p in alert.people[:most]],
        others=len(alert.people[most:]),
        accounts=[Link(text=a, href=f"{root}/staff/{a}") for a in alert.accounts],
        incident=_link(incident, here.root) if incident else None,
        judged=desktop.judged(desktop.every.on_alert(story.head)),
        folded=[_folded(desktop, a, shown) for a, shown in zip(story.folded, hidden.folded, strict=True)],
    )


def address(root: str, alert: str) -> str:
    """The page of one alert."""
    return f"{root}/today/{quote(alert, safe='')}"


def _person(desktop: Desktop, pseudonym: str) -> Link | str:
    here = desktop.here
    known = pseudonym != "?"
    return Link(text=pseudonym, href=f"{here.root}/staff/{pseudonym}") if known else here.say("incidents.nobody_known")


def _folded(desktop: Desktop, alert: Alert, shown: Alert) -> Folded:
    here = desktop.here
    link = Link(text=f"{shown.id} {shown.title.said(here.lang)}", href=address(here.root, shown.id))
    return Folded(alert=link, judged=desktop.judged(desktop.every.on_alert(alert)).badge)


def _piece(statement: Statement, desktop: Desktop, alert: str, number: int) -> Piece:
    here, count = desktop.here, len(statement.evidence)
    href = f"{address(here.root, alert)}/lines?of={number}"
    lines = Link(text=here.say("incidents.lines", n=count), href=href) if count else None
    return Piece(text=statement.text.said(here.lang), bits=round(statement.bits, 2), lines=lines)


def _link(incident: Mapping[str, Any], root: str) -> Link:
    return Link(text=f"{incident['rank']}. {incident['title']}", href=f"{root}/incidents/{incident['rank']}")


def _incident(desktop: Desktop, alert: Alert) -> Mapping[str, Any] | None:
    """The incident of the answer that shares most accounts with an alert, at about its time."""
    if not desktop.answered or not alert.accounts:
        return None
    found = desktop.here.desk.rows("incidents", where={"account": list(alert.accounts)}, limit=20).rows
    near = [i for i in found if _near(i, alert)]
    best = max(near, key=lambda i: (len(set(alert.accounts) & set(i["accounts"])), -int(i["rank"])), default=None)
    return None if best is None else desktop.here.desk.one("incidents", str(best["rank"]))


def _near(incident: Mapping[str, Any], alert: Alert) -> bool:
    starts, ends = (date.fromisoformat(str(incident[name])[:10]) for name in ("from", "to"))
    return starts <= alert.ends + APART and alert.starts <= ends + APART
