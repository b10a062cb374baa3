"""A written result opened as a book of its market: people and orders by whatever name somebody calls them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.casework.covered import cover_account
from headwater.casework.reports.market.people import Person, people
from headwater.casework.reports.records import records
from headwater.model.errors import CaseError


@dataclass(frozen=True, slots=True)
class Book:
    """The market of a result: its people and orders, and the result itself."""

    result: Mapping[str, Any] = field(repr=False)
    people: tuple[Person, ...] = field(repr=False)
    orders: Sequence[Mapping[str, Any]] = field(repr=False)

    @property
    def network(self) -> Mapping[str, Any]:
        """The part of the result."""
        found = self.result.get("network")
        return found if isinstance(found, Mapping) else {}

    def person(self, name: str) -> Person:
        """The person of that id, account or other alias (a number may be given whole: it is masked before it is compared).

        :raises CaseError: where there is nobody, or several
        """
        told = name.strip()
        wanted, ids = {told, cover_account(told)}, {told, _padded(told, [p.id for p in self.people])}
        found = [p for p in self.people if wanted & set(names(p))]
        found = [p for p in self.people if p.id == told] or found or [p for p in self.people if p.id in ids]
        if len(found) == 1:
            return found[0]
        if not found:
            raise CaseError(f"nobody of the market is called {cover_account(told)}; see `headwater network people`")
        several = ", ".join(p.id for p in found[:10])
        raise CaseError(f"several people are called {cover_account(told)}: {several}; give an id")

    def order(self, name: str) -> Mapping[str, Any]:
        """The order of that id.

        :raises CaseError: where there is none
        """
        told = name.strip()
        ids = {told, _padded(told, [str(o.get("id")) for o in self.orders])}
        for order in self.orders:
            if order.get("id") in ids:
                return order
        raise CaseError(f"there is no order {cover_account(name)}; see `headwater network orders`")

    def accounts(self, name: str) -> tuple[str, ...]:
        """One account if that is what the name is, else all accounts of the person so called."""
        told = cover_account(name.strip())
        person = self.person(name)
        own = accounts_of(person)
        if told in own:
            return (told,)
        if not own:
            raise CaseError(f"no account of {person.id} is known: there is nothing to say a verdict on")
        return own


def _padded(told: str, ids: Sequence[str]) -> str:
    """An id with the noughts that the result's have: ``N5`` is ``N00005``."""
    letters, figures = told[:1].upper(), told[1:]
    return letters + figures.zfill(len(ids[0]) - 1) if ids and figures.isdecimal() else told


def names(person: Person) -> tuple[str, ...]:
    """Every text under which a person is known."""
    found = [str(a.get("value")) for a in records(person.known.get("alias_details"))]
    plain = person.known.get("aliases")
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        found += [a for a in plain if isinstance(a, str)]
    return tuple(dict.fromkeys([*found, *accounts_of(person)]))


def accounts_of(person: Person) -> tuple[str, ...]:
    """The accounts of a person, in their order."""
    details = records(person.known.get("alias_details"))
    return tuple(sorted({str(a["account"]) for a in details if a.get("account")}))


def open_book(file: Path) -> Book:
    """Read ``result.json``.

    :raises CaseError: where there is none, or it is no result
    """
    try:
        result = json.loads(file.read_text("utf-8"))
    except FileNotFoundError as error:
        raise CaseError("is not there; `headwater investigate CASE --out OUT` makes it", str(file)) from error
    except (OSError, ValueError) as error:
        raise CaseError("is no result that could be read", str(file)) from error
    network = result.get("network") if isinstance(result, dict) else None
    if not isinstance(network, dict):
        raise CaseError("is no result with a network", str(file))
    return Book(result, people(network), records(network.get("orders")))
