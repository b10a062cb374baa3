"""An alert as pages show it: its sentence, how rare it is, what is usual, what peers do, what would clear it, who said what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import floor, log10
from statistics import median
from typing import Any
from urllib.parse import quote

from headwater.console.models import Badge, Link, Shown
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import Judged
from headwater.console.triage.raised import Story, veiled
from headwater.model.alert import Alert
from headwater.model.evidence import Statement

APART = timedelta(days=28)
"""An incident of the answer tells of an alert where they share an account and their days lie no further apart."""
TONES = {"fact": "bad", "day": "warn", "slow": "plain", "look-up": "plain"}


class Piece(Shown):
    """One piece of evidence: a sentence and its weight in bits; what is negative speaks for the accused."""

    text: str
    bits: float
    lines: Link | None = None
    """Leads to the lines that it rests on."""


class Odds(Shown):
    """Somebody who comes into question."""

    person: Link
    probability: float


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
    accounts: list[Link]
    incident: Link | None
    """The story of the newest answer that tells of the same."""
    judged: Judged
    folded: list[Link]
    """Other alerts of the same story."""


def card(desktop: Desktop, story: Story) -> Card:
    """A story's heaviest alert, with nobody named."""
    here, hidden = desktop.here, veiled(story, desktop.veil)
    alert, say, root = hidden.head, here.say, here.root
    incident = _incident(desktop, alert)
    year = _year(incident, alert)
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
        rarity=_rarity(desktop, alert, incident),
        usual=_usual(desktop, year, alert),
        peers=_peers(desktop, year, alert),
        clears=[t.said(here.lang) for t in alert.clears],
        pieces=[_piece(s, desktop, alert.id, n) for n, s in enumerate(alert.statements)],
        people=[Odds(person=_person(root, p.employee), probability=round(p.probability, 4)) for p in alert.people[:5]],
        accounts=[Link(text=a, href=f"{root}/staff/{a}") for a in alert.accounts],
        incident=_link(incident, here.root) if incident else None,
        judged=desktop.judged(desktop.every.on_alert(alert.id)),
        folded=[Link(text=f"{a.id} {a.title.said(here.lang)}", href=address(root, a.id)) for a in hidden.folded],
    )


def address(root: str, alert: str) -> str:
    """The page of one alert."""
    return f"{root}/today/{quote(alert, safe='')}"


def _person(root: str, pseudonym: str) -> Link:
    return Link(text=pseudonym, href=f"{root}/staff/{pseudonym}" if pseudonym != "?" else f"{root}/staff")


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


def _year(incident: Mapping[str, Any] | None, alert: Alert) -> Mapping[str, Any] | None:
    years: Iterable[Mapping[str, Any]] = (incident or {}).get("year") or ()
    return next((y for name in alert.accounts for y in years if y.get("account") == name), None)


def _rarity(desktop: Desktop, alert: Alert, incident: Mapping[str, Any] | None) -> str:
    """How the evidence stands to an ordinary day, in words; where a finding was counted against the house, also how rare."""
    say = desktop.here.say
    told = [
        say("today.odds_for" if alert.bits >= 0 else "today.odds_against", odds=_round(2 ** min(abs(alert.bits), 200)))
    ]
    if alert.lane == "fact":
        told.insert(0, say("today.fact"))
    rare = _rarest(desktop, alert, incident)
    if rare:
        told.insert(0, say("today.one_in", n=_round(1 / rare)))
    return " ".join(told)


def _rarest(desktop: Desktop, alert: Alert, incident: Mapping[str, Any] | None) -> float | None:
    """The smallest chance among the incident's findings that the same detectors made of the same accounts."""
    if incident is None:
        return None
    asked = {"account": list(alert.accounts), "detector": list(alert.detectors)}
    mine = set(incident["findings"])
    rows = desktop.here.desk.rows("findings", where=asked, sort="p_value", limit=50).rows
    return min((f["p_value"] for f in rows if f["id"] in mine and f.get("p_value")), default=None)


def _days(year: Mapping[str, Any], alert: Alert, values: str) -> list[float]:
    """A year's values on the days of the story that lie within the alert's."""
    first = date.fromisoformat(str(year["from"])[:10])
    days = (date.fromisoformat(d) for d in year.get("incident") or ())
    series: Sequence[float | None] = year.get(values) or ()
    places = [(d - first).days for d in days if alert.starts <= d <= alert.ends]
    return [v for n in places if 0 <= n < len(series) and (v := series[n]) is not None]


def _usual(desktop: Desktop, year: Mapping[str, Any] | None, alert: Alert) -> str:
    say = desktop.here.say
    if year is None or not (read := _days(year, alert, "read")):
        return say("today.usual_unknown")
    told = {"account": str(year["account"]), "most": f"{max(read):,.0f}", "n": len(read)}
    if year.get("usual") is None:
        return say("today.usual_none", **told)
    return say("today.usual_words", usual=f"{float(year['usual']):,.0f}", **told)


def _peers(desktop: Desktop, year: Mapping[str, Any] | None, alert: Alert) -> str:
    say = desktop.here.say
    if year is None or not year.get("colleagues") or not (peers := _days(year, alert, "peers")):
        return say("today.peers_unknown")
    return say("today.peers_words", peers=f"{median(peers):,.0f}", n=year["colleagues"])


def _round(value: float) -> str:
    """Two leading digits: more would claim to be known.

    >>> _round(4831.2), _round(1.26)
    ('4,800', '1.3')
    """
    digits = max(0, 1 - floor(log10(value))) if value > 0 else 0
    rounded = round(value, 1 - floor(log10(value))) if value > 0 else 0.0
    return f"{rounded:.2g}" if abs(rounded) >= 1e15 else f"{rounded:,.{digits}f}"
