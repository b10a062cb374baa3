"""Who and what is in the house, from the lake: the veil over all names, and rows of staff, accounts and devices under pseudonyms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from headwater.casework.veil import Veil
from headwater.console.desk.crowds import in_crowds
from headwater.console.desk.streaming import pieces
from headwater.detection.scene import Scene
from headwater.investigation.reading import modest, told
from headwater.investigation.veiling import named
from headwater.model.evidence import Citation
from headwater.model.organisation import Organisation, Person
from headwater.model.settings import Settings
from headwater.store import views
from headwater.store.engine import open_engine

MARKET = frozenset({"messages", "payments"})
"""Events whose accounts are those of the market: they are shown as the answer has them."""
NAMING = frozenset({"findings.item", "incidents.item", "attribution.item", "prevention.item", "holdings.item"})
"""Lists of the answer that name staff, and may be long."""
OTHERS = ("network", "read")
"""Parts whose people and accounts are not those of the house."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names of a house: employees with their masked names, accounts, devices."""

    people: dict[str, str] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    devices: set[str] = field(default_factory=set)


def veil_of(workspace: Path, manifest: str, answer: Path) -> Veil:
    """The veil over every name of the lake that an answer was made of (of the newest, where that has grown since), and of the answer.

    :param manifest: the answer's ``case.manifest``
    :raises headwater.store.views.UnsettledError: when no whole lake can be seen now
    """
    try:
        folder = views.make(workspace, told, manifest)
    except views.UnsettledError:
        folder = views.make(workspace, told)
    options, more = modest(), names_of(answer)
    with (
        views.open_view(workspace, folder) as view,
        open_engine("duckdb", view, options.memory, options.threads) as engine,
    ):
        scene = Scene(engine, view.lake, Settings())
        accounts, devices = named(scene, "account", MARKET), named(scene, "device", MARKET)
        org = everybody(scene.listed, more.people)
        return Veil(org, view.tokeniser, accounts | more.accounts, devices | more.devices)


def everybody(org: Organisation, more: Mapping[str, str]) -> Organisation:
    """The organisation with people whom the roster lacks: owners of accounts, who was absent, whom an answer names."""
    owners = {row.owner for rows in org.accounts.values() for row in rows if row.owner}
    lacking = sorted(({*owners, *org.absences, *more} - {"", "?"}) - set(org.people))
    added = {who: _unlisted(who, more.get(who, "")) for who in lacking}
    numbers = {who.casefold(): who for who in sorted(added, reverse=True)}
    return replace(org, people={**org.people, **added}, numbers={**numbers, **org.numbers})


def _unlisted(employee: str, name: str) -> Person:
    return Person(employee, name, "", "", "", "", None, None, None, None, None, Citation("", 0))


def names_of(answer: Path) -> Names:
    """Every name of staff that stands by itself in an answer."""
    found = Names()
    for prefix, row in pieces(answer, NAMING):
        if not prefix.startswith(OTHERS):
            _collect(row, found)
    return found


def _collect(value: Any, found: Names) -> None:
    if isinstance(value, list):
        for part in value:
            _collect(part, found)
    elif isinstance(value, Mapping):
        for who in _texts(value.get("employee"), value.get("employees"), value.get("owner")):
            found.people.setdefault(who, "")
        if value.get("employee") and value.get("name"):
            found.people[str(value["employee"])] = str(value["name"])
        found.accounts.update(_texts(value.get("account"), value.get("accounts"), value.get("alike")))
        found.devices.update(_texts(value.get("devices")))
        for part in value.values():
            if isinstance(part, list | Mapping):
                _collect(part, found)


def _texts(*values: Any) -> Iterable[str]:
    for value in values:
        yield from [value] if isinstance(value, str) else [v for v in value or () if isinstance(v, str)]


def staff(veil: Veil) -> Iterable[dict[str, Any]]:
    """Everybody of the roster, under pseudonyms, with as much of his place in the house as several have in common."""
    places = in_crowds(veil.org.people.values())
    owned: dict[str, set[str]] = {}
    for account in {*veil.org.accounts, *veil.accounts}:
        if owner := veil.org.owner(account):
            owned.setdefault(owner.employee, set()).add(veil.account(account))
    for person in sorted(veil.org.people.values(), key=lambda p: veil.person(p.employee)):
        place = asdict(places[person.employee])
        yield {"id": veil.person(person.employee), **place, "accounts": sorted(owned.get(person.employee, ()))}


def accounts(veil: Veil) -> Iterable[dict[str, Any]]:
    """Every account of the tables and the logs, under pseudonyms."""
    known = {veil.account(name): name for name in sorted({*veil.org.accounts, *veil.accounts}, reverse=True)}
    for pseudonym, name in sorted(known.items()):
        row, owner = veil.org.account(name), veil.org.owner(name)
        told = {"kind": veil.org.kind(name), "system": row.system if row else ""}
        since = {"created": _month(row.created) if row else None, "disabled": _month(row.disabled) if row else None}
        yield {"id": pseudonym, "owner": veil.person(owner.employee) if owner else None, **told, **since}


def devices(veil: Veil) -> Iterable[dict[str, Any]]:
    """Every device of the roster and the logs, with whose desk it is."""
    folded = {place.casefold(): who for place, who in veil.org.residents.items()}
    known = {veil.device(name): name for name in sorted({*veil.devices, *veil.org.residents}, reverse=True)}
    for pseudonym, name in sorted(known.items()):
        who = folded.get(name.casefold())
        yield {"id": pseudonym, "desk_of": veil.person(who) if who else None}


def behind(veil: Veil) -> dict[str, str]:
    """What stands behind every pseudonym of the house."""
    found = {veil.device(name): name for name in sorted({*veil.devices, *veil.org.residents}, reverse=True)}
    found |= {veil.account(name): name for name in sorted({*veil.org.accounts, *veil.accounts}, reverse=True)}
    people = sorted(veil.org.people.values(), key=lambda p: p.employee, reverse=True)
    return found | {veil.person(p.employee): f"{p.employee} ({p.name})" if p.name else p.employee for p in people}


def _month(day: date | None) -> str | None:
    """A day as its month: on a day, seldom does more than one come or go."""
    return f"{day:%Y-%m}" if day else None
