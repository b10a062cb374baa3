"""Names, for somebody who asked with a reason and to whom somebody else agreed: of an alert, an incident, or one pseudonym.

Who may look, and for how long, is decided by the casebook (:mod:`headwater.store.casebook.revealing`); each look is written
to its log. A request for an incident is one for the very story that was looked at: in another answer its rank may be another's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from headwater.casework.reports.visible import visible
from headwater.casework.veil import Veil
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import InCase
from headwater.console.triage.desktop import Desktop
from headwater.model.alert import Alert
from headwater.model.errors import CaseError
from headwater.store.casebook.permissions import NotAllowedError
from headwater.store.casebook.revealing import Asked, Opened, look

KINDS = ("alert", "incident", "pseudonym")
_FORMS = {
    "alert": re.compile(r"A-[0-9a-f]{12}"),
    "incident": re.compile(r"incident:[1-9][0-9]{0,6}"),
    "pseudonym": re.compile(r"[SUD]-[0-9a-f]{10}"),
}


@dataclass(frozen=True, slots=True)
class Name:
    """What stands behind a pseudonym."""

    pseudonym: str
    name: str


@dataclass(frozen=True, slots=True)
class Revealed:
    """Names that may be seen until a time, and the sentences of an alert as they are."""

    names: tuple[Name, ...]
    sentences: tuple[str, ...]
    closes: datetime


def thing(here: InCase, what: str) -> tuple[str, str]:
    """The kind and the full name of what somebody asks for: it must be there.

    :param what: ``A-…``, ``incident:2``, or a pseudonym
    :raises CaseError: when it is none of these
    :raises GoneError: when there is no such thing
    """
    told = what.strip()
    kind = next((kind for kind, form in _FORMS.items() if form.fullmatch(told)), None)
    if kind is None:
        raise CaseError(
            "names are asked for of an alert (A-…), an incident (incident:2) or a pseudonym (S-…, U-…, D-…)"
        )
    desktop = Desktop(here)
    if kind == "alert":
        if desktop.watched is None:
            raise GoneError("this case was never watched: there are no alerts")
        desktop.watched.alert(told)
        return kind, told
    if kind == "incident":
        return kind, f"{told}@{_story(desktop, told)}"
    if not any(here.desk.one(table, told) for table in ("staff", "accounts", "devices")):
        raise GoneError("there is no such pseudonym in this answer")
    return kind, told


def shown(here: InCase, asked: Asked) -> Revealed:
    """The names that a request is for; the time begins to run at the first look, and each look is logged.

    :raises CaseError: when nobody agreed, when it has lapsed or is used up, or is another's
    :raises ConflictError: when the rank is another story's by now
    """
    if here.scopes is not None:
        raise NotAllowedError("names are shown to people at a browser, never to a token")
    if asked.kind == "incident":
        _insist_same(here, asked.thing)
    leave = look(here.book, here.ticket, here.case, asked.id, asked.thing, here.now)
    if asked.kind == "alert":
        return _alert(here, leave)
    if asked.kind == "incident":
        told = asked.thing.partition("@")[0]
        names = here.desk.names_in("incidents", told.partition(":")[2], replace(leave, thing=told))
        return Revealed(_sorted(names), (), leave.closes)
    return Revealed((Name(asked.thing, visible(here.desk.name_of(asked.thing, leave))),), (), leave.closes)


def is_same(desktop: Desktop, name: str) -> bool:
    """Whether ``incident:2@STORY`` still is the story at that rank of the answer that is shown."""
    told, _at, story = name.partition("@")
    try:
        return _story(desktop, told) == story
    except GoneError:
        return False


def _insist_same(here: InCase, name: str) -> None:
    if not is_same(Desktop(here), name):
        raise ConflictError(
            "the answer has changed since this was asked: its incidents may be other stories now",
            "Ask again from the incident's page.",
        )


def _story(desktop: Desktop, incident: str) -> str:
    """What tells the story of ``incident:2`` from any other."""
    return desktop.story(int(incident.partition(":")[2]))


def _alert(here: InCase, leave: Opened) -> Revealed:
    desktop = Desktop(here)
    if desktop.watched is None:
        raise GoneError("this case was never watched: there are no alerts")
    alert = desktop.watched.alert(leave.thing)
    sentences = (alert.title.said(here.lang), *(s.text.said(here.lang) for s in alert.statements))
    return Revealed(_names(alert, desktop.veil), tuple(map(visible, sentences)), leave.closes)


def _names(alert: Alert, veil: Veil) -> tuple[Name, ...]:
    people = {veil.person(p.employee): p.employee for p in alert.people if p.employee != "?"}
    known = veil.org.people
    told = {p: f"{e} ({known[e].name})" if e in known and known[e].name else e for p, e in people.items()}
    told |= {veil.account(a): a for a in alert.accounts}
    return _sorted(told)


def _sorted(names: Mapping[str, str]) -> tuple[Name, ...]:
    """People first, then accounts, then devices."""
    order = sorted(names.items(), key=lambda each: ("SUD".find(each[0][:1]), each[0]))
    return tuple(Name(pseudonym, visible(name)) for pseudonym, name in order)
